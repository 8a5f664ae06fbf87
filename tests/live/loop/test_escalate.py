"""Escalation against a real Label Studio: who is asked what, that a push leaves it, and that no accident doubles it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

import httpx
import pytest

from tests.live.loop.conftest import GOVERNMENT, WRITER, LiveStudy
from tests.live.loop.test_push import through
from toolkit.errors import IntercoderError
from toolkit.labelstudio.connection import NotThere
from toolkit.labelstudio.encode import submission
from toolkit.labelstudio.session import LabelStudio
from toolkit.loop import annotators
from toolkit.loop import escalate as module
from toolkit.loop.escalate import EscalateResult, escalate, escalated
from toolkit.loop.progress import Progress, silent
from toolkit.loop.pull import pull
from toolkit.loop.push import push
from toolkit.loop.status import status
from toolkit.study import escalations

pytestmark = pytest.mark.live

DISPUTED = (1, 3)
_number = count(1)


@pytest.fixture
def coded(pushed: LiveStudy) -> LiveStudy:
    """Five sentences coded by both annotators, who differ on two; a third, who came later, has coded nothing."""
    first, second = pushed.emails
    for n in range(5):
        pushed.code(first, n, WRITER)
        pushed.code(second, n, GOVERNMENT if n in DISPUTED else WRITER)
    pushed.emails.append(f"late.coder{next(_number)}@example.org")
    annotators.add(pushed.study, pushed.emails[2:])
    pull(pushed.study)
    return pushed


def asked(study: LiveStudy, *, budget: int = 10, progress: Progress = silent) -> EscalateResult:
    return escalate(study.study, budget=budget, questions=["attribution"], rule="vote", progress=progress)


def on_server(study: LiveStudy, lead: LabelStudio) -> dict[str, tuple[int, bool]]:
    """How many annotators each sentence wants there, and whether it is closed."""
    items = [item for page in lead.sentences_on_server(study.project_id()) for item in page]
    return {str(item.data["sentence_id"]): (item.annotators_wanted, item.is_done) for item in items}


def stream(study: LiveStudy, email: str, answers: Mapping[str, object]) -> list[str]:
    """What Label Studio offers to somebody until there is nothing left, each sentence coded as it comes."""
    offered: list[str] = []
    with study.signed_in(email) as connection:
        for _ in range(20):
            asked = {"id": "next_task", "project": study.project_id()}
            try:
                task = connection._client.write("POST", "api/dm/actions/", {}, dict, asked)
            except NotThere:
                return offered
            sentence_id = task["data"]["sentence_id"]
            offered.append(sentence_id)
            parts = submission(study.codebook, answers, sentence=study.texts()[sentence_id])
            connection.submit(task["id"], parts, seconds=3.0)
    raise AssertionError(f"there is no end of it: {offered}")


def test_a_further_annotator_gets_exactly_the_sentences_in_dispute(coded: LiveStudy, lead: LabelStudio) -> None:
    names = [entry.sentence_id for entry in coded.ledger()]
    disputed = [names[n] for n in DISPUTED]
    assert stream(coded, coded.emails[2], WRITER) == []
    result = asked(coded)
    assert result.plan is not None
    assert (result.sequence, result.n_opened) == (1, 2)
    assert {sentence.sentence_id for sentence in result.plan.sentences} == set(disputed)
    there = on_server(coded, lead)
    assert there == {name: (3, False) if name in disputed else (2, True) for name in names}

    # nothing sets it back, and the same call again asks for nothing more
    assert push(coded.study).n_overlaps_set == 0
    again = asked(coded)
    assert again.waits_for is not None
    assert on_server(coded, lead) == there

    assert stream(coded, coded.emails[0], WRITER) == []  # nobody codes twice
    assert sorted(stream(coded, coded.emails[2], WRITER)) == sorted(disputed)  # in which order is the server's
    assert {on_server(coded, lead)[name] for name in disputed} == {(3, True)}
    pull(coded.study)
    (came,) = escalated(coded.study).escalations
    assert (came.n_annotations, came.n_annotations_in, came.outstanding) == (2, 2, 0)
    assert (came.all.expected.n_labels, came.all.changed) == (2, 2)
    (progress,) = status(coded.study).rounds
    assert (progress.done, progress.planned_overlap) == (5, {2: 3, 3: 2})
    assert (progress.escalated, progress.escalated_in) == (2, 2)
    after = asked(coded)
    assert after.plan is not None
    assert not after.plan.sentences


def test_what_changed_on_the_server_since_the_pull_is_left_alone(coded: LiveStudy, lead: LabelStudio) -> None:
    coded.code(coded.emails[2], DISPUTED[0], WRITER)
    result = asked(coded)
    assert result.plan is not None
    names = [entry.sentence_id for entry in coded.ledger()]
    assert [sentence.sentence_id for sentence in result.plan.sentences] == [names[DISPUTED[1]]]
    assert result.plan.left_out == {"changed since the last pull": 1}
    assert on_server(coded, lead)[names[DISPUTED[0]]][0] == 2


class Fails(httpx.BaseTransport):
    """A network that fails at the n-th request (from 1), before it or after it was carried out; and then is gone."""

    def __init__(self, at: int, *, delivered: bool) -> None:
        self._real, self._at, self._delivered = httpx.HTTPTransport(), at, delivered
        self.n = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.n += 1
        if self.n < self._at:
            return self._real.handle_request(request)
        if self.n == self._at and self._delivered:
            request.read()
            self._real.handle_request(request).read()
        raise httpx.ReadError("reset", request=request)

    def close(self) -> None:
        self._real.close()


@pytest.mark.parametrize("delivered", [True, False], ids=["answer lost", "request lost"])
def test_stopped_at_any_request_it_goes_on_and_asks_for_no_more_than_was_planned(
    coded: LiveStudy, lead: LabelStudio, monkeypatch: pytest.MonkeyPatch, delivered: bool
) -> None:
    """Whatever was planned is planned once, and the next run brings it to its end."""
    names = [entry.sentence_id for entry in coded.ledger()]
    for at in range(1, 60):
        network = Fails(at, delivered=delivered)
        with monkeypatch.context() as patch:
            patch.setattr(module, "open_server", through(network, coded))
            try:
                asked(coded, budget=2)
            except IntercoderError:
                stopped = True
            else:
                stopped = False
        asked(coded, budget=2)  # goes on, or has nothing to do, or begins where nothing had been planned
        with coded.study.database() as database:
            (one,) = escalations.of_round(database, "pilot")
        assert one.applied_at is not None
        assert [sentence.more for sentence in one.sentences] == [1, 1]
        wanted = {names[n] for n in DISPUTED}
        there = on_server(coded, lead)
        assert there == {name: (3, False) if name in wanted else (2, True) for name in names}, at
        assert asked(coded, budget=2).waits_for is not None
        if not stopped:
            assert at > 6
            return
        _as_before(coded)
    raise AssertionError("it was stopped every time")


def _as_before(study: LiveStudy) -> None:
    """Nothing escalated, here and on the server."""
    with study.study.database() as database, database.transaction() as connection:
        for table in ("escalated_labels", "escalated_sentences", "escalations"):
            connection.execute(f"DELETE FROM {table}")
        connection.execute("UPDATE ledger SET annotators_wanted = 2")
    push(study.study)


def test_one_that_was_stopped_is_finished_by_a_push_as_well(
    coded: LiveStudy, lead: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(what: str, done: int, total: int | None) -> None:
        if what == "asking for one annotator more":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asked(coded, progress=killed)
    assert push(coded.study).n_overlaps_set == 1
    finished = asked(coded)
    assert (finished.finished, finished.n_opened, finished.plan) == (1, 0, None)
    assert sorted(n for n, _ in on_server(coded, lead).values()) == [2, 2, 2, 3, 3]
