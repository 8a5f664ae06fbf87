"""Agree on any long table: one row per answer, or per marked span, whatever program it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from toolkit.agreement.analysis import Asked, Numbers, question_numbers
from toolkit.agreement.coded_question import CodedQuestion, CodedSpans
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.span_analysis import span_numbers
from toolkit.errors import UsageError
from toolkit.files.arrays import FloatArray
from toolkit.loop.agreement.details import explained, planned
from toolkit.loop.agreement.measures_by_id import measures_by_id
from toolkit.loop.agreement.report import AgreementReport
from toolkit.loop.agreement.study import NOTHING_MORE, REPLICATES, Wanted
from toolkit.loop.progress import Progress, silent
from toolkit.tables.questions import coded_questions
from toolkit.tables.rows import THE_TABLE, LongColumns, Origin
from toolkit.tables.spans import coded_spans

if TYPE_CHECKING:
    import pyarrow as pa

LEVELS = ("nominal", "ordinal", "interval", "ratio", "set", "taxonomy", "span")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableScale:
    """How the values of a table are to be read: decisions only the person who made the study can take."""

    level: str
    order: tuple[str, ...] = ()
    """Categories from low to high."""
    categories: tuple[str, ...] = ()
    """All categories there could be; those in use where nothing is said."""
    missing: tuple[str, ...] = ()
    """Values that are no answer on the scale ("cannot be judged")."""
    set_separator: str | None = None
    """What stands between the categories of a set in a field of text."""
    on_repeat: Literal["error", "latest", "first"] = "error"
    """Which of an annotator's values for one unit counts."""
    distances: Path | None = None
    """A table of distances between the categories."""


def agree_table(
    path: Path,
    columns: LongColumns,
    scale: TableScale,
    *,
    replicates: int = REPLICATES,
    seed: int = 0,
    wanted: Wanted = NOTHING_MORE,
    progress: Progress = silent,
) -> AgreementReport:
    """The agreement in a Parquet, CSV or JSON-lines file, for each of its questions.

    Clusters are resampled where a column names them, single units otherwise. Raises ``BadInput`` or ``UsageError``
    listing every fault of the table.
    """
    from toolkit.tables.read import origin_of, read_long_table

    _check(wanted, scale)  # before a large file is read for nothing
    table = read_long_table(path, columns=columns.asked)
    return agree_long(
        table,
        columns,
        scale,
        source=path.name,
        origin=origin_of(path),
        replicates=replicates,
        seed=seed,
        wanted=wanted,
        progress=progress,
    )


def agree_long(
    table: pa.Table,
    columns: LongColumns,
    scale: TableScale,
    *,
    source: str,
    origin: Origin = THE_TABLE,
    replicates: int = REPLICATES,
    seed: int = 0,
    wanted: Wanted = NOTHING_MORE,
    progress: Progress = silent,
) -> AgreementReport:
    """The same of a table in memory, which has the ``columns``; ``source`` is what the report calls it."""
    measures, span_measures = measures_by_id(wanted.measures)
    _check(wanted, scale)
    resampling = Resampling("unit" if columns.cluster is None else "article", replicates, seed)
    asked = Asked(resampling=resampling, measures=measures, span_measures=span_measures)
    questions = _questions(table, columns, scale, origin)
    unknown = [name for name in wanted.explain if name not in {question.question for question in questions}]
    if unknown:
        names = ", ".join(question.question for question in questions)
        whose = "the table" if origin is THE_TABLE else origin.name
        raise UsageError(f"no question {', '.join(unknown)} in {whose}", todo=f"There is: {names}.")
    estimates: list[Estimate] = []
    report = AgreementReport(source=source, round=None, estimates=())
    for step, question in enumerate(questions, start=1):
        progress("computing agreement", step, len(questions))
        compared = {name: _compared(grouping.groups) for name, grouping in question.by.items()}
        asked = replace(asked, compared=compared)
        if isinstance(question, CodedSpans):
            numbers = span_numbers(question, asked)
        else:
            numbers = question_numbers(question, asked)
        estimates += numbers.estimates
        report = _with(report, question, numbers)
    return replace(
        report,
        estimates=tuple(estimates),
        explained=explained(questions, wanted.explain, resampling, None),
        plans=() if wanted.plan is None else planned(questions, resampling, wanted.plan),
    )


def _questions(
    table: pa.Table, columns: LongColumns, scale: TableScale, origin: Origin
) -> Sequence[CodedQuestion | CodedSpans]:
    if scale.level == "span":
        return coded_spans(table, columns, categories=scale.categories, origin=origin)
    level, distances, categories = scale.level, None, scale.categories
    if scale.distances is not None:
        from toolkit.tables.distances import read_distance_table

        level = "table"
        categories, distances = read_distance_table(scale.distances)
    elif level == "table":
        raise UsageError("level table needs a table of distances", todo="Name its file: `distances=FILE`.")
    questions = coded_questions(
        table,
        columns,
        level=level,
        order=() if distances is not None else scale.order,
        categories=categories,
        missing=scale.missing,
        set_separator=scale.set_separator,
        on_repeat=scale.on_repeat,
        origin=origin,
    )
    if distances is None:
        return questions
    return [replace(question, distances=_among(question.scale, categories, distances)) for question in questions]


def _among(scale: Sequence[str], categories: Sequence[str], distances: FloatArray) -> FloatArray:
    """The distances between the categories of the scale, which is without those that mean missing."""
    places = [categories.index(category) for category in scale]
    return distances[np.ix_(places, places)]


def _with(report: AgreementReport, question: CodedQuestion | CodedSpans, numbers: Numbers) -> AgreementReport:
    """The report with what stands beside the estimates of one more question."""
    name = question.question
    repeats = question.n_repeats if isinstance(question, CodedQuestion) else 0
    return replace(
        report,
        prevalences={**report.prevalences, **({name: numbers.prevalences} if numbers.prevalences else {})},
        skew={**report.skew, **({name: numbers.skew} if numbers.skew else {})},
        missing={**report.missing, **({name: numbers.missing} if numbers.missing else {})},
        n_merged_spans={**report.n_merged_spans, **({name: numbers.n_merged_spans} if numbers.n_merged_spans else {})},
        n_ungrouped=dict(Counter(report.n_ungrouped) | Counter(numbers.n_ungrouped)),
        n_repeats={**report.n_repeats, **({name: repeats} if repeats else {})},
    )


def _compared(groups: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Two groups are compared, the second with the first; more are left as they are."""
    return ((groups[1], groups[0]),) if len(groups) == 2 else ()


def _check(wanted: Wanted, scale: TableScale) -> None:
    if scale.level not in (*LEVELS, "table"):
        raise UsageError(f"there is no level {scale.level!r}", todo=f"Levels are {', '.join(LEVELS)}.")
    ignored = []
    if scale.level == "span":
        ignored = [name for name in ("order", "missing", "set_separator", "distances") if getattr(scale, name)]
        ignored += [] if scale.on_repeat == "error" else ["on_repeat"]
    elif scale.distances is not None:
        ignored = [name for name in ("order", "categories") if getattr(scale, name)]
    if ignored:
        named = ", ".join(f"`{name}=`" for name in ignored)
        where = "at level span" if scale.level == "span" else "beside `distances=`, which names the categories"
        raise UsageError(f"{named} would be ignored {where}")
    if wanted.repeats is not None:
        raise UsageError("`repeats=` is for the rounds of a study", todo="Name two rounds of a study or an export.")
    if wanted.plan is not None and not 0 < wanted.plan < 1:
        raise UsageError(f"a half-width lies between 0 and 1, not {wanted.plan:g}")
