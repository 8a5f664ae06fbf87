"""``intercoder pull``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.options import RoundOption, StudyOption, chosen_study
from toolkit.cli.streams import progress_bar, show, tell


def pull(
    round: RoundOption = None,
    from_: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Read a Label Studio JSON export instead of the server."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Read everything, not only what changed.")] = False,
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Go on although most of a round is gone from the server.")
    ] = False,
    revive: Annotated[
        bool, typer.Option("--revive", help="With --from: bring back annotations that were marked as gone.")
    ] = False,
    update_codebook: Annotated[
        bool, typer.Option("--update-codebook", help="Read an adopted round with codebook.yaml as it is now.")
    ] = False,
    study: StudyOption = None,
) -> None:
    """Fetch what annotators did since the last pull, check it against the codebook, and keep every version."""
    from toolkit.loop.pull import pull as fetch
    from toolkit.terminal.pull import pull_text

    with progress_bar() as progress:
        reports = fetch(
            chosen_study(study),
            round_name=round,
            from_file=from_,
            full=full,
            accept_loss=accept_loss,
            revive=revive,
            update_codebook=update_codebook,
            progress=progress,
            tell=tell,
        )
    show(*(pull_text(report) for report in reports))
