"""Studies and exports of earlier versions: they open, validate, read, compare and agree, for ever."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from toolkit import errors
from toolkit.errors import IntercoderError
from toolkit.export.difference.compare import compare_versions
from toolkit.loop.agreement.report import AgreementReport
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree, agree_export
from toolkit.loop.answers import annotations_of
from toolkit.loop.export import export
from toolkit.loop.report import ReportRequest, report_export, report_study
from toolkit.loop.status import status
from toolkit.loop.validate import validate
from toolkit.study import rounds
from toolkit.study.folder import Study

FROZEN = sorted(path for path in Path(__file__).parent.iterdir() if (path / "study").is_dir())
EXIT_CODES = {
    "UsageError": 2,
    "BadInput": 3,
    "ContractViolated": 4,
    "ServerUnreachable": 5,
    "ServerRefused": 6,
    "TransferIncomplete": 7,
    "BelowThreshold": 8,
}
"""As scripts out there know them. Lines are added, none is ever changed."""

pytestmark = pytest.mark.parametrize("frozen", FROZEN, ids=[path.name for path in FROZEN])


@pytest.fixture
def study(frozen: Path, tmp_path: Path) -> Study:
    """A copy: opening a study may bring its database up to date."""
    return Study(Path(shutil.copytree(frozen / "study", tmp_path / "study")))


def names(study: Study) -> tuple[str, ...]:
    with study.database() as database:
        return rounds.names(database)


def handed_out(frozen: Path) -> Path:
    """The export that lies beside the study."""
    (latest,) = frozen.glob("study/exports/*/v1")
    return latest


def alphas(folder: Path, round_name: str) -> dict[tuple[str, str], float | None]:
    """The alphas of whole questions that stand in the export, by question and level."""
    rows = pq.read_table(folder / "agreement.parquet").to_pylist()
    about = "category", "annotator", "other_annotator", "by", "group", "against"
    return {
        (row["question"], row["level"]): row["value"]
        for row in rows
        if (row["round"], row["measure"]) == (round_name, "krippendorff_alpha")
        and all(row[part] is None for part in about)
    }


def computed(report: AgreementReport) -> dict[tuple[str, str], float | None]:
    return {(one.question, one.level): one.value for one in report.estimates if one.measure == "krippendorff_alpha"}


def test_the_export_validates(frozen: Path) -> None:
    assert validate(handed_out(frozen)).faults == ()


def test_the_study_opens_with_every_row_it_had(frozen: Path, study: Study) -> None:
    with closing(sqlite3.connect(f"file:{frozen / 'study' / 'study.db'}?mode=ro&immutable=1", uri=True)) as old:
        tables = [row[0] for row in old.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        before = {}
        for table in tables:
            columns = ", ".join(row[1] for row in old.execute(f"PRAGMA table_info({table})"))
            before[table] = columns, Counter(old.execute(f"SELECT {columns} FROM {table}"))
    with study.database() as database:
        for table, (columns, rows) in before.items():
            assert Counter(tuple(row) for row in database.rows(f"SELECT {columns} FROM {table}")) == rows, table
    assert len(before) > 10


def test_the_study_and_its_export_agree_as_they_did(frozen: Path, study: Study) -> None:
    for name in names(study):
        before = alphas(handed_out(frozen), name)
        assert len(before) > 10
        of_study = agree(study, AgreementRequest(round_name=name, replicates=0))
        of_export = agree_export(handed_out(frozen), AgreementRequest(round_name=name, replicates=0))
        for found in map(computed, (of_study, of_export)):
            assert {key: found[key] for key in before} == {key: pytest.approx(before[key], abs=1e-12) for key in before}


def test_everything_can_be_asked_of_the_export(frozen: Path, study: Study) -> None:
    request = AgreementRequest(
        round_name="pilot",
        replicates=50,
        measures=("all",),
        by=("article", "round"),
        explain=("loaded", "source_type"),
    )
    of_study = agree(study, request)
    of_export = agree_export(handed_out(frozen), request)
    assert len(of_study.estimates) == len(of_export.estimates) > 100
    for one, other in zip(of_study.estimates, of_export.estimates, strict=True):
        assert one == other


def test_the_study_and_its_export_give_one_report(frozen: Path, study: Study) -> None:
    for name in names(study):
        request = ReportRequest(round_name=name, replicates=50)
        of_study, of_export = report_study(study, request), report_export(handed_out(frozen), request)
        assert of_study.agreement.estimates == of_export.agreement.estimates
        assert [one.estimates for one in of_study.coded] == [one.estimates for one in of_export.coded]
        assert len(of_export.coded) > 4
        assert (of_study.coverage, of_study.days) == (of_export.coverage, of_export.days)
        assert (of_study.name, of_study.n_articles) == (of_export.name, of_export.n_articles)
        for one, other in zip(of_study.answers.questions, of_export.answers.questions, strict=True):
            assert (one.question, one.values, one.spans) == (other.question, other.values, other.spans)
            assert one.given.tolist() == other.given.tolist()
            assert one.outcomes.tolist() == other.outcomes.tolist()


def test_annotations_are_those_of_the_export(frozen: Path, study: Study) -> None:
    with study.database() as database:
        found = {one.annotation_id: one for name in rounds.names(database) for one in annotations_of(database, name)}
    rows = pq.read_table(handed_out(frozen) / "annotations.parquet").to_pylist()
    assert {row["annotation_id"] for row in rows} == set(found)
    for row in rows:
        one = found[row["annotation_id"]]
        assert (row["annotator"], row["sentence_id"], row["excluded_because"], row["updated_at"]) == (
            one.annotator,
            one.sentence_id,
            one.excluded_because,
            one.updated_at,
        )


def test_the_study_still_reports_and_exports(frozen: Path, study: Study, tmp_path: Path) -> None:
    progress = status(study)
    assert [each.round for each in progress.rounds] == list(names(study))
    assert all(each.done for each in progress.rounds)
    made = export(study, replicates=0)
    assert validate(made.folder).faults == ()
    newest = f"v{made.version}"
    changed = compare_versions(made.folder.parent, "v1", newest)
    assert changed.answers == ()
    assert (changed.new_annotations, changed.removed_annotations, changed.codebooks) == (0, 0, ())


def test_exit_codes_mean_what_they_meant(frozen: Path) -> None:
    assert {name: getattr(errors, name).exit_code for name in EXIT_CODES} == EXIT_CODES
    assert len({kind.exit_code for kind in IntercoderError.__subclasses__()}) == len(IntercoderError.__subclasses__())
