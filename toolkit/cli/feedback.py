"""``intercoder feedback``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.options import RoundOption, StudyOption, chosen_study
from toolkit.cli.streams import say, tell
from toolkit.errors import UsageError


def feedback(
    annotator: Annotated[
        str | None, typer.Option(metavar="P", help="The letter to this one only: a pseudonym, or an address.")
    ] = None,
    *,
    all_: Annotated[bool, typer.Option("--all", help="The letters to all; so it is if nothing is said.")] = False,
    round: RoundOption = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="Where to; feedback/ in the study's folder if not said.")
    ] = None,
    study: StudyOption = None,
) -> None:
    """Write a letter to each coder, of what was decided on their answers: Markdown and HTML, nobody else in it."""
    from toolkit.loop.feedback.letters import feedback as compose
    from toolkit.report.feedback.files import write_letters
    from toolkit.terminal.feedback import feedback_notes, letter_line

    if all_ and annotator is not None:
        raise UsageError("--all and --annotator were both given", todo="Say one of them.")
    chosen = chosen_study(study)
    found = compose(chosen, annotator=annotator, round_name=round)
    written = write_letters(found, to or chosen.feedback_folder)
    for letter, where in zip(found.letters, written, strict=True):
        say(letter_line(letter, where.html))
    for note in feedback_notes(found):
        tell(note)
