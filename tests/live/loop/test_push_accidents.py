"""What a push does about accidents: twin projects, imports that come late, copies, a project or server that is gone."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from itertools import count

import httpx
import pytest

from tests.live.loop.conftest import GOVERNMENT, WRITER, LiveStudy
from tests.live.loop.test_pull import known, pulled
from tests.live.loop.test_push import TWO, on_server, sentence_ids, through
from toolkit.errors import ServerRefused, TransferIncomplete, UsageError
from toolkit.labelstudio.session import LabelStudio
from toolkit.loop import push as module
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree
from toolkit.loop.connect import connect
from toolkit.loop.online.round_project import mark
from toolkit.loop.push import push
from toolkit.study import rounds

pytestmark = pytest.mark.live


class Repeats(httpx.BaseTransport):
    """A server that carries out what it is asked twice, as Label Studio does when its database was locked."""

    def __init__(self, which: Callable[[httpx.Request], bool], *, lose_answer: bool = False) -> None:
        self._real = httpx.HTTPTransport()
        self._which = which
        self._lose_answer = lose_answer

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not self._which(request):
            return self._real.handle_request(request)
        request.read()
        self._real.handle_request(request).read()
        answer = self._real.handle_request(request)
        if self._lose_answer:
            answer.read()
            raise httpx.ReadError("reset", request=request)
        return answer

    def close(self) -> None:
        self._real.close()


def creates_a_project(request: httpx.Request) -> bool:
    return request.method == "POST" and request.url.path == "/api/projects/"


def marked(study: LiveStudy, lead: LabelStudio) -> list[int]:
    with study.study.database() as database:
        word = mark(database, rounds.get(database, "pilot"))
    return [one.project_id for one in lead.projects_with(word)]


# ------------------------------------------------------------------ twin projects


@pytest.mark.parametrize("lose_answer", [False, True], ids=["answered", "answer lost"])
def test_an_empty_twin_of_the_project_is_removed(
    live_study: LiveStudy, lead: LabelStudio, monkeypatch: pytest.MonkeyPatch, lose_answer: bool
) -> None:
    network = Repeats(creates_a_project, lose_answer=lose_answer)
    monkeypatch.setattr(module, "open_server", through(network, live_study))
    result = push(live_study.study, design=TWO)
    assert any("twin" in note for note in result.notes)
    assert marked(live_study, lead) == [live_study.project_id()]
    assert on_server(live_study, lead) == sentence_ids(live_study)


def test_twins_left_behind_by_a_killed_push_are_no_dead_end(
    live_study: LiveStudy, lead: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "open_server", through(Repeats(creates_a_project), live_study))
        patch.setattr(rounds, "set_project", killed)
        with pytest.raises(KeyboardInterrupt):
            push(live_study.study, design=TWO)
    assert len(marked(live_study, lead)) == 2
    push(live_study.study)
    assert marked(live_study, lead) == [live_study.project_id()]
    assert on_server(live_study, lead) == sentence_ids(live_study)


def test_a_copy_of_the_project_with_sentences_is_left_alone(live_study: LiveStudy, lead: LabelStudio) -> None:
    push(live_study.study, design=TWO)
    state = lead.project(live_study.project_id())
    copy = lead.create_project(
        title="A copy",
        description=state.description,
        config_xml=state.config_xml,
        instructions_html="",
        annotators_per_sentence=1,
    )
    lead.send_sentences(copy, [{"sentence": "Somebody's."}])
    result = push(live_study.study)
    assert [note for note in result.notes if f"project {copy}" in note and "left alone" in note]
    assert lead.project(copy).n_sentences == 1


def test_rounds_whose_names_begin_alike_keep_their_projects_apart(live_study: LiveStudy, lead: LabelStudio) -> None:
    for name in ("pilot-2", "pilot2", "pilot"):
        push(live_study.study, round_name=name, design=TWO)
    assert len({live_study.project_id(name) for name in ("pilot", "pilot2", "pilot-2")}) == 3


# ------------------------------------------------------------------ late imports, and copies


def late_import(study: LiveStudy, lead: LabelStudio) -> list[str]:
    """A request the network had kept comes late: every sentence is there twice. The sentences' ids."""
    items = [item for page in lead.sentences_on_server(study.project_id()) for item in page]
    lead.send_sentences(study.project_id(), [item.data for item in items])
    return [str(item.data["sentence_id"]) for item in items]


def test_copies_are_all_named_by_pull_and_push_and_removed_on_request(pushed: LiveStudy, lead: LabelStudio) -> None:
    pushed.code(pushed.emails[0], 0, WRITER)
    sentences = late_import(pushed, lead)
    report = pulled(pushed)
    assert report.copies == 5
    with pytest.raises(TransferIncomplete) as refused:
        push(pushed.study)
    assert [fault.place for fault in refused.value.faults] == sentences
    assert "remove_copies=True" in refused.value.todo
    result = push(pushed.study, remove_copies=True)
    assert [line.partition(":")[0] for line in result.removed_copies] == sentences
    assert on_server(pushed, lead) == sentence_ids(pushed)
    again = pulled(pushed)
    assert (again.copies, again.tally.gone, again.tally.new) == (0, 0, 0)
    assert len(known(pushed)) == 1


def test_a_copy_somebody_worked_on_stays_and_the_untouched_one_goes(pushed: LiveStudy, lead: LabelStudio) -> None:
    late_import(pushed, lead)
    items = [item.remote_id for page in lead.sentences_on_server(pushed.project_id()) for item in page]
    first, copy = items[0], items[5]
    second, its_copy = items[1], items[6]
    raw = pushed.server.raw
    result = {"result": [], "lead_time": 1.0}
    for each in (copy, second, its_copy):
        assert raw("POST", f"/api/tasks/{each}/annotations/", json=result).status_code == 201
    done = push(pushed.study, remove_copies=True)
    left = {item.remote_id for page in lead.sentences_on_server(pushed.project_id()) for item in page}
    assert first not in left
    assert {copy, second, its_copy} <= left
    assert [note for note in done.notes if f"{second}, {its_copy}" in note]
    assert pushed.ledger()[0].remote_id == copy
    report = pulled(pushed)
    assert report.tally.new == 3


def test_a_copy_with_a_draft_is_not_removed(pushed: LiveStudy, lead: LabelStudio) -> None:
    late_import(pushed, lead)
    items = [item.remote_id for page in lead.sentences_on_server(pushed.project_id()) for item in page]
    copy = items[7]
    assert (
        pushed.server.raw("POST", f"/api/tasks/{copy}/drafts", json={"result": [], "lead_time": 1.0}).status_code == 201
    )
    push(pushed.study, remove_copies=True)
    left = {item.remote_id for page in lead.sentences_on_server(pushed.project_id()) for item in page}
    assert copy in left
    assert items[2] not in left
    assert len(left) == 5


def test_an_import_that_comes_while_push_waits_is_not_sent_twice(
    live_study: LiveStudy, lead: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[httpx.Request] = []
    real = httpx.HTTPTransport()

    class Late(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("/import") and not kept:
                request.read()
                kept.append(request)
                raise httpx.ReadTimeout("no answer", request=request)
            return real.handle_request(request)

        def close(self) -> None:
            real.close()

    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 40:  # forty seconds later it arrives
            with httpx.HTTPTransport() as network:
                network.handle_request(kept[0]).read()

    monkeypatch.setattr(module, "open_server", through(Late(), live_study))
    result = push(live_study.study, design=TWO, sleep=sleep)
    assert on_server(live_study, lead) == sentence_ids(live_study)
    assert [note for note in result.notes if "lost on the way" in note]


@pytest.mark.parametrize("number", range(1, 5))
def test_one_false_empty_listing_sends_nothing_twice(
    live_study: LiveStudy, lead: LabelStudio, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    real, listings = httpx.HTTPTransport(), count(1)

    class Empty(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = real.handle_request(request)
            if (request.method, request.url.path) == ("GET", "/api/tasks") and next(listings) == number:
                answer.read()
                body = {**answer.json(), "tasks": [], "total": 0, "total_annotations": 0}
                return httpx.Response(200, json=body, headers={"date": answer.headers["date"]})
            return answer

        def close(self) -> None:
            real.close()

    monkeypatch.setattr(module, "open_server", through(Empty(), live_study))
    push(live_study.study, design=TWO, sleep=lambda _: None)
    assert on_server(live_study, lead) == sentence_ids(live_study)
    assert next(listings) > number


# ------------------------------------------------------------------ a project that is gone


def test_a_deleted_project_says_what_is_safe_and_is_made_anew_without_what_is_coded(
    pushed: LiveStudy, lead: LabelStudio
) -> None:
    anna, ben = pushed.emails
    for email in (anna, ben):
        pushed.code(email, 0, WRITER)
    pushed.code(anna, 1, GOVERNMENT)
    pushed.code(anna, 2, WRITER)
    pushed.code_again(anna, 2, GOVERNMENT)  # twice by one person is once
    pulled(pushed)
    before = {one.annotation_id: one for one in known(pushed)}
    agreed = agree(pushed.study, AgreementRequest(replicates=0))
    with pytest.raises(UsageError, match="still"):
        push(pushed.study, again=True)
    lead.delete_project(pushed.project_id())
    for refuses in (lambda: pulled(pushed), lambda: push(pushed.study)):
        with pytest.raises(ServerRefused, match="What was pulled is safe: 5 annotations of 3 sentences") as refused:
            refuses()
        assert "`push(round_name=pilot, again=True)`" in refused.value.todo
    assert {one.annotation_id: one for one in known(pushed)} == before
    result = push(pushed.study, again=True)
    assert (result.n_sent, result.n_coded_before) == (4, 1)
    ledger = pushed.ledger()
    wanted = {
        item.data["sentence_id"]: item.annotators_wanted
        for page in lead.sentences_on_server(pushed.project_id())
        for item in page
    }
    assert wanted == {entry.sentence_id: 1 if number in {1, 2} else 2 for number, entry in enumerate(ledger) if number}
    assert not pulled(pushed).changed
    assert {one.annotation_id: one for one in known(pushed)} == before
    assert agree(pushed.study, AgreementRequest(replicates=0)) == agreed
    pushed.code(ben, 1, GOVERNMENT)
    assert pulled(pushed).tally.new == 1
    now = {one.annotation_id: one for one in known(pushed)}
    (new,) = now.keys() - before.keys()
    assert new.startswith("pilot-2.")
    assert Counter(Counter(one.annotator for one in now.values()).values()) == Counter([4, 2])
    assert push(pushed.study).n_sent == 0


def test_a_round_goes_on_on_another_server(pushed: LiveStudy, lead: LabelStudio) -> None:
    """The embedded server is given up for one at an address: the same program here, another server to the study."""
    anna, ben = pushed.emails
    pushed.code(anna, 0, WRITER)
    pulled(pushed)
    before, old_project = known(pushed), pushed.project_id()
    with pytest.raises(UsageError, match="has rounds on the embedded server"):
        connect(pushed.study, pushed.server.url, pushed.server.token)
    connect(pushed.study, pushed.server.url, pushed.server.token, move=True)
    with pytest.raises(UsageError, match="no project on the server this study uses now"):
        pulled(pushed)
    with pytest.raises(UsageError, match="is on embedded"):
        push(pushed.study)
    result = push(pushed.study, again=True)
    assert pushed.project_id() != old_project
    assert (result.n_sent, result.n_coded_before) == (5, 0)
    assert known(pushed) == before
    wanted = [item.annotators_wanted for page in lead.sentences_on_server(pushed.project_id()) for item in page]
    assert wanted == [1, 2, 2, 2, 2]
    pushed.code(ben, 0, WRITER)
    assert pulled(pushed).tally.new == 1
    assert len({one.annotator for one in known(pushed)}) == 2
    assert {one.sentence_id for one in known(pushed)} == {before[0].sentence_id}


def test_on_another_server_nobody_gets_anothers_annotations(pushed: LiveStudy, lead: LabelStudio) -> None:
    """Account numbers begin anew on a new server: here as if those of the two annotators had changed places."""
    anna, ben = pushed.emails
    pushed.code(anna, 0, WRITER)
    pulled(pushed)
    before = known(pushed)
    with sqlite3.connect(pushed.study.database_file) as connection:
        ids = dict(connection.execute("SELECT email, user_id FROM accounts WHERE email IN (?, ?)", (anna, ben)))
        connection.execute("UPDATE accounts SET user_id = -1 WHERE email = ?", (anna,))
        connection.execute("UPDATE accounts SET user_id = ? WHERE email = ?", (ids[anna], ben))
        connection.execute("UPDATE accounts SET user_id = ? WHERE email = ?", (ids[ben], anna))
    swapped = known(pushed)
    assert swapped != before
    with pytest.raises(ServerRefused, match="belongs to somebody else"):
        pulled(pushed)
    assert known(pushed) == swapped
    push(pushed.study, again=True)
    pulled(pushed)
    assert known(pushed) == swapped  # still whose they were when they were pulled, whoever has the number now
    pushed.code(anna, 1, WRITER)
    pulled(pushed)
    by_id = {one.annotation_id: one.annotator for one in known(pushed)}
    assert len(by_id) == 2
    assert set(by_id.values()) == {swapped[0].annotator, before[0].annotator}
