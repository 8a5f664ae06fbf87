"""The pictures of the report in README and docs are made here: ``INTERCODER_SCREENSHOTS=1`` writes them anew."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import page_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

IMAGES = Path(__file__).parents[3] / "docs" / "images"
WIDTH, HEIGHT = 1180, 860


def first_screen(page: Page) -> None:
    page.evaluate("scrollTo(0, 0)")


def sentences(page: Page) -> None:
    page.locator("#filters [name=question]").select_option("loaded")
    page.locator("#sentences").evaluate("e => e.scrollIntoView()")


def coded(page: Page) -> None:
    page.locator("#coded-frame-primary").evaluate("e => e.scrollIntoView()")


SCREENS: dict[str, Callable[[Page], None]] = {
    "report-first-screen": first_screen,
    "report-sentences": sentences,
    "report-coded": coded,
}


@pytest.mark.parametrize("name", SCREENS)
def test_the_picture_in_the_docs_is_one_of_this_page(
    browser: Browser, demo_page: Path, tmp_path: Path, name: str
) -> None:
    to = IMAGES if os.environ.get("INTERCODER_SCREENSHOTS") else tmp_path
    with page_of(browser) as page:
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        page.goto(demo_page.as_uri())
        expect(page.locator("#explorer")).to_be_visible()
        SCREENS[name](page)
        page.screenshot(path=to / f"{name}.png")
    assert size_of(to / f"{name}.png") == (WIDTH, HEIGHT)
    assert size_of(IMAGES / f"{name}.png") == (WIDTH, HEIGHT)


def size_of(picture: Path) -> tuple[int, int]:
    """Width and height, from the head of a PNG."""
    width, height = struct.unpack(">II", picture.read_bytes()[16:24])
    return width, height
