"""The texts that are held: a file a group, to be read from top to bottom; and the place in the code of each.

``INTERCODER_HOLD=1 pytest tests/messages/test_messages.py`` writes them anew, and docs/troubleshooting.md from them:
what has changed is then in the diff.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from pathlib import Path

from tests.messages.case import Case, Group, Met

FOLDER = Path(__file__).parent / "held"
PLACES = FOLDER / "places.txt"
HOLDING = os.environ.get("INTERCODER_HOLD", "") == "1"
ANEW = "INTERCODER_HOLD=1 .venv/bin/pytest tests/messages/test_messages.py"
_INDENT = "    "


def written(met: Met) -> str:
    """What is held of a case: the message, without what was told before it."""
    _, error, after = met.err.partition("Error: ")
    message = met.err if not error or "─ Error ─" in met.err else error + after
    lines = message.rstrip("\n").split("\n")
    return "\n".join([f"$ {met.command}", *(f"{_INDENT}{line}".rstrip() for line in lines), f"exit {met.code}"])


def file_of(group: Group) -> Path:
    return FOLDER / f"{group.name}.txt"


def texts(group: Group) -> dict[str, str]:
    """What is held of each case of a group."""
    path = file_of(group)
    if not path.exists():
        return {}
    found: dict[str, str] = {}
    for block in re.split(r"\n\n(?=# )", path.read_text(encoding="utf-8")):
        name, _, text = block.strip("\n").partition("\n")
        if name.startswith("# "):
            found[name.removeprefix("# ")] = text
    return found


def said(text: str) -> str:
    """The message in what is held of a case, without the command and the exit code."""
    return "\n".join(line.removeprefix(_INDENT) for line in text.split("\n")[1:-1])


def code(text: str) -> int:
    """The exit code in what is held of a case."""
    return int(text.rsplit("\n", 1)[-1].removeprefix("exit "))


def hold(group: Group, case: Case, text: str) -> None:
    """Write what is held of a case."""
    kept = texts(group) | {case.name: text}
    blocks = [f"# {one.name}\n{kept[one.name]}\n" for one in group.cases if one.name in kept]
    file_of(group).write_text("\n".join(blocks), encoding="utf-8")


def held_places() -> dict[str, tuple[str, ...]]:
    """By case, as ``group/name``: every place in the code that what it says comes from."""
    if not PLACES.exists():
        return {}
    lines = PLACES.read_text(encoding="utf-8").splitlines()
    found: dict[str, list[str]] = {}
    for line in lines:
        place, _, name = line.partition(" ← ")
        found.setdefault(name, []).append(place)
    return {name: tuple(sorted(each)) for name, each in found.items()}


def hold_places(name: str, places: tuple[str, ...], *, there: Collection[str]) -> None:
    """Write where what a case says comes from; ``there`` are the cases there are."""
    kept = {other: each for other, each in held_places().items() if other in there} | {name: places}
    lines = sorted(f"{place} ← {case}" for case, each in kept.items() for place in each)
    PLACES.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
