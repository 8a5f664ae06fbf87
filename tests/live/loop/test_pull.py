from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from tests.live.loop.conftest import GOVERNMENT, WRITER, LiveStudy
from toolkit.errors import BadInput, TransferIncomplete
from toolkit.labelstudio.session import LabelStudio
from toolkit.loop.answers import annotations_of
from toolkit.loop.export import export
from toolkit.loop.pull import pull
from toolkit.loop.pulling.report import PullReport
from toolkit.loop.status import status
from toolkit.study import sweeps
from toolkit.study.records import Annotation

pytestmark = pytest.mark.live
pq: Any = pyarrow.parquet


def pulled(study: LiveStudy) -> PullReport:
    (report,) = pull(study.study)
    return report


def known(study: LiveStudy) -> list[Annotation]:
    with study.study.database() as database:
        return list(annotations_of(database, "pilot"))


def stored(study: LiveStudy) -> list[tuple[object, ...]]:
    with sqlite3.connect(study.study.database_file) as connection:
        return [
            *connection.execute("SELECT * FROM annotations"),
            *connection.execute("SELECT * FROM annotation_versions"),
            *connection.execute("SELECT * FROM tombstones"),
        ]


def part(question: str, *codes: str) -> dict[str, object]:
    return {"from_name": question, "to_name": "sentence", "type": "choices", "value": {"choices": list(codes)}}


def marked(start: int, end: int, text: str, label: str = "Source") -> dict[str, object]:
    value = {"start": start, "end": end, "text": text, "labels": [label]}
    return {"id": "x1", "from_name": "spans", "to_name": "sentence", "type": "labels", "value": value}


def test_what_was_submitted_comes_back_once(pushed: LiveStudy) -> None:
    anna, ben = pushed.emails
    pushed.code(anna, 0, WRITER)
    pushed.code(ben, 0, GOVERNMENT)
    assert pulled(pushed).tally.new == 2
    first, second = known(pushed)
    assert first.excluded_because is second.excluded_because is None
    values = {answer.question: answer.value for answer in second.answers}
    assert values["source_type"] == "STATE/gov"
    assert values["frame_other"] == ()
    assert first.seconds_spent == 5.0


def test_pulling_twice_changes_nothing(pushed: LiveStudy) -> None:
    pushed.code(pushed.emails[0], 0, WRITER)
    pulled(pushed)
    before = stored(pushed)
    assert not pulled(pushed).changed
    assert stored(pushed) == before


def test_an_edit_is_a_new_version_and_the_old_one_is_kept(pushed: LiveStudy) -> None:
    anna = pushed.emails[0]
    annotation_id = pushed.code(anna, 0, WRITER)
    pulled(pushed)
    with pushed.signed_in(anna) as connection:
        connection._client.sdk.annotations.update(annotation_id, result=[part("segment_ok", "not_article")])
    report = pulled(pushed)
    assert (report.tally.new, report.tally.edited, report.edited_by_other) == (0, 1, 0)
    (annotation,) = known(pushed)
    assert annotation.excluded_because is None
    assert {a.question: a.value for a in annotation.answers}["segment_ok"] == "not_article"
    with pushed.study.database() as database:
        versions = list(database.rows("SELECT raw FROM annotation_versions ORDER BY version"))
    assert len(versions) == 2
    assert "writer" in versions[0]["raw"]


def test_an_edit_by_somebody_else_is_flagged_and_excluded(pushed: LiveStudy, lead: LabelStudio) -> None:
    annotation_id = pushed.code(pushed.emails[0], 0, WRITER)
    lead._client.sdk.annotations.update(annotation_id, result=[part("segment_ok", "not_article")])
    assert pulled(pushed).edited_by_other == 1
    assert [a.excluded_because for a in known(pushed)] == ["edited_by_other"]


def test_what_was_edited_untouched_and_deleted_is_said_in_the_export(pushed: LiveStudy, lead: LabelStudio) -> None:
    anna, ben = pushed.emails
    edited, untouched = pushed.code(anna, 0, WRITER), pushed.code(ben, 0, GOVERNMENT)
    by_lead, gone = pushed.code(anna, 1, WRITER), pushed.code(ben, 1, WRITER)
    pulled(pushed)
    with pushed.signed_in(anna) as connection:
        connection._client.sdk.annotations.update(edited, result=[part("segment_ok", "not_article")])
    lead._client.sdk.annotations.update(by_lead, result=[part("segment_ok", "not_article")])
    lead._client.sdk.annotations.delete(gone)
    pulled(pushed)
    tables = {name: pq.read_table(path).to_pylist() for name, path in export(pushed.study, replicates=0).paths.items()}

    def number(row: dict[str, Any]) -> int:
        return int(row["annotation_id"].removeprefix(f"{row['study_id']}-pilot-"))

    said = {number(one): one for one in tables["annotations"]}
    assert {name: (one["edited"], one["n_versions"], one["deleted_at"] is not None) for name, one in said.items()} == {
        edited: (True, 2, False), untouched: (False, 1, False),
        by_lead: (True, 2, False), gone: (False, 1, True),
    }  # fmt: skip
    # the server's own clock puts a little between the two of an annotation nobody touched
    assert 0 < (said[untouched]["updated_at"] - said[untouched]["created_at"]).total_seconds() < 1
    changes = {(number(one), one["question"]): one for one in tables["answer_changes"]}
    first, second = changes[edited, "segment_ok"], changes[by_lead, "segment_ok"]
    assert [(one["value_before"], one["value"]) for one in (first, second)] == [("ok", "not_article")] * 2
    assert first["changed_by"] == said[edited]["annotator"]
    assert second["changed_by"] not in {one["annotator"] for one in tables["annotators"]}


def test_a_deleted_annotation_leaves_a_tombstone(pushed: LiveStudy, lead: LabelStudio) -> None:
    kept = pushed.code(pushed.emails[0], 0, WRITER)
    gone = pushed.code(pushed.emails[1], 0, WRITER)
    pulled(pushed)
    lead._client.sdk.annotations.delete(gone)
    assert pulled(pushed).tally.gone == 1
    assert [a.annotation_id for a in known(pushed)] == [f"pilot-{kept}"]
    with pushed.study.database() as database:
        assert [row["annotation_id"] for row in database.rows("SELECT * FROM tombstones")] == [gone]
        assert len(list(database.rows("SELECT * FROM annotation_versions"))) == 2


def test_a_deleted_sentence_buries_its_annotations(pushed: LiveStudy) -> None:
    pushed.code(pushed.emails[0], 1, WRITER)
    pulled(pushed)
    remote_id = pushed.ledger()[1].remote_id
    assert pushed.server.raw("DELETE", f"/api/tasks/{remote_id}/").status_code == 204
    report = pulled(pushed)
    assert (report.vanished_items, report.tally.gone) == (1, 1)
    assert known(pushed) == []
    assert not pulled(pushed).changed


def test_a_deletion_is_seen_although_a_stranger_took_its_place(pushed: LiveStudy, lead: LabelStudio) -> None:
    pushed.code(pushed.emails[0], 1, WRITER)
    pulled(pushed)
    remote_id = pushed.ledger()[1].remote_id
    assert pushed.server.raw("DELETE", f"/api/tasks/{remote_id}/").status_code == 204
    lead.send_sentences(pushed.project_id(), [{"sentence": "Somebody else's."}])
    assert pulled(pushed).vanished_items == 1
    assert known(pushed) == []
    assert not pulled(pushed).changed


def test_a_skip_and_a_second_thought(pushed: LiveStudy) -> None:
    anna = pushed.emails[0]
    remote_id = pushed.ledger()[0].remote_id
    assert remote_id is not None
    with pushed.signed_in(anna) as connection:
        connection.skip(remote_id, seconds=1.0)
    pushed.code(anna, 0, WRITER)
    pushed.code_again(anna, 0, GOVERNMENT)
    report = pulled(pushed)
    assert (report.skipped, report.repeats) == (1, 2)
    assert [a.excluded_because for a in known(pushed)] == ["skipped", "revised", None]
    assert [a.repeat for a in known(pushed)] == [False, True, True]


def test_the_lead_trying_the_page_is_pulled_listed_and_excluded(pushed: LiveStudy, lead: LabelStudio) -> None:
    remote_id = pushed.ledger()[0].remote_id
    assert remote_id is not None
    lead.submit(remote_id, [part("segment_ok", "ok"), part("attribution", "writer")], seconds=1.0)
    assert pulled(pushed).not_registered == 1
    (annotation,) = known(pushed)
    assert annotation.excluded_because == "not_registered"
    (progress,) = status(pushed.study).rounds
    assert [person.done for person in progress.annotators if not person.registered] == [1]
    assert progress.excluded == {"not_registered": 1}


def test_answers_the_codebook_does_not_vouch_for(pushed: LiveStudy) -> None:
    """The server takes all of these without a word."""
    remote_id = pushed.ledger()[1].remote_id
    assert remote_id is not None
    parts = [
        part("segment_ok", "ok"),
        part("attribution", "writer", "mixed"),
        part("loaded", "nonsense"),
        part("source_type", "gov"),
        part("frame_primary", "security"),
        marked(2, 999, "It is over"),
        part("confidence", "3_sure"),
    ]
    with pushed.signed_in(pushed.emails[0]) as connection:
        connection.submit(remote_id, parts, seconds=1.0)
    report = pulled(pushed)
    assert sorted(key.split(":")[0] for key in report.rejected) == ["attribution", "loaded", "source_type", "spans"]
    (annotation,) = known(pushed)
    assert annotation.excluded_because is None
    statuses = {answer.question: answer.status for answer in annotation.answers}
    assert statuses["attribution"] == statuses["spans"] == "rejected"
    assert statuses["frame_primary"] == "answered"


def test_what_changes_on_a_page_already_read_is_not_lost(
    pushed: LiveStudy, monkeypatch: pytest.MonkeyPatch, lead: LabelStudio
) -> None:
    """A watermark at the newest change *seen* would be past the edit of the first sentence."""
    anna, ben = pushed.emails
    first = pushed.code(anna, 0, WRITER)
    monkeypatch.setattr(sweeps, "_LATE_COMMIT", timedelta(0))
    edits = []

    def meanwhile(what: str, done: int, total: int | None) -> None:
        if done == 1:
            with pushed.signed_in(anna) as connection:
                connection._client.sdk.annotations.update(first, result=[part("segment_ok", "not_article")])
            edits.append(pushed.code(ben, 4, WRITER))

    for entry in range(1, 4):
        pushed.code(anna, entry, WRITER)
    pull(pushed.study, page_size=1, progress=meanwhile)
    assert len(edits) == 1
    pull(pushed.study)
    values = {a.annotation_id: {b.question: b.value for b in a.answers} for a in known(pushed)}
    assert values[f"pilot-{first}"]["segment_ok"] == "not_article"
    assert f"pilot-{edits[0]}" in values


def test_a_pull_killed_between_pages_keeps_what_it_had_and_its_watermark(pushed: LiveStudy) -> None:
    anna = pushed.emails[0]
    for sentence in range(4):
        pushed.code(anna, sentence, WRITER)

    def killed(what: str, done: int, total: int | None) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(pushed.study, page_size=2, progress=killed)
    assert len(known(pushed)) == 2
    with pushed.study.database() as database:
        row = database.one("SELECT watermark FROM rounds")
        assert row is not None
        assert row["watermark"] is None
    pulled(pushed)
    assert len(known(pushed)) == 4


def test_one_annotation_the_server_cannot_read_holds_up_nothing_else(pushed: LiveStudy, lead: LabelStudio) -> None:
    """Half an emoji is taken without a word, and every page that holds it is then answered with a 500."""
    anna, ben = pushed.emails
    pushed.code(anna, 0, WRITER)
    pushed.code(anna, 4, WRITER)
    remote_id = pushed.ledger()[2].remote_id
    text = {"from_name": "note", "to_name": "sentence", "type": "textarea", "value": {"text": ["HALF"]}}
    body = json.dumps({"result": [text], "lead_time": 1.0}).replace("HALF", "\\ud83d")
    pushed.server.raw(
        "POST",
        f"/api/tasks/{remote_id}/annotations/",
        content=body.encode(),
        headers={"Authorization": f"Token {pushed.server.token}", "Content-Type": "application/json"},
    )
    with pytest.raises(TransferIncomplete) as caught:
        pulled(pushed)
    assert [fault.place for fault in caught.value.faults] == [f"item {remote_id}"]
    assert len(known(pushed)) == 2
    pushed.server.raw("DELETE", f"/api/tasks/{remote_id}/")
    pushed.code(ben, 0, WRITER)
    assert pulled(pushed).tally.new == 1


def test_an_export_file_gives_the_same_answers_as_the_server(pushed: LiveStudy, tmp_path: Path) -> None:
    anna, ben = pushed.emails
    pushed.code(anna, 0, WRITER)
    pushed.code(ben, 0, GOVERNMENT)
    told = pushed.server.raw("GET", f"/api/projects/{pushed.project_id()}/export", params={"exportType": "JSON"})
    file = tmp_path / "export.json"
    file.write_bytes(told.content)
    (from_file,) = pull(pushed.study, from_file=file)
    assert from_file.tally.new == 2
    answers = [(a.sentence_id, a.annotator, a.answers) for a in known(pushed)]
    report = pulled(pushed)
    assert (report.tally.new, report.tally.edited, report.tally.unchanged) == (0, 0, 2)  # told otherwise, and the same
    assert [(a.sentence_id, a.annotator, a.answers) for a in known(pushed)] == answers
    assert [a.excluded_because for a in known(pushed)] == [None, None]
    rows = pq.read_table(export(pushed.study, replicates=0).paths["annotations"]).to_pylist()
    assert [(one["edited"], one["n_versions"]) for one in rows] == [(False, 1)] * 2


def test_an_export_of_another_project_changes_nothing(pushed: LiveStudy, lead: LabelStudio, tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    task = {"id": 1, "data": {"text": "Somebody else's."}, "annotations": [], "updated_at": "2026-11-22T13:00:00Z"}
    file.write_text(json.dumps([task]), encoding="utf-8")
    before = stored(pushed)
    with pytest.raises(BadInput, match="no sentence in"):
        pull(pushed.study, from_file=file)
    assert stored(pushed) == before


def test_no_address_reaches_the_raw_store(pushed: LiveStudy) -> None:
    pushed.code(pushed.emails[0], 0, WRITER)
    pulled(pushed)
    with pushed.study.database() as database:
        raws = [json.loads(row["raw"]) for row in database.rows("SELECT raw FROM annotation_versions")]
    assert raws
    assert "@" not in json.dumps(raws)


def test_status_sees_what_is_in_progress(pushed: LiveStudy) -> None:
    anna = pushed.emails[0]
    pushed.code(anna, 0, WRITER)
    pulled(pushed)
    remote_id = pushed.ledger()[1].remote_id
    with pushed.signed_in(anna) as connection:
        token = connection._client._token
    draft = pushed.server.raw(
        "POST",
        f"/api/tasks/{remote_id}/drafts",
        token=token,
        json={"result": [part("segment_ok", "ok")], "lead_time": 1.0},
    )
    assert draft.status_code == 201
    (progress,) = status(pushed.study).rounds
    assert (progress.begun, progress.done, progress.in_progress) == (1, 0, 1)
    assert progress.planned_overlap == {2: 5}
    assert progress.actual_overlap == {0: 4, 1: 1}
    assert sorted((person.done, person.in_progress) for person in progress.annotators) == [(0, 0), (1, 1)]
    assert progress.newer_on_server is False


def test_status_says_when_the_server_has_newer_work(pushed: LiveStudy) -> None:
    assert [progress.newer_on_server for progress in status(pushed.study).rounds] == [False]
    pushed.code(pushed.emails[0], 0, WRITER)
    assert [progress.newer_on_server for progress in status(pushed.study).rounds] == [True]
    pulled(pushed)
    assert [progress.newer_on_server for progress in status(pushed.study).rounds] == [False]
