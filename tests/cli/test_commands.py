from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from toolkit.cli import __path__ as folder
from toolkit.cli.app import app
from toolkit.cli.commands import Commands

ENV = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
LOADED = (
    "import sys\nfrom toolkit.cli import main\n"
    "try: main()\n"
    "except SystemExit: pass\n"
    "print(*[name for name in sys.modules if name.startswith('toolkit.cli.')])"
)


def test_a_command_stands_in_the_module_of_its_name() -> None:
    for name, command in Commands().items():
        assert command.name == name
        assert Path(folder[0], f"{name}.py").is_file()


def test_commands_are_listed_without_being_made() -> None:
    group: Any = get_command(app)
    assert group.list_commands(None) == list(group.commands)
    assert "agree" in group.commands
    assert "agre" not in group.commands
    assert group.commands._made == {}  # nobody asked for one yet


def test_a_shell_that_asks_how_an_unknown_command_goes_on_is_told_nothing() -> None:
    group: Any = get_command(app)
    context = group.make_context("intercoder", ["agre"], resilient_parsing=True)
    assert group.resolve_command(context, ["agre", "--level"])[:2] == (None, None)


def test_a_command_is_made_once() -> None:
    commands = Commands()
    assert commands["plan"] is commands["plan"]
    with pytest.raises(KeyError):
        commands["plans"]


@pytest.mark.slow
def test_no_command_imports_the_others() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", LOADED, "plan", "--help"], check=True, capture_output=True, text=True, env=ENV
    )
    loaded = {name.rpartition(".")[2] for name in ran.stdout.splitlines()[-1].split()}
    assert loaded & set(Commands()) == {"plan"}
