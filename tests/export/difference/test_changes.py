"""Every change between two versions of a real study's export, with the ids a program needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from tests.codebook.samples import FULL, codebook
from tests.loop.one_round import one_round
from tests.loop.several_rounds import pull
from tests.loop.test_answers import ANA, BEN, choice, raw
from toolkit.errors import BadInput
from toolkit.export.difference.changes import CHANGES
from toolkit.export.difference.compare import AnnotatorChange, ExportDifference, compare_versions
from toolkit.export.writing.parquet import table_bytes
from toolkit.labelstudio.decode import read_annotation
from toolkit.labelstudio.encode import decision
from toolkit.loop.adjudication.queue import queue_of
from toolkit.loop.annotator_removal import remove_annotator
from toolkit.loop.answers import annotations_of
from toolkit.loop.export import difference, export
from toolkit.loop.rounds.renamed import rename_round
from toolkit.study import adjudications, annotation_versions, annotators, rounds
from toolkit.study.adjudications import AdjudicationDesign
from toolkit.study.annotation_versions import Seen, SeenItem
from toolkit.study.folder import Study

OK = choice("gate", "ok")
MIA = 21


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Two people coded two sentences; exported once."""
    people = {ANA: "ana@example.org", BEN: "ben@example.org"}
    texts = ("The army left.", "Nobody saw it.", "It rained.")
    made = one_round(tmp_path / "study", *texts, people=people, others={MIA: "mia@example.org"})
    with made.database() as database:
        first = [raw(1, ANA, OK, choice("kind", "army")), raw(2, BEN, OK, choice("kind", "police"))]
        pull(database, "pilot", 1, "a-1", *first)
        pull(database, "pilot", 2, "a-2", raw(3, ANA, OK, choice("kind", "army")), raw(4, BEN))
    export(made, replicates=0)
    return made


def after(study: Study) -> ExportDifference:
    export(study, replicates=0)
    return difference(study, "v1", "v2")


def rows(found: ExportDifference, kind: str) -> list[dict[str, Any]]:
    assert found.changes.schema == CHANGES
    return [
        {**one, "annotation_id": (one["annotation_id"] or "").partition("-")[2]}  # it begins with the study
        for one in found.changes.to_pylist()
        if one["kind"] == kind
    ]


def pseudonym(study: Study, name: str) -> str:
    with study.database() as database:
        return annotators.pseudonym(database, f"{name}@example.org")


def test_an_annotator_who_counts_no_more_is_seen_in_everything_they_answered(study: Study) -> None:
    remove_annotator(study, "ben@example.org", answers="withdrawn")
    found = after(study)
    ben = pseudonym(study, "ben")
    assert found.annotators == (AnnotatorChange(ben, "pilot", ""),)
    (annotator,) = rows(found, "annotator")
    assert (annotator["annotator"], annotator["what"], annotator["before"], annotator["after"]) == (
        ben, "registered_rounds", "pilot", "",
    )  # fmt: skip
    annotations = rows(found, "annotation")
    assert {(one["annotation_id"], one["change"], one["because"]) for one in annotations} == {
        ("pilot-2", "counts_no_more", "withdrawn"), ("pilot-4", "counts_no_more", "withdrawn"),
    }  # fmt: skip
    answers = rows(found, "answer")
    assert {(one["annotation_id"], one["question"]) for one in answers} == {
        ("pilot-2", "gate"), ("pilot-2", "kind"), ("pilot-2", "topics"), ("pilot-2", "words"),
        ("pilot-4", "gate"), ("pilot-4", "topics"),
    }  # fmt: skip
    for one in answers:
        assert (one["change"], one["because"], one["counted_before"], one["counted_after"]) == (
            "counts_no_more", "withdrawn", True, False,
        )  # fmt: skip
        assert (one["before"], one["annotator"], one["article_id"]) == (one["after"], ben, "a")
    before, now = found.in_agreement
    assert before - now == len(answers)
    by_question = {one.question: (one.changed, one.counts_no_more, one.because) for one in found.answers}
    assert by_question["gate"] == (0, 2, {"withdrawn": 2})
    assert {one["question"] for one in rows(found, "agreement")} == {"gate", "kind"}  # the others varied in nothing
    back = difference(study, "v2", "v1")
    assert {one["change"] for one in rows(back, "answer")} == {"counts_again"}
    assert back.in_agreement == (now, before)


def test_what_was_deleted_on_the_server_is_gone_with_its_answers_and_says_so(study: Study) -> None:
    with study.database() as database:
        pull(database, "pilot", 2, "a-2", raw(3, ANA, OK, choice("kind", "army")))
    found = after(study)
    (gone,) = rows(found, "annotation")
    assert (gone["annotation_id"], gone["change"], gone["because"], gone["counted_before"]) == (
        "pilot-4", "removed", "deleted", True,
    )  # fmt: skip
    answers = {one["question"]: one for one in rows(found, "answer")}
    assert {one["change"] for one in answers.values()} == {"removed"}
    assert (answers["gate"]["before"], answers["gate"]["after"]) == ("broken", None)
    assert (answers["gate"]["counted_before"], answers["gate"]["counted_after"]) == (True, None)


def test_a_changed_answer_says_what_it_was_whether_it_counts_and_why_not(study: Study) -> None:
    with study.database() as database:
        changed = [raw(3, ANA, OK, choice("kind", "paper"), choice("topics", "war", "law"), at="09:30"), raw(4, BEN)]
        pull(database, "pilot", 2, "a-2", *changed)
        spoilt = [raw(1, ANA, OK, choice("kind", "nobody")), raw(2, BEN, OK, choice("kind", "police"))]
        pull(database, "pilot", 1, "a-1", *spoilt)
    said = {(one["annotation_id"], one["question"]): one for one in rows(after(study), "answer")}
    kind = said["pilot-3", "kind"]
    assert (kind["change"], kind["before"], kind["after"], kind["counted_after"], kind["because"]) == (
        "changed", "STATE/army", "PRESS/paper", True, None,
    )  # fmt: skip
    assert (said["pilot-3", "topics"]["before"], said["pilot-3", "topics"]["after"]) == ("none of them", "war, law")
    rejected = said["pilot-1", "kind"]
    assert (rejected["change"], rejected["before"], rejected["after"]) == ("changed", "STATE/army", "rejected")
    assert (rejected["counted_before"], rejected["counted_after"], rejected["because"]) == (True, False, "rejected")


def test_decisions_are_changes_and_so_is_what_they_settle(study: Study) -> None:
    with study.database() as database:
        design = AdjudicationDesign(questions=("gate", "kind"))
        name = adjudications.create(database, "pilot", design, codebook(), document=FULL)
        rounds.set_project(database, name, server_url="embedded", project_id=2)
        annotators.register(database, ["mia@example.org"], round=name)
        coded = [one for one in annotations_of(database, "pilot") if one.sentence_id == "a-1"]
        queue = queue_of({"a-1": coded}, codebook(), design, key=b"key", purpose="p")
        adjudications.queue(database, name, queue.asked, queue.agreed)
    queued = export(study, replicates=0).version

    def decided(kind: str, at: str) -> int:
        parts = decision(codebook(), {"kind": kind}, None, sentence="The army left.", reason="slip")
        with study.database() as database:
            pull(database, name, 1, "a-1", raw(7, MIA, *parts, at=at))
        return export(study, replicates=0).version

    army, police = decided("army", "10:00"), decided("police", "11:00")
    made, other = difference(study, f"v{queued}", f"v{army}"), difference(study, f"v{army}", f"v{police}")
    (new,), (changed,) = rows(made, "decision"), rows(other, "decision")
    who = pseudonym(study, "mia")
    assert (new["change"], new["round"], new["sentence_id"], new["question"], new["annotator"]) == (
        "new", "pilot", "a-1", "kind", who,
    )  # fmt: skip
    assert (new["before"], new["after"], new["counted_after"]) == (None, "STATE/army", True)
    assert (changed["change"], changed["before"], changed["after"]) == ("changed", "STATE/army", "STATE/police")
    assert (made.decisions, other.decisions) == ({"new": 1}, {"changed": 1})


def test_options_and_agreement_are_changes_too(study: Study, tmp_path: Path) -> None:
    export(study, to=tmp_path / "out", replicates=0, notes=True, attributes=True)
    with study.database() as database:
        both = [raw(1, ANA, OK, choice("kind", "police")), raw(2, BEN, OK, choice("kind", "police"))]
        pull(database, "pilot", 1, "a-1", *both)
    export(study, to=tmp_path / "out", replicates=0)
    found = difference(study, "v1", "v2", to=tmp_path / "out")
    assert {(one["what"], one["before"], one["after"]) for one in rows(found, "option")} == {
        ("notes", "true", "false"), ("attributes", "true", "false"),
    }  # fmt: skip
    assert set(found.options) == {"now without notes", "now without attributes of annotators"}
    moved = {one["what"]: one for one in rows(found, "agreement")}
    assert {one["question"] for one in moved.values()} == {"kind"}
    whole = moved["krippendorff_alpha (taxonomy)"]  # one sentence with two answers: first two, then one and the same
    assert (whole["before"], whole["after"], whole["because"]) == ("0.0", None, "no variation")
    # of four answers two are the same: 1 − 1 / (1 − 2·1/(4·3)) = −.2
    assert float(moved["krippendorff_alpha (nominal:not_shown)"]["before"]) == pytest.approx(-0.2)
    assert rows(found, "codebook") == []


def test_the_same_rows_come_back_from_its_parquet(study: Study) -> None:
    remove_annotator(study, "ben@example.org", answers="withdrawn")
    found = after(study)
    read = pyarrow.parquet.read_table(pyarrow.BufferReader(table_bytes(found.changes)))
    assert read.equals(found.changes)
    assert len(found.changes) > 10


def test_two_versions_that_differ_in_nothing_have_no_changes(study: Study) -> None:
    assert difference(study, "v1", "v1").changes.num_rows == 0


def test_a_renamed_round_is_one_change(study: Study) -> None:
    rename_round(study, "pilot", "first")
    found = after(study)
    assert [(one["kind"], one["before"], one["after"]) for one in found.changes.to_pylist()] == [
        ("round", "pilot", "first")
    ]


def test_an_annotation_that_came_late_is_one_change_between_public_and_plain_versions(
    study: Study, tmp_path: Path
) -> None:
    """It is older than the others, so that all that came after it have another place in the round."""
    public = export(study, to=tmp_path / "public", replicates=0, public=True)
    with study.database() as database:
        late = read_annotation(raw(900, BEN, OK, at="00:01"))
        seen = Seen(900, late.updated_at.isoformat(), late.user_id, raw(900, BEN, OK, at="00:01"))
        annotation_versions.store(database, "pilot", [SeenItem(3, "a-3", (seen,))], snapshot=False)
    plain = export(study, to=tmp_path / "plain", replicates=0)
    both = tmp_path / "both"
    both.mkdir()
    public.folder.rename(both / "v1")
    plain.folder.rename(both / "v2")
    found = compare_versions(both, "v1", "v2")
    assert [
        (one["change"], one["sentence_id"]) for one in found.changes.to_pylist() if one["kind"] == "annotation"
    ] == [("new", "a-3")]
    assert {one["change"] for one in found.changes.to_pylist() if one["kind"] == "answer"} == {"new"}


def test_tables_that_are_none_of_an_export_are_said_to_be_so(study: Study) -> None:
    export(study, replicates=0)
    place = study.folder / "exports" / "study" / "v1"
    table = pyarrow.parquet.read_table(place / "annotations.parquet")
    pyarrow.parquet.write_table(table.drop_columns(["round"]), place / "annotations.parquet")
    with pytest.raises(BadInput, match="tables that are none of an export"):
        difference(study, "v1", "v1")
