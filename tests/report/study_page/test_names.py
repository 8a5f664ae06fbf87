"""What bears a name on the page: parts and pictures, each found by its own, whatever a table calls its questions."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.report.study_page.written import page_told, told_of_table
from toolkit.loop.report import StudyReport
from toolkit.report.study_page.files import write_report

ALIKE = ("Q 1", "q-1", "q_1", "问题", "另一个", "at a glance", "x", "x h")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> StudyReport:
    """A table whose questions are hard to tell apart: on each there is another unit that annotators differ on."""
    rows = [
        (question, f"u{unit}", annotator, "no" if unit == place and annotator == "b" else ("yes", "no")[unit % 2])
        for place, question in enumerate(ALIKE)
        for unit in range(12)
        for annotator in "abc"
    ]
    return told_of_table(tmp_path_factory.mktemp("alike"), rows)


def test_nothing_on_the_page_has_the_name_of_something_else(told: StudyReport, tmp_path: Path) -> None:
    page = page_told(tmp_path, told)
    ids = Counter(re.findall(r' id="([^"]+)"', page))
    assert [name for name, times in ids.items() if times > 1] == []
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    for question in ALIKE:
        assert re.search(rf'<h3 id="[^"]+">{question}</h3>', page)


def test_every_picture_has_a_file_of_its_own(told: StudyReport, tmp_path: Path) -> None:
    written = write_report(told, to=None, figures=tmp_path / "figures")
    names = [path.name for path in written.figures if path.suffix == ".svg"]
    assert len([name for name in names if re.search(r"-categories(-\d+)?\.svg$", name)]) == len(ALIKE)
    assert not any(name.startswith("-") for name in names)
    # small letters, digits and hyphens alone: nowhere a folder, and nothing that a shell takes for its own
    assert all(re.fullmatch(r"[a-z0-9-]+\.(svg|png)", path.name) for path in written.figures)
