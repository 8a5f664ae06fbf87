"""Alpha of each round, question by question."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.agreement.estimate import Estimate
from toolkit.report.charts.dots import Dot, dots
from toolkit.report.charts.figure import Figure, spoken
from toolkit.report.charts.forest import row_name
from toolkit.words.numbers import number

MOST_PANELS = 24


def rounds(estimates: Sequence[Estimate]) -> Figure | None:
    """Return the picture; None where no question has an alpha in two rounds."""
    shown = [one for one in estimates if one.value is not None]
    panels = list(dict.fromkeys(row_name(one) for one in shown))
    if not shown or len(panels) > MOST_PANELS:
        return None
    lowest = min(0.0, *(end for one in shown for end in (one.value, one.ci_low) if end is not None))
    return Figure(
        name="rounds",
        title="Agreement round by round",
        says=spoken(f"{row_name(one)}, {one.group}: alpha {number(one.value)}." for one in shown),
        drawing=dots(
            [
                Dot(
                    row=one.group or "",
                    panel=panel,
                    value=one.value,
                    low=one.ci_low,
                    high=one.ci_high,
                )
                for panel in panels
                for one in shown
                if row_name(one) == panel
            ],
            axis="alpha",
            scale=(lowest, 1.0),
            columns=3,
        ),
    )
