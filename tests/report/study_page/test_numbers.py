"""Every number on the page is the one ``agree`` prints, and everything it says of a figure is of that figure."""

from __future__ import annotations

import json
import re
from collections import Counter
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from toolkit.cli.app import app
from toolkit.study.folder import Study
from toolkit.words.numbers import number, percent, signed

pytestmark = pytest.mark.slow

CELL = re.compile(r'<t[dh][^>]*data-value="([^"]+)"[^>]*data-figure="([^"]+)"[^>]*>(.*?)</t[dh]>', re.DOTALL)
NAMES = ("question", "measure", "level", "about", "category", "annotator", "other_annotator", "by", "group", "against")
ASKED = ("segment_ok", "attribution", "spans", "source_type", "loaded", "frame_primary", "frame_other")


@pytest.fixture(scope="module")
def figures(demo: Study) -> dict[str, dict[str, Any]]:
    """What ``agree`` prints as JSON where it is asked for all that the page has, by the names of the figures."""
    explain = [word for question in ASKED for word in ("--explain", question)]
    asked = ["agree", "--study", str(demo.folder), "--by", "round", "--against", "adjudicated", *explain]
    ran = CliRunner().invoke(app, [*asked, "--format", "json"])
    assert ran.exit_code == 0, ran.output
    report = json.loads(ran.stdout)
    every = [*report["estimates"], *(each for one in report["explained"] for each in one["estimates"])]
    return {"|".join(each[name] or "" for name in NAMES): each for each in every}


def test_every_number_on_the_page_is_the_one_agree_prints(demo_page: Path, figures: dict[str, dict[str, Any]]) -> None:
    cells = CELL.findall(demo_page.read_text(encoding="utf-8"))
    seen: Counter[str] = Counter()
    elsewhere: Counter[str] = Counter()
    for value, named, shown in cells:
        key, _, what = unescape(named).rpartition("|")
        if key not in figures:
            elsewhere[key.split("|")[1]] += 1
            continue
        expected = figures[key][what]
        assert float(value) == expected, named
        if what == "value":
            assert unescape(re.sub("<[^>]+>", "", shown)).strip() in {
                number(expected),
                percent(expected),
                signed(expected),
            }
        seen[figures[key]["about"]] += 1
    assert min(seen[about] for about in ("whole", "category", "pair", "left_out", "group", "difference")) > 5, seen
    assert seen["known"] > 5, seen
    # shares by outlet and over time are of the report alone: ``agree`` divides by neither at the same time
    assert set(elsewhere) <= {"prevalence", "corrected_prevalence"}, elsewhere


def test_every_headline_figure_is_on_the_first_screen(demo_page: Path, figures: dict[str, dict[str, Any]]) -> None:
    page = demo_page.read_text(encoding="utf-8")
    first = page[page.index('<section id="at-a-glance"') : page.index('id="problems"')]
    shown = {unescape(named) for _, named, _ in CELL.findall(first)}
    headline = {key for key, each in figures.items() if each["headline"] and each["about"] == "whole"}
    assert len(headline) == 17
    assert {f"{key}|value" for key in headline} <= shown


def test_what_is_given_of_all_articles_is_what_agree_says_is_given(
    demo_page: Path, figures: dict[str, dict[str, Any]]
) -> None:
    """The shares under *What was coded* come another way than those of ``agree --against``, to the same numbers."""
    cells = {unescape(named): float(value) for value, named, _ in CELL.findall(demo_page.read_text(encoding="utf-8"))}
    whole = {
        key: each
        for key, each in figures.items()
        if each["about"] == "prevalence" and each["by"] is None and each["value"] is not None
    }
    both = [key for key in whole if f"{key}|value" in cells]
    assert len(both) >= 30
    for key in both:
        assert cells[f"{key}|value"] == pytest.approx(whole[key]["value"], abs=1e-12)
        if whole[key]["ci_low"] is not None:
            assert cells[f"{key}|ci_low"] == pytest.approx(whole[key]["ci_low"], abs=1e-12)
