"""Erasing somebody: nothing of them is left in the study's files, nothing comes back, and the others are untouched."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.loop.settled_study import DESIGN, GAP, NAME, settled_study
from toolkit.errors import BadInput, UsageError
from toolkit.loop.adjudication.decisions import decisions_of, settled_of
from toolkit.loop.adjudication.task import prefilled_parts
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree
from toolkit.loop.answers import annotations_of, codebook_of
from toolkit.loop.erase import erase, found
from toolkit.loop.export import export
from toolkit.loop.feedback.letters import feedback
from toolkit.loop.pull import pull
from toolkit.loop.status import status
from toolkit.report.feedback.files import write_letters
from toolkit.study import adjudications, annotators, round_names, rounds, server_items
from toolkit.study.folder import Study
from toolkit.study.records import Annotation
from toolkit.terminal.annotators import erasure_lines

FROZEN = Path(__file__).parents[1] / "frozen" / "v1" / "study"
ANNA, BEN = "anna@example.org", "ben@example.org"


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """The frozen study of three annotators, brought up to date; ``chloe`` codes the round ``pilot`` only."""
    made = Study(Path(shutil.copytree(FROZEN, tmp_path / "study")))
    with made.database():
        pass
    (made.folder / "server").mkdir()
    kept = {ANNA: "password-of-anna", BEN: "password-of-ben"}
    (made.folder / "server" / "annotators.json").write_text(json.dumps(kept), encoding="utf-8")
    return made


def counted(study: Study) -> dict[str, Annotation]:
    with study.database() as database:
        return {one.annotation_id: one for name in rounds.names(database) for one in annotations_of(database, name)}


def of(study: Study, email: str) -> set[str]:
    with study.database() as database:
        name = annotators.pseudonym(database, email)
    return {number for number, one in counted(study).items() if one.annotator == name}


def raws(path: Path, user_id: int) -> Iterator[str]:
    with closing(sqlite3.connect(path)) as connection:
        for (raw,) in connection.execute("SELECT raw FROM annotation_versions"):
            if json.loads(raw)["completed_by"] == user_id:
                yield raw


def test_the_others_stay_as_they_were(study: Study) -> None:
    before, theirs = counted(study), of(study, ANNA)
    with study.database() as database:
        state = server_items.held(database, "pilot")
    done = erase(study, ANNA)
    assert (done.n_annotations, len(theirs) > 50) == (len(theirs) + len(gone_of(study, ANNA)), True)
    assert counted(study) == {number: one for number, one in before.items() if number not in theirs}
    with study.database() as database:
        assert {person.email for person in annotators.registered(database)} == {BEN, "chloe@example.org"}
        assert server_items.held(database, "pilot").n_items == state.n_items
        database.check()
    assert agree(study, AgreementRequest(round_name="pilot", replicates=0)).estimates
    assert export(study, replicates=0).version == 2
    assert [one.round for one in status(study).rounds] == ["pilot", "main"]


def gone_of(study: Study, email: str) -> list[int]:
    """Annotations of theirs that had vanished from the server before, in the study as it was frozen."""
    with closing(sqlite3.connect(FROZEN / "study.db")) as connection:
        query = (
            "SELECT a.annotation_id FROM annotations a "
            "JOIN annotation_versions v USING (round, annotation_id, version) "
            "WHERE a.gone_at IS NOT NULL AND json_extract(v.raw, '$.completed_by') = "
            "(SELECT user_id FROM accounts WHERE email = ?)"
        )
        return [row[0] for row in connection.execute(query, (email,))]


def test_not_a_byte_is_left_in_the_files(study: Study) -> None:
    with study.database() as database:
        (number,) = (number for number, email in annotators.accounts(database, "embedded").items() if email == ANNA)
        pseudonym = annotators.pseudonym(database, ANNA)
    theirs = list(raws(study.database_file, number))
    traces = {hashlib.sha256(raw.encode()).hexdigest() for raw in theirs} | {
        json.loads(raw)["created_at"] for raw in theirs
    }
    assert len(traces) > 100
    assert any(trace.encode() in study.database_file.read_bytes() for trace in traces)
    erase(study, ANNA)
    files = [*study.folder.glob("study.db"), *study.folder.glob("study.db-*"), *study.folder.glob("server/*")]
    content = b"".join(path.read_bytes() for path in files)
    assert b"ben@example.org" in content
    assert b"password-of-ben" in content
    for said in (ANNA, pseudonym, "password-of-anna", *traces):
        assert said.encode() not in content, said
    assert not list(raws(study.database_file, number))


def test_it_is_recorded_as_a_count(study: Study) -> None:
    traces = found(study, ANNA)
    assert (traces.registered, traces.n_accounts, traces.erased_before) == (True, 1, False)
    erase(study, ANNA.upper())
    with study.database() as database:
        (row,) = database.rows("SELECT n_annotations, n_versions FROM erasures")
    assert tuple(row) == (traces.n_annotations, traces.n_versions)


def item(remote_id: int, sentence_id: str, *raw: dict[str, Any]) -> dict[str, Any]:
    return {"id": remote_id, "data": {"sentence_id": sentence_id}, "annotations": list(raw)}


def submitted(number: int, user_id: int, email: str, **more: Any) -> dict[str, Any]:
    who = {"id": user_id, "email": email}
    return {"id": number, "result": [], "created_at": "2027-01-01T00:00:00Z", "completed_by": who, **more}


def test_a_later_pull_does_not_bring_them_back(study: Study, tmp_path: Path) -> None:
    with study.database() as database:
        entry = next(entry for entry in rounds.ledger(database, "main") if entry.remote_id is not None)
        numbers = {email: number for number, email in annotators.accounts(database, "embedded").items()}
    assert entry.remote_id is not None
    erase(study, ANNA)
    file = tmp_path / "export.json"
    mine = submitted(9001, numbers[ANNA], "Anna@example.org")
    skipped = submitted(9002, numbers[ANNA], ANNA, was_cancelled=True)
    without_address = submitted(9003, numbers[ANNA], "") | {"completed_by": numbers[ANNA]}
    moved = submitted(9004, 77, ANNA)  # an account made anew, under the same address
    bens = submitted(9005, numbers[BEN], BEN)
    entries = [item(entry.remote_id, entry.sentence_id, mine, skipped, without_address, moved, bens)]
    file.write_text(json.dumps(entries), encoding="utf-8")
    (report,) = pull(study, round_name="main", from_file=file)
    assert (report.erased, report.tally.new) == (4, 1)
    assert {"main-9005"} == {number for number in counted(study) if number.startswith("main-900")}
    for content in (study.database_file.read_bytes(), *(path.read_bytes() for path in study.folder.glob("study.db-*"))):
        assert b"anna@example.org" not in content.lower()


def test_nobody_is_registered_again_under_an_erased_address(study: Study) -> None:
    erase(study, ANNA)
    with study.database() as database, pytest.raises(UsageError, match="cannot be registered") as refused:
        annotators.register(database, ["new@example.org", "Anna@example.org"], round=None)
    assert [fault.place for fault in refused.value.faults] == ["Anna@example.org"]
    with study.database() as database:
        assert len(annotators.registered(database)) == 2


def test_nobody_of_that_address(study: Study) -> None:
    before = study.database_file.read_bytes()
    with pytest.raises(UsageError, match="nobody in this study"):
        erase(study, "dora@example.org")
    assert study.database_file.read_bytes() == before


def test_stopped_before_the_file_was_written_anew_running_it_again_finishes(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("toolkit.study.database.Database.wipe", killed)
        with pytest.raises(KeyboardInterrupt):
            erase(study, ANNA)
    assert b"password-of-anna" in (study.folder / "server" / "annotators.json").read_bytes()
    done = erase(study, ANNA)
    assert (done.n_annotations, done.n_versions) == (0, 0)
    assert b"password-of-anna" not in (study.folder / "server" / "annotators.json").read_bytes()
    with study.database() as database:
        assert len(list(database.rows("SELECT 1 FROM erasures"))) == 1
    assert ANNA.encode() not in study.database_file.read_bytes()


def test_stopped_in_the_transaction_nothing_was_erased(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    before = counted(study)
    monkeypatch.setattr("toolkit.study.erasure.remember_accounts", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        erase(study, ANNA)
    assert counted(study) == before


def test_while_another_program_reads_the_log_is_not_said_to_be_clean(study: Study) -> None:
    with closing(sqlite3.connect(study.database_file, isolation_level=None)) as reader, study.database() as database:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM meta").fetchone()
        database._connection.execute("PRAGMA busy_timeout = 1")  # not to wait half a minute here
        annotators.register(database, ["new@example.org"], round=None)
        with pytest.raises(BadInput, match="read by another program"):
            database.wipe()


def test_what_it_cannot_reach_is_named(study: Study) -> None:
    done = erase(study, ANNA)
    assert done.server_away is not None
    assert study.folder / "study.db.v1" in done.copies
    assert study.database_file not in done.copies
    assert [path.name for path in done.exports] == ["v1"]


def test_what_they_changed_of_others_stays_and_is_counted(study: Study) -> None:
    """The lead of the frozen study was the last to change one annotation of somebody else's."""
    before = {number for number, one in counted(study).items() if one.edited_by_other}
    assert len(before) == erase(study, "lead@localhost").n_edited == 1
    assert before <= set(counted(study))


ANA, LEAD = "ana@example.org", "lead@example.org"


def shown(study: Study) -> list[tuple[str, str, list[list[Any]]]]:
    with closing(sqlite3.connect(study.database_file)) as connection:
        query = "SELECT sentence_id, question, shown FROM asked_again"
        return [(one, question, json.loads(said)) for one, question, said in connection.execute(query)]


def names_of(study: Study, email: str, round_name: str = "pilot") -> set[str]:
    with study.database() as database:
        who = annotators.pseudonym(database, email)
        return {one.annotation_id for one in annotations_of(database, round_name) if one.annotator == who}


@pytest.mark.parametrize("renamed", [False, True])
def test_what_adjudicators_were_shown_of_theirs_goes_and_the_others_stay(tmp_path: Path, *, renamed: bool) -> None:
    study = settled_study(tmp_path / "study")
    with study.database() as database:
        of_round = "trial" if renamed else "pilot"
        if renamed:
            round_names.rename(database, {"pilot": "trial", NAME: "trial-adjudication"})
        sent = next(one.sentence_id for one in adjudications.asked_again(database, f"{of_round}-adjudication"))
        rounds.record_remote(database, f"{of_round}-adjudication", {sent: 4711})
    before, theirs = shown(study), names_of(study, ANA, of_round)
    with study.database() as database:
        decided = {place: one.value for place, one in settled_of(database, of_round).items()}
    assert sum(one[0] in theirs for *_, said in before for one in said) > 10
    done = erase(study, ANA)
    assert shown(study) == [
        (sentence_id, question, [one for one in said if one[0] not in theirs]) for sentence_id, question, said in before
    ]
    assert done.shown_on_server == {f"{of_round}-adjudication": 1}
    assert done.letters == ()
    with study.database() as database:
        database.check()
        assert {place: one.value for place, one in settled_of(database, of_round).items()} == decided


def test_what_was_chosen_beforehand_stays_as_long_as_somebody_left_had_given_it(tmp_path: Path) -> None:
    """On h-4 Ana and Ben took the paper, and it was chosen beforehand."""
    study = settled_study(tmp_path / "study", design=replace(DESIGN, prefill="majority"))

    def chosen() -> tuple[object, object, bool]:
        with study.database() as database:
            asked = {(one.sentence_id, one.question): one for one in adjudications.asked_again(database, NAME)}
            prefilled_parts(database, NAME, codebook_of(database, "pilot"))
            settled = settled_of(database, "pilot")["h-4", "kind"]
            return asked["h-4", "kind"].prefilled, settled.value, settled.anchored

    was, decided, _ = chosen()
    assert was == decided  # the paper, too
    erase(study, ANA)
    assert chosen() == (was, decided, True)
    erase(study, BEN)
    # The decision was made on a page that chose beforehand, whoever is erased.
    assert chosen() == (adjudications.CHOSEN_BY_NOBODY_LEFT, decided, True)


def test_of_an_adjudicator_the_decisions_go_and_letters_that_may_quote_them_are_named(tmp_path: Path) -> None:
    study = settled_study(tmp_path / "study")
    written = write_letters(feedback(study), study.feedback_folder)
    letters = {path for one in written for path in (one.markdown, one.html)}
    with study.database() as database:
        mine = annotators.pseudonym(database, LEAD)
    assert any(GAP in path.read_text(encoding="utf-8") for path in letters)
    assert GAP.encode() in study.database_file.read_bytes()
    done = erase(study, LEAD)
    assert set(done.letters) == letters
    with study.database() as database:
        assert list(decisions_of(database, NAME)) == []
    for path in study.folder.glob("study.db*"):
        assert GAP.encode() not in path.read_bytes()
        assert mine.encode() not in path.read_bytes()
    said = "\n".join(erasure_lines(done))
    assert str(min(letters)) in said
