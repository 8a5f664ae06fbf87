"""The headline as a table: a line per question and level, of one study or of several one below the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from toolkit.agreement.estimate import Estimate
from toolkit.terminal.agreement.tables import WIDTH
from toolkit.words.kinds import LEVELS, HeadlineRow
from toolkit.words.numbers import NONE, Notes, number, percent, target
from toolkit.words.verdicts import verdict
from toolkit.words.whose import coders, units

_NAMES = "question, level"
_MAY_BE_LEFT_OUT = {"agree", "AC1", "target"}


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a headline that belong together, and what they are of; of a single study nothing is said."""

    rows: Sequence[HeadlineRow]
    of: Text | None = None


def headline_table(groups: Sequence[Lines], notes: Notes, *, of_what: str = "") -> RenderableType:
    """Return the headline; a column nobody has a number for is left out.

    What lines are of (``of_what``) stands in a column of its own where there is room, otherwise on a line above them.
    """
    columns = _columns([row for group in groups for row in group.rows], notes)
    widths = {name: max(len(name), *map(len, column), 0) for name, column in columns.items()}
    room = WIDTH - sum(1 + width for width in widths.values())
    whole = max((max(group.of.cell_len, len(of_what)) for group in groups if group.of is not None), default=0)
    beside = bool(whole) and whole + 1 + max(map(_least, groups)) <= room
    if beside:
        room -= whole + 1
    alphas = [[row.alpha for row in group.rows] for group in groups]
    names = list(_names(alphas, room))
    lines = zip(names, *([Text(cell) for cell in column] for column in columns.values()), strict=True)
    of_group = [[next(lines) for _ in group.rows] or [(Text(NONE),)] for group in groups]
    if not whole or beside:
        table = _empty(widths, [of_what] if beside else [])
        for group, found in zip(groups, of_group, strict=True):
            if group.rows or group.of is not None:
                _fill(table, found, (group.of or Text()) if beside else None)
        return table
    parts: list[RenderableType] = []
    longest = min(room, max(len(_NAMES), *(len(name) for name in names), 0))
    parts.append(_empty(widths, [], longest))
    for group, found in zip(groups, of_group, strict=True):
        table = _empty(widths, [], longest, show_header=False)
        _fill(table, found, None)
        parts += [*([Text()] if len(parts) > 1 else []), group.of or Text(), table]
    return Group(*parts)


def _empty(
    widths: Mapping[str, int], before: Sequence[str], names: int | None = None, *, show_header: bool = True
) -> Table:
    """A table without lines; ``names`` is how wide the names are, where several tables are to be in line."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=0, show_header=show_header)
    for name in before:
        table.add_column(name, no_wrap=True)
    table.add_column(_NAMES, overflow="fold", width=names)
    for name, width in widths.items():
        justify: Literal["left", "right"] = "left" if name == "target" else "right"
        table.add_column(name, justify=justify, no_wrap=True, width=None if names is None else width)
    return table


def _fill(table: Table, lines: Sequence[Sequence[Text]], of: Text | None) -> None:
    """Lines of one group; what they are of stands before the first."""
    for place, cells in enumerate(lines):
        table.add_row(*([] if of is None else [of if place == 0 else Text()]), *cells)


def _columns(rows: Sequence[HeadlineRow], notes: Notes) -> dict[str, list[str]]:
    """The cells of each column that somebody has a number for, by its name."""
    columns = {
        "alpha": [number(row.alpha.value) for row in rows],
        "interval": [notes.interval(row.alpha) for row in rows],
        "agree": [percent(row.percent.value if row.percent else None) for row in rows],
        "AC1": [number(row.ac1.value if row.ac1 else None) for row in rows],
        "n": [units(row.alpha) for row in rows],
        "coders": [coders(row.alpha) for row in rows],
        "target": [
            NONE if row.alpha.target is None else f"{target(row.alpha.target)} {verdict(row.alpha)}" for row in rows
        ],
    }
    return {
        name: column
        for name, column in columns.items()
        if name not in _MAY_BE_LEFT_OUT or any(cell != NONE for cell in column)
    }


def _level(alpha: Estimate) -> str:
    return LEVELS.get(alpha.level, alpha.level)


def _least(group: Lines) -> int:
    """How wide names must be so that none is folded, where levels follow or hang under them."""
    firsts = {row.alpha.question: row.alpha for row in reversed(group.rows)}
    alone = [len(question) + 1 + len(_level(alpha)) for question, alpha in firsts.items()]
    return max([*alone, *(2 + len(_level(row.alpha)) for row in group.rows)], default=0)


def _names(groups: Sequence[Sequence[Estimate]], room: int) -> Iterator[Text]:
    """Question and level of each row: in line with each other where there is room.

    Where there is not, a question's level follows its name, and its further levels hang under the first.
    """
    every = [alpha for alphas in groups for alpha in alphas]
    longest = max((len(alpha.question) for alpha in every), default=0)
    aligned = longest + 1 + max((len(_level(alpha)) for alpha in every), default=0) <= room
    for alphas in groups:
        before = None
        for alpha in alphas:
            level = _level(alpha)
            start = longest if aligned else len(alpha.question)
            if start + 1 + len(level) > room:
                start = 1
            name = "" if alpha.question == before else alpha.question
            yield Text.assemble(f"{name:<{start}} ", (level, "dim"))
            before = alpha.question
