"""``intercoder status``."""

from __future__ import annotations

from typing import Annotated

import typer

from toolkit.cli.options import FormatOption, RawCsvOption, StudyOption, check_raw, chosen_study
from toolkit.cli.streams import Format, show, show_csv, show_json, tell


def status(
    discarded: Annotated[bool, typer.Option("--discarded", help="Show discarded rounds as well.")] = False,
    format: FormatOption = Format.table,
    raw_csv: RawCsvOption = False,
    study: StudyOption = None,
) -> None:
    """Show how far each round is: sentences, annotators, planned and actual overlap."""
    from toolkit.loop.status import status as look
    from toolkit.terminal.status import annotator_rows, status_text

    check_raw(raw_csv, format)
    found = look(chosen_study(study), discarded=discarded, tell=tell)
    if format is Format.json:
        show_json(found)
    elif format is Format.csv:
        show_csv(annotator_rows(found), raw=raw_csv)
    else:
        show(status_text(found))
