"""``intercoder doctor``."""

from __future__ import annotations

from typing import Annotated

import typer

from toolkit.cli.options import FormatOption, RawCsvOption, StudyOption, check_raw, chosen_study
from toolkit.cli.streams import Format, plain, show, show_csv, show_json, tell


def doctor(
    deep: Annotated[
        bool, typer.Option("--deep", help="Also compare everything in study.db with its digests and references.")
    ] = False,
    format: FormatOption = Format.table,
    raw_csv: RawCsvOption = False,
    study: StudyOption = None,
) -> None:
    """Say what is wrong with the study, and between it and its Label Studio, and what to do."""
    from toolkit.loop.doctor import doctor as examine
    from toolkit.terminal.checks import checks_text

    check_raw(raw_csv, format)
    checks = examine(chosen_study(study), deep=deep, tell=tell)
    if format is Format.json:
        show_json(checks)
    elif format is Format.csv:
        show_csv([plain(check) for check in checks], raw=raw_csv)
    else:
        show(checks_text(checks))
    problems = [check for check in checks if check.outcome == "problem"]
    if problems:
        raise typer.Exit(problems[-1].exit_code)
