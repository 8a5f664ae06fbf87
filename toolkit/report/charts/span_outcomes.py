"""What becomes of the spans that two annotators mark: agreed, other borders, another label, missed by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from toolkit.agreement.estimate import Estimate
from toolkit.report.charts.dots import NO_DATA_YET, plain, room_for
from toolkit.report.charts.figure import Figure, spoken
from toolkit.report.charts.grammar import alt
from toolkit.report.charts.names import short_names
from toolkit.report.charts.theme import BLUE, GREEN, GREY, PAGE, ROW, VERMILION, WIDTH
from toolkit.words.numbers import percent

OUTCOMES = ("agreed", "boundary", "label", "missed")
_COLOURS = (BLUE, GREEN, GREY, VERMILION)
_SEEN = 0.07
"""Share from which on it is written in its bar."""


def span_outcomes(
    question: str, estimates: Sequence[Estimate], called: Callable[[str], str], *, name: str
) -> Figure | None:
    """Return a bar for every two annotators, in a panel for each label; None where nobody marked anything."""
    shown = [one for one in estimates if one.value is not None and one.level in OUTCOMES]
    if not shown:
        return None
    above = short_names(one.category or "" for one in shown)
    rows = [
        {
            "pair": f"{called(one.annotator or '')} and {called(one.other_annotator or '')}",
            "label": above[one.category or ""],
            "outcome": one.level,
            "place": OUTCOMES.index(one.level),
            "share": one.value,
            "said": percent(one.value) if (one.value or 0.0) >= _SEEN else "",
        }
        for one in shown
    ]
    names = [str(row["pair"]) for row in rows]
    n_pairs = len(set(names))
    base = alt.Chart().encode(
        y=alt.Y("pair:N", sort=None, title=None, axis=alt.Axis(minExtent=room_for(names))),
        order=alt.Order("place:Q"),
    )
    x = alt.X("share:Q", stack=True, title="of all spans either marked", axis=alt.Axis(format="%", tickCount=5))
    bars = base.mark_bar(stroke=PAGE, strokeWidth=1).encode(
        x=x,
        color=alt.Color(
            "outcome:N",
            scale=alt.Scale(domain=list(OUTCOMES), range=list(_COLOURS)),
            legend=alt.Legend(title=None, symbolType="square"),
        ),
    )
    words = base.mark_text(color=PAGE, align="right", dx=-5).encode(
        x=alt.X("share:Q", stack=True), detail=alt.Detail("outcome:N"), text=alt.Text("said:N")
    )
    chart = (
        alt.layer(bars, words)
        .properties(width=WIDTH, height=n_pairs * ROW)
        .facet(facet=alt.Facet("label:N", sort=list(above.values()), title=None), columns=1, data=NO_DATA_YET)
    )
    said = spoken(
        f"{one.category}, {row['pair']}: {one.level} {percent(one.value)}."
        for one, row in zip(shown, rows, strict=True)
    )
    return Figure(
        name=f"{name}-spans",
        title=f"{question}: what becomes of the spans that two annotators mark",
        says=said,
        drawing=plain(chart, rows),
    )
