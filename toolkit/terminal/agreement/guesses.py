"""How the questions of somebody's project were read, what was left out of it, and how to say otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from toolkit.files.wording import counted
from toolkit.loop.agreement.report import AgreementReport
from toolkit.terminal.agreement.tables import add, heading, rows_table

_BESIDE = {
    "drafts": "draft",
    "predictions": "prediction",
}


def guesses(report: AgreementReport) -> Iterator[RenderableType]:
    """Yield a table of the questions with their levels and why, then everything that does not count."""
    yield heading("Read as", "guessed; otherwise: --read QUESTION=LEVEL, or LEVEL:A,B,C")
    table = rows_table(("question", "level", "because"), ("categories",))
    for one in report.read_as:
        add(table, one.question, one.level, one.because, str(one.n_categories or ""))
    yield table
    for question, why in report.left_out.items():
        yield Text(f"Left out: {question}: {why}.", style="dim")
    if report.beside:
        listed = [counted(report.beside[what], noun) for what, noun in _BESIDE.items() if what in report.beside]
        if n := report.beside.get("begun_from_a_prediction"):
            listed.append(f"of the annotations {n:,} begun from a prediction")
        if n := report.beside.get("parts_without_a_name"):
            listed.append(f"{counted(n, 'part')} of answers that belong to no question")
        yield Text(f"Also in the file: {', '.join(listed)}.", style="dim")
