"""Letters as files: private ones, two to a coder, each whole or not there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import BadInput
from toolkit.files.local import refuse_address
from toolkit.files.whole import write_private
from toolkit.loop.feedback.letters import Feedback
from toolkit.report.feedback.as_html import letter_html
from toolkit.report.feedback.as_markdown import letter_markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenLetter:
    """Where the letter to one coder is."""

    annotator: str
    markdown: Path
    html: Path


def write_letters(feedback: Feedback, folder: Path) -> tuple[WrittenLetter, ...]:
    """Write every letter as Markdown and as HTML, named by pseudonym, in place of the former ones; return where.

    A former letter to somebody of whose answers nothing is settled any more is taken away.
    A folder that is not there yet is made so that only its owner reads it, and git takes nothing from it; the files
    are so in any case.
    """
    refuse_address(folder)
    try:
        if feedback.letters and not folder.exists():
            folder.mkdir(mode=0o700, parents=True)
            write_private(folder / ".gitignore", "*\n")
        for person in feedback.without:
            for former in (folder / f"{person}.md", folder / f"{person}.html"):
                former.unlink(missing_ok=True)
        return tuple(
            WrittenLetter(
                annotator=letter.annotator,
                markdown=_written(folder / f"{letter.annotator}.md", letter_markdown(letter)),
                html=_written(folder / f"{letter.annotator}.html", letter_html(letter)),
            )
            for letter in feedback.letters
        )
    except OSError as fault:
        raise BadInput(
            f"{folder} cannot be written to: {os.strerror(fault.errno or 0)}",
            todo="Is it a folder, is there space, and is it yours? Then run this again: letters are written anew.",
        ) from None


def _written(path: Path, text: str) -> Path:
    write_private(path, text)
    return path
