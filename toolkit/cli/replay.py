"""``intercoder replay``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.options import StudyOption, chosen_study
from toolkit.cli.streams import progress_bar, tell


def replay(
    recording: Annotated[Path, typer.Argument(metavar="FILE", help="A recorded coding (JSON lines).")],
    annotator: Annotated[str, typer.Option(metavar="EMAIL", help="The account it is entered through.")],
    round: Annotated[str, typer.Option("--round", metavar="NAME", help="The round.")] = "pilot",
    study: StudyOption = None,
) -> None:
    """Enter a recorded coding through an annotator's own account on the embedded Label Studio (demo, training)."""
    from toolkit.loop.replay import replay as enter

    with progress_bar() as progress:
        report = enter(chosen_study(study), recording, email=annotator, round_name=round, progress=progress, tell=tell)
    already = f"; {report.n_already} were there already" if report.n_already else ""
    tell(f"{recording.name}: entered {report.n_entered} annotations{already}.")
