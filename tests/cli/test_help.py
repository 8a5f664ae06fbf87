from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from typer.main import get_command

from toolkit.cli.app import app
from toolkit.codebook.shipped import shipped_names
from toolkit.corpus import readers as of_articles
from toolkit.errors import __doc__ as the_tree

HEAVY = {"label_studio_sdk", "pandas", "pyarrow", "numpy", "trafilatura", "nupunkt", "httpx", "pydantic"}


def commands(command: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with the words that call it, groups included."""
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, *path, name)


COMMANDS = dict(commands(get_command(app)))


def called(code: str, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout


def test_all_commands_of_the_loop_are_there() -> None:
    assert {path[0] for path in COMMANDS if path} == {
        "init", "add", "push", "status", "pull", "agree", "disagreements", "adjudicate", "export", "validate",
        "codebook", "server", "connect", "adopt", "annotators", "doctor", "backup", "replay", "plan",
        "feedback", "rounds", "schema", "escalate", "report",
    }  # fmt: skip


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_and_every_option_says_what_it_is_for(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    assert command.help
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"{' '.join(path)} {parameter.name}"


def test_help_names_every_codebook_and_every_reader_there_is() -> None:
    (codebook,) = (each for each in COMMANDS["init",].params if each.name == "codebook")
    assert [name for name in shipped_names() if name not in codebook.help] == []
    readers = [module.name.replace("_", " ") for module in iter_modules(of_articles.__path__)]
    assert [name for name in readers if not name.startswith(" ") and name not in COMMANDS["add",].help] == []


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom toolkit.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('LOADED', *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    *_, last = called(code, "--help").splitlines()
    loaded = set(last.split())
    assert "typer" in loaded
    assert not HEAVY & loaded


@pytest.mark.slow
def test_help_of_every_command_loads_neither_sdk_nor_tables() -> None:
    code = (
        "import sys\nfrom toolkit.cli.app import app\n"
        "for path in sys.argv[1:]:\n"
        "    app([*path.split(), '--help'], standalone_mode=False, prog_name='intercoder')\n"
        "assert not {'label_studio_sdk', 'pandas', 'pyarrow', 'numpy'} & set(sys.modules)"
    )
    paths = [" ".join(path) for path in COMMANDS if path]
    text = called(code, *paths)
    assert len(paths) > 12
    for path in paths:
        assert f"Usage: intercoder {path} " in text


def test_the_exit_codes_in_the_help_are_those_of_the_errors() -> None:
    epilog = str(app.info.epilog)
    tree = [line for line in str(the_tree).splitlines() if "──" in line]
    codes = [next(word for word in line.split() if word.isdigit()) for line in tree]
    assert codes == [str(code) for code in range(2, 10)]
    assert all(f" {code} " in epilog for code in codes)
