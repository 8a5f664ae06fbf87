"""``intercoder status``."""

from __future__ import annotations

from toolkit.cli.options import FormatOption, StudyOption, chosen_study
from toolkit.cli.terminal import Format, show, show_csv, show_json, tell


def status(format: FormatOption = Format.table, study: StudyOption = None) -> None:
    """Show how far each round is: sentences, annotators, planned and actual overlap."""
    from toolkit.loop.status import status as look
    from toolkit.report.status import annotator_rows, status_text

    found = look(chosen_study(study), tell=tell)
    if format is Format.json:
        show_json(found)
    elif format is Format.csv:
        show_csv(annotator_rows(found))
    else:
        show(status_text(found))
