from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.study.small import filled, numbered
from toolkit.study.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Two articles: a with three sentences, b with two."""
    with filled(tmp_path / "study.db", [numbered("a", 3), numbered("b", 2)]) as opened:
        yield opened
