"""Any long table, one row per answer, as ratings of its questions; every fault of it at once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pyarrow as pa

from toolkit.agreement.coded_question import CodedQuestion
from toolkit.agreement.ratings import MISSING, Ratings, all_differ
from toolkit.errors import BadInput, Fault, UsageError
from toolkit.files.arrays import BoolArray, IntArray
from toolkit.files.wording import MEND_THESE
from toolkit.tables.columns import CodedColumn, Texts, coded_column, in_use, one_array
from toolkit.tables.rows import (
    FAULTS_SHOWN,
    THE_TABLE,
    CodedRows,
    LongColumns,
    Origin,
    check_columns,
    coded_rows,
    grouping,
    more,
    of_annotators,
)
from toolkit.tables.spelling import by_size
from toolkit.tables.values import (
    FIRST_MISSING,
    NO_ANSWER,
    ReadValues,
    ValueRules,
    read_values,
)

_COUNTED_PER_ROW = 8


@dataclass(frozen=True, slots=True, eq=False)
class _Repeats:
    """Rows that stay (None: all), answers that do not, and rows of the repeats, one array per unit and annotator."""

    kept: IntArray | None
    dropped: IntArray
    of_cell: Sequence[IntArray] = ()
    n_cells: int = 0


def coded_questions(
    table: pa.Table,
    columns: LongColumns,
    reading: ValueRules,
    *,
    on_repeat: Literal["error", "latest", "first"] = "error",
    origin: Origin = THE_TABLE,
) -> tuple[CodedQuestion, ...]:
    """Return the ratings of every question of the table, in the order in which questions first appear.

    Without a question column there is one question, named like the value column. ``reading`` says how values are read.
    No figure of agreement depends on the order of the rows, only ``on_repeat`` does: the last or the first value of an
    annotator for a unit counts. A row without a value is not a repeat. Faults are placed by the table's ``origin``.
    Where values mean ``missing``, ``with_missing`` has the same entries with those values and one for all others.

    Raises:
        UsageError: on ordinal without order, columns of spans, and text where sets are asked for without separator.
        BadInput: listing them, on columns that are not there, fields without unit, annotator, question or cluster,
            units in two clusters, values off the scale and, with ``on_repeat="error"``, repeats.

    """
    if columns.start or columns.end or columns.length or columns.span_id:
        raise UsageError("start, end, length and span_id are columns of spans", todo="Spans are `level=span`.")
    check_columns(table, columns, origin, sets=reading.level == "set")
    rows = coded_rows(table, columns, origin)
    values = read_values(table[columns.value], reading)
    repeats = _repeats(rows, values.code != NO_ANSWER, on_repeat)
    faults = [*rows.faults(), *_wrong_values(rows, values)]
    refused = on_repeat == "error" and repeats.n_cells > 0
    if refused:
        faults += _repeat_faults(rows, one_array(table[columns.value]), repeats)
    if faults:
        todo = "Where an annotator answers again, say which answer counts: `on_repeat=latest`, or first."
        raise BadInput(f"{origin.name} cannot be read as answers.", faults=faults, todo=todo if refused else MEND_THESE)
    groups = {name: coded_column(table[name]) for name in columns.by}
    divided = of_annotators(rows, groups)
    questions = (
        _question(name, rows, values, chosen, groups | divided, reading, repeated=repeats.dropped)
        for name, chosen in rows.by_question(repeats.kept)
    )
    return tuple(replace(question, of_annotators=frozenset(divided)) for question in questions)


def _question(
    name: str,
    rows: CodedRows,
    values: ReadValues,
    chosen: IntArray | None,
    groups: Mapping[str, CodedColumn],
    reading: ValueRules,
    repeated: IntArray,
) -> CodedQuestion:
    """The question of which these are the rows."""
    units, unit = _used(rows.unit, chosen)
    annotators, annotator = _used(rows.annotator, chosen)
    domain, scale, value = scaled(values, _of(values.code, chosen), reading.level)
    clusters, cluster_of_unit = _clusters(rows, units)
    ratings = Ratings(
        units=_texts(rows.unit, units),
        annotators=_texts(rows.annotator, annotators).listed(),
        domain=domain,
        unit=unit,
        annotator=annotator,
        value=value,
        clusters=clusters,
        cluster_of_unit=cluster_of_unit,
    )
    if rows.question is not None and chosen is not None and len(repeated):
        repeated = repeated[rows.question.codes[repeated] == rows.question.codes[chosen[0]]]
    by = {column: grouping(coded, chosen) for column, coded in groups.items()}
    names = tuple(str(category) for category in scale) if reading.level not in {"interval", "ratio"} else ()
    missing = reading.missing_texts
    return CodedQuestion(
        question=name,
        level=reading.level,
        ratings=ratings,
        scale=names,
        ordered=bool(reading.order),
        with_missing=_judged_or_missing(ratings, _of(values.code, chosen), missing) if missing else None,
        missing=missing,
        n_repeats=len(repeated),
        by=by,
    )


def _judged_or_missing(ratings: Ratings, code: IntArray, missing: tuple[str, ...]) -> Ratings:
    """The same entries with one value for any answer on the scale, then those that mean missing."""
    values = np.where(code > NO_ANSWER, 0, np.where(code == NO_ANSWER, MISSING, FIRST_MISSING + 1 - code))
    return replace(ratings, domain=(judged_beside(missing), *missing), value=values)


def judged_beside(missing: tuple[str, ...]) -> str:
    """Return what stands for any answer on the scale beside those that mean missing: none of their names."""
    judged = "judged"
    while judged in missing:
        judged += "_"
    return judged


def scaled(
    values: ReadValues, code: IntArray, level: str
) -> tuple[tuple[Hashable, ...], tuple[Hashable, ...], IntArray]:
    """Return the domain of a question with these codes of ``values``, its scale, and the codes on that domain.

    What is listed is its scale, else what it uses.
    """
    code = np.maximum(code, MISSING)
    if values.listed and level in {"nominal", "ordinal", "table"}:
        return values.values, values.listed, code
    used, code = in_use(code, len(values.values))
    domain = tuple(values.values[place] for place in used.tolist())
    if values.listed or level != "set":
        return domain, values.listed or domain, code
    members = {text for members in domain if isinstance(members, frozenset) for text in members}
    return domain, tuple(sorted(members, key=by_size)), code


def _clusters(rows: CodedRows, units: IntArray) -> tuple[Sequence[str], IntArray | None]:
    if rows.cluster is None or rows.cluster_of_unit is None:
        return (), None
    whole = len(units) == len(rows.cluster_of_unit)
    used, cluster_of_unit = in_use(_of(rows.cluster_of_unit, None if whole else units), len(rows.cluster.values))
    return _texts(rows.cluster, used), cluster_of_unit


def _used(coded: CodedColumn, chosen: IntArray | None) -> tuple[IntArray, IntArray]:
    if chosen is None:
        return np.arange(len(coded.values)), coded.codes  # of all rows every value is in use
    return in_use(coded.codes[chosen], len(coded.values))


def _of(codes: IntArray, chosen: IntArray | None) -> IntArray:
    return codes if chosen is None else codes[chosen]


def _texts(coded: CodedColumn, used: IntArray) -> Texts:
    return coded.texts if len(used) == len(coded.values) else coded.texts.taken(used)


def _wrong_values(rows: CodedRows, values: ReadValues) -> list[Fault]:
    if not values.wrong:
        return []
    is_wrong = np.zeros(len(values.values) + 1, dtype=np.bool_)  # the last one: no answer, or one that means missing
    is_wrong[list(values.wrong)] = True
    wrong = np.flatnonzero(is_wrong[np.maximum(values.code, NO_ANSWER)])
    return rows.row_faults(wrong, lambda row: f"{rows.who(row)}: {values.wrong[int(values.code[row])]}")


def _repeats(rows: CodedRows, answered: BoolArray, on_repeat: str) -> _Repeats:
    """What stays of each annotator's rows on one unit: the last or first answer, or one row where none answers."""
    cells, beyond = rows.cells()
    none = np.empty(0, dtype=np.int64)
    complete = rows.complete()
    if complete is None and all_differ(cells, beyond):
        return _Repeats(None, none)
    shared = _shared(cells, beyond, complete)
    if not len(shared):
        return _Repeats(None, none)
    ordered = shared[np.argsort(cells[shared], kind="stable")]
    starts = np.flatnonzero(np.diff(cells[ordered], prepend=-1))
    given, place = answered[ordered], np.arange(len(ordered))
    if on_repeat == "latest":
        stays = np.maximum.reduceat(np.where(given, place, MISSING), starts)
        stays = np.where(stays == MISSING, starts, stays)
    else:
        stays = np.minimum.reduceat(np.where(given, place, len(place)), starts)
        stays = np.where(stays == len(place), starts, stays)
    keep = np.ones(len(cells), dtype=np.bool_)
    keep[ordered] = False
    keep[ordered[stays]] = True
    times = np.add.reduceat(given.astype(np.int64), starts)
    ends = np.append(starts[1:], len(ordered))
    repeated = np.flatnonzero(times > 1)
    repeated = repeated[np.argsort(ordered[starts[repeated]], kind="stable")]
    of_cell = [ordered[starts[cell] : ends[cell]] for cell in repeated[:FAULTS_SHOWN]]
    of_cell = [those[answered[those]] for those in of_cell]
    return _Repeats(np.flatnonzero(keep), np.flatnonzero(answered & ~keep), of_cell, len(repeated))


def _shared(cells: IntArray, beyond: int, complete: IntArray | None) -> IntArray:
    """The rows whose cell another row has as well, among the complete ones, in their order."""
    known = cells if complete is None else cells[complete]
    if not len(known):
        return known
    if beyond <= _COUNTED_PER_ROW * len(known):
        shared = np.flatnonzero(np.bincount(known, minlength=1)[known] > 1)
    else:
        ordered = np.argsort(known, kind="stable")
        same = np.diff(known[ordered]) == 0
        shared = np.sort(ordered[np.append(same, False) | np.insert(same, 0, False)])
    return shared if complete is None else complete[shared]


def _repeat_faults(rows: CodedRows, column: pa.Array, repeats: _Repeats) -> list[Fault]:
    faults = []
    for those in repeats.of_cell:
        answers = ", ".join(repr(column[row].as_py()) for row in those.tolist())
        faults.append(
            Fault(rows.origin.place(*those.tolist()), f"{rows.who(int(those[0]))} has {len(those)} values: {answers}")
        )
    return faults + more(repeats.n_cells)
