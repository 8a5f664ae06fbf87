"""Hands that mark words on the labelling page."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Locator, Page, expect

HELD: Final = ".lsf-label_selected"
WORDS: Final = """(element, words) => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const begin = text.data.indexOf(words);
    if (begin < 0) continue;
    const range = document.createRange();
    range.setStart(text, begin);
    range.setEnd(text, begin + words.length);
    const box = range.getBoundingClientRect();
    return [box.left + 1, box.right - 1, box.top + box.height / 2];
  }
  throw new Error("not in the sentence: " + words);
}"""
"""Where these words stand on the page: their left and right edge, and the height of their middle."""


def take_up(page: Page, key: str) -> None:
    """Press the key of a label, and see that the page took it up."""
    page.keyboard.press(key)
    expect(page.locator(HELD)).to_have_count(1)


def drag_over(page: Page, sentence: Locator, first: str, last: str) -> None:
    """Drag from the words ``first`` to the words ``last``."""
    left, _, begin = sentence.evaluate(WORDS, first)
    _, right, end = sentence.evaluate(WORDS, last)
    page.mouse.move(left, begin)
    page.mouse.down()
    page.mouse.move((left + right) / 2, (begin + end) / 2, steps=4)
    page.mouse.move(right, end, steps=4)
    page.mouse.up()


def let_go(page: Page) -> None:
    """Let go of the words marked last: what is chosen while they are held goes to the mark."""
    for _ in range(60):  # on a busy machine the page may hold them only after the key was pressed
        page.keyboard.press("Escape")
        page.wait_for_timeout(250)
        if page.locator(HELD).count() == 0:
            return
    raise AssertionError("the page does not let go of the marked words")
