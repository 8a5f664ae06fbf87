"""Time on an axis: days, months and years as far apart as they are, the same wherever a picture is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC as ZONE
from datetime import date, datetime
from typing import Any

from toolkit.report.charts.grammar import alt

UTC = alt.Scale(type="utc")
"""Days are days of UTC: in the time of whoever draws, the second of March would be the first."""

_FORMATS = {"2026-01-31": "%Y-%m-%d", "2026-01": "%Y-%m", "2026": "%Y"}


def axis_of_time(times: Iterable[str], *, most: int, **more: Any) -> Any:
    """Return an axis on which at most so many of these days, months or years are named, each once."""
    every = sorted(set(times))
    step = -(-len(every) // most)
    formats = {len(example): shown for example, shown in _FORMATS.items()}
    values = [_begin(each).timestamp() * 1000 for each in every[::step]]
    return alt.Axis(values=values, format=formats[len(every[0])], labelOverlap="greedy", labelSeparation=4, **more)


def runs_of(times: Iterable[str]) -> Mapping[str, int]:
    """Return to which run of days, months or years that follow each other each one belongs.

    >>> runs_of(["2026-01", "2026-02", "2026-04"])
    {'2026-01': 0, '2026-02': 0, '2026-04': 1}
    """
    found: dict[str, int] = {}
    before: int | None = None
    run = -1
    for each in sorted(set(times)):
        place = _place(each)
        run += before is None or place != before + 1
        before = place
        found[each] = run
    return found


def _begin(time: str) -> datetime:
    day = _day(time)
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


def _day(time: str) -> date:
    return date.fromisoformat(time + "2026-01-01"[len(time) :])


def _place(time: str) -> int:
    """The number of a day, a month or a year: one more than that of the one before it."""
    day = _day(time)
    return {4: day.year, 7: 12 * day.year + day.month}.get(len(time), day.toordinal())
