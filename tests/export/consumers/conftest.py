"""One real export for every reader: two versions of a coded study, and one of a study nobody has coded yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.export.consumers.contract import Table, tables_of
from tests.export.pages.test_about import SAID
from tests.frozen.test_frozen import FROZEN, handed_out
from tests.loop.several_rounds import several_rounds
from tests.study.small import numbered
from toolkit.loop.export import export
from toolkit.loop.init import init
from toolkit.study import articles
from toolkit.study.folder import Study

collect_ignore = ["outside"]
"""Programs that import what is installed for them only."""


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder a pipeline runs in: ``exports/STUDY`` has two versions, ``exports/NEW`` one without any answer."""
    folder = tmp_path_factory.mktemp("consumers")
    coded, new = several_rounds(folder / "coded"), init(folder / "new")
    with coded.settings_file.open("a", encoding="utf-8") as file:
        file.write(SAID)
    export(coded, to=folder / "exports" / "STUDY", replicates=50, notes=True)
    _add(coded, "d")
    export(coded, to=folder / "exports" / "STUDY", replicates=50, notes=True)
    _add(new, "a")
    export(new, to=folder / "exports" / "NEW", replicates=0)
    return folder


def _add(study: Study, article_id: str) -> None:
    with study.database() as database:
        articles.add(database, [numbered(article_id, 2)], splitter="by hand", splitter_version="1")


@pytest.fixture(scope="session")
def version(workplace: Path) -> Path:
    """The first version of the coded study."""
    return workplace / "exports" / "STUDY" / "v1"


@pytest.fixture(scope="session")
def released() -> Path:
    """An export as it was handed out by the first release."""
    (frozen,) = (each for each in FROZEN if each.name == "v1")
    return handed_out(frozen)


@pytest.fixture(scope="session")
def tables(workplace: Path, released: Path) -> list[Table]:
    """Every table of the coded study, of the one nobody has coded, and of the export of the first release."""
    now = [workplace / "exports" / study / "v1" for study in ("STUDY", "NEW")]
    return [table for version in (*now, released) for table in tables_of(version)]


@pytest.fixture
def at_work(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test runs in the folder the recipes are written for."""
    monkeypatch.chdir(workplace)
