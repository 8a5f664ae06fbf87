"""Many exports and studies at once: each number is the one its folder has by itself, and nothing is pooled."""

from __future__ import annotations

import gc
import shutil
from pathlib import Path

import pytest

from tests.loop.several_exports import several_exports
from tests.loop.several_rounds import ROUNDS
from toolkit.errors import BadInput, UsageError
from toolkit.export.reading.read import ExportedStudy
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.several import StudyAgreement, agree_several, by_name
from toolkit.loop.agreement.several_named import means_several, several_named
from toolkit.loop.agreement.study import agree, agree_export
from toolkit.loop.export import export
from toolkit.study.folder import Study

QUICK = AgreementRequest(replicates=40, seed=7)
FROZEN = sorted((Path(__file__).parents[1] / "frozen").glob("v*/study/exports/frozen"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return several_exports(tmp_path_factory.mktemp("several"))


@pytest.fixture
def here(made: Path, tmp_path: Path) -> Path:
    """A copy, to be spoiled."""
    return Path(shutil.copytree(made, tmp_path / "here"))


def test_each_is_what_it_is_by_itself_to_the_last_digit(made: Path) -> None:
    folders = [made / "exports" / "elections", made / "exports" / "trade", made / "elections"]
    request = AgreementRequest(replicates=40, seed=7, simultaneous=True, annotators=True, measures=("all",))
    found = agree_several(folders, request)
    assert [one.agreement for one in found[:2]] == [agree_export(folder, request) for folder in folders[:2]]
    assert found[2].agreement == agree(Study(made / "elections"), request)
    values = [one.value for each in found for one in each.agreement.estimates if one.value is not None]
    assert len(set(values)) > 100


def test_exports_of_all_earlier_versions_are_read() -> None:
    found = agree_several(FROZEN, QUICK)
    assert len(found) == len(FROZEN) > 3
    assert [one.agreement for one in found] == [agree_export(folder, QUICK) for folder in FROZEN]
    assert [(one.study, one.folder) for one in found] == [("frozen", folder) for folder in FROZEN]


def test_each_says_which_study_and_version_it_is_of(here: Path) -> None:
    trade = here / "exports" / "trade"
    (here / "exports" / "renamed").mkdir()
    trade.rename(here / "exports" / "renamed" / "x")
    found = agree_several([here / "exports" / "renamed" / "x", here / "trade"], QUICK)
    of_export, of_study = found
    assert (of_export.study, of_export.version) == ("trade", 1)
    assert (of_study.study, of_study.version) == ("trade", None)
    assert of_export.study_id == of_study.study_id
    assert of_export.study_id is not None


def test_the_newest_version_is_read_and_the_same_one_once(here: Path) -> None:
    trade = here / "exports" / "trade"
    study = Study(here / "trade")
    export(study, to=trade, replicates=0, redact=True, dawid_skene=True)
    assert (trade / "v2").is_dir()
    link = here / "link"
    link.symlink_to(trade, target_is_directory=True)
    (one,) = agree_several([trade, trade / "v2", link, trade], QUICK)
    assert (one.version, one.folder) == (2, trade)
    assert [each.version for each in agree_several([trade / "v1", trade], QUICK)] == [1, 2]


def test_an_export_without_a_manifest_is_called_as_its_folder(here: Path) -> None:
    (here / "exports" / "trade" / "v1" / "manifest.json").unlink()
    (one,) = agree_several([here / "exports" / "trade" / "v1"], QUICK)
    assert (one.study, one.study_id, one.version) == ("trade", None, None)


def named(*of: tuple[str, str]) -> list[StudyAgreement]:
    report = agree_export(FROZEN[0], AgreementRequest(replicates=0))
    return [
        StudyAgreement(study=study, study_id=None, folder=Path(folder), version=1, agreement=report)
        for study, folder in of
    ]


def test_studies_called_alike_are_told_apart_by_their_folders() -> None:
    assert list(by_name(named(("a", "x/a"), ("b", "x/b")))) == ["a", "b"]
    assert list(by_name(named(("a", "x/a"), ("b", "x/b"), ("a", "x/copy")))) == ["x/a", "b", "x/copy"]
    assert list(by_name(named(("a", "one"), ("a", "two"), ("two", "three")))) == ["one", "two", "three"]


def test_every_export_that_cannot_be_read_is_named_with_every_fault(here: Path) -> None:
    trade, elections, nothing = here / "exports" / "trade", here / "exports" / "elections", here / "nothing"
    nothing.mkdir()
    (elections / "v1" / "sentences.parquet").unlink()
    (elections / "v1" / "answers.parquet").write_bytes(b"PAR1")
    steps: list[int] = []
    with pytest.raises(BadInput) as caught:
        agree_several([elections, trade, nothing], progress=lambda _, done, __: steps.append(done))
    assert caught.value.what.startswith("2 of 3 studies cannot be read")
    *of_elections, of_nothing = caught.value.faults
    assert {fault.place for fault in of_elections} == {
        f"{elections}: answers.parquet",
        f"{elections}: sentences.parquet",
    }
    assert str(of_nothing) == f"{nothing} holds no export"
    assert max(steps) == 2, "nothing is computed"


def test_a_round_is_to_be_in_all_of_them(made: Path) -> None:
    folders = [made / "exports" / "elections", made / "exports" / "trade"]
    assert {one.agreement.round for one in agree_several(folders, AgreementRequest(round_name="pilot"))} == {"pilot"}
    (only,) = set(ROUNDS) & {"old"}
    with pytest.raises(UsageError, match="1 of 2 studies") as caught:
        agree_several(folders, AgreementRequest(round_name=only))
    assert [str(fault) for fault in caught.value.faults] == [f"{folders[1]}: there is no round 'old'"]


def test_a_folder_of_one_letter_is_named_as_well(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stands in most messages by chance."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(made / "exports" / "trade", tmp_path / "o")
    with pytest.raises(UsageError) as caught:
        agree_several([Path("o")], AgreementRequest(round_name="old"))
    assert [str(fault) for fault in caught.value.faults] == ["o: there is no round 'old'"]


@pytest.mark.parametrize(
    "request_",
    [
        AgreementRequest(explain=("gate",)),
        AgreementRequest(plan=0.05),
        AgreementRequest(by=("outlet",)),
        AgreementRequest(against=Path("gold")),
        AgreementRequest(consensus=True),
        AgreementRequest(over_time=True),
        AgreementRequest(repeats="pilot"),
        AgreementRequest(paragraph=True),
    ],
)
def test_what_is_asked_of_one_study_is_refused_before_anything_is_read(request_: AgreementRequest) -> None:
    with pytest.raises(UsageError, match="cannot be asked of several"):
        agree_several([Path("nowhere")], request_)


def test_one_study_is_let_go_of_before_the_next_is_read() -> None:
    held: list[int] = []

    def count(what: str, done: int, total: int | None) -> None:
        gc.collect()
        held.append(sum(isinstance(one, ExportedStudy) for one in gc.get_objects()))

    before = sum(isinstance(one, ExportedStudy) for one in gc.get_objects())
    agree_several(FROZEN, AgreementRequest(replicates=0), progress=count)
    assert len(held) == 2 * len(FROZEN) + 1
    assert set(held) == {before}


# ------------------------------------------------------------------ what is named


def test_a_pattern_means_exports_where_it_matches_any(made: Path, tmp_path: Path) -> None:
    assert means_several([str(made / "exports" / "*")])
    assert means_several([str(made / "elec*")]), "a study"
    assert means_several(["a", "b"])
    assert not means_several([str(made / "exports" / "trade")])
    assert means_several([str(made / "exports" / "*")], is_described=True), "a table is not there"
    assert not means_several([str(made / "exports" / "trade" / "v1" / "*.parquet")])
    assert not means_several(["s3://exports/*"])
    assert not means_several(["labels/*.parquet"])
    mixed = tmp_path / "mixed"
    shutil.copytree(made / "exports" / "trade", mixed / "trade")
    (mixed / "labels.parquet").write_bytes(b"")
    assert not means_several([str(mixed / "*")]), "rows of a table, as before there were several"


def test_a_pattern_that_matches_nothing_is_of_a_table_where_one_is_described(here: Path) -> None:
    """A shell hands on a star that matches nothing."""
    (here / "soon").mkdir()
    for pattern in (str(here / "more" / "*"), str(here / "so*")):
        assert means_several([pattern])
        assert not means_several([pattern], is_described=True)


def test_a_name_with_marks_of_a_pattern_is_a_name_where_it_is_there(made: Path, tmp_path: Path) -> None:
    place = Path(shutil.copytree(made / "exports" / "trade", tmp_path / "trade [1]"))
    assert not means_several([str(place)])
    assert several_named([str(place), str(made / "trade")]).folders == (place, made / "trade")


def test_files_beside_exports_are_no_exports(here: Path) -> None:
    exports = here / "exports"
    (exports / "README.md").write_text("What was handed out.")
    given = several_named([str(exports / "*")])
    assert given.folders == (exports / "elections", exports / "trade")
    assert given.files == (exports / "README.md",)
    of_versions = several_named([str(exports / "trade" / "latest.json"), str(exports / "trade" / "v1")])
    assert (of_versions.folders, of_versions.files) == ((exports / "trade" / "v1",), ())
    with pytest.raises(BadInput, match="there is no export"):
        several_named([str(exports / "README.md"), str(exports / "README.md")])


@pytest.mark.parametrize("other", ["labels.csv", "labels.PARQUET", "project.json"])
def test_tables_are_asked_one_by_one(here: Path, other: str) -> None:
    (here / other).write_text("a\n")
    with pytest.raises(UsageError, match=other):
        several_named([str(here / "exports" / "*"), str(here / other)])
    with pytest.raises(UsageError, match="s3://"):
        several_named([str(here / "exports" / "*"), "s3://bucket/labels"])


def test_what_is_not_there_is_kept_to_be_missed(here: Path) -> None:
    gone = here / "exports" / "gone"
    given = several_named([str(here / "exports" / "t*"), str(gone), str(here / "more" / "*")])
    assert given.folders == (here / "exports" / "trade", gone, here / "more" / "*")
