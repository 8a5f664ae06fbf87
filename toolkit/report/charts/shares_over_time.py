"""How common each category is over time: a line for each category, in a panel of its own, with its intervals."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.agreement.estimate import Estimate
from toolkit.report.charts.dots import NO_DATA_YET, plain
from toolkit.report.charts.figure import Figure, spoken
from toolkit.report.charts.grammar import alt
from toolkit.report.charts.shares import Called, most_common, of_how_many
from toolkit.report.charts.theme import BLUE
from toolkit.words.numbers import percent

_WIDTH, _HEIGHT = 170, 96


def shares_over_time(
    question: str, given: Sequence[Estimate], called: Called, *, name: str, period: str
) -> Figure | None:
    """Return the picture; None where there is nothing to follow, or too much to read."""
    shown = [one for one in given if one.value is not None]
    categories = most_common(shown)
    if not categories or len({one.group for one in shown}) < 2:
        return None
    rows = [
        {
            "when": one.group,
            "share": one.value,
            "category": called(one.category),
            **({} if one.ci_low is None else {"low": one.ci_low, "high": one.ci_high}),
        }
        for one in shown
        if one.category in categories
    ]
    names = [called(category) for category in categories]
    times = sorted({one.group or "" for one in shown})
    every = -(-len(times) // 4)
    axis = alt.Axis(labelAngle=-35, values=times[::every], title=None)
    x = alt.X("when:O", sort=times, axis=axis)
    base = alt.Chart().encode(x=x)
    y = alt.Y("share:Q", title="share", axis=alt.Axis(format="%", tickCount=3, grid=True))
    intervals = (
        base.transform_filter("isValid(datum.low)")
        .mark_rule(color=BLUE, strokeWidth=2)
        .encode(y=alt.Y("low:Q", title="share"), y2="high:Q")
    )
    line = base.mark_line(color=BLUE, strokeWidth=1.5).encode(y=y)
    points = base.mark_point(color=BLUE, filled=True, opacity=1, size=34).encode(y=y)
    chart = (
        alt.layer(line, intervals, points)
        .properties(width=_WIDTH, height=_HEIGHT)
        .facet(facet=alt.Facet("category:N", sort=names, title=None), columns=3, data=NO_DATA_YET)
    )
    return Figure(
        name=f"{name}-over-time",
        title=f"{question}: how common each category is, {period} by {period}{of_how_many(shown)}",
        says=spoken(f"{one.group}, {called(one.category)}: {percent(one.value)}." for one in shown),
        drawing=plain(chart, rows),
    )
