"""Marked words of a stock export, held against the texts that they were marked in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.codebook.answers import Mark
from toolkit.codebook.spans import check_marks

FITTING = 0.9
"""Share of the marks whose words a text must give back to be the one they were made in."""

Marks = Mapping[tuple[str, str], Sequence[Mark]]
"""By unit and annotator."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The texts of the units, the marks that fit them, and the entries in which any does not."""

    texts: Mapping[str, str]
    marks: Mapping[tuple[str, str], tuple[Mark, ...]]
    misfits: frozenset[tuple[str, str]]


def checked(
    marks: Marks, labels: Sequence[str], fields: Mapping[str, Mapping[str, object]], *, name: str | None
) -> Checked | None:
    """Return the marks held against the configured field, or the one that fits best; None where none fits.

    An annotator of whose marks in a unit one does not fit is a misfit there as a whole: to leave the mark out would say
    that nothing was marked.
    """
    candidates = [name] if name is not None else sorted({key for unit in fields.values() for key in unit})
    n_marks = sum(map(len, marks.values()))
    best = max((_in(each, marks, labels, fields) for each in candidates), key=_n_worded, default=None)
    return best if best is not None and _n_worded(best) >= FITTING * n_marks and n_marks else None


def _n_worded(one: Checked) -> int:
    return sum(mark.text is not None for marks in one.marks.values() for mark in marks)


def _in(name: str, marks: Marks, labels: Sequence[str], fields: Mapping[str, Mapping[str, object]]) -> Checked:
    texts = {unit: text for unit, beside in fields.items() if isinstance(text := beside.get(name), str)}
    kept: dict[tuple[str, str], tuple[Mark, ...]] = {}
    misfits = set()
    for entry, made in marks.items():
        text = texts.get(entry[0])
        worded = all(
            mark.text is not None for mark in made
        )  # without its words a mark fits any text that is long enough
        spans, reasons = check_marks(labels, made, text) if text is not None and worded else ((), ["no text"])
        if reasons and made:
            misfits.add(entry)
        else:
            kept[entry] = tuple(Mark(span.label, span.start, span.end, span.text) for span in spans)
    return Checked(texts, kept, frozenset(misfits))
