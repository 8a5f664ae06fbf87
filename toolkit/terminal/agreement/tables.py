"""The tables agreement is laid out in: plain rows under a head, and squares of values or annotators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from toolkit.words.numbers import Notes

WIDTH = 80
"""Columns of the terminal everything must fit."""

_GAP = 2
_LONGEST_NAME = 32


def rows_table(names: Sequence[str], numbers: Sequence[str]) -> Table:
    """Return an empty table: columns of names, which are folded where they are too long, then columns of numbers."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for name in names:
        table.add_column(Text(name), overflow="fold")
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def add(table: Table, *cells: str) -> None:
    """A row; names come from codebooks and files, so nothing in them is taken for markup."""
    table.add_row(*map(Text, cells))


def add_heading(table: Table, words: str) -> None:
    """A row that says what the following ones are about, set off from those before."""
    if table.row_count:
        table.add_row()
    table.add_row(Text(words, style="bold"))


def footnotes_of(notes: Notes) -> list[Text]:
    """Return what the marks mean, a line each."""
    return [Text(line, style="dim") for line in notes.lines()]


def heading(words: str, explained: str = "") -> Text:
    """Return the title of a part, with a few words on what it shows."""
    return Text.assemble((words, "bold"), (f"  {explained}" if explained else "", "dim"))


def numbered(names: Sequence[str], cells: Sequence[Sequence[str]], further: Mapping[str, Sequence[str]]) -> bool:
    """Return whether columns must be called 1, 2, 3 … because their names would not fit."""
    widths = (max(len(name), *(len(row[place]) for row in cells)) for place, name in enumerate(names))
    return _width(names, list(widths), further) > WIDTH


def fitting(names: Sequence[str], cells: Sequence[Sequence[str]], further: Mapping[str, Sequence[str]]) -> int:
    """Return how many of the first names a square has room for, when its columns are called 1, 2, 3 …"""
    for n in range(len(names), 1, -1):
        widths = [max(len(str(place + 1)), *(len(row[place]) for row in cells[:n])) for place in range(n)]
        if _width([f"{n}  {name}" for name in names[:n]], widths, further) <= WIDTH:
            return n
    return min(len(names), 2)


def square_table(
    names: Sequence[str], cells: Sequence[Sequence[str]], further: Mapping[str, Sequence[str]] | None = None
) -> Table:
    """Return names × names. ``further`` are columns beside the square.

    Columns are called by name where there is room; otherwise names are numbered, and columns called 1, 2, 3 …
    """
    beside = further or {}
    by_number = numbered(names, cells, beside)
    wide = len(str(len(names)))
    rows = [f"{place:>{wide}}  {name}" for place, name in enumerate(names, start=1)] if by_number else list(names)
    table = rows_table([""], [])
    for place, name in enumerate(names, start=1):
        table.add_column(Text(str(place) if by_number else name), justify="right", no_wrap=True)
    for name in beside:
        table.add_column(Text(name, style="dim"), justify="right", no_wrap=True)
    for place, name in enumerate(rows):
        table.add_row(Text(name), *map(Text, cells[place]), *(Text(of[place], style="dim") for of in beside.values()))
    return table


def _width(names: Sequence[str], widths: Sequence[int], further: Mapping[str, Sequence[str]]) -> int:
    beside = [max(len(name), *map(len, column)) for name, column in further.items()]
    longest = min(max(map(len, names)), _LONGEST_NAME)
    return longest + sum(widths) + sum(beside) + _GAP * (len(widths) + len(beside))
