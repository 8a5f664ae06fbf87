"""``pull --every``: what is printed where, what is refused, and what ``--exec`` runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Command
from tests.loop.one_round import one_round
from tests.loop.stand_in import Clock, StandIn
from tests.loop.test_answers import ANA
from toolkit.cli.options import duration
from toolkit.errors import UsageError
from toolkit.loop import watch as module
from toolkit.loop.online.connection import TOKEN_VARIABLE
from toolkit.study import rounds
from toolkit.study.folder import Study

TOKEN = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Two sentences for ana: items 1 and 2 of project 1."""
    made = one_round(tmp_path / "study", "One.", "Two.", people={ANA: "ana@example.org"})
    with made.database() as database:
        rounds.record_remote(database, "pilot", {"a-1": 1, "a-2": 2})
    return made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    made = StandIn({ANA: "ana@example.org"}, clock)
    made.put(1, {1: "a-1", 2: "a-2"})
    monkeypatch.setattr("toolkit.loop.pull.open_server", made.open)
    monkeypatch.setattr(module, "watch", partial(module.watch, sleep=clock.sleep, clock=clock.read))
    return made


@pytest.fixture
def every(intercoder: Command, study: Study, server: StandIn) -> Command:
    return partial(intercoder, "pull", "--study", study.folder, "--every", "10m")


def ends(server: StandIn) -> Callable[[], None]:
    """What makes the round done: the sentence that is left."""
    return partial(server.code, 1, 2, ANA)


def test_a_line_for_each_pull_until_the_round_is_done(every: Command, clock: Clock, server: StandIn) -> None:
    server.code(1, 1, ANA)
    clock.meanwhile = [lambda: None, ends(server)]
    done = every()
    assert (done.code, done.err) == (0, "")
    first, second, last = done.out.splitlines()
    assert first.endswith("  pilot: 1 new, 1 of 2 sentences done")
    assert second.endswith("  pilot: nothing new, 1 of 2 sentences done")
    assert last.endswith("  pilot: 1 new, 2 of 2 sentences done")
    assert clock.slept == [600.0, 600.0]


def test_a_server_that_is_away_is_one_line_beside_the_data(every: Command, clock: Clock, server: StandIn) -> None:
    def well() -> None:
        server.wrong = lambda _: None

    server.code(1, 1, ANA)
    server.code(1, 2, ANA)
    server.wrong = lambda _: httpx.ConnectError("refused")
    clock.meanwhile = [well]
    done = every()
    assert done.code == 0
    assert len(done.out.splitlines()) == 1
    assert len(done.err.splitlines()) == 1
    assert "not pulled, the next pull tries again: no Label Studio answers at http://label-studio.test" in done.err


def test_a_refusal_ends_it_with_its_own_code(every: Command, clock: Clock, server: StandIn, tmp_path: Path) -> None:
    clock.meanwhile = [lambda: setattr(server, "wrong", lambda _: httpx.Response(401, json={"detail": "no"}))]
    done = every("--exec", f"touch {tmp_path / 'ran'}")
    assert done.code == 6
    assert len(done.out.splitlines()) == 1
    assert done.err.startswith("Error: Label Studio at http://label-studio.test refused (401")
    assert not (tmp_path / "ran").exists()


def test_ctrl_c_between_two_pulls_ends_it_as_any_command(every: Command, clock: Clock, tmp_path: Path) -> None:
    def pressed() -> None:
        raise KeyboardInterrupt

    clock.meanwhile = [pressed]
    done = every("--exec", f"touch {tmp_path / 'ran'}")
    assert done.code == 130
    assert len(done.out.splitlines()) == 1
    assert "Stopped. Nothing is lost" in done.err
    assert not (tmp_path / "ran").exists()


def test_the_command_runs_once_when_the_round_is_done(
    every: Command, clock: Clock, server: StandIn, tmp_path: Path
) -> None:
    def not_yet() -> None:
        assert not (tmp_path / "ran").exists()
        server.code(1, 2, ANA)

    server.code(1, 1, ANA)
    clock.meanwhile = [not_yet]
    done = every("--exec", f"echo ran >> {tmp_path / 'ran'}; echo to you; echo and beside >&2")
    assert done.code == 0
    assert (tmp_path / "ran").read_text() == "ran\n"
    assert done.out.splitlines()[-1] == "to you"
    assert len(done.out.splitlines()) == 3
    assert done.err == "and beside\n"


def test_where_the_round_is_done_already_the_command_runs_as_well(
    every: Command, server: StandIn, tmp_path: Path
) -> None:
    server.code(1, 1, ANA)
    server.code(1, 2, ANA)
    for n in (1, 2):
        assert every("--exec", f"echo ran >> {tmp_path / 'ran'}").code == 0
        assert (tmp_path / "ran").read_text() == "ran\n" * n


def test_the_command_is_given_no_token(
    every: Command, server: StandIn, monkeypatch: pytest.MonkeyPatch, study: Study
) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, TOKEN)
    monkeypatch.setenv("BESIDE", "this is")
    server.code(1, 1, ANA)
    server.code(1, 2, ANA)
    done = every("--exec", "env")
    assert done.code == 0
    assert "BESIDE=this is" in done.out
    assert TOKEN_VARIABLE not in done.out
    assert TOKEN not in done.out + done.err


@pytest.mark.parametrize(("command", "how"), [("exit 9", "exit code 9"), ("kill -TERM $$", "signal 15")])
def test_a_command_that_fails_is_said_without_repeating_it(
    every: Command, server: StandIn, command: str, how: str
) -> None:
    server.code(1, 1, ANA)
    server.code(1, 2, ANA)
    done = every("--exec", f"{command} # a-secret-address")
    assert done.code == 3
    assert len(done.out.splitlines()) == 1
    assert done.err.splitlines() == [
        f"Error: the round is done and pulled, but the command of --exec ended with {how}.",
        "What to do: Run that command by itself: nothing has to be pulled again.",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--every", "10"], "'10' is not a duration. What to do: Write it as 30s, 10m or 1h."),
        (["--every", ""], "is not a duration"),
        (["--every", "-5m"], "is not a duration"),
        (["--every", "1d"], "is not a duration"),
        (["--every", "4s"], "--every is from 5 seconds to 24 hours, not 4 seconds"),
        (["--every", "25h"], "--every is from 5 seconds to 24 hours, not 90,000 seconds"),
        (["--every", "10m", "--from", "x.json"], "--every does not go with --from"),
        (["--every", "10m", "--full", "--accept-loss"], "--every does not go with --full, --accept-loss"),
        (["--every", "10m", "--revive"], "--every does not go with --revive"),
        (["--every", "10m", "--update-codebook"], "--every does not go with --update-codebook"),
        (["--every", "10m", "--exec", " "], "--exec is empty"),
        (["--exec", "true"], "Say how often to pull as well: --every 10m."),
        (["--every", "10m", "--round", "plot"], "there is no round 'plot'"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_what_makes_no_sense_is_refused(
    intercoder: Command, study: Study, server: StandIn, words: list[str], said: str
) -> None:
    done = intercoder("pull", "--study", study.folder, *words)
    assert (done.code, done.out) == (2, "")
    assert said in " ".join(done.err.split())


def test_durations() -> None:
    assert duration("30s") == timedelta(seconds=30)
    assert duration("10m") == timedelta(minutes=10)
    assert duration("24h") == timedelta(hours=24)
    for text in ("10", "m", "1.5h", "1h30m", "10 m", "10M", "1_0m", "١٠m", "9999999s", "10m\n"):
        with pytest.raises(UsageError, match="not a duration"):
            duration(text)


def test_the_report_is_written_anew_after_each_pull(
    every: Command, clock: Clock, server: StandIn, tmp_path: Path
) -> None:
    page = tmp_path / "progress.html"
    seen: list[str] = []

    def look() -> None:
        seen.append(page.read_text(encoding="utf-8"))

    server.code(1, 1, ANA)

    def look_and_end() -> None:
        look()
        ends(server)()

    clock.meanwhile = [look_and_end]
    done = every("--report", page)
    look()
    assert (done.code, done.err) == (0, "")
    assert "1 of 2 sentences (50%)" in seen[0]
    assert "2 of 2 sentences (100%)" in seen[1]


def test_a_report_that_cannot_be_written_is_a_line_and_ends_nothing(
    every: Command, clock: Clock, server: StandIn, tmp_path: Path
) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()

    def gone() -> None:
        for one in folder.iterdir():
            one.unlink()
        folder.rmdir()
        ends(server)()

    server.code(1, 1, ANA)
    clock.meanwhile = [gone]
    done = every("--report", folder / "progress.html")
    assert done.code == 0
    assert len(done.out.splitlines()) == 2
    assert done.err.startswith("No report this time: ")
    assert len(done.err.splitlines()) == 1


def test_a_report_is_of_a_watch_and_has_a_place(intercoder: Command, every: Command, study: Study) -> None:
    alone = intercoder("pull", "--study", study.folder, "--report", "page.html")
    assert (alone.code, alone.out) == (2, "")
    assert "after each pull of a watch" in alone.err
    nowhere = every("--report", study.folder / "no" / "page.html")
    assert (nowhere.code, nowhere.out) == (2, "")
    assert "there is no such folder" in nowhere.err
