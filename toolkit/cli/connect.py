"""``intercoder connect``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.options import CaFileOption, StudyOption, chosen_study, token_of
from toolkit.cli.streams import tell


def connect(
    url: Annotated[str, typer.Argument(metavar="URL", help="Address of the Label Studio.")],
    token_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="File with the token; else LABEL_STUDIO_API_KEY, else asked for."),
    ] = None,
    ca_file: CaFileOption = None,
    move: Annotated[
        bool, typer.Option("--move", help="Although the study has rounds on another server, which is gone.")
    ] = False,
    study: StudyOption = None,
) -> None:
    """Use a Label Studio that is already there. Legacy tokens and personal access tokens both work."""
    from toolkit.loop.connect import connect as use

    found = use(chosen_study(study), url, token_of(token_file), ca_file=ca_file, move=move, tell=tell)
    tell(f"Connected to Label Studio {found.edition} {found.release} at {found.url}.")
    if found.edition != "Community":
        tell("Note: intercoder is tested with the Community edition.")
