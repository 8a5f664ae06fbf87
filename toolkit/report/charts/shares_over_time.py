"""How common each category is over time: a panel for each category, dots with their intervals, as far apart as their
days, months or years are; a line joins those that follow each other, and nothing is drawn where nothing is known.
"""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.agreement.estimate import Estimate
from toolkit.report.charts.dots import NO_DATA_YET, plain
from toolkit.report.charts.figure import Figure, spoken
from toolkit.report.charts.grammar import alt
from toolkit.report.charts.names import ABOVE, short_names
from toolkit.report.charts.shares import Called, most_common, of_how_many
from toolkit.report.charts.theme import BLUE
from toolkit.report.charts.time import UTC, axis_of_time, runs_of
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
    names = short_names(map(called, categories), ABOVE)
    runs = runs_of(one.group or "" for one in shown)
    rows = [
        {
            "when": one.group,
            "run": runs[one.group or ""],
            "share": one.value,
            "category": names[called(one.category)],
            **({} if one.ci_low is None else {"low": one.ci_low, "high": one.ci_high}),
        }
        for one in shown
        if one.category in categories
    ]
    x = alt.X("when:T", scale=UTC, title=None, axis=axis_of_time(runs, most=4, labelAngle=-35))
    base = alt.Chart().encode(x=x)
    y = alt.Y("share:Q", title="share", axis=alt.Axis(format="%", tickCount=3, grid=True))
    intervals = (
        base.transform_filter("isValid(datum.low)")
        .mark_rule(color=BLUE, strokeWidth=2)
        .encode(y=alt.Y("low:Q", title="share"), y2=alt.Y2("high:Q"))
    )
    line = base.mark_line(color=BLUE, strokeWidth=1.5).encode(y=y, detail=alt.Detail("run:N"))
    points = (
        base.transform_filter("isValid(datum.low)").mark_point(color=BLUE, filled=True, opacity=1, size=34).encode(y=y)
    )
    bare = (
        base.transform_filter("!isValid(datum.low)")
        .mark_point(color=BLUE, filled=False, strokeWidth=2, opacity=1, size=28)
        .encode(y=y)
    )
    chart = (
        alt.layer(line, intervals, points, bare)
        .properties(width=_WIDTH, height=_HEIGHT)
        .facet(facet=alt.Facet("category:N", sort=list(names.values()), title=None), columns=3, data=NO_DATA_YET)
    )
    return Figure(
        name=f"{name}-over-time",
        title=f"{question}: how common each category is, {period} by {period}{of_how_many(shown)}",
        says=spoken(f"{one.group}, {called(one.category)}: {percent(one.value)}." for one in shown),
        drawing=plain(chart, rows),
    )
