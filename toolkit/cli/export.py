"""``intercoder export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.options import StudyOption, chosen_study
from toolkit.cli.terminal import progress_bar, say


def export(
    to: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write; by default what study.yaml says.")
    ] = None,
    bootstrap: Annotated[
        int, typer.Option(metavar="N", min=0, help="Bootstrap replicates of the agreement table.")
    ] = 2000,
    seed: Annotated[int, typer.Option(metavar="S", min=0, help="Seed of the bootstrap.")] = 0,
    study: StudyOption = None,
) -> None:
    """Write the study as typed Parquet tables, annotators under pseudonyms."""
    from toolkit.loop.export import export as write
    from toolkit.report.export import export_lines

    with progress_bar() as progress:
        result = write(chosen_study(study), to=to, replicates=bootstrap, seed=seed, progress=progress)
    for line in export_lines(result.paths, result.rows, here=Path.cwd()):
        say(line)
