"""Any long table of marked spans, one row per span, as what each annotator marked in each unit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from toolkit.agreement.coded_question import CodedSpans
from toolkit.agreement.ratings import MISSING
from toolkit.agreement.spans.marks import SpanMark
from toolkit.errors import BadInput, Fault, UsageError
from toolkit.files.arrays import BoolArray, IntArray
from toolkit.files.wording import MEND_THESE
from toolkit.tables.columns import CodedColumn, coded_column
from toolkit.tables.rows import (
    THE_TABLE,
    CodedRows,
    LongColumns,
    Origin,
    check_columns,
    coded_rows,
    grouping,
    of_annotators,
)
from toolkit.tables.spelling import by_size, listed_once, text_of

_WHOLE = re.compile(r"-?\d+(\.0*)?", re.ASCII)
_NO_POSITION = -1
_UNREADABLE = -2


@dataclass(frozen=True, slots=True, eq=False)
class _Spans:
    """Label, start, end and length of each row; ``_NO_POSITION`` where empty, ``_UNREADABLE`` where not a whole number.

    A negative number is unreadable as well: no position in a text is one.
    """

    label: CodedColumn
    start: IntArray
    end: IntArray
    length: IntArray
    decision: IntArray | None
    """What the rows of one discontinuous span share; ``MISSING`` where a row is a span by itself."""


def coded_spans(
    table: pa.Table, columns: LongColumns, *, categories: Sequence[object] = (), origin: Origin = THE_TABLE
) -> tuple[CodedSpans, ...]:
    """Return what each annotator marked in each unit, per question in the order in which questions first appear.

    The value column holds the label. A row without start, end and label says that its annotator marked nothing in the
    unit, because without any row nobody knows that the unit was looked at. A span marked twice stays twice. Rows
    of one annotator in one unit with the same value in the column of ``span_id`` are stretches of one span.

    Raises:
        UsageError: where the columns of start, end or length were not named.
        BadInput: listing them, on columns that are not there, fields without unit, annotator, question, cluster, label
            or length, labels not among ``categories``, positions that are not whole numbers with
            0 ≤ start < end ≤ length, units of several lengths or in two clusters, annotators who marked nothing and
            something in the same unit, a ``span_id`` without a span or with two labels, and rows of one annotator and
            unit in several groups of a ``by`` column.

    """
    if columns.start is None or columns.end is None or columns.length is None:
        raise UsageError("spans need the columns of start, end and length", todo="Name `start=`, `end=` and `length=`.")
    check_columns(table, columns, origin)
    rows = coded_rows(table, columns, origin)
    spans = _Spans(
        coded_column(table[columns.value]),
        _positions(coded_column(table[columns.start])),
        _positions(coded_column(table[columns.end])),
        _positions(coded_column(table[columns.length])),
        None if columns.span_id is None else coded_column(table[columns.span_id]).codes,
    )
    listed = tuple(listed_once([text_of(label) for label in categories if isinstance(label, str | int | float)]))
    faults = [*rows.faults(), *_label_faults(rows, spans, listed), *_position_faults(rows, spans)]
    faults += [*_length_faults(rows, spans), *_nothing_and_something(rows, spans), *_decision_faults(rows, spans)]
    groups = {name: coded_column(table[name]) for name in columns.by}
    for column, coded in groups.items():
        faults += _group_faults(rows, column, coded)
    if faults:
        raise BadInput(f"{origin.name} cannot be read as spans.", faults=faults, todo=MEND_THESE)
    divided = of_annotators(rows, groups)
    questions = (
        _question(name, rows, spans, chosen, groups | divided, listed) for name, chosen in rows.by_question(None)
    )
    return tuple(replace(question, of_annotators=frozenset(divided)) for question in questions)


def _positions(coded: CodedColumn) -> IntArray:
    whole = [int(text.partition(".")[0]) if _WHOLE.fullmatch(text) else _UNREADABLE for text in coded.texts.listed()]
    known = [number if 0 <= number < 2**62 else _UNREADABLE for number in whole]
    return np.asarray([*known, _NO_POSITION], dtype=np.int64)[coded.codes]


def _question(
    name: str,
    rows: CodedRows,
    spans: _Spans,
    chosen: IntArray | None,
    groups: Mapping[str, CodedColumn],
    listed: tuple[str, ...],
) -> CodedSpans:
    row = np.arange(len(spans.start)) if chosen is None else chosen
    label_texts = spans.label.texts.listed()
    in_use = np.unique(spans.label.codes[row])
    labels = listed or tuple(sorted((label_texts[code] for code in in_use.tolist() if code != MISSING), key=by_size))
    unit_texts, annotator_texts = rows.unit.texts.listed(), rows.annotator.texts.listed()
    entries: dict[tuple[str, str], list[tuple[SpanMark, int]]] = {}
    row_of: dict[tuple[str, str], int] = {}
    length_of: dict[str, int] = {}
    cluster_of: dict[str, str] = {}
    clusters = None if rows.cluster is None else rows.cluster.texts.listed()
    for place in row.tolist():
        unit = unit_texts[rows.unit.codes[place]]
        key = (unit, annotator_texts[rows.annotator.codes[place]])
        marks = entries.setdefault(key, [])
        row_of[key] = place
        length_of[unit] = int(spans.length[place])
        if rows.cluster is not None and clusters is not None:
            cluster_of[unit] = clusters[rows.cluster.codes[place]]
        if spans.start[place] != _NO_POSITION:
            mark = label_texts[spans.label.codes[place]], int(spans.start[place]), int(spans.end[place])
            marks.append((mark, _decision(spans, place)))
    keys = sorted(entries)
    for marks in entries.values():
        marks.sort(key=_in_text_order)
    row_of_entry = np.asarray([row_of[key] for key in keys], dtype=np.int64)
    return CodedSpans(
        question=name,
        labels=labels,
        units=tuple(unit for unit, _ in keys),
        annotators=tuple(annotator for _, annotator in keys),
        marks=tuple(tuple(mark for mark, _ in entries[key]) for key in keys),
        lengths=tuple(length_of[unit] for unit, _ in keys),
        clusters=None if clusters is None else tuple(cluster_of[unit] for unit, _ in keys),
        by={column: grouping(coded, row_of_entry) for column, coded in groups.items()},
        decisions=None if spans.decision is None else tuple(_numbered(entries[key]) for key in keys),
    )


def _decision(spans: _Spans, row: int) -> int:
    """A number that rows of one span share, and no others: ids from 0, rows without one below."""
    if spans.decision is None or spans.decision[row] == MISSING:
        return -1 - row
    return int(spans.decision[row])


def _numbered(marks: Sequence[tuple[SpanMark, int]]) -> tuple[int, ...]:
    """The decision of each mark, numbered from 0 within its entry, whatever the order of the rows."""
    numbers: dict[int, int] = {}
    return tuple(numbers.setdefault(decision, len(numbers)) for _, decision in marks)


def _in_text_order(marked: tuple[SpanMark, int]) -> tuple[int, int, str]:
    label, start, end = marked[0]
    return start, end, label


def _label_faults(rows: CodedRows, spans: _Spans, listed: Sequence[str]) -> list[Fault]:
    texts = spans.label.texts
    without = (spans.label.codes == MISSING) & (spans.start != _NO_POSITION)
    faults = rows.row_faults(np.flatnonzero(without), lambda row: f"{rows.who(row)}: a span without a label")
    idle = (spans.label.codes != MISSING) & (spans.start == _NO_POSITION)
    faults += rows.row_faults(
        np.flatnonzero(idle), lambda row: f"{rows.who(row)}: label {texts[spans.label.codes[row]]!r} without a start"
    )
    if not listed:
        return faults
    unknown = np.asarray([*(text not in listed for text in texts.listed()), False], dtype=np.bool_)
    return faults + rows.row_faults(
        np.flatnonzero(unknown[spans.label.codes]),
        lambda row: f"{rows.who(row)}: label {texts[spans.label.codes[row]]!r} is not listed",
    )


def _position_faults(rows: CodedRows, spans: _Spans) -> list[Fault]:
    unreadable = (spans.start == _UNREADABLE) | (spans.end == _UNREADABLE) | (spans.length == _UNREADABLE)
    faults = rows.row_faults(
        np.flatnonzero(unreadable), lambda row: f"{rows.who(row)}: start, end and length must be whole numbers from 0"
    )
    half = ((spans.start == _NO_POSITION) != (spans.end == _NO_POSITION)) & ~unreadable
    faults += rows.row_faults(
        np.flatnonzero(half), lambda row: f"{rows.who(row)}: start and end must both be given, or none"
    )
    marked = (spans.start >= 0) & (spans.end >= 0)
    outside = marked & ((spans.start >= spans.end) | ((spans.length >= 0) & (spans.end > spans.length)))
    return faults + rows.row_faults(
        np.flatnonzero(outside),
        lambda row: (
            f"{rows.who(row)}: span {spans.start[row]}–{spans.end[row]} must begin before it ends and end within the "
            f"{spans.length[row]} characters of its unit"
        ),
    )


def _length_faults(rows: CodedRows, spans: _Spans) -> list[Fault]:
    faults = rows.row_faults(np.flatnonzero(spans.length == _NO_POSITION), lambda row: f"{rows.who(row)}: no length")
    known = (spans.length >= 0) & (rows.unit.codes != MISSING)
    of_unit = np.full(len(rows.unit.values), _NO_POSITION, dtype=np.int64)
    first_last = np.flatnonzero(known)[::-1]
    of_unit[rows.unit.codes[first_last]] = spans.length[first_last]
    differs = np.flatnonzero(known)[of_unit[rows.unit.codes[known]] != spans.length[known]]
    return faults + rows.row_faults(
        differs,
        lambda row: f"{rows.who(row)}: length {spans.length[row]}, and {of_unit[rows.unit.codes[row]]} in a row before",
    )


def _decision_faults(rows: CodedRows, spans: _Spans) -> list[Fault]:
    """Rows with the id of a span and no span, and those whose label is not that of the span's first row."""
    if spans.decision is None:
        return []
    named = spans.decision != MISSING
    faults = rows.row_faults(
        np.flatnonzero(named & (spans.start == _NO_POSITION)),
        lambda row: f"{rows.who(row)}: an id of a span, and no span",
    )
    complete = rows.complete()
    known = named if complete is None else named & np.isin(np.arange(len(named)), complete)
    row = np.flatnonzero(known)
    cells, _ = rows.cells()
    keys = cells[row] * (int(spans.decision.max(initial=0)) + 1) + spans.decision[row]
    _, first, place = np.unique(keys, return_index=True, return_inverse=True)
    before = row[first[place]]
    differs = spans.label.codes[row] != spans.label.codes[before]
    first_of = dict(zip(row.tolist(), before.tolist(), strict=True))
    texts = spans.label.texts

    def label(at: int) -> str:
        code = int(spans.label.codes[at])
        return "none" if code == MISSING else repr(texts[code])

    def described(at: int) -> str:
        there = first_of[at]
        return f"{rows.who(at)}: label {label(at)}, and {label(there)} in {rows.origin.place(there)}, of the same span"

    return faults + rows.row_faults(row[differs], described)


def _nothing_and_something(rows: CodedRows, spans: _Spans) -> list[Fault]:
    complete = rows.complete()
    row = np.arange(len(spans.start)) if complete is None else complete
    cells, _ = rows.cells()
    nothing: BoolArray = spans.start[row] == _NO_POSITION
    both = np.intersect1d(cells[row][nothing], cells[row][~nothing])
    return rows.row_faults(
        row[nothing & np.isin(cells[row], both)],
        lambda row: f"{rows.who(row)}: nothing marked, but there are spans of this annotator in this unit",
    )


def _group_faults(rows: CodedRows, column: str, coded: CodedColumn) -> list[Fault]:
    """Rows whose group is not that of the first row of their annotator in their unit."""
    complete = rows.complete()
    row = np.arange(len(coded.codes)) if complete is None else complete
    cells, _ = rows.cells()
    _, first, cell = np.unique(cells[row], return_index=True, return_inverse=True)
    before = np.full(len(coded.codes), MISSING, dtype=np.int64)
    before[row] = row[first[cell]]
    texts = coded.texts

    def group(at: int) -> str:
        code = int(coded.codes[at])
        return "nothing" if code == MISSING else repr(texts[code])

    def described(at: int) -> str:
        there = int(before[at])
        return f"{rows.who(at)}: {group(at)} in column {column!r}, and {group(there)} in {rows.origin.place(there)}"

    return rows.row_faults(row[coded.codes[row] != coded.codes[before[row]]], described)
