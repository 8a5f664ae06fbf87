"""How many sentences each annotator had coded by which day."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from toolkit.loop.reporting.work import DayOfWork
from toolkit.report.charts.dots import plain
from toolkit.report.charts.figure import Figure, spoken
from toolkit.report.charts.grammar import alt
from toolkit.report.charts.theme import BLUE, TEXT, WIDTH
from toolkit.report.charts.time import UTC, axis_of_time

FEWEST_DAYS = 2


def progress(days: Sequence[DayOfWork], called: Callable[[str], str]) -> Figure | None:
    """Return the picture; None where all was coded on one day."""
    if len({one.day for one in days}) < FEWEST_DAYS:
        return None
    last = {one.annotator: one for one in days}
    rows = [{"who": called(one.annotator), "day": one.day, "total": one.total} for one in days]
    ends: dict[tuple[str, int], list[str]] = {}
    for name, one in last.items():
        ends.setdefault((one.day, one.total), []).append(called(name))
    # who ends together is named together, for names on each other cannot be read
    named = [{"who": ", ".join(names), "day": day, "total": total} for (day, total), names in ends.items()]
    when = alt.X("day:T", title=None, scale=UTC, axis=axis_of_time([one.day for one in days], most=6))
    much = alt.Y("total:Q", title="sentences coded", axis=alt.Axis(format=",d", tickMinStep=1))
    lines = (
        alt.Chart({"values": rows})
        .mark_line(color=BLUE, strokeWidth=2, point={"filled": True, "size": 36, "color": BLUE})
        .encode(x=when, y=much, detail=alt.Detail("who:N"))
    )
    names = (
        alt.Chart({"values": named})
        .mark_text(align="left", dx=7, color=TEXT)
        .encode(x=when, y=alt.Y("total:Q"), text=alt.Text("who:N"))
    )
    chart = alt.layer(lines, names).properties(width=WIDTH, height=200)
    said = spoken(f"{called(name)}: {one.total:,} by {one.day}." for name, one in last.items())
    return Figure(name="progress", title="Sentences coded by each annotator", says=said, drawing=plain(chart))
