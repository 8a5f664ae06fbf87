"""What the lead says of annotators: kept, listed, read from a file whole or not at all, and divided by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.codebook.samples import FULL, codebook
from tests.loop.test_answers import ANA, BEN, choice, pull, raw
from tests.study.small import numbered
from toolkit.cli.app import app
from toolkit.errors import BadInput, UsageError
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree, agree_export
from toolkit.loop.annotator_attributes import attributes_said, import_attributes
from toolkit.loop.annotators import listed
from toolkit.loop.export import difference, export
from toolkit.loop.init import init
from toolkit.loop.validate import validate
from toolkit.study import annotator_attributes, annotators, articles, erasure, rounds
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision

ANA_AT, BEN_AT = "ana@example.org", "ben@example.org"


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Four sentences coded by two: gate ok/ok, ok/broken, broken/broken, broken/broken."""
    made = init(tmp_path / "study")
    with made.database() as database:
        articles.add(database, [numbered("a", 2), numbered("b", 2)], splitter="by hand", splitter_version="1")
        rounds.create(database, "pilot", Decision(2), codebook(), document=FULL)
        rounds.set_project(database, "pilot", server_url="embedded", project_id=1)
        rounds.plan(database, "pilot", [(f"{article}-{n}", 2) for article in "ab" for n in (1, 2)])
        annotators.register(database, [ANA_AT, BEN_AT], round=None)
        annotators.learn_accounts(database, "embedded", {ANA: ANA_AT, BEN: BEN_AT})
        coded = [("a-1", "ok", "ok"), ("a-2", "ok", "broken"), ("b-1", "broken", "broken"), ("b-2", "broken", "broken")]
        for item, (sentence, first, second) in enumerate(coded, start=1):
            both = (raw(2 * item, ANA, choice("gate", first)), raw(2 * item + 1, BEN, choice("gate", second)))
            pull(database, sentence, *both, remote_id=item)
    return made


def file(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "annotators.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def known(study: Study) -> dict[str, dict[str, str]]:
    return {person.email: dict(person.attributes) for person in listed(study)}


def test_a_file_is_read(study: Study, tmp_path: Path) -> None:
    path = file(tmp_path, "email,leaning,training", "Ana@Example.org,left,two days", "ben@example.org, right ,")
    found = import_attributes(study, path)
    assert (found.attributes, found.n_annotators, found.n_changed) == (("leaning", "training"), 2, 2)
    assert known(study) == {ANA_AT: {"leaning": "left", "training": "two days"}, BEN_AT: {"leaning": "right"}}
    assert import_attributes(study, path).n_changed == 0


def test_an_empty_field_leaves_what_is_known(study: Study, tmp_path: Path) -> None:
    import_attributes(study, file(tmp_path, "email,leaning", f"{ANA_AT},left"))
    assert import_attributes(study, file(tmp_path, "email,leaning", f"{ANA_AT},")).n_changed == 0
    assert import_attributes(study, file(tmp_path, "email,leaning", f"{ANA_AT},right")).n_changed == 1
    assert known(study)[ANA_AT] == {"leaning": "right"}


def test_every_fault_is_listed_and_nothing_is_recorded(study: Study, tmp_path: Path) -> None:
    path = file(
        tmp_path,
        "email,leaning,my age,round",
        f"{ANA_AT},left,30,1",
        f"{BEN_AT},left",
        "cem@example.org,left,30,1",
        ",left,30,1",
        f"{ANA_AT},right,30,1",
        f"{BEN_AT},{'x' * 201},30,1",
        '"ben@example.org,left',
    )
    with pytest.raises(BadInput, match="nothing was recorded") as refused:
        import_attributes(study, path)
    assert [str(fault.place) for fault in refused.value.faults] == [
        "line 1", "line 1", "line 8", "line 3", "line 4", "line 5", "line 6", "line 7",
    ]  # fmt: skip
    said = " ".join(map(str, refused.value.faults))
    for part in (
        "'my age' is no name",
        "round means something else",
        "has 2 fields; the header has 4",
        "whoever it names is not registered",
        "names nobody",
        "whoever it names stands in line 2 already",
        "leaning is longer than 200 characters",
        "a quoted field that never ends",
    ):
        assert part in said
    assert "@" not in str(refused.value)
    assert known(study) == {ANA_AT: {}, BEN_AT: {}}


def test_a_file_without_its_line_of_names_repeats_no_address(study: Study, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        import_attributes(study, file(tmp_path, f"{ANA_AT},left", f"{BEN_AT},right"))
    assert "@" not in str(refused.value)
    assert "is called by an address: is the line of names missing?" in str(refused.value)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("leaning,age", "there is no column 'email'"),
        ("email", "there is no column beside the addresses"),
        ("email,leaning,leaning", "several columns 'leaning'"),
        ("", "there is no column 'email'"),
    ],
)
def test_a_header_that_says_nothing(study: Study, tmp_path: Path, header: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        import_attributes(study, file(tmp_path, header))
    assert said in " ".join(map(str, refused.value.faults))


def test_a_file_that_is_not_there(study: Study, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        import_attributes(study, tmp_path / "none.csv")


def test_every_fault_of_what_is_said_is_listed() -> None:
    with pytest.raises(UsageError) as refused:
        attributes_said(["leaning", "9=x", "outlet=Daily", "age=1", "age=2", "note=a\tb"])
    assert [fault.place for fault in refused.value.faults] == [
        "'leaning'", "'age=2'", "'9=x'", "'outlet=Daily'", "'note=a\\tb'",
    ]  # fmt: skip


def test_an_empty_value_takes_the_attribute_away(study: Study) -> None:
    with study.database() as database:
        assert annotator_attributes.set_attributes(database, {ANA_AT: {"leaning": "left", "age": "30"}}) == 1
        assert annotator_attributes.set_attributes(database, {ANA_AT: {"leaning": ""}, BEN_AT: {"leaning": ""}}) == 1
    assert known(study) == {ANA_AT: {"age": "30"}, BEN_AT: {}}


def test_who_is_erased_has_no_attributes(study: Study) -> None:
    with study.database() as database:
        annotator_attributes.set_attributes(database, {ANA_AT: {"leaning": "left"}, BEN_AT: {"leaning": "right"}})
        erasure.erase(database, ANA_AT)
        rows = [tuple(row) for row in database.rows("SELECT email, value FROM annotator_attributes")]
    assert rows == [(BEN_AT, "right")]


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    app([*arguments], standalone_mode=False, prog_name="intercoder")
    return capsys.readouterr().out


def test_import_and_list(study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ("--study", str(study.folder))
    path = file(tmp_path, "email,leaning", f"{ANA_AT},left")
    assert printed(capsys, "annotators", "import", str(path), *where) == "leaning of 1 annotator: 1 changed.\n"
    rows: list[dict[str, Any]] = json.loads(printed(capsys, "annotators", "list", "--format", "json", *where))
    assert sorted(row["attributes"].get("leaning", "") for row in rows) == ["", "left"]
    assert all("email" not in row for row in rows)
    head, *lines = printed(capsys, "annotators", "list", "--format", "csv", *where).splitlines()
    assert head == "annotator,rounds,leaning"
    assert sorted(line.partition(",")[2] for line in lines) == ["all,", "all,left"]
    assert "left" in printed(capsys, "annotators", "list", *where)


def test_agreement_of_a_study_by_an_attribute(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    """By hand: gate is ok for 2 and 1 of 4, observed .75, by chance .5 · .25 + .5 · .75 = .5."""
    with study.database() as database:
        annotator_attributes.set_attributes(database, {ANA_AT: {"leaning": "left"}, BEN_AT: {"leaning": "right"}})
    report = agree(study, AgreementRequest(by=("leaning",), replicates=0))
    (kappa,) = (
        each for each in report.estimates if each.question == "gate" and each.measure == "cross_replication_kappa"
    )
    assert kappa.value == pytest.approx(0.5, abs=1e-12)
    assert (kappa.group, kappa.against) == ("left", "right")
    assert report.of_annotators == ("leaning",)
    said = printed(capsys, "agree", "--by", "leaning", "--bootstrap", "0", "--study", str(study.folder))
    assert "leaning divides annotators, not sentences" in " ".join(said.split())


def test_annotators_nothing_is_known_of_are_in_no_group(study: Study) -> None:
    with study.database() as database:
        annotator_attributes.set_attributes(database, {ANA_AT: {"leaning": "left"}})
    report = agree(study, AgreementRequest(by=("leaning",), replicates=0))
    assert report.n_ungrouped["leaning"] >= 1
    assert [each for each in report.estimates if each.measure == "cross_replication_kappa"] == []


def test_what_nobody_has_cannot_be_divided_by(study: Study) -> None:
    with pytest.raises(UsageError, match="sentences have no leaning"):
        agree(study, AgreementRequest(by=("leaning",)))
    with study.database() as database:
        annotator_attributes.set_attributes(database, {ANA_AT: {"leaning": "left"}})
    with pytest.raises(UsageError, match="sentences and annotators have no age") as refused:
        agree(study, AgreementRequest(by=("age",)))
    assert refused.value.todo.endswith("codebook, leaning.")


def test_an_export_holds_them_only_where_it_was_asked_to(study: Study, tmp_path: Path) -> None:
    with study.database() as database:
        said = {ANA_AT: {"leaning": "sinistral"}, BEN_AT: {"leaning": "dextral"}}
        annotator_attributes.set_attributes(database, said)
    without = export(study, replicates=0)
    for path in without.folder.iterdir():
        assert b"sinistral" not in path.read_bytes(), path.name
    with pytest.raises(UsageError, match="sentences have no leaning"):
        agree_export(without.folder, AgreementRequest(by=("leaning",)))

    to = tmp_path / "asked"
    asked = export(study, to=to, replicates=0, attributes=True)
    assert (asked.version, asked.changed) == (1, True)
    assert validate(asked.folder).faults == ()
    request = AgreementRequest(by=("leaning",), replicates=0)
    assert agree_export(asked.folder, request).estimates == agree(study, request).estimates
    assert "WHAT IS KNOWN OF ANNOTATORS" in (asked.folder / "README.md").read_text(encoding="utf-8")
    assert not export(study, to=to, replicates=0, attributes=True).changed
    export(study, to=to, replicates=0)
    assert difference(study, "v1", "v2", to=to).options == ("now without attributes of annotators",)


def test_attributes_are_not_in_an_export_by_a_manifest_that_denies_them(study: Study) -> None:
    with study.database() as database:
        annotator_attributes.set_attributes(database, {ANA_AT: {"leaning": "left"}})
    place = export(study, replicates=0, attributes=True).folder
    manifest = place / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"attributes": true', '"attributes": false'))
    assert any("say no attributes" in str(fault) for fault in validate(place).faults)


@pytest.mark.parametrize("text", ["left", "[]", '{"leaning": 3}'])
def test_attributes_that_are_no_object_of_texts_are_a_fault(study: Study, text: str) -> None:
    with study.database() as database:
        annotator_attributes.set_attributes(database, {ANA_AT: {"leaning": "left"}})
    place = export(study, replicates=0, attributes=True).folder
    path = place / "annotators.parquet"
    table = pq.read_table(path)
    at = table.column_names.index("attributes")
    spoilt = pa.array([text] * len(table), pa.string())
    pq.write_table(table.set_column(at, table.schema.field(at), spoilt), path)
    with pytest.raises(BadInput) as refused:
        agree_export(place)
    assert "is no JSON object of texts" in " ".join(map(str, refused.value.faults))
