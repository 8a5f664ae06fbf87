"""How far annotators agree on each category of a question, against all the others together."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.agreement.estimate import Estimate
from toolkit.report.charts.dots import Dot, dots
from toolkit.report.charts.figure import Figure, spoken
from toolkit.words.numbers import number

MOST_ROWS = 30


def category_alpha(question: str, estimates: Sequence[Estimate], *, name: str) -> Figure | None:
    """Return the picture; None where fewer than two categories have an alpha, or too many."""
    shown = [one for one in estimates if one.value is not None]
    if not 2 <= len(shown) <= MOST_ROWS:
        return None
    lowest = min(0.0, *(end for one in shown for end in (one.value, one.ci_low) if end is not None))
    return Figure(
        name=f"{name}-categories",
        title=f"{question}: agreement on each category",
        says=spoken(f"{one.category}: alpha {number(one.value)}." for one in shown),
        drawing=dots(
            [Dot(row=one.category or "", value=one.value, low=one.ci_low, high=one.ci_high) for one in shown],
            axis="alpha of this category against the rest",
            scale=(lowest, 1.0),
        ),
    )
