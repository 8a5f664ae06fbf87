"""Colours are few, stand out, are told apart without seeing colour, and are those a page puts others in place of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import toolkit.report
from toolkit.report.charts.theme import COLOURS, LINE, PAGE, SHAPES, SOFT, TEXT, config

CSS = (Path(toolkit.report.__file__).parent / "study_page" / "page.css").read_text(encoding="utf-8")
DEUTAN = ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969))
"""What most of those see who are colour-blind: linear RGB without the middle cones (Machado, Oliveira & Fernandes 2009,
*IEEE TVCG* 15(6), 1291-1298, severity 1)."""
PROTAN = ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052))


def linear(colour: str) -> tuple[float, ...]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return tuple(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)


def luminance(colour: str) -> float:
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def named(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w]+): (#[0-9a-f]{6})", css))


LIGHT = named(CSS[: CSS.index("@media (prefers-color-scheme: dark)")])
DARK = named(CSS[CSS.index("@media (prefers-color-scheme: dark)") : CSS.index("* { box-sizing")])


def test_colours_of_pictures_are_those_the_page_puts_others_in_place_of() -> None:
    replaced = set(re.findall(r'figure svg \[(?:fill|stroke)="(#[0-9a-f]{6})"\]', CSS))
    assert replaced == {*COLOURS, TEXT, SOFT, LINE, PAGE}
    assert list(COLOURS) == [LIGHT[f"c{place}"] for place in range(1, 6)]


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_what_is_drawn_stands_out_from_the_page(colours: dict[str, str]) -> None:
    for name in ("c1", "c2", "c3", "c4", "c5"):
        assert contrast(colours[name], colours["page"]) >= 3, name  # WCAG 2.2, 1.4.11
    for name in ("text", "soft", "link"):
        for behind in ("page", "card", "quiet"):
            assert contrast(colours[name], colours[behind]) >= 4.5, (name, behind)  # 1.4.3


@pytest.mark.parametrize("seen", [DEUTAN, PROTAN], ids=["deuteranopia", "protanopia"])
def test_the_colours_that_stand_beside_each_other_are_told_apart_without_red_or_green(
    seen: tuple[tuple[float, ...], ...],
) -> None:
    """Blue and vermilion tell two kinds apart; shapes do as well, and tell more kinds than there are."""
    blue, vermilion = (
        [sum(weight * part for weight, part in zip(row, linear(colour), strict=True)) for row in seen]
        for colour in COLOURS[:2]
    )
    assert max(abs(one - other) for one, other in zip(blue, vermilion, strict=True)) > 0.3
    assert len(set(SHAPES)) >= 5


def test_words_on_bars_are_legible() -> None:
    assert min(contrast(colour, PAGE) for colour in COLOURS) >= 4.5
    assert min(contrast(DARK[f"c{place}"], DARK["page"]) for place in range(1, 6)) >= 4.5
    assert config()["background"] == PAGE
