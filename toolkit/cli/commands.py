"""The commands by their names, each imported and put together when it is asked for: most runs ask for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer

from toolkit.cli.as_given import take_as_given
from toolkit.cli.interruption import Interruptible

_LOOP, _SETUP = "The loop", "Setting up"
_PANELS = {
    _LOOP: (
        *("init", "add", "push", "status", "pull", "agree", "report", "disagreements", "feedback", "escalate"),
        *("export", "validate", "adjudicate", "schema"),
    ),
    _SETUP: ("plan", "connect", "adopt", "doctor", "backup", "replay", "codebook", "server", "annotators", "rounds"),
}


class Commands(Mapping[str, Any]):
    """The commands as typer has them, in the order in which help lists them.

    Each stands in the module of its name: a function of that name, with ``HELP`` where its docstring does not say it
    all, or an ``app`` of several commands.
    """

    def __init__(self) -> None:
        self._panels = {name: panel for panel, names in _PANELS.items() for name in names}
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        """Return the command of this name."""
        if name not in self._made:
            self._made[name] = _made(name, self._panels[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names; no command is imported for them."""
        return iter(self._panels)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._panels)

    def __contains__(self, name: object) -> bool:
        """Return whether there is one of this name; it is not imported."""
        return name in self._panels


class Loop(Interruptible):
    """The group of all of them."""

    def __init__(self, **said: Any) -> None:
        super().__init__(**said)
        self.commands: Any = Commands()

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - what typer asks
        """Return the names, in the order in which help lists them."""
        return list(self.commands)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the name of the command that is called, the command, and what it is told."""
        name, command, told = super().resolve_command(ctx, args)
        called: Any = command  # not one that is only listed; none where a shell asks how an unknown one goes on
        for one in () if called is None else (called, *getattr(called, "commands", {}).values()):
            take_as_given(one.get_params(ctx))
        return name, command, told

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Return what is left for the command, once what the program itself is told is taken off."""
        take_as_given(self.get_params(ctx))
        return super().parse_args(ctx, args)


def _made(name: str, panel: str) -> Any:
    module = import_module(f"toolkit.cli.{name}")
    alone = typer.Typer(add_completion=False, rich_markup_mode="rich")
    alone.callback()(_nothing)  # or it would be the program, and no command of one
    if hasattr(module, "app"):
        alone.add_typer(module.app, name=name, rich_help_panel=panel)
    else:
        alone.command(rich_help_panel=panel, help=getattr(module, "HELP", None))(getattr(module, name))
    group: Any = typer.main.get_command(alone)
    return group.commands[name]


def _nothing() -> None:
    """Do nothing before the command."""
