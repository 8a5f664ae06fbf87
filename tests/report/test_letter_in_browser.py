"""A letter as a browser shows it: it asks nothing of any network, fits a phone, and is legible dark and on paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.loop.settled_study import settled_study
from toolkit.loop.feedback.letters import feedback
from toolkit.report.feedback.files import write_letters

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COLOURS = "e => [getComputedStyle(e).color, getComputedStyle(document.body).backgroundColor]"


@pytest.fixture(scope="module")
def letter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    study = settled_study(tmp_path_factory.mktemp("letters") / "study")
    (written,) = write_letters(feedback(study, annotator="ana@example.org"), study.feedback_folder)
    return written.html


def luminance(colour: str) -> float:
    """Of a colour as browsers say it (WCAG 2.2, relative luminance)."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_it_asks_nothing_of_any_network_and_breaks_no_rule_of_its_own(browser: Browser, letter: Path) -> None:
    asked: list[str] = []
    said: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(letter.as_uri())
    assert asked == [letter.as_uri()]
    assert said == []
    assert page.evaluate("getComputedStyle(document.querySelector('h2')).borderTopStyle") == "solid"  # styled at all
    assert page.locator("h2").first.inner_text() == "What you got right"


def test_it_fits_a_phone(browser: Browser, letter: Path) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(letter.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize(("scheme", "media"), [("light", "screen"), ("dark", "screen"), ("dark", "print")])
def test_every_word_is_legible(browser: Browser, letter: Path, scheme: str, media: str) -> None:
    """Contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3); on paper it is dark on white whatever the screen is."""
    page = browser.new_page()
    page.emulate_media(
        color_scheme="dark" if scheme == "dark" else "light", media="print" if media == "print" else "screen"
    )
    page.goto(letter.as_uri())
    for selector in ("p", ".head", ".before", ".place", "th", "td", "dt", "dd", ".says span", "h2"):
        text, behind = (luminance(colour) for colour in page.locator(selector).first.evaluate(COLOURS))
        lighter, darker = max(text, behind), min(text, behind)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, selector
        assert (behind > text) == (scheme == "light" or media == "print")
