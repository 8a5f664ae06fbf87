"""What somebody at a terminal, and a log, hear of a server that keeps them waiting."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_boundary import run
from tests.loop.test_connection import TOKEN, busy_once, connected
from toolkit.cli.streams import tell
from toolkit.errors import BadInput

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("watched", [False, True])
def test_words_of_the_moment_are_for_those_who_watch(
    watched: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    if watched:
        monkeypatch.setenv("FORCE_COLOR", "1")  # rich takes this for a terminal
    tell("waiting for Label Studio (5 s)", passing=True)
    tell("asking again")
    said = capsys.readouterr()
    assert ("waiting" in said.err) == watched
    assert "asking again" in said.err
    assert said.out == ""


@pytest.mark.parametrize("command", ["status", "annotators add ana@example.org"])
def test_a_command_says_on_stderr_that_it_asks_again(tmp_path: Path, command: str) -> None:
    with busy_once() as (url, asked):
        study = connected(tmp_path / "demo", url)
        done = run(*command.split(), cwd=study.folder, LABEL_STUDIO_API_KEY=TOKEN)
        assert len(asked) == 2
    assert f"Label Studio at {url} failed (503): asking again in 1 s (2 of 4)" in done.stderr
    assert "asking again" not in done.stdout
    assert TOKEN not in done.stderr + done.stdout


def test_a_limit_that_is_none_is_bad_input(tmp_path: Path) -> None:
    study = connected(tmp_path / "demo", "http://ls.example")
    done = run("status", cwd=study.folder, LABEL_STUDIO_API_KEY=TOKEN, INTERCODER_TIMEOUT="soon")
    assert done.returncode == BadInput.exit_code
    assert "INTERCODER_TIMEOUT" in done.stderr
    assert "Traceback" not in done.stderr
