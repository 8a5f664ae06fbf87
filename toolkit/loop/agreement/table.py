"""Agree on any long table: one row per answer, or per marked span, whatever program it came from."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from toolkit.agreement.coded_question import CodedQuestion, CodedSpans
from toolkit.errors import UsageError
from toolkit.files.arrays import FloatArray
from toolkit.loop.agreement.computed import report_on, what_is_asked
from toolkit.loop.agreement.report import AgreementReport
from toolkit.loop.agreement.request import HEADLINE_ONLY, AgreementRequest
from toolkit.loop.progress import Progress, silent
from toolkit.tables.questions import coded_questions
from toolkit.tables.rows import THE_TABLE, LongColumns, Origin
from toolkit.tables.values import ValueRules

if TYPE_CHECKING:
    import pyarrow as pa

    from toolkit.loop.agreement.known import KnownAnswers

MOST_COMPARED = 8
"""Groups beyond which no differences are computed: they would be more than 28."""

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
    request: AgreementRequest = HEADLINE_ONLY,
    *,
    progress: Progress = silent,
) -> AgreementReport:
    """Return the agreement in a Parquet, CSV or JSON-lines file, for each of its questions.

    Clusters are resampled where a column names them, single units otherwise. Raise ``BadInput`` or ``UsageError``
    listing every fault of the table.
    """
    questions = questions_of_table(path, columns, scale, request)
    return agreement_on(questions, columns, scale, request, source=path.name, progress=progress)


def questions_of_table(
    path: Path, columns: LongColumns, scale: TableScale, request: AgreementRequest
) -> Sequence[CodedQuestion | CodedSpans]:
    """Return the questions of a file as agreement takes them. Raise as ``agree_table`` does."""
    from toolkit.tables.read import origin_of, read_long_table

    check_table(request, scale)  # before a large file is read for nothing
    table = read_long_table(path, columns=replace(columns, by=request.by).asked)
    return _questions(table, columns_for(columns, request), scale, origin_of(path))


def agree_long(
    table: pa.Table,
    columns: LongColumns,
    scale: TableScale,
    request: AgreementRequest = HEADLINE_ONLY,
    *,
    source: str,
    origin: Origin = THE_TABLE,
    progress: Progress = silent,
) -> AgreementReport:
    """Return the same of a table in memory, which has the ``columns``; ``source`` is what the report calls it."""
    check_table(request, scale)
    columns = columns_for(columns, request)
    what_is_asked(request, columns.cluster)  # its faults come before those of the table
    return agreement_on(
        _questions(table, columns, scale, origin), columns, scale, request, source=source, progress=progress
    )


def agreement_on(
    questions: Sequence[CodedQuestion | CodedSpans],
    columns: LongColumns,
    scale: TableScale,
    request: AgreementRequest,
    *,
    source: str,
    progress: Progress = silent,
) -> AgreementReport:
    """Return the agreement on questions that were taken from a table with these ``columns``."""
    columns = columns_for(columns, request)
    asked = what_is_asked(request, columns.cluster)
    known = _known(questions, columns, scale, request)
    return report_on(questions, request, asked, source=source, compared=every_pair, progress=progress, known=known)


def columns_for(columns: LongColumns, request: AgreementRequest) -> LongColumns:
    """Return the columns of a table that take part in what is asked."""
    return replace(columns, by=request.by, cluster=columns.cluster if request.clustered else None)


def _known(
    questions: Sequence[CodedQuestion | CodedSpans], columns: LongColumns, scale: TableScale, request: AgreementRequest
) -> KnownAnswers | None:
    """Known answers, in columns called as the table's are, or as an export calls them."""
    if request.against is None:
        return None
    from toolkit.loop.agreement.known import KnownAnswers
    from toolkit.tables.known_answers import OF_A_STUDY, KnownColumns, read_known_answers

    own = KnownColumns(unit=columns.unit, question=columns.question, value=columns.value)
    listed = scale.order or scale.categories or scale.distances
    units = {str(unit) for question in questions for unit in _units(question)}
    truth = read_known_answers(
        request.against,
        questions,
        [own, OF_A_STUDY],
        units=units,
        off_scale="" if listed else "Where nobody gave a category yet, list all there could be: `categories=A,B,C`.",
    )
    return KnownAnswers(truth=truth)


def _units(question: CodedQuestion | CodedSpans) -> Sequence[Hashable]:
    return question.units if isinstance(question, CodedSpans) else question.ratings.units


def _questions(
    table: pa.Table, columns: LongColumns, scale: TableScale, origin: Origin
) -> Sequence[CodedQuestion | CodedSpans]:
    if scale.level == "span":
        from toolkit.tables.spans import coded_spans

        return coded_spans(table, columns, categories=scale.categories, origin=origin)
    rules, distances = rules_of(scale)
    questions = coded_questions(table, columns, rules, on_repeat=scale.on_repeat, origin=origin)
    if distances is None:
        return questions
    return [replace(question, distances=distances_among(question.scale, rules, distances)) for question in questions]


def rules_of(scale: TableScale) -> tuple[ValueRules, FloatArray | None]:
    """Return how values are to be read and, where they are compared by a table, the distances between categories."""
    level, order, categories, distances = scale.level, scale.order, scale.categories, None
    if scale.distances is not None:
        from toolkit.tables.distances import read_distance_table

        categories, distances = read_distance_table(scale.distances)
        level, order = "table", ()
    elif level == "table":
        raise UsageError("level table needs a table of distances", todo="Name its file: `distances=FILE`.")
    rules = ValueRules(
        level=level, order=order, categories=categories, missing=scale.missing, set_separator=scale.set_separator
    )
    return rules, distances


def distances_among(scale: Sequence[str], rules: ValueRules, distances: FloatArray) -> FloatArray:
    """Return the distances between the categories of the scale, which is without those that mean missing."""
    places = [rules.categories.index(category) for category in scale]
    return distances[np.ix_(places, places)]


def every_pair(groups: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return every group with each before it; of very many none, for nobody reads so many differences."""
    return tuple((later, earlier) for earlier, later in combinations(groups, 2)) if len(groups) <= MOST_COMPARED else ()


def check_table(request: AgreementRequest, scale: TableScale) -> None:
    """Raise ``UsageError`` where what is asked is not for tables, or contradicts itself."""
    request.check_timeless("a table")
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
        raise UsageError(f"{named} would be ignored {where}", todo="Leave out what would be ignored.")
    for name in ("round_name", "repeats"):
        if getattr(request, name) is not None:
            raise UsageError(
                f"`{name}=` is for the rounds of a study", todo="Name a study or an export: a table has no rounds."
            )
    request.check_plan()
