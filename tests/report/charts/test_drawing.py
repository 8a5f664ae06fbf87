"""Pictures as files: the same input, the same bytes, whatever was drawn before; and in a page without what it has."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from html import unescape
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from toolkit.agreement.estimate import Estimate
from toolkit.report.charts.category_alpha import category_alpha
from toolkit.report.charts.dots import Dot, dots
from toolkit.report.charts.figure import Figure, spoken
from toolkit.report.charts.forest import forest
from toolkit.report.charts.pairs import pairs
from toolkit.report.charts.rendering import as_png, drawn, inside_a_page
from toolkit.words.kinds import HeadlineRow

ROWS = [
    Dot(row=f"question {at}", value=at / 10, low=at / 10 - 0.05, high=at / 10 + 0.05, target=0.4) for at in range(8)
]
PANELS = [replace(one, panel=panel, target=None) for panel in ("a", "b", "c", "d") for one in ROWS]


def figure(name: str, rows: list[Dot], **kinds: object) -> Figure:
    return Figure(name=name, title=name, says=name, drawing=dots(rows, axis="alpha", **kinds))  # type: ignore[arg-type]


ONE, MANY = figure("one", ROWS), figure("many", PANELS, columns=3, zero=True, percent=True)


def test_a_picture_is_the_same_whatever_was_drawn_before_it() -> None:
    alone = drawn([MANY])["many"]
    assert drawn([ONE, MANY, ONE, MANY])["many"] == alone
    assert as_png(MANY) == as_png(MANY)


def test_every_value_interval_and_target_is_drawn_and_its_row_named() -> None:
    svg = drawn([ONE])["one"]
    for one in ROWS:
        assert f">{one.row}<" in svg
    assert svg.count('fill="#0072b2"') >= len(ROWS)
    assert svg.count('stroke="#0072b2"') >= len(ROWS)
    assert svg.count('fill="#b84d00"') >= len(ROWS)


def test_a_value_without_an_interval_is_an_open_dot_alone() -> None:
    svg = drawn([figure("bare", [Dot(row="x", value=0.5), Dot(row="y", value=0.6, low=0.5, high=0.7)])])["bare"]
    assert svg.count('fill="#0072b2"') == 1
    assert svg.count('stroke="#0072b2"') == 2  # the line of the one, and round the other


def test_pictures_in_one_page_share_no_name_and_say_nothing_twice() -> None:
    pictures = drawn([ONE, MANY])
    inside = [inside_a_page(pictures[one.name], one.name) for one in (ONE, MANY)]
    ids = [re.findall(r'id="([^"]+)"', svg) for svg in inside]
    assert ids[0]
    assert not set(ids[0]) & set(ids[1])
    for svg, own in zip(inside, ids, strict=True):
        assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= set(own)
        assert 'aria-hidden="true"' in svg
        assert "role=" not in svg
        assert "aria-label" not in svg
        assert "<rect width" not in svg.split("<g", 1)[0]  # no background


def test_panels_of_the_same_rows_name_them_once() -> None:
    svg = drawn([MANY])["many"]
    assert svg.count(">question 3<") == 2  # four panels, three beside each other
    other = [*PANELS[:8], *(replace(one, row=f"other {one.row}") for one in PANELS[8:16])]
    assert drawn([figure("other", other, columns=2)])["other"].count(">question 3<") == 1


def test_a_page_is_told_what_a_picture_shows_in_few_sentences() -> None:
    assert spoken(["One.", "Two."]) == "One. Two."
    many = spoken(f"{at}." for at in range(30))
    assert many.endswith("11. And 18 more, in the table.")


@pytest.mark.parametrize("name", ["<script>", 'a "quoted" & <b>name</b>', "日本語", "x" * 300])
def test_names_are_words_and_never_markup(name: str) -> None:
    svg = drawn([figure("named", [Dot(row=name, value=0.5), Dot(row="other", value=0.2)])])["named"]
    assert "<script>" not in svg
    assert "<b>" not in svg


def test_an_alpha_below_minus_one_stands_where_it_is() -> None:
    """With a table of distances there may be one: beyond the picture, or at its edge, it would be another."""
    nothing: dict[str, Any] = dict.fromkeys(each.name for each in fields(Estimate))
    far, near = (
        Estimate(**nothing | {"question": "q", "level": "table", "category": name, "annotator": name, "value": value})
        for name, value in (("a", -3.0), ("b", 0.5))
    )
    found = (forest([HeadlineRow(one, None, None) for one in (far, near)]), category_alpha("q", [far, near], name="q"))
    for one in (*found, pairs("q", [far, near], str, name="q")):
        assert one is not None
        assert '"domain": [-3.0, 1.0]' in json.dumps(one.drawing)


@pytest.mark.parametrize("before", range(40))
def test_a_name_is_never_cut_within_a_character(before: int) -> None:
    """What draws would fail on half an emoji, and no report would be written."""
    name = "a" * before + "😀" * 40
    rows = [Dot(row=name, value=0.5, panel=name), Dot(row=f"{name} other", value=0.2, panel="p")]
    svg = drawn([figure("emoji", rows, columns=3)])["emoji"]
    assert "\N{REPLACEMENT CHARACTER}" not in svg


def test_names_that_begin_alike_are_two_rows_and_long_ones_are_cut_before_they_are_drawn() -> None:
    rows = [Dot(row="w" * 10_000 + end, value=value) for end, value in (("a", 0.1), ("b", 0.9))]
    svg = drawn([figure("long", rows)])["long"]
    assert f">{'w' * 29}…<" in svg
    assert f">{'w' * 29}… 2<" in svg


def test_a_picture_is_xml_whatever_a_name_holds() -> None:
    rows = [Dot(row="a\x01b\x00c\ud800", value=0.5), Dot(row="<&>\"' ]]>", value=0.5, panel="\x02")]
    ET.fromstring(drawn([figure("controls", rows)])["controls"])


@pytest.mark.parametrize("name", ["0.12345", 'id="x"', "url(#y)", 'a aria-label="z"'])
def test_words_that_look_like_markup_stay_as_they_were_written(name: str) -> None:
    picture = figure("words", [Dot(row=name, value=0.5), Dot(row="other", value=0.2)])
    svg = inside_a_page(drawn([picture])["words"], "words")
    assert name in unescape(re.sub("<[^>]+>", "\n", svg))
