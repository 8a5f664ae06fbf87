"""docs/reliability.md: what was tried and what came of it, written from a run and from nothing else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from tests.faults.commands import GROUPS
from tests.faults.stories import STORIES
from tests.faults.table import FAULTS

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
_NOWHERE = "–"
_NOT_TRIED = "?"
Cells = Mapping[tuple[str, str], "Cell"]


@dataclass(frozen=True, slots=True)
class Cell:
    """What came of one fault on one command: cases by exit code, and how many of them ended amiss."""

    codes: Mapping[int, int]
    amiss: int = 0

    def __str__(self) -> str:
        if not self.codes:
            return _NOWHERE
        said = " ".join(f"{_code(code)}×{n}" for code, n in sorted(self.codes.items(), key=lambda item: item[0] % 1000))
        return said + (f" **{self.amiss} amiss**" if self.amiss else "")


def _code(code: int) -> str:
    return "killed" if code < 0 else str(code)


def read_cell(text: str) -> Cell:
    """The cell that ``text`` stands for; raises ``ValueError`` if it stands for none."""
    if text in {_NOWHERE, _NOT_TRIED}:
        return Cell({})
    found = re.fullmatch(r"((?:killed|\d)×\d+(?: (?:killed|\d)×\d+)*)(?: \*\*(\d+) amiss\*\*)?", text)
    if found is None:
        raise ValueError(f"{text!r} is no cell")
    parts = (part.split("×") for part in found[1].split(" "))
    return Cell({-9 if code == "killed" else int(code): int(n) for code, n in parts}, int(found[2] or 0))


def cells(outcomes: Iterable[tuple[str, str, int, bool]]) -> Cells:
    """Outcomes (fault, command, exit code, whether something was amiss) counted into the cells of the table."""
    codes: dict[tuple[str, str], Counter[int]] = {}
    amiss: Counter[tuple[str, str]] = Counter()
    for fault, command, code, wrong in outcomes:
        codes.setdefault((fault, command), Counter())[code] += 1
        amiss[fault, command] += wrong
    return {key: Cell(dict(counted), amiss[key]) for key, counted in codes.items()}


_HEAD = """# Reliability

Everything here was tried, on a real Label Studio {label_studio}, and this page was written by the run: `make faults`.
`make test` tries a part of it, chosen by the seed that it prints. The code is in `tests/faults/`.

## How to read the table

A row is a fault, a column a command; a fault that befalls no command of a table has no row there. Each **case** is one
fault at one moment: at one request of the command, counted from the first to the last, or at one event for `kill -9`.
After the fault the command was run **once more without faults**. In each case this must hold, and is looked at in the
two databases themselves, Label Studio's and the study's:

- the fault ended the command with one of the documented exit codes, the one that fits it, and a message; where it
  ended with 0, nothing was missing and nothing was double;
- no token, password or e-mail address was printed (`annotators add` prints those it was given);
- the run after it ended with 0 (or with 2, where it says that what it was to do is done), and then the study equals the
  server: every planned sentence is there exactly once, with its number of annotators; every annotation counts in its
  newest version; nothing counts that is not there; every earlier version is kept;
- a command that works on this machine has done so once and wholly: the article is in, the export validates, the copy
  equals the study, nothing of an erased person is in any file of it;
- a copy that a request made which came late is named, and `push --remove-copies` removes it.

A cell counts the cases by the exit code of the command that met the fault: `0×4 5×2` are six cases, four survived and
two ended with 5. (0 done · 2 usage · 3 bad input · 5 server unreachable · 6 server refused · 7 transfer incomplete;
in the row *twice at once* it is the exit code of the second.) **Amiss** counts cases in which something above did not
hold. `–` means that this fault cannot befall this command, `?` that the run which wrote this page did not come to it.

Pages and batches are two or three sentences long, so that a few sentences make many requests; waiting takes no time;
and the minute that a pull reads twice for late transactions is set to nothing, so that it cannot hide what was missed.
"""


_EVERY = "Every moment was tried."
_DRAWN = "No more than {each} of the moments of each fault and command were tried, drawn by seed."


def page(cells: Cells, told: Mapping[str, bool], *, each: int | None, label_studio: str | None = None) -> str:
    """The text of docs/reliability.md; ``told`` says of each story whether something was amiss at its end.

    ``each`` is how many moments of each fault and command were tried at most; None for all.
    """
    drawn = _EVERY if each is None else _DRAWN.format(each=each)
    lines = [_HEAD.format(label_studio=label_studio or version("label-studio")), "## What was tried", ""]
    total = sum(sum(cell.codes.values()) for cell in cells.values())
    wrong = sum(cell.amiss for cell in cells.values())
    lines += [f"{total:,} cases; {wrong:,} amiss. {drawn}", ""]
    come_to = {command for _, command in cells}
    for title, group in GROUPS.items():
        lines += [f"### {title}", "", *_table([command.name for command in group], cells, come_to), ""]
    lines += ["## Longer stories", "", _STORIES, "", "| what happens | in the end |", "|---|---|"]
    lines += [f"| {story.says} | {_WORDS[told.get(story.says)]} |" for story in STORIES]
    lines += ["", "## The faults", "", "| fault | what happens |", "|---|---|"]
    lines += [f"| {fault.name} | {fault.says} |" for fault in FAULTS]
    return "\n".join(lines) + "\n"


def _table(commands: Sequence[str], cells: Cells, come_to: Container[str]) -> Iterator[str]:
    """The rows of some commands, without those of faults that befall none of them."""
    yield f"| fault | {' | '.join(commands)} |"
    yield f"|---|{'---|' * len(commands)}"
    for fault in FAULTS:
        row = [
            str(cells.get((fault.name, command), Cell({}))) if command in come_to else _NOT_TRIED
            for command in commands
        ]
        if {*row} != {_NOWHERE}:
            yield f"| {fault.name} | {' | '.join(row)} |"


_STORIES = "Faults that take more than one command, each followed by the same look into both databases."
_WORDS = {None: _NOT_TRIED, False: "well", True: "**amiss**"}


def read_each(text: str) -> int | None:
    """How many moments of each fault and command were tried at most for a page that ``page`` wrote."""
    found = re.search(re.escape(_DRAWN).replace(re.escape("{each}"), r"(\d+)"), text)
    return int(found[1]) if found else None


def read_told(text: str) -> dict[str, bool]:
    """What became of the stories in a page that ``page`` wrote."""
    table = text.split("## Longer stories", 1)[1].split("## The faults", 1)[0]
    rows = [[part.strip() for part in line.strip("|").split("|")] for line in table.splitlines() if line[:1] == "|"][2:]
    meant = {word: told for told, word in _WORDS.items() if told is not None}
    return {says: meant[word] for says, word in rows if word in meant}


def read(text: str) -> Cells:
    """The cells of the tables in a page that ``page`` wrote."""
    found: dict[tuple[str, str], Cell] = {}
    commands: list[str] = []
    for line in text.split("## What was tried", 1)[1].split("## Longer stories", 1)[0].splitlines():
        first, *others = (part.strip() for part in line.strip("|").split("|"))
        if first == "fault":
            commands = others
        elif line.startswith("| "):
            cells = zip(commands, map(read_cell, others), strict=True)
            found.update({(first, command): cell for command, cell in cells if cell.codes})
    return found
