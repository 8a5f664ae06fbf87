"""docs/troubleshooting.md: every message that is held, with when it comes and what helps, written from nothing else.

``INTERCODER_HOLD=1 pytest tests/messages/test_messages.py`` writes it with the texts themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.messages import held
from tests.messages.case import Case, Group
from tests.messages.groups import GROUPS
from toolkit.cli.boundary import INTERRUPTED
from toolkit.errors import IntercoderError

PAGE = Path(__file__).parents[2] / "docs" / "troubleshooting.md"
_SHOWN = 8
"""Faults of one message that are shown before the rest is only counted."""
_HEAD = """# Troubleshooting

Every message that can come, in the order in which a study goes: what you did or met, what the command then says, and
what to do. To find yours, search this page for a few words of it that name no file, number or address of your own.

All that is wrong with an input is listed at once, each with its place. Messages go to stderr. `…` stands for the folder
somebody works in, and for what differs each time. (This page is made from the texts that the tests hold.)

## Exit codes

What a script sees of it, and how many of the messages below end with it:

| code | meaning | messages |
|---|---|---|
"""
_NO_MESSAGE = {
    0: "Done.",
    1: "A bug: please report the traceback.",
    INTERRUPTED: "Stopped with Ctrl-C: run the same command again to go on.",
}
_BUG_REPORT = """
A bug comes with a traceback in place of a message. Please report it with the command that led to it, and read it first:
a traceback may name files and addresses of yours.
"""


@dataclass(frozen=True, slots=True)
class Message:
    """A held text, taken apart."""

    what: str
    faults: tuple[str, ...]
    todo: str


def message(text: str) -> Message:
    """What is held of a case, without the command that led to it and how it ended."""
    lines = held.said(text).split("\n")
    if boxed := [line.strip("│ ") for line in lines if line.startswith("│")]:
        (hint,) = (line for line in lines if line.startswith("Try "))
        return Message(" ".join(boxed), (), re.sub(r"'([^']+)' for help", r"`\1`", hint))
    what, *more = lines
    faults = tuple(line.strip() for line in more if line.startswith("  "))
    todo = " ".join(line for line in more if not line.startswith("  "))
    return Message(what.removeprefix("Error: "), faults, todo.removeprefix("What to do: "))


def page() -> str:
    """The text of docs/troubleshooting.md."""
    found = [(group, case, text) for group in GROUPS for case in group.cases for text in [held.texts(group)[case.name]]]
    ended = [held.code(text) for _, _, text in found]
    says = {kind.exit_code: kind.__doc__ or "" for kind in IntercoderError.__subclasses__()} | _NO_MESSAGE
    rows = [f"| {code} | {_plain(says[code])} | {ended.count(code) or ''} |\n" for code in sorted(says)]
    sections = (_section(group, [(case, text) for other, case, text in found if other is group]) for group in GROUPS)
    return f"{_HEAD}{''.join(rows)}{_BUG_REPORT}{''.join(sections)}"


def _section(group: Group, found: list[tuple[Case, str]]) -> str:
    about = f"\n{group.about}\n" if group.about else ""
    rows = "".join(f"{row}\n" for row in _rows(found))
    return f"\n## {group.title}\n{about}\n| when | what it says | what to do | exit |\n|---|---|---|---|\n{rows}"


def _rows(found: list[tuple[Case, str]]) -> Iterator[str]:
    for case, text in found:
        said = message(text)
        faults = [*said.faults[:_SHOWN], *([f"… and {len(said.faults) - _SHOWN} more"] if said.faults[_SHOWN:] else [])]
        cells = [
            _plain(case.when),
            "<br>".join([_plain(said.what), *(f"• {_plain(fault)}" for fault in faults)]),
            _plain(" ".join(part for part in (said.todo, case.also) if part)),
            str(held.code(text)),
        ]
        yield f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """Text in which nothing is taken for Markdown but what stands between back-ticks."""
    text = re.sub(r"~(?=[/ ]|$)", "…", text.replace("``", "`"))
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(
        part.replace("|", r"\|") if place % 2 else re.sub(r"([\\*_\[\]|`])", r"\\\1", part).replace("<", "&lt;")
        for place, part in enumerate(parts)
    )
