"""The headline as a LaTeX table with booktabs rules, and the notes under it."""

from __future__ import annotations

import re

from toolkit.words.paper_table import PaperTable

_ESCAPED = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
    "\N{EN DASH}": "--",
    "\N{MINUS SIGN}": "$-$",
    "\N{HORIZONTAL ELLIPSIS}": r"\ldots{}",
    "\N{MULTIPLICATION SIGN}": r"$\times$",
}
_MARKED = re.compile("\N{EN DASH} ([a-z])")
_TAKEN_FOR_AN_ARGUMENT = ("[", "*")
"""What the end of the row before would take for its own."""


def latex_text(table: PaperTable) -> str:
    """Return a ``table`` environment for a paper that loads ``booktabs`` and ``threeparttable``."""
    alignment = "l" * table.n_names + "r" * (len(table.columns) - table.n_names)
    if table.columns and table.columns[-1] == "verdict":
        alignment = alignment[:-1] + "l"
    lines = [
        r"% in the preamble: \usepackage{booktabs,threeparttable}",
        r"\begin{table}",
        r"\centering",
        r"\begin{threeparttable}",
        rf"\caption{{{_escaped(table.caption)}}}",
        r"\label{tab:agreement}",
        r"\small",
        rf"\begin{{tabular}}{{{alignment}}}",
        r"\toprule",
        _row(table.columns),
        r"\midrule",
        *map(_row, table.rows),
        r"\bottomrule",
        r"\end{tabular}",
        *_notes(table.notes),
        r"\end{threeparttable}",
        r"\end{table}",
    ]
    return "\n".join(lines)


def _row(cells: tuple[str, ...]) -> str:
    first = "{}" if cells[0].startswith(_TAKEN_FOR_AN_ARGUMENT) else ""
    return f"{first}{' & '.join(map(_cell, cells))} " + r"\\"


def _cell(text: str) -> str:
    marked = _MARKED.fullmatch(text)
    return _escaped(text) if marked is None else rf"--\textsuperscript{{{marked[1]}}}"


def _notes(notes: tuple[str, ...]) -> list[str]:
    """A note each; what begins with the letter of a missing number has it as its label."""
    if not notes:
        return []
    lines = [r"\begin{tablenotes}[flushleft]", r"\footnotesize"]
    for note in notes:
        letter, two_spaces, said = note.partition("  ")
        lines.append(rf"\item[{letter}] {_escaped(said)}" if two_spaces and len(letter) == 1 else _item(note))
    return [*lines, r"\end{tablenotes}"]


def _item(note: str) -> str:
    return rf"\item {'{}' if note.startswith('[') else ''}{_escaped(note)}"


def _escaped(text: str) -> str:
    r"""The text as LaTeX prints it.

    >>> print(_escaped("50 % of a_b & {c}"))
    50 \% of a\_b \& \{c\}
    """
    return "".join(_ESCAPED.get(character, character) for character in " ".join(text.split()))
