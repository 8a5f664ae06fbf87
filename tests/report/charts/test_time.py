"""Time in pictures: the same wherever they are drawn, as long as it is, and nothing joined over what is not known."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from dataclasses import fields
from itertools import pairwise
from typing import Any

import pytest

from toolkit.agreement.estimate import Estimate
from toolkit.loop.reporting.work import DayOfWork
from toolkit.report.charts.figure import Figure
from toolkit.report.charts.progress import progress
from toolkit.report.charts.rendering import drawn
from toolkit.report.charts.shares_over_time import shares_over_time

DAYS = [
    DayOfWork(annotator=name, day=f"2026-03-0{day}", n=60, total=60 * day)
    for name in ("a", "b", "c")
    for day in (1, 2, 3)
]


@pytest.fixture(params=["UTC", "America/New_York", "Pacific/Kiritimati"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield os.environ["TZ"]
    monkeypatch.undo()
    time.tzset()


def svg_of(figure: Figure | None) -> str:
    assert figure is not None
    return drawn([figure])[figure.name]


def words_in(svg: str) -> list[str]:
    return re.findall(r">([^<>]*)</text>", svg)


def test_a_day_is_the_same_day_wherever_it_is_drawn(zone: str) -> None:
    words = words_in(svg_of(progress(DAYS, str.upper)))
    assert [each for each in words if each.startswith("2026")] == ["2026-03-01", "2026-03-02", "2026-03-03"]


def test_sentences_are_counted_in_whole_numbers_and_who_ends_together_is_named_together() -> None:
    words = words_in(svg_of(progress(DAYS, str.upper)))
    assert {"0", "100", "A, B, C"} <= set(words)
    assert not any("e+" in each for each in words)
    last = DayOfWork(annotator="c", day="2026-03-04", n=1, total=181)
    assert {"A, B", "C"} <= set(words_in(svg_of(progress([*DAYS, last], str.upper))))


def share(when: str, value: float) -> Estimate:
    named = {"question": "frame", "category": "war", "by": "published", "group": when, "value": value, "n_values": 10}
    nothing: dict[str, Any] = dict.fromkeys(each.name for each in fields(Estimate))
    return Estimate(**nothing | named)


@pytest.mark.parametrize(
    ("period", "times", "apart"),
    [
        ("month", ["2026-01", "2026-02", "2026-11"], 273 / 31),  # days
        ("year", ["2001", "2002", "2012"], 10.0),
        ("day", ["2026-02-27", "2026-02-28", "2026-03-05"], 5.0),
    ],
)
def test_periods_are_as_far_apart_as_they_are_and_only_those_that_follow_are_joined(
    period: str, times: list[str], apart: float
) -> None:
    shown = [share(when, 0.2 + place / 10) for place, when in enumerate(times)]
    svg = svg_of(shares_over_time("frame", shown, str, name="frame", period=period))
    points = "".join(re.findall(r'class="[^"]*mark-symbol[^"]*".*?</g>', svg, re.DOTALL))
    places = [float(each) for each in re.findall(r"translate\(([\d.]+),", points)]
    assert 'fill="#0072b2"' not in points  # open, for there are no intervals
    first, second = (after - before for before, after in pairwise(sorted(places)))
    assert second / first == pytest.approx(apart, rel=0.01)
    lines = re.findall(r'class="[^"]*mark-line[^"]*".*?</g>', svg, re.DOTALL)
    drawn_to = [len(re.findall("L", path)) for line in lines for path in re.findall(r' d="([^"]+)"', line)]
    assert sum(drawn_to) == 1  # from the first to the second
