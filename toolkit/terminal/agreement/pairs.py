"""Agreement of two annotators at a time: a square of everybody with everybody, and a list with intervals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from toolkit.agreement.estimate import Estimate
from toolkit.terminal.agreement.tables import add, rows_table, square_table
from toolkit.words.kinds import SPLIT
from toolkit.words.numbers import Notes, number, percent

MOST_IN_SQUARE = 8
EVERY_LABEL = "all labels"
MOST_LISTED = 10
_ENDS = 5

_OUTCOMES: Mapping[str, str] = {
    "agreed": "agreed",
    "boundary": "other bounds",
    "label": "other label",
    "missed": "missed",
}
_MATCHES: Mapping[str, str] = {
    "exact": "exact",
    "overlap-same-label": "overlapping",
    "exact-boundaries-any-label": "any label",
}


def square_of_pairs(pairs: Sequence[Estimate], notes: Notes) -> Table | None:
    """Return annotators × annotators of one figure; None where there are too few for a square, or too many."""
    names = annotators_of(pairs)
    if not 2 < len(names) <= MOST_IN_SQUARE:
        return None
    cell: dict[tuple[str | None, str | None], str] = {}
    for pair in pairs:
        shown = number(pair.value) if pair.undefined_because is None else notes.missing(pair.undefined_because)
        cell[pair.annotator, pair.other_annotator] = cell[pair.other_annotator, pair.annotator] = shown
    return square_table(names, [[cell.get((one, other), "") for other in names] for one in names])


def pairs_listed(pairs: Sequence[Estimate], notes: Notes, *, measure: str) -> RenderableType:
    """Return one pair a row with interval and n; of many pairs only the lowest and the highest."""
    table = rows_table(("annotators",), (measure, "interval", "n"))
    if len(pairs) <= MOST_LISTED:
        _add_pairs(table, pairs, notes)
        return table
    defined = sorted((pair for pair in pairs if pair.value is not None), key=lambda pair: pair.value or 0.0)
    without = len(pairs) - len(defined)
    if not defined:
        return Text(f"No value for any of {len(pairs)} pairs.")
    _add_pairs(table, defined[:_ENDS], notes)
    if highest := defined[max(len(defined) - _ENDS, _ENDS) :]:
        add(table, "…")
        _add_pairs(table, highest, notes)
    said = f"Of {len(pairs)} pairs the {_ENDS} lowest and the {_ENDS} highest"
    return Group(table, Text(f"{said}; {without} have no value." if without else f"{said}.", style="dim"))


def pair_parts(pairs: Sequence[Estimate], notes: Notes, *, measure: str) -> Iterator[RenderableType]:
    """Yield the square, and the list where it is short or has to stand for the square.

    Of other measures than alpha a short list is enough: with all of them asked for there are many.
    """
    square = square_of_pairs(pairs, notes) if measure == "alpha" or len(pairs) > MOST_LISTED else None
    if square is not None:
        yield square
    if square is None or len(pairs) <= MOST_LISTED:
        if square is not None:
            yield Text()
        yield pairs_listed(pairs, notes, measure=measure)


def span_pairs(pairs: Sequence[Estimate], notes: Notes) -> RenderableType:
    """Return pairs × what their spans differ in (or how spans are matched), label by label; of many pairs the worst."""
    split = pairs[0].measure == SPLIT
    titles = _OUTCOMES if split else _MATCHES
    by_label = any(pair.category is not None for pair in pairs)
    table = rows_table(
        ("label", "annotators") if by_label else ("annotators",), (*titles.values(), "spans" if split else "n")
    )
    cut = 0
    for label, found in groupby(sorted(pairs, key=lambda pair: pair.category or ""), key=lambda pair: pair.category):
        rows = _of_each_pair(list(found))
        first = next(iter(titles))
        worst = sorted(rows, key=lambda row: _value(row.get(first)))
        cut = max(cut, len(rows) - MOST_LISTED)
        for place, row in enumerate(worst[:MOST_LISTED] if len(rows) > MOST_LISTED else rows):
            any_of = next(iter(row.values()))
            cells = [_cell(row.get(level), notes, in_percent=split) for level in titles]
            names = [(label or EVERY_LABEL) if place == 0 else "", _named(any_of)] if by_label else [_named(any_of)]
            add(table, *names, *cells, f"{any_of.n_values if split else any_of.n_pairable:,}")
    if not cut:
        return table
    return Group(table, Text(f"The {MOST_LISTED} pairs that agree least; {cut} more are not shown.", style="dim"))


def span_means(means: Sequence[Estimate], notes: Notes) -> Table:
    """Return label × how spans are matched: the mean over pairs of annotators, each with its interval."""
    table = rows_table(("label",), [cell for title in _MATCHES.values() for cell in (title, "interval")])
    of_label: dict[str | None, dict[str, Estimate]] = {}
    for each in means:
        of_label.setdefault(each.category, {})[each.level] = each
    for label, found in of_label.items():
        cells = [_with_interval(found.get(level), notes) for level in _MATCHES]
        add(table, EVERY_LABEL if label is None else label, *(cell for pair in cells for cell in pair))
    return table


def _with_interval(estimate: Estimate | None, notes: Notes) -> tuple[str, str]:
    return ("", "") if estimate is None else (number(estimate.value), notes.interval(estimate))


def annotators_of(pairs: Sequence[Estimate]) -> list[str]:
    """Return everybody in any of the pairs, in the order of the annotators."""
    first = dict.fromkeys(pair.annotator for pair in pairs)
    every = dict.fromkeys([*first, *(pair.other_annotator for pair in pairs)])
    return [name for name in every if name is not None]


def _add_pairs(table: Table, pairs: Sequence[Estimate], notes: Notes) -> None:
    for pair in pairs:
        add(table, _named(pair), number(pair.value), notes.interval(pair), f"{pair.n_pairable:,}")


def _named(pair: Estimate) -> str:
    return f"{pair.annotator} · {pair.other_annotator}"


def _of_each_pair(pairs: Sequence[Estimate]) -> list[dict[str, Estimate]]:
    """The figures of each pair by level."""
    found: dict[tuple[str | None, str | None], dict[str, Estimate]] = {}
    for pair in pairs:
        found.setdefault((pair.annotator, pair.other_annotator), {})[pair.level] = pair
    return list(found.values())


def _value(estimate: Estimate | None) -> float:
    """For sorting: pairs without a value come last."""
    return float("inf") if estimate is None or estimate.value is None else estimate.value


def _cell(estimate: Estimate | None, notes: Notes, *, in_percent: bool) -> str:
    if estimate is None or estimate.value is None:
        return notes.missing(estimate.undefined_because if estimate is not None else None)
    return percent(estimate.value) if in_percent else number(estimate.value)
