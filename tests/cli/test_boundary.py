"""The command as a process: what reaches stdout and stderr, and with which code it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from toolkit import errors
from toolkit.cli import boundary
from toolkit.codebook.shipped import shipped_text
from toolkit.errors import BadInput, Fault, IntercoderError
from toolkit.loop.init import init
from toolkit.study import annotators
from toolkit.study.folder import Study

pytestmark = pytest.mark.slow

ENTRY = "from toolkit.cli import main; main()"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUNBUFFERED": ""}
TOKEN = "5e1c2e7f00ba4"


def run(*arguments: str | Path, cwd: Path, code: str = ENTRY, **environment: str) -> subprocess.CompletedProcess[str]:
    # Warnings as shown to a developer: an unclosed database or socket would be noise on stderr.
    command = [sys.executable, "-W", "default", "-c", code, *map(str, arguments)]
    return subprocess.run(
        command,
        cwd=cwd,
        env=ENVIRONMENT | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def raising(what: str) -> str:
    """The command with a ``status`` that does this instead."""
    return (
        "import sys, toolkit.loop.status as module\n"
        "from toolkit.errors import *\n"
        "def replaced(*_, **__):\n"
        f"    {what}\n"
        "module.status = replaced\n" + ENTRY
    )


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return init(tmp_path / "demo").folder


def subclasses(base: type[IntercoderError]) -> list[type[IntercoderError]]:
    return [base, *(below for each in base.__subclasses__() for below in subclasses(each))]


ERRORS = [each for each in subclasses(IntercoderError) if each.__module__ == errors.__name__]


def test_every_kind_of_error_has_its_own_code() -> None:
    codes = [error.exit_code for error in ERRORS]
    assert sorted(codes) == list(range(1, 10))


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_an_error_becomes_its_code_and_three_things_on_stderr(
    study: Path,
    error: type[IntercoderError],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise error("what", todo="do", faults=[Fault("p", "m"), Fault("", "n")])

    monkeypatch.setattr("toolkit.loop.status.status", failing)
    monkeypatch.setattr(sys, "argv", ["intercoder", "status", "--study", str(study)])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # typer sets its own
    with pytest.raises(SystemExit) as ended:
        boundary.run()
    assert ended.value.code == error.exit_code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == ["Error: what.", "  p: m", "  n", "What to do: do"]


def test_all_faults_of_a_file_are_shown(tmp_path: Path, study: Path) -> None:
    rows = "".join(json.dumps({"id": f"row-{n}"}) + "\n" for n in range(1, 101))
    (tmp_path / "rows.jsonl").write_text(rows, encoding="utf-8")
    done = run("add", "rows.jsonl", "--study", study, cwd=tmp_path)
    assert done.returncode == 3
    assert all(f"rows.jsonl:{n}:" in done.stderr for n in range(1, 101))
    assert "--skip-bad" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_screen_is_not_flooded(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich takes this for a terminal
    boundary.report(BadInput("bad", faults=[Fault(str(n), "wrong") for n in range(1000)]))
    assert 20 <= len(capsys.readouterr().err.splitlines()) <= 60


def test_brackets_in_what_was_given_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    boundary.report(BadInput("[red]a[/red]", todo="[b]c[/b]", faults=[Fault("[x]", "[/y]")]))
    assert capsys.readouterr().err == "Error: [red]a[/red].\n  [x]: [/y]\nWhat to do: [b]c[/b]\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--no-such-option"], 2),
        (["no-such-command"], 2),
        (["push", "--articles", "many"], 2),
        (["status"], 2),
        (["status", "--study", "nowhere"], 2),
        (["codebook", "check", "broken.yaml"], 4),
        (["codebook", "check", "missing.yaml"], 3),
        (["init", "x", "--codebook", "source-framng"], 2),
        (["codebook", "check", "source-framing"], 0),
        (["--version"], 0),
        (["--help"], 0),
    ],
)
def test_exit_codes(tmp_path: Path, arguments: Sequence[str], code: int) -> None:
    (tmp_path / "broken.yaml").write_text("name: No Name\nversion: 1\n", encoding="utf-8")
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    if code:
        assert done.stdout == ""
        assert done.stderr


def test_a_server_that_does_not_run(study: Path) -> None:
    assert run("server", "status", cwd=study).returncode == 5
    (study / "a.txt").write_text("It rained. It snowed.", encoding="utf-8")
    assert run("add", "a.txt", cwd=study).returncode == 0
    done = run("push", "--annotators-per-sentence", "2", cwd=study)
    assert done.returncode == 5, done.stderr
    assert "intercoder server start" in done.stderr


def test_a_wrong_design_changes_nothing(study: Path) -> None:
    (study / "a.txt").write_text("It rained. It snowed.", encoding="utf-8")
    run("add", "a.txt", cwd=study)
    before = (study / "study.yaml").read_text(encoding="utf-8")
    done = run("push", "--articles", "1", "--sentences", "2", "--reliability-sample", "15%", cwd=study)
    assert done.returncode == 2
    assert "give one" in done.stderr
    assert "give both" in done.stderr
    assert (study / "study.yaml").read_text(encoding="utf-8") == before


def test_a_bug_keeps_its_traceback(study: Path) -> None:
    done = run("status", cwd=study, code=raising("raise ZeroDivisionError('a bug')"))
    assert done.returncode == 1
    assert "Traceback (most recent call last)" in done.stderr
    assert "ZeroDivisionError: a bug" in done.stderr
    assert "locals" not in done.stderr


def test_the_traceback_of_a_bug_shows_no_token(study: Path) -> None:
    done = run("status", cwd=study, code=raising("token = sys.argv[-1][::-1]; raise ZeroDivisionError"), TOKEN=TOKEN)
    assert done.returncode == 1
    assert TOKEN not in done.stderr + done.stdout


def test_neither_token_nor_address_in_any_message(tmp_path: Path, study: Path) -> None:
    (tmp_path / "token").write_text(TOKEN, encoding="utf-8")
    nobody = "http://127.0.0.1:9"  # the discard port: nobody answers
    done = run("connect", nobody, "--token-file", tmp_path / "token", cwd=study)
    assert done.returncode == 5, done.stderr
    assert TOKEN not in done.stderr + done.stdout
    from toolkit.study.folder import Study

    with Study(study).database() as database:
        annotators.register(database, ["ana@example.org"], round=None)
    for command in (["status"], ["annotators", "list"], ["doctor"], ["pull"]):
        done = run(*command, cwd=study, LABEL_STUDIO_API_KEY=TOKEN)
        assert "Traceback" not in done.stderr
        assert "ana@example.org" not in done.stderr + done.stdout
        assert TOKEN not in done.stderr + done.stdout
    assert "ana@example.org" in run("annotators", "list", "--identities", cwd=study).stdout


def into_a_closed_pipe(*arguments: str, cwd: Path, code: str = ENTRY) -> subprocess.CompletedProcess[str]:
    """The command whose reader went away before anything was written."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        return subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=cwd,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writer)


@pytest.mark.parametrize("format", ["table", "json"])
def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path, format: str) -> None:
    done = into_a_closed_pipe("codebook", "show", "source-framing", "--format", format, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_closed_pipe_does_not_hide_an_exit_code(study: Path) -> None:
    code = raising("sys.stdout.write('x'); raise BelowThreshold('too low')")
    done = into_a_closed_pipe("status", cwd=study, code=code)
    assert (done.returncode, done.stderr) == (8, "Error: too low.\n")


def test_ctrl_c_says_that_nothing_is_lost(study: Path) -> None:
    code = raising("import time; sys.stderr.write('waiting\\n'); sys.stderr.flush(); time.sleep(60)")
    with subprocess.Popen(
        [sys.executable, "-c", code, "status"],
        cwd=study,
        env=ENVIRONMENT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "waiting\n"
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert process.returncode == 130
    assert "Stopped. Nothing is lost" in said
    assert "Traceback" not in said


def test_data_on_stdout_and_the_rest_on_stderr(tmp_path: Path) -> None:
    done = run("codebook", "show", "source-framing", "--format", "json", cwd=tmp_path)
    assert done.stderr == ""
    assert json.loads(done.stdout)["name"] == "source-framing"
    done = run("init", "demo", cwd=tmp_path)
    assert done.stdout == ""
    assert "Made the study demo" in done.stderr
    assert (tmp_path / "demo" / "codebook.yaml").read_text(encoding="utf-8") == shipped_text("source-framing")


@pytest.mark.parametrize("command", ["agree", "export"])
def test_a_seed_below_zero_is_a_misuse_and_not_a_bug(study: Path, command: str) -> None:
    found = run(command, "--seed", "-1", "--study", study, cwd=study)
    assert found.returncode == 2
    assert "Traceback" not in found.stderr
    assert "--seed" in found.stderr


def test_a_file_that_cannot_be_used_is_no_bug(tmp_path: Path) -> None:
    init(tmp_path / "demo")
    (tmp_path / "demo" / "server").touch()  # where a folder must be
    done = run("server", "status", "--password", cwd=tmp_path / "demo")
    assert done.returncode == BadInput.exit_code
    assert "server/credentials.json cannot be written or read: Not a directory" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("kept", ["{", "[1]", '{"url": "http://127.0.0.1:9"}'])
def test_a_damaged_credentials_file_is_named(tmp_path: Path, kept: str) -> None:
    study = init(tmp_path / "demo")
    settings_text = "name: demo\nlabel_studio: {embedded: false, url: 'http://127.0.0.1:9'}\n"
    study.settings_file.write_text(settings_text, encoding="utf-8")
    study.credentials_file.write_text(kept, encoding="utf-8")
    done = run("doctor", cwd=study.folder, LABEL_STUDIO_API_KEY="")
    assert done.returncode == BadInput.exit_code
    assert "credentials.json cannot be read as credentials" in " ".join(done.stdout.split())
    assert "Traceback" not in done.stderr


def test_erasing_somebody_is_asked_about_or_said(study: Path) -> None:
    with Study(study).database() as database:
        annotators.register(database, ["anna@example.org"], round=None)
    asked = run("annotators", "erase", "anna@example.org", cwd=study)
    assert asked.returncode == 2
    assert "--yes" in asked.stderr
    assert "anna@example.org" in run("annotators", "list", "--identities", cwd=study).stdout
    done = run("annotators", "erase", "anna@example.org", "--yes", cwd=study)
    assert done.returncode == 0, done.stderr
    assert "Erased from study.db: 0 annotations" in done.stdout
    assert "anna@example.org" not in run("annotators", "list", "--identities", cwd=study).stdout
