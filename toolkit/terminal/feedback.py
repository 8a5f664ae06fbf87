"""Letters to coders, as whoever had them written is told of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from toolkit.files.wording import counted
from toolkit.loop.feedback.letter import Letter
from toolkit.loop.feedback.letters import Feedback


def letter_line(letter: Letter, html: Path) -> str:
    """Return whose letter it is, how much of what was decided on stands, and where it was written."""
    return f"{letter.annotator}  {letter.n_stand:,} of {letter.n_decided:,} stand  {html}"


def feedback_notes(feedback: Feedback) -> Iterator[str]:
    """Yield how many letters there are, who has none, and whom they are for."""
    if feedback.letters:
        letters = counted(len(feedback.letters), "letter")
        yield f"{letters} on round {feedback.round}, each as .html and as .md beside it."
        yield "Nothing is sent. Each letter is for one coder and for whoever leads the study."
    if feedback.without:
        yield f"No letter for {', '.join(feedback.without)}: none of their answers is settled."
