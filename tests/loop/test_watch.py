"""A watch pulls until the rounds are done, on a clock of the test's, from a server that stands in for a real one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.codebook.samples import FULL, codebook
from tests.labelstudio.fake_server import Answer
from tests.loop.one_round import one_round
from tests.loop.stand_in import BEGIN, Clock, StandIn
from tests.loop.test_answers import ANA, BEN
from toolkit.errors import IntercoderError, ServerRefused, UsageError
from toolkit.loop.pull import pull
from toolkit.loop.watch import LEAST, MOST, WatchedPull, watch
from toolkit.study import annotators, round_endings, rounds
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision

PEOPLE = {ANA: "ana@example.org", BEN: "ben@example.org"}
TEN = timedelta(minutes=10)
Watch = Callable[..., Iterator[WatchedPull]]


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Two sentences for ana and ben, pushed: items 1 and 2 of project 1."""
    made = one_round(tmp_path / "study", "One.", "Two.", people=PEOPLE)
    with made.database() as database:
        rounds.record_remote(database, "pilot", {"a-1": 1, "a-2": 2})
    return made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    made = StandIn(PEOPLE, clock)
    made.put(1, {1: "a-1", 2: "a-2"})
    monkeypatch.setattr("toolkit.loop.pull.open_server", made.open)
    return made


@pytest.fixture
def watched(study: Study, clock: Clock, server: StandIn) -> Watch:
    return partial(watch, study, every=TEN, sleep=clock.sleep, clock=clock.read)


def all_of(server: StandIn, *users: int, project: int = 1) -> None:
    for number in server.projects[project]:
        for user in users:
            server.code(project, number, user)


def another_round(study: Study, server: StandIn) -> None:
    """A round of one sentence for one annotator: item 3 of project 2."""
    with study.locked(), study.database() as database:
        rounds.create(database, "main", Decision(1), codebook(), document=FULL)
        rounds.set_project(database, "main", server_url="embedded", project_id=2)
        rounds.plan(database, "main", [("a-1", 1)])
        rounds.record_remote(database, "main", {"a-1": 3})
    server.put(2, {3: "a-1"})


def test_it_pulls_until_the_round_is_done(watched: Watch, clock: Clock, server: StandIn) -> None:
    clock.meanwhile = [
        partial(server.code, 1, 1, ANA),
        lambda: None,
        partial(server.code, 1, 1, BEN),
        partial(all_of, server, ANA, BEN),
    ]
    seen = list(watched())
    assert [[report.tally.new for report in one.reports] for one in seen] == [[0], [1], [0], [1], [4]]
    assert [one.reports[0].changed for one in seen] == [False, True, False, True, True]
    assert [(one.rounds[0].round, one.rounds[0].done, one.rounds[0].sentences) for one in seen] == [
        *[("pilot", 0, 2)] * 3,
        ("pilot", 1, 2),
        ("pilot", 2, 2),
    ]
    assert [one.is_done for one in seen] == [False, False, False, False, True]
    assert [one.at for one in seen] == [BEGIN + n * TEN for n in range(5)]
    assert clock.slept == [600.0] * 4


def test_a_round_that_is_done_is_pulled_once(watched: Watch, clock: Clock, server: StandIn) -> None:
    all_of(server, ANA, BEN)
    (seen,) = watched()
    assert seen.is_done
    assert clock.slept == []


def test_the_study_is_free_between_two_pulls(watched: Watch, study: Study, clock: Clock, server: StandIn) -> None:
    def others() -> None:
        with study.locked():
            all_of(server, ANA, BEN)
        pull(study, clock=clock.read)

    clock.meanwhile = [others]
    *_, last = watched()
    assert not last.reports[0].changed  # the other pull had it all
    assert last.is_done


def unreachable(_: httpx.Request) -> Answer:
    return httpx.ConnectError("refused")


def failing(status: int) -> Callable[[httpx.Request], Answer]:
    return lambda _: httpx.Response(status, json={"detail": "no"})


def short(request: httpx.Request) -> Answer | None:
    """Pages that announce what they do not hold: the transfer is incomplete."""
    if request.url.path != "/api/tasks" or request.url.params["fields"] != "all":
        return None
    return httpx.Response(200, json={"tasks": [], "total": 2})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (unreachable, "no Label Studio answers"),
        (failing(503), "failed (503"),
        (failing(500), "failed (500"),
        (failing(429), "refused (429"),
        (short, "announced 2 more sentences"),
    ],
    ids=["unreachable", "503", "500", "429", "incomplete"],
)
def test_what_passes_by_itself_ends_no_watch(
    watched: Watch, clock: Clock, server: StandIn, wrong: Callable[[httpx.Request], Answer | None], said: str
) -> None:
    called: list[WatchedPull] = []

    def well() -> None:
        server.wrong = lambda _: None
        all_of(server, ANA, BEN)

    server.code(1, 1, ANA)
    server.wrong = wrong
    clock.meanwhile = [lambda: None, well]
    *failed, last = watched(after=called.append)
    assert len(failed) == 2
    for one in failed:
        assert said in str(one.not_pulled_because)
        assert (one.reports, one.rounds, one.is_done) == ((), (), False)
    assert last.is_done
    assert called == [last]


def test_a_study_that_another_command_holds_is_waited_for(
    watched: Watch, study: Study, clock: Clock, server: StandIn
) -> None:
    all_of(server, ANA, BEN)
    with ExitStack() as other:
        other.enter_context(study.locked())
        clock.meanwhile = [other.close]
        first, last = watched()
    assert "another intercoder command is working" in str(first.not_pulled_because)
    assert last.is_done


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_is_refused_ends_it(watched: Watch, clock: Clock, server: StandIn, status: int) -> None:
    clock.meanwhile = [lambda: setattr(server, "wrong", failing(status))]
    seen = watched()
    assert next(seen).not_pulled_because is None
    with pytest.raises(ServerRefused, match=str(status)):
        next(seen)


def test_a_project_that_was_deleted_ends_it(watched: Watch, clock: Clock, server: StandIn) -> None:
    clock.meanwhile = [server.projects.clear]
    with pytest.raises(ServerRefused, match="has no project") as ended:
        list(watched())
    assert "What was pulled is safe" in ended.value.what


def test_what_cannot_work_is_refused_before_anything_is_waited_for(watched: Watch, clock: Clock) -> None:
    with pytest.raises(UsageError, match="there is no round 'plot'"):
        list(watched(round_name="plot"))
    assert clock.slept == []


@pytest.mark.parametrize("every", [timedelta(0), LEAST - timedelta(microseconds=1), MOST + timedelta(seconds=1)])
def test_an_interval_that_is_none_is_refused_at_once(study: Study, every: timedelta) -> None:
    with pytest.raises(UsageError, match="`every=` is from 5 seconds to 24 hours"):
        watch(study, every=every)
    watch(study, every=LEAST)
    watch(study, every=MOST)


def test_every_round_is_waited_for_and_one_that_begins_meanwhile(
    watched: Watch, study: Study, clock: Clock, server: StandIn
) -> None:
    all_of(server, ANA)
    clock.meanwhile = [
        partial(another_round, study, server),
        partial(all_of, server, BEN),
        partial(all_of, server, ANA, project=2),
    ]
    seen = list(watched())
    assert [[(one.round, one.is_done) for one in each.rounds] for each in seen] == [
        [("pilot", False)],
        [("pilot", False), ("main", False)],
        [("pilot", True), ("main", False)],
        [("pilot", True), ("main", True)],
    ]


def test_a_named_round_is_waited_for_alone(watched: Watch, study: Study, server: StandIn) -> None:
    another_round(study, server)
    all_of(server, ANA, BEN)
    (seen,) = watched(round_name="pilot")
    assert [one.round for one in seen.reports] == [one.round for one in seen.rounds] == ["pilot"]
    assert seen.is_done


def test_closing_the_round_ends_it_with_what_came_until_then(
    watched: Watch, study: Study, clock: Clock, server: StandIn
) -> None:
    def close() -> None:
        server.code(1, 1, ANA)
        with study.locked(), study.database() as database:
            round_endings.end(database, "pilot", "closed")

    clock.meanwhile = [close]
    first, last = watched()
    assert not first.is_done
    assert (last.reports[0].tally.new, last.rounds[0].done, last.rounds[0].state) == (1, 0, "closed")
    assert last.is_done


def test_a_round_for_which_too_few_are_registered_goes_on_until_more_are(
    watched: Watch, study: Study, clock: Clock, server: StandIn
) -> None:
    with study.database() as database:
        rounds.want(database, "pilot", {"a-1": 3, "a-2": 3})
    server.people = PEOPLE | {13: "cem@example.org"}
    all_of(server, ANA, BEN, 13)

    def register() -> None:
        with study.locked(), study.database() as database:
            annotators.register(database, ["cem@example.org"], round=None)

    clock.meanwhile = [lambda: None, register]
    seen = list(watched())
    assert [(one.rounds[0].done, one.rounds[0].stuck) for one in seen] == [(0, 2), (0, 2), (2, 0)]


def test_what_is_called_after_a_pull_comes_before_its_record_and_finds_the_study_free(
    watched: Watch, study: Study, clock: Clock, server: StandIn
) -> None:
    told: list[tuple[str, bool]] = []

    def after(seen: WatchedPull) -> None:
        with study.locked():
            told.append(("after", seen.is_done))

    clock.meanwhile = [partial(all_of, server, ANA, BEN)]
    pulls = watched(after=after)
    for done in (False, True):
        assert next(pulls).is_done == done
        assert told == [("after", False), ("after", True)][: 1 + done]


def test_what_fails_after_a_pull_ends_the_watch_whatever_it_is(watched: Watch, server: StandIn) -> None:
    def after(_: WatchedPull) -> None:
        raise IntercoderError("the page cannot be written")

    with pytest.raises(IntercoderError, match="the page cannot be written"):
        list(watched(after=after))


def test_a_watch_that_is_stopped_leaves_nothing_behind(
    watched: Watch, study: Study, clock: Clock, server: StandIn
) -> None:
    def stopped() -> None:
        raise KeyboardInterrupt

    server.code(1, 1, ANA)
    clock.meanwhile = [stopped]
    seen = watched()
    assert next(seen).reports[0].tally.new == 1
    with pytest.raises(KeyboardInterrupt):
        next(seen)
    with study.locked():
        pass
    all_of(server, ANA, BEN)
    (last,) = watched()
    assert last.reports[0].tally.new == 4
    assert last.is_done
