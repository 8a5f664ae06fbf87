"""A letter in HTML: one file with its style in it, which asks nothing of any network."""

from __future__ import annotations

from toolkit.loop.feedback.letter import Letter
from toolkit.report.feedback import words
from toolkit.report.templates import filled_in


def letter_html(letter: Letter) -> str:
    """Return the letter as a page: light or dark as the reader's screen is, black on white on paper."""
    return filled_in("feedback/letter.html.jinja", letter=letter, words=words)
