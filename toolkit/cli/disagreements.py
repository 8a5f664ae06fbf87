"""``intercoder disagreements``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.options import RawCsvOption, RoundOption, StudyOption, check_raw, chosen_study
from toolkit.cli.streams import check_destination, csv_lines, json_text, printed, show, show_bytes, show_text, tell
from toolkit.errors import UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from toolkit.loop.disagreement.request import DisagreementRequest
    from toolkit.study.folder import Study

_WORST_SHOWN = 10
"""Blocks that are printed where nobody says how many: a screen or three."""


class DisagreementFormat(StrEnum):
    """How disputed sentences are printed."""

    table = "table"
    md = "md"
    csv = "csv"
    xlsx = "xlsx"
    json = "json"


def disagreements(
    round: RoundOption = None,
    question: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only disputes about this question; repeatable.")
    ] = None,
    between: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="A B", help="Only where these two annotators differ: letters, pseudonyms or addresses."),
    ] = None,
    categories: Annotated[
        str | None,
        typer.Option(metavar="X,Y", help="Only where one annotator said the one and another the other."),
    ] = None,
    annotator: Annotated[
        str | None, typer.Option(metavar="A", help="Only where this annotator differs from most others.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="At most so many, the worst; a table has 10 unless said.")
    ] = None,
    format: Annotated[
        DisagreementFormat,
        typer.Option("--format", help="Blocks to read, a hand-out for training (md), rows for a spreadsheet, JSON."),
    ] = DisagreementFormat.table,
    to: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it to a file instead of printing it.")] = None,
    raw_csv: RawCsvOption = False,
    study: StudyOption = None,
) -> None:
    """Show the sentences on which annotators differ, the worst first, with everybody's answers side by side."""
    from toolkit.loop.disagreement.request import DisagreementRequest

    check_raw(raw_csv, format)
    if to is None:
        check_destination(is_binary=format is DisagreementFormat.xlsx, what="a workbook", file="disagreements.xlsx")
    elif to.is_dir() or not to.absolute().parent.is_dir():
        raise UsageError(
            f"{to} cannot be written: {'it is a folder' if to.is_dir() else 'there is no such folder'}",
            todo="Name a file in a folder that is there.",
        )
    by_default = _WORST_SHOWN if format is DisagreementFormat.table else None
    request = DisagreementRequest(
        round_name=round,
        questions=tuple(question or ()),
        between=between,
        categories=None if categories is None else _two(categories),
        annotator=annotator,
        limit=by_default if limit is None else limit,
    )
    chosen = chosen_study(study)
    if format is DisagreementFormat.table:
        _table(_blocks(chosen, request), to)
    elif format is DisagreementFormat.xlsx:
        _bytes(_workbook(chosen, request), to)
    else:
        _text(_lines(chosen, request, format, raw_csv=raw_csv), to)
    if to is not None:
        tell(f"Written to {to}.")


def _two(categories: str) -> tuple[str, str]:
    named = [name.strip() for name in categories.split(",")]
    if len(named) != 2 or not all(named):
        raise UsageError(
            f"--categories names two, with a comma between them: X,Y; not {categories!r}", todo="Say which two."
        )
    return named[0], named[1]


def _blocks(study: Study, request: DisagreementRequest) -> RenderableType:
    from toolkit.loop.disagreements import disagreements as find
    from toolkit.terminal.disagreements.blocks import disagreements_text

    return disagreements_text(find(study, request))


def _lines(study: Study, request: DisagreementRequest, format: DisagreementFormat, *, raw_csv: bool) -> str:
    from toolkit.loop.disagreements import disagreements as find
    from toolkit.loop.disagreements import training_handout
    from toolkit.terminal.disagreements.handout import handout_text
    from toolkit.terminal.disagreements.rows import disagreement_rows

    if format is DisagreementFormat.md:
        return handout_text(training_handout(study, request))
    found = find(study, request)
    if format is DisagreementFormat.json:
        return json_text(found)
    return "".join(csv_lines(disagreement_rows(found), raw=raw_csv))


def _workbook(study: Study, request: DisagreementRequest) -> bytes:
    from toolkit.files.workbook import workbook
    from toolkit.loop.disagreements import disagreements as find
    from toolkit.terminal.disagreements.rows import WIDTHS, disagreement_rows

    return workbook(disagreement_rows(find(study, request)), sheet="disagreements", widths=WIDTHS)


def _table(blocks: RenderableType, to: Path | None) -> None:
    if to is None:
        show(blocks)
    else:
        _bytes(printed(blocks).encode(), to)


def _text(text: str, to: Path | None) -> None:
    if to is None:
        show_text(text)
    else:
        _bytes(text.encode(), to)


def _bytes(data: bytes, to: Path | None) -> None:
    from toolkit.files.whole import write_whole

    if to is None:
        show_bytes(data, what="a workbook", file="disagreements.xlsx")
    else:
        write_whole(to, data)
