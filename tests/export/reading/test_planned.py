from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from tests.export.reading.test_read import replaced, rewrite
from tests.loop.several_rounds import PLANNED, ROUNDS, several_rounds
from toolkit.errors import BadInput
from toolkit.export.reading.planned import planned_in
from toolkit.loop.completion import planned_annotators
from toolkit.loop.export import export


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return export(several_rounds(tmp_path / "study"), to=tmp_path / "out", replicates=0).folder


@pytest.mark.parametrize("name", ROUNDS)
def test_it_is_what_the_study_has_planned_whether_or_not_anybody_coded_it(folder: Path, name: str) -> None:
    from toolkit.study.folder import find

    with find(folder, chosen=folder.parents[1] / "study").database() as database:
        assert planned_in(folder, name) == planned_annotators(database, name) == dict.fromkeys(PLANNED, 3)
    assert planned_in(folder.parent, name) == planned_in(folder, name)  # the newest version of them


def test_of_a_round_that_is_not_there_nothing_is_planned(folder: Path) -> None:
    assert planned_in(folder, "nowhere") == {}


def test_an_export_without_that_table_does_not_say(folder: Path) -> None:
    (folder / "assignments.parquet").unlink()
    assert planned_in(folder, "pilot") is None


def test_a_table_that_is_not_what_it_is_to_be_is_refused(folder: Path) -> None:
    file = folder / "assignments.parquet"
    rewrite(file, lambda table: replaced("annotators_wanted", ["three"] * len(table), pa.string())(table))
    with pytest.raises(BadInput) as refused:
        planned_in(folder, "pilot")
    assert refused.value.faults[0].place == "assignments.parquet, row 1, column annotators_wanted"
    file.write_bytes(b"no table")
    with pytest.raises(BadInput, match="1 fault in the export"):
        planned_in(folder, "pilot")
