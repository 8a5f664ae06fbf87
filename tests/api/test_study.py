"""Studies and exports as frames: what an export would hold, whether it was written or not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from tests.loop.several_rounds import several_rounds
from toolkit import api as ic
from toolkit.export.contract.schema import table_schemas
from toolkit.export.contract.templates import expanded_schemas
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree
from toolkit.loop.answers import codebook_of


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("front-door")
    study = several_rounds(folder / "study")
    ic.export(study, to=folder / "exports", replicates=0, notes=True)
    return folder


def test_a_study_is_found_from_inside_it_and_above(made: Path) -> None:
    study = ic.Study.open(made / "study")
    (made / "study" / "notes").mkdir(exist_ok=True)
    assert ic.Study.open(made / "study" / "notes") == study
    assert ic.Study.open(str(made / "study")) == study
    with pytest.raises(ic.UsageError, match="there is no study"):
        ic.Study.open(made)


def test_a_studys_tables_are_those_of_its_export(made: Path) -> None:
    study, exported = ic.Study.open(made / "study"), ic.read_export(made / "exports")
    assert set(exported.names) == set(table_schemas())
    tables = study.tables()
    assert set(tables) == set(exported.names)
    for name in set(exported.names) - {"agreement"}:
        pd.testing.assert_frame_equal(tables[name], exported.table(name))
    for name in ("answers", "spans", "annotations", "sentences"):
        of_study, of_export = getattr(study, name)(), getattr(exported, name)()
        assert len(of_study) > 0
        pd.testing.assert_frame_equal(of_study, of_export)


def test_types_are_those_of_the_contract(made: Path) -> None:
    study = ic.Study.open(made / "study")
    with study.database() as database:
        schemas = expanded_schemas([codebook_of(database, "main")])
    for name in ("answers", "spans", "sentences"):
        frame = study.tables()[name]
        assert {column: dtype.pyarrow_dtype for column, dtype in frame.dtypes.items()} == {
            column.name: column.arrow.type for column in schemas[name].columns
        }


def test_agreement_is_the_commands(made: Path) -> None:
    study, exported = ic.Study.open(made / "study"), ic.read_export(made / "exports")
    wanted = agree(study, AgreementRequest(round_name="main", replicates=50))
    assert study.agreement("main", replicates=50).report == wanted
    assert exported.agreement("main", replicates=50).estimates == wanted.estimates
    assert set(study.agreement("main", replicates=0, measures=["gwet_ac1"]).to_frame()["measure"]) >= {"gwet_ac1"}
    question = wanted.estimates[0].question
    assert str(exported.agreement("main", replicates=50).explain(question)) == str(
        study.agreement("main", replicates=50).explain(question)
    )


def test_a_new_study(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("It rained. Nobody came.")
    study = ic.init(tmp_path / "study")
    assert ic.add(study, [str(tmp_path / "one.txt")]).n_sentences == 2
    assert list(study.sentences()["text"]) == ["It rained.", "Nobody came."]
    assert len(study.answers()) == 0
    assert str(study.answers()["codes"].dtype) == "list<element: string>[pyarrow]"
    with pytest.raises(ic.UsageError):
        ic.init(tmp_path / "study")


def test_what_is_no_export_is_refused(made: Path, tmp_path: Path) -> None:
    with pytest.raises(ic.BadInput, match="holds no export"):
        ic.read_export(tmp_path)
    exported = ic.read_export(made / "exports" / "v1")
    with pytest.raises(ic.UsageError, match="no table 'answer'"):
        exported.table("answer")
    broken = Path(shutil.copytree(exported.folder, tmp_path / "v1"))
    (broken / "spans.parquet").write_bytes(b"PAR1")
    with pytest.raises(ic.BadInput, match="is not a Parquet file that can be read"):
        ic.read_export(broken).spans()
    assert pq.read_table(exported.folder / "answers.parquet").num_rows == len(exported.answers())
