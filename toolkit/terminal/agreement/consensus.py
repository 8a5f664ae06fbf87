"""What the labels of an export are worth: the reliability of the consensus of one annotator, of several, of more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from toolkit.agreement.consensus_reliability import ConsensusReliability
from toolkit.terminal.agreement.tables import add, footnotes_of, heading, rows_table
from toolkit.words.numbers import Notes, number
from toolkit.words.reasons import Nouns

_MODELS = (
    "A range: it cannot be known from so few coders. A majority helps much where every {unit} is equally hard, and "
    "little where some are beyond anybody; three models of that span the range. Twice as many coders on some {unit}s "
    "would tell."
)


def consensus_text(found: Mapping[str, Sequence[ConsensusReliability]], *, nouns: Nouns) -> RenderableType:
    """Return a row per question and a column per number of annotators, those of a unit now set off."""
    notes = Notes(nouns)
    every = sorted({each.k for of in found.values() for each in of})
    table = rows_table(("question",), (*("one" if k == 1 else f"{k}" for k in every), "now"))
    methods = set()
    for question, of in found.items():
        by_k = {each.k: each for each in of}
        methods |= {each.method for each in of}
        now = of[1].k if len(of) > 1 else 1
        cells = [_between(by_k.get(k), notes) for k in every]
        add(table, question, *cells, f"{now}")
    lines = [Text("Mean (numbers) or majority (categories) of so many coders. now: coders of a " + nouns.unit + ".")]
    if "models" in methods:
        lines.append(Text(_MODELS.format(unit=nouns.unit)))
    if "spearman_brown" in methods:
        lines.append(Text("Of numbers by Spearman and Brown."))
    for line in lines:
        line.stylize("dim")
    title = heading("Consensus", "how far it would agree with that of as many other coders, as alpha")
    return Group(title, table, Text(), *footnotes_of(notes), *lines)


def _between(found: ConsensusReliability | None, notes: Notes) -> str:
    if found is None:
        return ""
    if found.low is None or found.high is None:
        return notes.missing(found.undefined_because or "")
    low, high = number(found.low), number(found.high)
    return low if low == high else f"{low}–{high}"
