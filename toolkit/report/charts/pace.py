"""Median seconds a sentence, annotator by annotator."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from toolkit.loop.annotator_overview import AnnotatorOverview
from toolkit.report.charts.dots import Dot, dots
from toolkit.report.charts.figure import Figure, spoken


def pace(people: Sequence[AnnotatorOverview], called: Callable[[str], str]) -> Figure | None:
    """Return the picture; None where fewer than two annotators were timed."""
    timed = [(called(one.annotator), one.seconds) for one in people if one.seconds is not None]
    if len(timed) < 2:
        return None
    return Figure(
        name="pace",
        title="Median seconds a sentence",
        says=spoken(f"{who}: {seconds.median:.0f} seconds." for who, seconds in timed),
        drawing=dots(
            [Dot(row=who, value=one.median, low=one.ci_low, high=one.ci_high) for who, one in timed],
            axis="seconds",
            zero=True,
        ),
    )
