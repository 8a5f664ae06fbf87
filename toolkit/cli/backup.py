"""``intercoder backup``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.options import StudyOption, chosen_study
from toolkit.cli.streams import say, tell


def backup(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help="A new file, or a folder; by default study.db.DAY in the study's folder."
        ),
    ] = None,
    study: StudyOption = None,
) -> None:
    """Copy study.db to a file, also while other commands work, and check the copy."""
    from toolkit.loop.backup import backup as copy
    from toolkit.terminal.backup import backup_lines

    chosen = chosen_study(study)
    made = copy(chosen, to=file)
    say(str(made.path))
    for line in backup_lines(made.path, made.bytes, made.looked_at, study_file=chosen.database_file):
        tell(line)
