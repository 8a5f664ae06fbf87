"""How often each annotator gives the known answer, question by question."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from toolkit.agreement.estimate import Estimate
from toolkit.report.charts.dots import Dot, dots
from toolkit.report.charts.figure import Figure, spoken
from toolkit.words.numbers import percent

MOST_PANELS = 12


def right(estimates: Sequence[Estimate], called: Callable[[str], str]) -> Figure | None:
    """Return the picture of shares of known answers; None where there are none, or too many questions."""
    shown = [one for one in estimates if one.value is not None and one.annotator is not None]
    if not shown or len({one.question for one in shown}) > MOST_PANELS:
        return None
    return Figure(
        name="right",
        title="Share of the known answers that each annotator gave",
        says=spoken(f"{one.question}, {called(one.annotator or '')}: {percent(one.value)}." for one in shown),
        drawing=dots(
            [
                Dot(
                    row=called(one.annotator or ""),
                    panel=one.question,
                    value=one.value,
                    low=one.ci_low,
                    high=one.ci_high,
                )
                for one in shown
            ],
            axis="share that is right",
            scale=(0.0, 1.0),
            columns=3,
            percent=True,
        ),
    )
