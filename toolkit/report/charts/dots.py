"""Dots with their intervals, a row each: what most pictures of a report are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from toolkit.report.charts.grammar import alt
from toolkit.report.charts.names import ABOVE, short_names
from toolkit.report.charts.theme import BLUE, LETTER, LONGEST_NAME, ROW, SOFT, VERMILION, WIDTH, config


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A figure with its interval; a row of that name, in a panel where there are several."""

    row: str
    value: float | None
    low: float | None = None
    high: float | None = None
    panel: str = ""
    kind: str = ""
    """Which of a few kinds it is of: told by shape and by colour."""
    target: float | None = None
    says: str = ""
    """A word at the end of the row."""


NO_DATA_YET: dict[str, Any] = {"values": []}
"""What stands for the data until ``plain`` puts them in: without any, each layer would have none of its own."""


def dots(
    rows: Sequence[Dot],
    *,
    axis: str,
    scale: tuple[float, float] | None = None,
    zero: bool = False,
    columns: int = 1,
    kinds: Mapping[str, tuple[str, str]] | None = None,
    legend: bool = True,
    percent: bool = False,
    width: int = WIDTH,
) -> dict[str, Any]:
    """Return a drawing: a dot for each value and a line for its interval, with a tick where there is a target. A dot
    is open where there is no interval.

    ``zero`` draws a line at 0, ``kinds`` gives each kind its colour and shape, ``columns`` is how many panels stand
    beside each other.
    """
    called, above = short_names(one.row for one in rows), short_names((one.panel for one in rows), ABOVE)
    rows = [replace(one, row=called[one.row], panel=above[one.panel]) for one in rows]
    values = [{name: value for name, value in asdict(one).items() if value is not None} for one in rows]
    lowest, highest = scale or _range(rows, zero=zero)
    within = alt.Scale(domain=[lowest, highest], nice=False, clamp=True, zero=False)
    x = alt.X(
        "value:Q",
        title=axis,
        scale=within,
        axis=alt.Axis(format="%" if percent else ".2~f", tickCount=6 if columns < 2 else 3),
    )
    y = alt.Y("row:N", sort=None, title=None, axis=alt.Axis(minExtent=room_for(one.row for one in rows)))
    base = alt.Chart().encode(y=y)
    colour, shape = _told_apart(kinds, legend=legend)
    beside = len({(one.panel, one.row) for one in rows}) < len(rows)
    offset = {"yOffset": alt.YOffset("kind:N", sort=list(kinds))} if kinds and beside else {}
    layers: list[Any] = []
    if zero:
        layers.append(alt.Chart().mark_rule(color=SOFT, strokeWidth=1).encode(x=alt.XDatum(0)))
    layers += [
        base.transform_filter("isValid(datum.low)")
        .mark_rule(strokeWidth=2, clip=True)
        .encode(x=alt.X("low:Q", scale=within), x2=alt.X2("high:Q"), color=colour, **offset),
        base.transform_filter("isValid(datum.value) && isValid(datum.low)")
        .mark_point(filled=True, opacity=1, size=62)
        .encode(x=x, color=colour, shape=shape, **offset),
    ]
    if any(one.value is not None and one.low is None for one in rows):
        layers.append(
            base.transform_filter("isValid(datum.value) && !isValid(datum.low)")
            .mark_point(filled=False, strokeWidth=2, opacity=1, size=50)
            .encode(x=x, color=colour, shape=shape, **offset)
        )
    if any(one.target is not None for one in rows):
        layers.append(
            base.transform_filter("isValid(datum.target)")
            .mark_tick(color=VERMILION, thickness=3, size=16, opacity=1)
            .encode(x=alt.X("target:Q", scale=within))
        )
    if any(one.says for one in rows):
        at_the_end: Any = alt.XValue(width)  # type: ignore[no-untyped-call]
        layers.append(base.mark_text(align="left", dx=8).encode(x=at_the_end, text=alt.Text("says:N")))
    panels = list(dict.fromkeys(one.panel for one in rows))
    n_rows = max(len(dict.fromkeys(one.row for one in rows if one.panel == panel)) for panel in panels) if panels else 1
    tall = ROW + 8 if offset else ROW
    wide = width if len(panels) < 2 or columns < 2 else (width + 200) // columns - 30
    high = {"step": tall, "for": "position"} if len(panels) < 2 else n_rows * tall
    layered = alt.layer(*layers).properties(width=wide, height=high)
    chart: Any = layered.properties(data=NO_DATA_YET)
    if len(panels) > 1:
        chart = layered.facet(facet=alt.Facet("panel:N", sort=panels, title=None), columns=columns, data=NO_DATA_YET)
        if len({tuple(one.row for one in rows if one.panel == panel) for panel in panels}) > 1:
            chart = chart.resolve_scale(y="independent")
    made = plain(chart, values)
    if any(one.says for one in rows):
        made["padding"] = {"left": 4, "top": 4, "bottom": 4, "right": 4 + 3 * LETTER}
    return made


def room_for(names: Iterable[str]) -> float:
    """Return the pixels that names beside a picture may take: the reader's letters may be wider than those here."""
    return min(max(map(len, names), default=0) * LETTER, LONGEST_NAME)


def plain(chart: Any, values: Sequence[Mapping[str, object]] | None = None) -> dict[str, Any]:
    """Return a chart as plain values, with what all have in common.

    ``values`` are its data where all of it has the same: put in here, for the grammar would copy them again and again.
    """
    made: dict[str, Any] = chart.to_dict(validate=False)
    if values is not None:
        made["data"] = {"values": list(values)}
    made["config"] = config()
    return made


def _told_apart(kinds: Mapping[str, tuple[str, str]] | None, *, legend: bool) -> tuple[Any, Any]:
    if not kinds:
        return alt.ColorValue(BLUE), alt.ShapeValue("circle")
    names = list(kinds)
    shown = alt.Legend(title=None) if len(names) > 1 and legend else None
    colours, shapes = zip(*kinds.values(), strict=True)
    return (
        alt.Color("kind:N", scale=alt.Scale(domain=names, range=list(colours)), legend=shown),
        alt.Shape("kind:N", scale=alt.Scale(domain=names, range=list(shapes)), legend=shown),
    )


def _range(rows: Iterable[Dot], *, zero: bool) -> tuple[float, float]:
    """A little more than all that is drawn."""
    ends = [end for one in rows for end in (one.value, one.low, one.high, one.target) if end is not None]
    low, high = min([*ends, *([0.0] if zero else [])], default=0.0), max([*ends, *([0.0] if zero else [])], default=1.0)
    room = (high - low) * 0.06 or 0.05
    return low - room, high + room
