"""Adjudication on a real Label Studio: begun exactly once, decided through accounts, pulled as it was decided."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import httpx
import pytest

from tests.live.loop.conftest import GOVERNMENT, OK, WRITER, LiveStudy
from tests.live.loop.test_push import through
from toolkit.codebook.reasons import Reason
from toolkit.errors import BadInput, ServerRefused, TransferIncomplete, UsageError
from toolkit.labelstudio.decisions import BOTH_DEFENSIBLE
from toolkit.labelstudio.encode import decision
from toolkit.labelstudio.session import LabelStudio
from toolkit.loop import annotators
from toolkit.loop.adjudication import start as module
from toolkit.loop.adjudication.agreed import accept_agreed
from toolkit.loop.adjudication.decisions import decisions_of, settled_of
from toolkit.loop.adjudication.design import AdjudicationAsked
from toolkit.loop.adjudication.start import Started, start
from toolkit.loop.adjudication.status import status
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree
from toolkit.loop.doctor import doctor
from toolkit.loop.pull import pull
from toolkit.loop.push import push
from toolkit.loop.replay import replay
from toolkit.study import adjudications, removals, rounds
from toolkit.study import annotators as annotators_kept
from toolkit.study.decisions import Settled
from toolkit.study.removals import Removal

pytestmark = pytest.mark.live

_number = count(1)
NAME = "pilot-adjudication"
THINK_TANK = {**OK, "attribution": "attributed", "source_type": "think_tank", "frame_primary": "diplomacy"}


@pytest.fixture
def coded(pushed: LiveStudy) -> LiveStudy:
    """Five sentences by two coders, pulled: on the first and the fourth they differ."""
    anna, ben = pushed.emails
    for place, answers in enumerate((WRITER, WRITER, WRITER, GOVERNMENT, GOVERNMENT)):
        pushed.code(anna, place, answers)
    for place, answers in enumerate((GOVERNMENT, WRITER, WRITER, THINK_TANK, GOVERNMENT)):
        pushed.code(ben, place, answers)
    pull(pushed.study)
    return pushed


@pytest.fixture
def adjudicator() -> str:
    return f"adjudicator{next(_number)}@example.org"


NO_SAMPLE = AdjudicationAsked(sample=0)


def begun(study: LiveStudy, *emails: str, asked: AdjudicationAsked = NO_SAMPLE) -> Started:
    return start(study.study, asked=asked, adjudicators=emails, sleep=lambda _: None)


def test_the_owner_of_the_token_does_not_come_back_as_the_one_who_decides(coded: LiveStudy, lead: LabelStudio) -> None:
    owner = lead.me().email
    with coded.study.database() as database, database.transaction() as connection:
        annotators_kept.enter(connection, database, owner, round="pilot")
        removals.remove(connection, owner, Removal("withdrawn", datetime(2026, 3, 1, tzinfo=UTC)))
    with pytest.raises(UsageError, match="was removed"):
        begun(coded)
    with coded.study.database() as database:
        assert adjudications.find(database, "pilot") is None
        assert owner.casefold() in removals.removals(database)


def on_server(study: LiveStudy, lead: LabelStudio) -> Counter[str]:
    pages = lead.sentences_on_server(study.project_id(NAME))
    return Counter(str(item.data["sentence_id"]) for page in pages for item in page)


def decide(
    study: LiveStudy,
    email: str,
    sentence_id: str,
    answers: Mapping[str, object],
    *,
    reason: Reason | None = "slip",
    suggestion: str | None = None,
) -> None:
    (remote_id,) = [entry.remote_id for entry in study.ledger(NAME) if entry.sentence_id == sentence_id]
    assert remote_id is not None
    parts = decision(study.codebook, answers, sentence=study.texts()[sentence_id], reason=reason, suggestion=suggestion)
    with study.signed_in(email) as connection:
        before = connection._client.listed(f"api/tasks/{remote_id}/annotations/")
        mine = [one["id"] for one in before if one["completed_by"] == connection.me().user_id]
        if mine:  # changed, as the page does
            connection._client.write("PATCH", f"api/annotations/{mine[0]}/", {"result": parts}, dict)
        else:
            connection.submit(remote_id, parts, seconds=9.0)


def settled(study: LiveStudy) -> dict[tuple[str, str], Settled]:
    with study.study.database() as database:
        return settled_of(database, "pilot")


def test_only_what_is_disputed_goes_to_the_server_and_again_nothing(
    coded: LiveStudy, lead: LabelStudio, adjudicator: str
) -> None:
    first, fourth = (coded.ledger()[place].sentence_id for place in (0, 3))
    started = begun(coded, adjudicator)
    assert (started.n_sent, started.n_verified) == (2, 2)
    assert on_server(coded, lead) == {first: 1, fourth: 1}
    before = lead.newest_change(coded.project_id(NAME)).newest_updated_at
    again = begun(coded, adjudicator)
    assert (again.n_sent, again.n_verified) == (0, 2)
    assert lead.newest_change(coded.project_id(NAME)).newest_updated_at == before


def test_decisions_come_back_as_they_were_made_and_alter_no_answer(coded: LiveStudy, adjudicator: str) -> None:
    before = agree(coded.study, AgreementRequest(round_name="pilot")).estimates
    begun(coded, adjudicator)
    first, fourth = (coded.ledger()[place].sentence_id for place in (0, 3))
    says = "A minister's own words are the government's."
    decide(
        coded, adjudicator, first, {"attribution": "attributed", "source_type": "gov"}, reason="codebook_gap",
        suggestion=says,
    )  # fmt: skip
    decide(
        coded, adjudicator, fourth, {"source_type": BOTH_DEFENSIBLE, "frame_primary": "security"}, reason="ambiguous"
    )
    reports = {report.round: report for report in pull(coded.study)}
    assert reports[NAME].tally.new == 2
    assert not reports[NAME].rejected
    found = settled(coded)
    assert (found[first, "attribution"].value, found[first, "attribution"].reason) == ("attributed", "codebook_gap")
    assert found[first, "source_type"].value == "STATE/gov"
    assert (found[fourth, "source_type"].outcome, found[fourth, "source_type"].value) == ("both_defensible", None)
    assert found[fourth, "frame_primary"].value == "security"
    assert found[first, "loaded"].outcome == "agreed"
    with coded.study.database() as database:
        (suggested,) = {one.suggestion for one in decisions_of(database, NAME) if one.sentence_id == first}
    assert suggested == says
    assert agree(coded.study, AgreementRequest(round_name="pilot")).estimates == before
    assert not any(report.changed for report in pull(coded.study))


def test_a_decision_that_is_changed_or_deleted_is_followed(
    coded: LiveStudy, adjudicator: str, lead: LabelStudio
) -> None:
    begun(coded, adjudicator)
    first = coded.ledger()[0].sentence_id
    decide(coded, adjudicator, first, {"attribution": "writer"})
    pull(coded.study)
    assert settled(coded)[first, "attribution"].value == "writer"
    assert settled(coded)[first, "source_type"].outcome == "not_shown"
    decide(coded, adjudicator, first, {"attribution": "attributed", "source_type": "gov"})
    pull(coded.study)
    assert settled(coded)[first, "source_type"].value == "STATE/gov"
    with coded.study.database() as database:
        numbers = [row[0] for row in database.rows("SELECT annotation_id FROM annotations WHERE round = ?", (NAME,))]
    for number in numbers:
        lead._client.delete(f"api/annotations/{number}/")
    pull(coded.study)
    assert (first, "attribution") not in settled(coded)


def test_a_category_that_came_after_the_start_can_be_decided_for(
    coded: LiveStudy, adjudicator: str, lead: LabelStudio
) -> None:
    first, fifth = (coded.ledger()[place].sentence_id for place in (0, 4))
    begun(coded, adjudicator)
    decide(coded, adjudicator, first, {"attribution": "attributed", "source_type": "gov"})
    lobby = "      - {code: lobby, title: Lobby, definition: For an interest., parent: EXPERT, hotkey: shift+7}\n"
    file = coded.study.codebook_file
    text = file.read_text(encoding="utf-8").replace("version: 1.1.2", "version: 1.1.3", 1)
    before, category, after = text.partition("      - code: think_tank\n")
    file.write_text(before + lobby + category + after, encoding="utf-8")
    push(coded.study, update_codebook=True)
    coded.code_again(coded.emails[0], 4, {**GOVERNMENT, "source_type": "lobby"})
    pull(coded.study)
    planned = start(coded.study, asked=NO_SAMPLE, dry_run=True)
    assert any("codebook source-framing 1.1.3 now" in note for note in planned.notes)
    assert "lobby" not in lead.project(coded.project_id(NAME)).config_xml
    started = begun(coded, adjudicator)
    assert (started.n_sent, started.page_differences) == (1, ())
    assert "lobby" in lead.project(coded.project_id(NAME)).config_xml
    decide(coded, adjudicator, fifth, {"source_type": "lobby"})
    reports = {report.round: report for report in pull(coded.study)}
    assert not reports[NAME].rejected
    found = settled(coded)
    assert found[fifth, "source_type"].value == "EXPERT/lobby"
    assert found[first, "source_type"].value == "STATE/gov"
    assert begun(coded, adjudicator).notes == ()


def test_only_registered_adjudicators_decide(coded: LiveStudy, adjudicator: str) -> None:
    begun(coded, adjudicator)
    first = coded.ledger()[0].sentence_id
    with pytest.raises(ServerRefused, match="not registered"):
        decide(coded, coded.emails[0], first, {"attribution": "writer"})
    coded.server.admit(project_id=coded.project_id(NAME), email=coded.emails[0])  # as where nothing keeps anybody out
    decide(coded, coded.emails[0], first, {"attribution": "writer"})
    (report,) = [one for one in pull(coded.study) if one.round == NAME]
    assert report.not_registered == 1
    assert (first, "attribution") not in settled(coded)
    assert status(coded.study).excluded == {"not_registered": 1}


def test_two_adjudicators_are_compared_and_what_they_differ_on_is_settled_by_neither(
    coded: LiveStudy, adjudicator: str
) -> None:
    other = f"second-{adjudicator}"
    begun(coded, adjudicator, other, asked=AdjudicationAsked(sample=0, per_sentence=2))
    first = coded.ledger()[0].sentence_id
    decide(coded, adjudicator, first, {"attribution": "attributed", "source_type": "gov"})
    pull(coded.study)
    assert (first, "attribution") not in settled(coded), "the second has not decided yet"
    decide(coded, other, first, {"attribution": "attributed", "source_type": "party"})
    pull(coded.study)
    found = settled(coded)
    assert found[first, "attribution"].value == "attributed"
    assert len(found[first, "attribution"].decided_by) == 2
    assert (first, "source_type") not in found
    now = status(coded.study)
    contested = {one.question: one.contested for one in now.questions}
    assert (contested["attribution"], contested["source_type"]) == (0, 1)
    assert (now.n_alike, now.n_compared, now.done) == (now.n_compared - 1, now.n_compared, 1)


def test_agreed_answers_are_accepted_without_asking(coded: LiveStudy) -> None:
    accepted = accept_agreed(coded.study, questions=["loaded", "attribution"])
    assert accepted.accepted == {"attribution": 4, "loaded": 5}
    assert accept_agreed(coded.study, questions=["loaded"]).accepted == {}
    assert sum(one.outcome == "agreed" for one in settled(coded).values()) == 9
    started = begun(coded)
    assert started.n_sent == 2
    assert len(started.adjudicators) == 1, "the account of the token, where nobody was named"


def test_what_comes_into_dispute_later_is_sent_later(pushed: LiveStudy, lead: LabelStudio, adjudicator: str) -> None:
    anna, ben = pushed.emails
    with pytest.raises(UsageError, match="nothing of round 'pilot' has been coded"):
        begun(pushed, adjudicator)
    pushed.code(anna, 0, WRITER)
    pushed.code(ben, 0, GOVERNMENT)
    pushed.code(anna, 1, WRITER)
    pull(pushed.study)
    assert begun(pushed, adjudicator).n_sent == 1
    pushed.code(ben, 1, GOVERNMENT)
    pull(pushed.study)
    started = begun(pushed, adjudicator)
    assert (started.n_sent, started.n_verified, started.plan.n_waiting) == (1, 2, 3)
    assert set(on_server(pushed, lead).values()) == {1}


class KilledAt(httpx.BaseTransport):
    """A network in which this process dies with a request, before it is sent or after the server carried it out."""

    def __init__(self, number: int, *, delivered: bool) -> None:
        self._real = httpx.HTTPTransport()
        self._left = number
        self._delivered = delivered

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._left -= 1
        if self._left:
            return self._real.handle_request(request)
        if self._delivered:
            self._real.handle_request(request).read()
        raise KeyboardInterrupt

    def close(self) -> None:
        self._real.close()


@pytest.mark.parametrize("delivered", [True, False], ids=["carried out", "not sent"])
def test_killed_at_every_request_a_start_goes_on_and_doubles_nothing(
    coded: LiveStudy, lead: LabelStudio, adjudicator: str, monkeypatch: pytest.MonkeyPatch, delivered: bool
) -> None:
    first, fourth = (coded.ledger()[place].sentence_id for place in (0, 3))
    n_killed = 0
    for number in count(1):
        monkeypatch.setattr(module, "open_server", through(KilledAt(number, delivered=delivered), coded))
        try:
            begun(coded)
        except KeyboardInterrupt:
            n_killed += 1
            continue
        break
    assert n_killed >= 4  # a project, its sentences, and what is looked at before and after
    monkeypatch.undo()
    begun(coded, adjudicator)
    assert on_server(coded, lead) == {first: 1, fourth: 1}
    with coded.study.database() as database:
        asked = Counter((one.sentence_id, one.question) for one in adjudications.asked_again(database, NAME))
        assert set(asked.values()) == {1}
        assert len(lead.projects_with(f"intercoder:{database.meta('study_id')}:{NAME}")) == 1


def test_an_adjudication_is_no_round_of_coding(coded: LiveStudy, adjudicator: str) -> None:
    begun(coded, adjudicator)
    with pytest.raises(UsageError, match="is an adjudication"):
        push(coded.study, round_name=NAME)
    with coded.study.database() as database:
        assert rounds.names(database) == ("pilot",)
    assert annotators.add(coded.study, [coded.emails[0]]).handovers[0].links.keys() == {"pilot"}


def test_recorded_decisions_are_replayed_once_and_only_into_what_is_asked(
    coded: LiveStudy, adjudicator: str, tmp_path: Path
) -> None:
    begun(coded, adjudicator)
    first, second = (coded.ledger()[place].sentence_id for place in (0, 1))
    recording = tmp_path / "decisions.jsonl"
    lines = [
        {
            "article": "one",
            "position": position,
            "sentence": coded.texts()[sentence_id],
            "answers": {"attribution": "attributed", "source_type": "gov", "loaded": "writer"},
            "marks": {},
            "reason": "ambiguous",
            "suggestion": "Say so.",
        }
        for position, sentence_id in ((1, first), (2, second))
    ]
    recording.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert replay(coded.study, recording, email=adjudicator, round_name=NAME).n_entered == 1
    again = replay(coded.study, recording, email=adjudicator, round_name=NAME)
    assert (again.n_entered, again.n_already) == (0, 1)
    pull(coded.study)
    found = settled(coded)
    assert (found[first, "source_type"].value, found[first, "source_type"].reason) == ("STATE/gov", "ambiguous")
    assert found[first, "loaded"].outcome == "agreed", "it was not asked, and what was recorded of it is left out"
    lines[0]["reason"] = "because"
    recording.write_text(json.dumps(lines[0]), encoding="utf-8")
    with pytest.raises(BadInput, match="does not fit"):
        replay(coded.study, recording, email=adjudicator, round_name=NAME)


def test_a_project_that_is_gone_is_made_anew_without_what_is_decided(
    coded: LiveStudy, lead: LabelStudio, adjudicator: str
) -> None:
    begun(coded, adjudicator)
    first, fourth = (coded.ledger()[place].sentence_id for place in (0, 3))
    decide(coded, adjudicator, first, {"attribution": "writer"})
    pull(coded.study)
    lead.delete_project(coded.project_id(NAME))
    with pytest.raises(ServerRefused, match="has no project") as told:
        begun(coded)
    assert "start_adjudication(round_name=pilot, again=True)" in str(told.value.todo)
    started = start(coded.study, asked=NO_SAMPLE, again=True, sleep=lambda _: None)
    assert started.n_sent == 1
    assert on_server(coded, lead) == {fourth: 1}
    pull(coded.study)
    assert settled(coded)[first, "attribution"].value == "writer"


def test_copies_on_the_server_are_named_and_removed(coded: LiveStudy, lead: LabelStudio, adjudicator: str) -> None:
    begun(coded, adjudicator)
    before = on_server(coded, lead)
    (page, *_) = lead.sentences_on_server(coded.project_id(NAME))
    lead.send_sentences(coded.project_id(NAME), [page[0].data])
    with pytest.raises(TransferIncomplete, match="more than once") as told:
        begun(coded)
    assert "start_adjudication(round_name=pilot, remove_copies=True)" in str(told.value.todo)
    started = start(coded.study, asked=NO_SAMPLE, remove_copies=True, sleep=lambda _: None)
    assert len(started.removed_copies) == 1
    assert on_server(coded, lead) == before


def test_a_page_somebody_edited_is_noticed_and_mended(coded: LiveStudy, lead: LabelStudio, adjudicator: str) -> None:
    assert begun(coded, adjudicator).page_differences == ()
    project_id = coded.project_id(NAME)
    as_made = lead.project(project_id).config_xml
    edited = as_made.replace("Codebook gap", "Gap")
    assert edited != as_made
    lead.update_project(project_id, config_xml=edited)
    noticed = begun(coded)
    assert len(noticed.page_differences) > 0
    assert not noticed.page_mended
    assert any(check.name == f"page {NAME}" and check.outcome == "warning" for check in doctor(coded.study))
    assert start(coded.study, asked=NO_SAMPLE, mend_page=True, sleep=lambda _: None).page_mended
    assert begun(coded).page_differences == ()
    assert all(check.outcome == "ok" for check in doctor(coded.study) if check.name == f"page {NAME}")
