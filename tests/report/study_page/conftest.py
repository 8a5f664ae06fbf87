"""The two studies a page is tried on: that of the demo, and a large one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report.demo_study import demo_study
from tests.report.large_study import large_study
from tests.report.study_page.written import written
from toolkit.study.folder import Study


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return demo_study(tmp_path_factory.mktemp("made") / "demo")


@pytest.fixture(scope="session")
def demo_page(demo: Study) -> Path:
    return written(demo, demo.folder / "report.html")


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """20,000 sentences by five people."""
    return large_study(tmp_path_factory.mktemp("large") / "made", 20_000)


@pytest.fixture(scope="session")
def large_page(large: Study) -> Path:
    return written(large, large.folder / "report.html")
