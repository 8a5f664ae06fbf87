"""Every question's alpha with its interval and its target: the first picture of a report."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.agreement.estimate import Estimate
from toolkit.report.charts.dots import Dot, dots
from toolkit.report.charts.figure import Figure, spoken
from toolkit.report.charts.theme import BLUE
from toolkit.words.kinds import LEVELS, HeadlineRow
from toolkit.words.numbers import between, number, target
from toolkit.words.verdicts import verdict

_SHAPES = {"reached": "circle", "not reached": "cross", "undecided": "diamond", "no target": "square"}


def forest(rows: Sequence[HeadlineRow]) -> Figure | None:
    """Return the picture; None where no question has an alpha."""
    shown = [_dot(row.alpha) for row in rows if row.alpha.value is not None]
    if not shown:
        return None
    lowest = min([0.0, *(one.low for one in shown if one.low is not None), *(one.value or 0.0 for one in shown)])
    return Figure(
        name="agreement",
        title="Agreement, question by question",
        says=spoken(_said(row.alpha) for row in rows),
        drawing=dots(
            shown,
            axis="Krippendorff's alpha, its interval, and (upright) what it is to reach",
            scale=(lowest, 1.0),
            kinds={kind: (BLUE, shape) for kind, shape in _SHAPES.items()},
            legend=False,
        ),
    )


def row_name(alpha: Estimate) -> str:
    """Return what a row is called: the question, and the level where it is not the question's own."""
    level = LEVELS.get(alpha.level, alpha.level)
    return f"{alpha.question}  {level}"


def _dot(alpha: Estimate) -> Dot:
    return Dot(
        row=row_name(alpha),
        value=alpha.value,
        low=alpha.ci_low,
        high=alpha.ci_high,
        target=alpha.target,
        kind=alpha.verdict or "no target",
        says="" if alpha.verdict is None else verdict(alpha),
    )


def _said(alpha: Estimate) -> str:
    if alpha.value is None:
        return f"{row_name(alpha)}: no alpha."
    interval = "" if alpha.ci_low is None else f", interval {between(alpha.ci_low, alpha.ci_high)}"
    wanted = "" if alpha.target is None else f", to reach {target(alpha.target)}: {verdict(alpha)}"
    return f"{row_name(alpha)}: alpha {number(alpha.value)}{interval}{wanted}."
