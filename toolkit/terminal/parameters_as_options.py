"""The library names its parameters in its messages, as in `` `on_repeat=latest` ``; here they become options.

A parameter stands between backticks with what it is to be after ``=`` (nothing, where that does not matter); a call,
as in `` `push(again=True)` ``, becomes a command.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

OTHERWISE_CALLED: Mapping[str, str] = {
    "adjudicators": "--adjudicator",
    "columns": "--column",
    "distances": "--weight-table",
    "measures": "--measure",
    "replicates": "--bootstrap",
    "round_name": "--round",
}
"""Options that are not their parameter's name with dashes."""
COMMANDS: Mapping[str, str] = {
    "add_annotators": "annotators add",
    "close_round": "rounds close",
    "discard_round": "rounds discard",
    "escalated": "escalate --report",
    "remove_annotator": "annotators remove",
    "start_adjudication": "adjudicate start",
    "reopen_round": "rounds reopen",
}
"""Commands that are not their function's name."""

PARAMETER = re.compile(r"`(?P<name>[a-z_]+)=(?P<value>[^`]*)`")
CALL = re.compile(r"`(?P<function>[a-z_]+)\((?P<given>[^`()]*)\)`")


def in_options(text: str) -> str:
    """Return a message of the library in the words of the command line.

    >>> in_options("say which counts: `on_repeat=latest`, or first; or leave out `text=False`")
    'say which counts: --on-repeat latest, or first; or leave out --no-text'
    >>> in_options("make it anew: `push(round_name=pilot, again=True)`")
    'make it anew: `intercoder push --round pilot --again`'
    """
    return PARAMETER.sub(lambda found: option(found["name"], found["value"]), CALL.sub(_command, text))


def option(name: str, value: str = "") -> str:
    """Return a parameter as the option it is, with its value."""
    if value == "False":
        return f"--no-{name.replace('_', '-')}"
    named = OTHERWISE_CALLED.get(name, f"--{name.replace('_', '-')}")
    return named if value in {"", "True"} else f"{named} {value}"


def _command(found: re.Match[str]) -> str:
    given = [part.partition("=") for part in found["given"].split(", ") if part]
    options = [option(name, value) if equals else name for name, equals, value in given]
    return f"`{' '.join(['intercoder', COMMANDS.get(found['function'], found['function']), *options])}`"
