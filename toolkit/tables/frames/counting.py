"""Units counted by what they were given: two group-bys on the engine, and what is left of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa

from toolkit.agreement.counted_units import CountedUnits
from toolkit.agreement.matrix import Matrix
from toolkit.agreement.ratings import MISSING
from toolkit.errors import BadInput, TransferIncomplete, UsageError
from toolkit.files.arrays import BoolArray, IntArray
from toolkit.files.wording import MEND_THESE
from toolkit.tables.columns import CodedColumn, coded_column
from toolkit.tables.frames.asking import COLLECT_IT, collected, number_of
from toolkit.tables.frames.faults import split_units
from toolkit.tables.frames.keys import Keys, added, alike, if_so, spread
from toolkit.tables.frames.long_frame import ANNOTATOR, CLUSTER, UNIT, VALUE, LongFrame
from toolkit.tables.rows import by_name

MOST_NAMED = 100
"""Annotators up to which an engine is asked who gave what."""

MANY_ANNOTATORS = f"measures that name annotators are for up to {MOST_NAMED:,} of them on an engine"

ROWS = "rows"
"""How many rows are alike, in what comes back."""

_ROOM = (8, 20, 31)
"""Bits of a digit: for 255 rows of a unit alike, for a million, for two thousand million."""
_TIMES, _HIGHEST, _SPLIT, _DIGIT = "times", "highest", "split", "digit"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Answers:
    """The rows of one question, and the code of each distinct value: on its scale, then those that mean missing.

    ``n_rows`` have one of these values.
    """

    question: str
    rows: nw.LazyFrame[Any]
    code_of: Mapping[Any, int]
    n_rows: int
    clustered: bool

    @property
    def codes(self) -> IntArray:
        """The codes that occur, ascending."""
        return np.asarray(sorted(set(self.code_of.values())), dtype=np.int64)

    @property
    def digit_of(self) -> dict[Any, int]:
        """The place of each value's code among those that occur."""
        place = {code: digit for digit, code in enumerate(self.codes.tolist())}
        return {value: place[code] for value, code in self.code_of.items()}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Counted:
    """Kinds of unit by how often each digit was met (``counts``, kinds × digits); parallel entries say which ``kind``
    there is how many ``times`` in which ``cluster``, by name, and with what in the columns of ``beside``.
    """

    counts: IntArray
    kind: IntArray
    times: IntArray
    cluster: IntArray | None
    beside: pa.Table

    def chosen(self, entries: BoolArray) -> Counted:
        """Return some of the entries, and the kinds they are of."""
        used, kind = np.unique(self.kind[entries], return_inverse=True)
        return Counted(
            counts=self.counts[used],
            kind=kind,
            times=self.times[entries],
            cluster=None if self.cluster is None else self.cluster[entries],
            beside=self.beside.filter(pa.array(entries)),
        )

    def units(
        self, domain: tuple[Hashable, ...], codes: IntArray, *, n_annotators: int, ask_matrix: Callable[[], Matrix]
    ) -> CountedUnits:
        """Return them as units, where the digits stand for these codes; engines answer in any order."""
        order = np.argsort(self.kind) if self.cluster is None else np.lexsort((self.kind, self.cluster))
        return CountedUnits(
            domain=domain,
            kinds=spread(self.counts, codes),
            kind=self.kind[order],
            times=self.times[order],
            cluster=None if self.cluster is None else self.cluster[order],
            n_annotators=n_annotators,
            ask_matrix=cache(ask_matrix),
        )


def counted_units(held: LongFrame, answers: Answers, domain: tuple[Hashable, ...]) -> CountedUnits:
    """Return units by what they were given. Raise BadInput where one lies in several clusters."""
    if not answers.code_of:
        if answers.clustered:
            _refuse_split_units(held)
        return nothing(answers, domain)
    found, is_split = _counted(answers, nw.col(VALUE), answers.digit_of)
    if is_split:
        _refuse_split_units(held)
    refuse_changed_rows(answers.question, answers.n_rows, int(found.counts.sum(axis=1)[found.kind] @ found.times))
    n_annotators = n_annotators_of(answers, list(answers.code_of))
    return found.units(domain, answers.codes, n_annotators=n_annotators, ask_matrix=partial(matrix_of, answers))


def counted(answers: Answers, column: nw.Expr, digit_of: Mapping[Any, int], *, beside: Sequence[str] = ()) -> Counted:
    """Return how often units have what stands in the column, by its digit; parts of units that differ ``beside`` are
    units by themselves.

    Raise TransferIncomplete where these are not all the rows there were.
    """
    found, _ = _counted(answers, column, digit_of, beside=beside)
    refuse_changed_rows(answers.question, answers.n_rows, int(found.counts.sum(axis=1)[found.kind] @ found.times))
    return found


def _counted(
    answers: Answers, column: nw.Expr, digit_of: Mapping[Any, int], *, beside: Sequence[str] = ()
) -> tuple[Counted, bool]:
    """And whether any unit lies in several clusters."""
    for bits in _ROOM:
        keys = Keys(len(set(digit_of.values())), bits, answers.n_rows)
        units = _collapsed(answers, keys, keys.ones(column, digit_of), answers.rows, beside=beside)
        first, kind = alike([integers(units, name) for name in keys.names])
        counts = keys.read([integers(units, name)[first] for name in keys.names])
        if (counts.sum(axis=1) == integers(units, ROWS)[first]).all():
            break
    else:
        raise UsageError("a unit has more rows than can be counted", todo=COLLECT_IT)
    found = Counted(
        counts=counts,
        kind=kind,
        times=integers(units, _TIMES),
        cluster=_clusters(units) if answers.clustered else None,
        beside=units.select(list(beside)),
    )
    return found, answers.clustered and bool(integers(units, _SPLIT).any())


def refuse_changed_rows(question: str, n_before: int, n_counted: int) -> None:
    """Raise TransferIncomplete where other rows were counted than there were."""
    if n_counted != n_before:
        raise TransferIncomplete(
            f"the rows changed while they were counted: answers to {question!r} were {n_before:,}, then {n_counted:,}",
            todo="Count a copy nobody writes to.",
        )


def _refuse_split_units(held: LongFrame) -> None:
    if faults := split_units(held):
        raise BadInput(f"{held.source} cannot be read as answers.", faults=faults, todo=MEND_THESE)


def nothing(answers: Answers, domain: tuple[Hashable, ...]) -> CountedUnits:
    """Return the units of a question, or of a part of it, that nobody answered."""
    none = np.empty(0, dtype=np.int64)
    cluster = none if answers.clustered else None
    matrix = Matrix(none.reshape(0, 0), (), cluster, times=none)
    return CountedUnits(
        domain=domain, kinds=none.reshape(0, 0), kind=none, times=none, cluster=cluster, n_annotators=0,
        ask_matrix=lambda: matrix,
    )  # fmt: skip


def _collapsed(
    answers: Answers,
    keys: Keys,
    ones: Sequence[nw.Expr],
    rows: nw.LazyFrame[Any],
    *,
    beside: Sequence[str] = (),
) -> pa.Table:
    """How many units of each cluster have the same sums of integers: two group-bys, and what is left of them."""
    answered = if_so(nw.col(VALUE).is_in(list(answers.code_of)))
    named = [one.alias(name) for one, name in zip(ones, keys.names, strict=True)]
    summed = [nw.col(name).sum() for name in (*keys.names, ROWS)]
    bounds = [nw.col(CLUSTER).min(), nw.col(CLUSTER).max().alias(_HIGHEST)] if answers.clustered else []
    of_unit = rows.with_columns(*named, answered.alias(ROWS)).group_by(UNIT, *beside).agg(*summed, *bounds)
    whole = [nw.col(name).cast(nw.Int64) for name in (*keys.names, ROWS)]  # engines sum into types of their own
    split = [if_so(nw.col(CLUSTER) != nw.col(_HIGHEST)).alias(_SPLIT)] if answers.clustered else []
    by = [*keys.names, ROWS, *beside, *([CLUSTER, _SPLIT] if answers.clustered else [])]
    return collected(of_unit.with_columns(*whole, *split).group_by(*by).agg(nw.len().alias(_TIMES)))


def integers(table: pa.Table, name: str) -> IntArray:
    """Return a column of counts."""
    return np.asarray(table[name].to_numpy(), dtype=np.int64)


def _clusters(units: pa.Table) -> IntArray:
    return by_name(coded_column(units[CLUSTER])).codes


def n_annotators_of(answers: Answers, values: Sequence[Any]) -> int:
    """Return how many annotators gave any of the values."""
    if not values:
        return 0
    rows = answers.rows.filter(nw.col(VALUE).is_in(values))
    return number_of(rows.select(ANNOTATOR).unique())


def annotators_of(rows: nw.LazyFrame[Any]) -> CodedColumn:
    """Return the annotators of these rows, by name. Raise UsageError where they are too many to be told apart."""
    everybody = collected(rows.select(ANNOTATOR).unique().head(MOST_NAMED + 1))
    if len(everybody) > MOST_NAMED:
        raise UsageError(MANY_ANNOTATORS, todo=COLLECT_IT)
    return by_name(coded_column(everybody[ANNOTATOR]))


def matrix_of(answers: Answers) -> Matrix:
    """Return who gave which of the values, among annotators who gave any. Raise as ``annotators_of``."""
    given = answers.rows.filter(nw.col(VALUE).is_in(list(answers.code_of)))
    annotators = annotators_of(given)
    codes = np.append(answers.codes, MISSING)
    keys = Keys(len(annotators.values), bits := len(codes).bit_length(), (1 << bits) - 1)
    place = {name: at for at, name in enumerate(annotators.values.to_pylist())}
    digit = [if_so(nw.col(VALUE) == value, of + 1) for value, of in answers.digit_of.items()]
    ones = [one * nw.col(_DIGIT) for one in keys.ones(nw.col(ANNOTATOR), place)]
    units = _collapsed(answers, keys, ones, given.with_columns(added(digit).alias(_DIGIT)))
    digits = keys.read([integers(units, name) for name in keys.names])
    return Matrix(
        rows=codes[digits - 1],
        annotators=tuple(annotators.texts.listed()),
        cluster=_clusters(units) if answers.clustered else None,
        times=integers(units, _TIMES),
    )
