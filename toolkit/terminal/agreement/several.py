"""The agreement of several studies as it is read in the terminal: a line per study and question, footnotes once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.console import Group, RenderableType
from rich.text import Text

from toolkit.agreement.diagnosis.prevalence import LOWEST_TENTATIVE_ALPHA
from toolkit.loop.agreement.several import StudyAgreement, by_name
from toolkit.terminal.agreement.headline_table import Lines, headline_table
from toolkit.terminal.agreement.tables import footnotes_of
from toolkit.words.kinds import headline_rows
from toolkit.words.legend import how_to_read
from toolkit.words.numbers import Notes, target
from toolkit.words.reasons import OF_STUDY
from toolkit.words.verdicts import OWN, verdict

_BY_ITSELF = (
    "Each study by itself: nothing is pooled. `intercoder agree FOLDER` has more on one: percent agreement, AC1, what "
    "was left out, what to do next."
)


def several_text(found: Sequence[StudyAgreement]) -> RenderableType:
    """Return the table, lines of a study together under its name and round, and what its numbers mean below."""
    notes = Notes(OF_STUDY)
    groups = [
        Lines(
            [replace(row, percent=None, ac1=None) for row in headline_rows(report.estimates)],
            of=Text.assemble((name, "bold"), (f", {report.round}", "dim")),
        )
        for name, report in by_name(found).items()
    ]
    rows = [row for group in groups for row in group.rows]
    table = headline_table(groups, notes, of_what="study, round")
    below = [*footnotes_of(notes), *(Text(line, style="dim") for line in how_to_read(rows, OF_STUDY))]
    if any(verdict(row.alpha) == OWN for row in rows):
        said = f"{OWN}: the target is below {target(LOWEST_TENTATIVE_ALPHA)}; no conclusions by custom."
        below.append(Text(said, style="dim"))
    below.append(Text(_BY_ITSELF, style="dim"))
    n = len(groups)
    title = Text.assemble((f"Agreement in {n:,} {'study' if n == 1 else 'studies'}", "bold"), "  Krippendorff's alpha")
    return Group(title, table, Text(), *below)
