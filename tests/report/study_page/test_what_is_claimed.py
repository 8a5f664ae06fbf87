"""Nothing is claimed on the page that is not known: what figures are of, what is not shown, what there is none of."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest


@pytest.mark.slow
def test_shares_of_right_answers_that_are_of_disputed_sentences_only_are_said_to_be(demo_page: Path) -> None:
    """As ``agree --against adjudicated`` says it of each question: none of the others was decided on."""
    page = unescape(demo_page.read_text(encoding="utf-8"))
    known = page[page.index('id="known"') : page.index('id="letters"')]
    said = "Of attribution, source_type, loaded, frame_primary only sentences in dispute were decided on"
    assert said in known
    assert known.index(said) < known.index("<figure")
