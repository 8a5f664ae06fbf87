"""Hands that mark words on the labelling page."""

from __future__ import annotations

from playwright.sync_api import Page, expect

_HELD = ".lsf-label_selected"


def take_up(page: Page, key: str) -> None:
    """Press the key of a label, and see that the page took it up."""
    page.keyboard.press(key)
    expect(page.locator(_HELD)).to_have_count(1)


def let_go(page: Page) -> None:
    """Let go of the words marked last: what is chosen while they are held goes to the mark."""
    for _ in range(60):  # on a busy machine the page may hold them only after the key was pressed
        page.keyboard.press("Escape")
        page.wait_for_timeout(250)
        if page.locator(_HELD).count() == 0:
            return
    raise AssertionError("the page does not let go of the marked words")
