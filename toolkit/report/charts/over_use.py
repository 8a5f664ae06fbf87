"""What annotators use more or less than co-annotators do on the very same units, category by category."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from toolkit.agreement.diagnosis.over_use import OverUse
from toolkit.report.charts.dots import Dot, dots
from toolkit.report.charts.figure import Figure
from toolkit.words.numbers import points

MOST_PANELS, MOST_ROWS = 12, 12


def over_use(
    question: str, uses: Sequence[OverUse], called: Callable[[str], str], *, name: str, unit: str = "sentence"
) -> Figure | None:
    """Return the picture; None where nobody can be compared, or there would be too many panels to read."""
    shown = [one for one in uses if one.difference is not None]
    categories = list(dict.fromkeys(one.category for one in shown))
    people = list(dict.fromkeys(one.annotator for one in shown))
    if not shown or len(categories) > MOST_PANELS or len(people) > MOST_ROWS:
        return None
    flagged = [one for one in shown if one.flagged is not None]
    said = "; ".join(f"{called(one.annotator)} {one.category} {points(one.difference or 0.0)}" for one in flagged)
    away = f"Away from 0 with the whole interval: {said or 'nobody'}."
    if all(one.ci_low is None for one in shown):
        away = "There are no intervals."
    return Figure(
        name=f"{name}-use",
        title=f"{question}: categories each annotator gives more or less often than the others",
        says=f"In percentage points, on the same {unit}s. {away}",
        drawing=dots(
            [
                Dot(
                    row=called(one.annotator),
                    panel=category,
                    value=one.difference,
                    low=one.ci_low,
                    high=one.ci_high,
                )
                for category in categories
                for one in shown
                if one.category == category
            ],
            axis="more than the others →",
            zero=True,
            columns=3,
            percent=True,
        ),
    )
