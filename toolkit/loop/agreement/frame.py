"""Agree on a long table that stays where it is: on an engine that groups and counts its rows."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from toolkit.errors import UsageError
from toolkit.loop.agreement.computed import report_on, what_is_asked
from toolkit.loop.agreement.report import AgreementReport
from toolkit.loop.agreement.request import HEADLINE_ONLY, AgreementRequest
from toolkit.loop.agreement.table import (
    TableScale,
    check_table,
    columns_for,
    distances_among,
    every_pair,
    rules_of,
)
from toolkit.loop.progress import Progress, silent
from toolkit.tables.rows import THE_TABLE, LongColumns

if TYPE_CHECKING:
    import narwhals as nw

_OF_ROWS = ("explain", "plan", "consensus", "against", "paragraph")
"""What is asked of rows, or drawn from them one by one."""

TAKE_IT = "Take the table into memory for that: collect it, or name one file that is read."


def in_memory_only(scale: TableScale, request: AgreementRequest) -> list[str]:
    """Return what is asked for that needs the rows in memory, by name; nothing where an engine can do it all."""
    asked = [name for name in _OF_ROWS if getattr(request, name)]
    asked += ["on_repeat"] if scale.on_repeat != "error" else []
    return [f"{name}=" for name in asked] + (["level=span"] if scale.level == "span" else [])


def agree_frame(
    frame: nw.LazyFrame[Any],
    columns: LongColumns,
    scale: TableScale,
    request: AgreementRequest = HEADLINE_ONLY,
    *,
    source: str,
    name: str = THE_TABLE.name,
    progress: Progress = silent,
) -> AgreementReport:
    """Return the agreement in a table whose rows an engine counts, for each of its questions, by name.

    ``source`` is what the report calls it, ``name`` what faults do. Raise ``UsageError`` on what needs the rows in
    memory before anything is computed, ``BadInput`` listing the faults of the table, and ``TransferIncomplete`` where
    the engine breaks off.
    """
    from toolkit.tables.frames.questions import counted_questions

    _check(scale, request)
    columns = columns_for(columns, request)
    asked_for = what_is_asked(request, columns.cluster)
    by_annotator = request.annotators or any(measure.names_annotators for measure in asked_for.measures)
    rules, distances = rules_of(scale)
    questions = counted_questions(
        frame,
        columns,
        rules,
        by_annotator=by_annotator,
        source=name,
        on_step=partial(progress, "counting where the rows are"),
    )
    if distances is not None:
        questions = tuple(replace(one, distances=distances_among(one.scale, rules, distances)) for one in questions)
    return report_on(questions, request, asked_for, source=source, compared=every_pair, progress=progress)


def _check(scale: TableScale, request: AgreementRequest) -> None:
    check_table(request, scale)
    if asked := in_memory_only(scale, request):
        named = ", ".join(f"`{one}`" for one in asked)
        raise UsageError(f"{named} cannot be answered by an engine, which counts rows and shows none", todo=TAKE_IT)


def agree_source(
    named: str,
    engine: str | None,
    columns: LongColumns,
    scale: TableScale,
    request: AgreementRequest = HEADLINE_ONLY,
    *,
    progress: Progress = silent,
) -> AgreementReport:
    """Return the agreement in what is ``named``: Parquet files here or in an object store, or a table of a database.

    ``engine`` is ``duckdb`` (None), ``polars`` or ``spark``. Raise as ``agree_frame`` does; ``UsageError`` where the
    engine is not installed, ``BadInput`` where nothing is there.
    """
    from toolkit.tables.frames.opening import opened
    from toolkit.tables.frames.sources import Source

    source = Source(named)
    _check(scale, request)  # before anybody is asked for anything
    with opened(source, engine, columns_for(columns, request).names) as frame:
        return agree_frame(frame, columns, scale, request, source=source.short, name=source.name, progress=progress)
