"""``intercoder doctor``."""

from __future__ import annotations

import typer

from toolkit.cli.options import FormatOption, RawCsvOption, StudyOption, check_raw, chosen_study
from toolkit.cli.terminal import Format, plain, show, show_csv, show_json, tell


def doctor(format: FormatOption = Format.table, raw_csv: RawCsvOption = False, study: StudyOption = None) -> None:
    """Say what is wrong between the study and its Label Studio, and what to do."""
    from toolkit.loop.doctor import doctor as examine
    from toolkit.report.checks import checks_text

    check_raw(raw_csv, format)
    checks = examine(chosen_study(study), tell=tell)
    if format is Format.json:
        show_json(checks)
    elif format is Format.csv:
        show_csv([plain(check) for check in checks], raw=raw_csv)
    else:
        show(checks_text(checks))
    problems = [check for check in checks if check.outcome == "problem"]
    if problems:
        raise typer.Exit(problems[-1].exit_code)
