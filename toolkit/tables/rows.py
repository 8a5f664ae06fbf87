"""Who coded which unit in each row of a long table: codes for unit, annotator, question, cluster, and their faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from toolkit.agreement.groups import Grouping
from toolkit.agreement.ratings import MISSING
from toolkit.errors import BadInput, Fault, UsageError
from toolkit.files.arrays import IntArray
from toolkit.tables.columns import (
    FEW,
    NAME_COLUMNS,
    CodedColumn,
    as_text,
    cannot_be_coded,
    coded_column,
    in_use,
    is_list,
    missing_columns,
    shown,
    taken,
)
from toolkit.tables.spelling import by_size

FAULTS_SHOWN = 20
"""Faults of one kind that are listed before the rest is only counted."""
_SINGLE = ("unit", "annotator", "value", "question", "cluster", "start", "end", "length", "span_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class LongColumns:
    """Which column holds what. ``start``, ``end``, ``length`` and ``span_id`` are for spans, ``by`` for figures
    by group.
    """

    unit: str
    annotator: str
    value: str
    question: str | None = None
    cluster: str | None = None
    start: str | None = None
    end: str | None = None
    length: str | None = None
    span_id: str | None = None
    by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        what_of: dict[str, str] = {}
        for what in ("unit", "annotator", "value", "question"):
            column: str | None = getattr(self, what)
            if column is not None and column in what_of:
                raise UsageError(
                    f"column {column!r} cannot be both {what_of[column]} and {what}",
                    todo="Name a column of its own for each.",
                )
            if column is not None:
                what_of[column] = what

    @property
    def names(self) -> tuple[str, ...]:
        """All columns that are needed, each once."""
        one = [getattr(self, what) for what in _SINGLE]
        return tuple(dict.fromkeys(name for name in (*one, *self.by) if name is not None))

    @property
    def asked(self) -> dict[str, str]:
        """The parameter that names each of the columns first, with the name: `` `unit=sentence` ``."""
        asked: dict[str, str] = {}
        for what in (*_SINGLE, "by"):
            given = getattr(self, what)
            for name in given if what == "by" else (given,):
                if name is not None:
                    asked.setdefault(name, f"`{what}={shown(name)}`")
        return asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What faults call a table and its rows: by default rows from 1, else the lines of a file on which they begin."""

    name: str = "The table"
    line_of: Callable[[int], int] | None = None
    """The line, counted from 1, of a row, counted from 0."""

    def place(self, *rows: int) -> str:
        """Return ``row 2``, or ``rows 2, 5``, or ``line 3``."""
        noun = "row" if self.line_of is None else "line"
        numbers = [row + 1 if self.line_of is None else self.line_of(row) for row in rows]
        return f"{noun}{'s' if len(rows) > 1 else ''} {', '.join(map(str, numbers))}"


THE_TABLE = Origin()


@dataclass(frozen=True, slots=True, eq=False)
class CodedRows:
    """One code per row for unit, annotator (numbered by name), question and cluster (by name)."""

    columns: LongColumns
    origin: Origin
    unit: CodedColumn
    annotator: CodedColumn
    question: CodedColumn | None
    cluster: CodedColumn | None
    cluster_of_unit: IntArray | None

    def cells(self) -> tuple[IntArray, int]:
        """Return one number per row, equal where question, unit and annotator are, and a bound above all of them."""
        n_annotators = len(self.annotator.values)
        cells = self.unit.codes * n_annotators + self.annotator.codes
        beyond = len(self.unit.values) * n_annotators
        if self.question is None:
            return cells, beyond
        return self.question.codes * beyond + cells, beyond * len(self.question.values)

    def complete(self) -> IntArray | None:
        """Return the rows that say unit, annotator and question; None where all do."""
        known = (self.unit.codes != MISSING) & (self.annotator.codes != MISSING)
        if self.question is not None:
            known &= self.question.codes != MISSING
        return None if known.all() else np.flatnonzero(known)

    def by_question(self, rows: IntArray | None) -> Iterator[tuple[str, IntArray | None]]:
        """Yield the name of every question, as they first appear, and its rows among ``rows`` (None: all of them)."""
        if self.question is None:
            yield self.columns.value, rows
            return
        codes = self.question.codes if rows is None else self.question.codes[rows]
        n_questions = len(self.question.values)
        together = np.argsort(codes.astype(np.int16 if n_questions < 2**15 else np.int64), kind="stable")
        ends = np.cumsum(np.bincount(codes, minlength=n_questions))
        parts = np.split(together if rows is None else rows[together], ends[:-1])
        names = self.question.texts.listed()
        for code in sorted(range(n_questions), key=lambda code: int(parts[code][0])):
            yield names[code], parts[code]

    def who(self, row: int) -> str:
        """Return unit, annotator and, where there are several, question of a row."""
        named = {"unit": self.unit, "annotator": self.annotator, "question": self.question}
        return ", ".join(
            f"{what} {column.texts[column.codes[row]]!r}"
            for what, column in named.items()
            if column is not None and column.codes[row] != MISSING
        )

    def faults(self) -> list[Fault]:
        """Return rows without unit, annotator, question or cluster, and units in more than one cluster."""
        named = {
            self.columns.unit: ("unit", self.unit),
            self.columns.annotator: ("annotator", self.annotator),
            self.columns.question: ("question", self.question),
            self.columns.cluster: ("cluster", self.cluster),
        }
        faults = []
        for column, (what, coded) in named.items():
            if coded is not None:
                empty = np.flatnonzero(coded.codes == MISSING)
                faults += self.row_faults(empty, lambda _, column=column, what=what: f"no {what} in column {column!r}")  # type: ignore[misc]
        return faults + self._split_units()

    def _split_units(self) -> list[Fault]:
        if self.cluster is None or self.cluster_of_unit is None:
            return []
        of_unit = np.append(self.cluster_of_unit, MISSING)[self.unit.codes]
        known = (self.unit.codes != MISSING) & (self.cluster.codes != MISSING)
        elsewhere = np.flatnonzero(known & (of_unit != self.cluster.codes))
        _, first = np.unique(self.unit.codes[elsewhere], return_index=True)
        clusters = self.cluster

        def described(row: int) -> str:
            here, there = clusters.texts[clusters.codes[row]], clusters.texts[of_unit[row]]
            unit = self.unit.texts[self.unit.codes[row]]
            return f"unit {unit!r} is in cluster {here!r}, and in {there!r} elsewhere"

        return self.row_faults(np.sort(elsewhere[first]), described)

    def row_faults(self, rows: IntArray, describe: Callable[[int], str]) -> list[Fault]:
        """Return a fault for each of the rows, by its place in the table; the rest is counted."""
        faults = [Fault(self.origin.place(row), describe(row)) for row in rows[:FAULTS_SHOWN].tolist()]
        return faults + more(len(rows))


def check_columns(table: pa.Table, columns: LongColumns, origin: Origin = THE_TABLE, *, sets: bool = False) -> None:
    """Raise unless every column is there and holds single values (or, with ``sets``, values are lists).

    Raise BadInput with one fault for every column that cannot be used.
    """
    faults = missing_columns(columns.asked, table.column_names)
    present = [name for name in columns.names if name in table.column_names]
    twice = [name for name in present if table.column_names.count(name) > 1]
    faults += [Fault(columns.asked[name], "there are several columns of this name") for name in twice]
    for name in present:
        kind = table.schema.field(name).type
        if name in twice:
            continue
        if sets and name == columns.value and is_list(kind):
            if pa.types.is_nested(kind.value_type):
                faults.append(
                    Fault(columns.asked[name], "holds lists of lists or records, which are no sets of categories")
                )
            continue
        if why := cannot_be_coded(table, name):
            hint = "; lists of categories are level set" if name == columns.value and "lists" in why else ""
            faults.append(Fault(columns.asked[name], why + hint))
    if faults:
        raise BadInput(f"{origin.name} does not have the columns that are asked for.", faults=faults, todo=NAME_COLUMNS)


def coded_rows(table: pa.Table, columns: LongColumns, origin: Origin = THE_TABLE) -> CodedRows:
    """Return unit, annotator, question and cluster of every row as codes."""
    unit = coded_column(table[columns.unit])
    question = None if columns.question is None else coded_column(table[columns.question])
    cluster = None if columns.cluster is None else by_name(coded_column(table[columns.cluster]))
    cluster_of_unit: IntArray | None = None
    if cluster is not None:
        cluster_of_unit = np.full(len(unit.values) + 1, MISSING, dtype=np.int64)
        given = cluster.codes != MISSING
        cluster_of_unit[unit.codes[given]] = cluster.codes[given]
        cluster_of_unit = cluster_of_unit[:-1]
    annotator = by_name(coded_column(table[columns.annotator]))
    return CodedRows(columns, origin, unit, annotator, question, cluster, cluster_of_unit)


def by_name(coded: CodedColumn) -> CodedColumn:
    """Return the same column with codes in the order of their texts, whatever the order of rows."""
    if len(coded.values) < FEW:
        texts = coded.texts.listed()
        order: IntArray = np.asarray(sorted(range(len(texts)), key=texts.__getitem__), dtype=np.int64)
    else:
        import pyarrow.compute as pc

        order = pc.sort_indices(as_text(coded.values)).to_numpy().astype(np.int64)
    place = np.full(len(order) + 1, MISSING, dtype=np.int64)
    place[order] = np.arange(len(order))
    return CodedColumn(place[coded.codes], taken(coded.values, order))


def more(n_faults: int) -> list[Fault]:
    """Return what is said about the faults of one kind that are not listed."""
    return [Fault("", f"and {n_faults - FAULTS_SHOWN:,} more")] if n_faults > FAULTS_SHOWN else []


def of_annotators(rows: CodedRows, groups: Mapping[str, CodedColumn]) -> dict[str, CodedColumn]:
    """Return those of ``groups`` that divide annotators and not units, with the group of each row's annotator.

    They say one thing of every annotator and, of some unit, several; what is alike in both is taken to divide units. An
    annotator of whom only some rows say it is of that group throughout.
    """
    found: dict[str, CodedColumn] = {}
    for name, coded in groups.items():
        of_annotator = _one_each(rows.annotator, coded)
        if of_annotator is not None and _one_each(rows.unit, coded) is None:
            found[name] = CodedColumn(of_annotator[rows.annotator.codes], coded.values)
    return found


def _one_each(whose: CodedColumn, coded: CodedColumn) -> IntArray | None:
    """The only value that the rows of each have; None where somebody's have several."""
    known = (coded.codes != MISSING) & (whose.codes != MISSING)
    of_each = np.full(len(whose.values) + 1, MISSING, dtype=np.int64)
    of_each[whose.codes[known]] = coded.codes[known]
    return of_each if (of_each[whose.codes[known]] == coded.codes[known]).all() else None


def grouping(coded: CodedColumn, rows: IntArray | None) -> Grouping:
    """Return the group of each of the rows (None: of all), groups by size, numbers before text."""
    codes = coded.codes if rows is None else coded.codes[rows]
    used, group = in_use(codes, len(coded.values))
    texts = coded.texts.taken(used).listed()
    order = sorted(range(len(texts)), key=lambda code: by_size(texts[code]))
    place = np.full(len(order) + 1, MISSING, dtype=np.int64)
    place[order] = np.arange(len(order))
    return Grouping(tuple(texts[code] for code in order), place[group])
