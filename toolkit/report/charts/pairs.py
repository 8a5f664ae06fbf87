"""Alpha of every two annotators."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from toolkit.agreement.estimate import Estimate
from toolkit.report.charts.dots import Dot, dots
from toolkit.report.charts.figure import Figure, spoken
from toolkit.words.numbers import number

MOST_ROWS = 28
"""Pairs of eight annotators: beyond that nobody reads a row each."""


def pairs(question: str, estimates: Sequence[Estimate], called: Callable[[str], str], *, name: str) -> Figure | None:
    """Return the picture; None where fewer than two pairs have an alpha, or too many."""
    shown = [one for one in estimates if one.value is not None]
    if not 2 <= len(shown) <= MOST_ROWS:
        return None
    names = [f"{called(one.annotator or '')} and {called(one.other_annotator or '')}" for one in shown]
    lowest = min(0.0, *(end for one in shown for end in (one.value, one.ci_low) if end is not None))
    return Figure(
        name=f"{name}-pairs",
        title=f"{question}: agreement of every two annotators",
        says=spoken(f"{who}: alpha {number(one.value)}." for who, one in zip(names, shown, strict=True)),
        drawing=dots(
            [
                Dot(row=who, value=one.value, low=one.ci_low, high=one.ci_high)
                for who, one in zip(names, shown, strict=True)
            ],
            axis="alpha of the two",
            scale=(lowest, 1.0),
        ),
    )
