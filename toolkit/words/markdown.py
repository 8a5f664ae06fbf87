"""The headline as a table in GitHub's Markdown, and the notes under it."""

from __future__ import annotations

import re

from toolkit.files.markdown import escaped
from toolkit.words.paper_table import PaperTable

_MARKED = re.compile("\N{EN DASH} ([a-z])")


def markdown_text(table: PaperTable) -> str:
    """Return the caption, the table, and a paragraph for each note."""
    ends = ["---"] * table.n_names + ["---:"] * (len(table.columns) - table.n_names)
    if table.columns and table.columns[-1] == "verdict":
        ends[-1] = "---"
    lines = [_row(table.columns), f"| {' | '.join(ends)} |", *map(_row, table.rows)]
    return "\n\n".join([f"**{escaped(table.caption)}**", "\n".join(lines), *map(_note, table.notes)])


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    marked = _MARKED.fullmatch(text)
    return escaped(text) if marked is None else f"\N{EN DASH}<sup>{marked[1]}</sup>"


def _note(note: str) -> str:
    letter, two_spaces, said = note.partition("  ")
    return f"<sup>{letter}</sup> {escaped(said)}" if two_spaces and len(letter) == 1 else escaped(note)
