"""A long table on an engine as counted questions: group-bys there, patterns here, never a row in between."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa

from toolkit.agreement.coded_question import CountedQuestion
from toolkit.agreement.counted_units import CountedUnits
from toolkit.agreement.levels import MOST_DISTINCT
from toolkit.agreement.matrix import Matrix
from toolkit.agreement.ratings import MISSING
from toolkit.agreement.sums import OnStep, unwatched
from toolkit.errors import BadInput, TransferIncomplete, UsageError
from toolkit.files.arrays import IntArray
from toolkit.files.wording import MEND_THESE
from toolkit.tables.columns import CodedColumn, coded_column
from toolkit.tables.frames.faults import empty_keys, repeats, split_units, wrong_values
from toolkit.tables.frames.keys import Keys, added, alike, if_so, spread
from toolkit.tables.frames.long_frame import (
    ANNOTATOR,
    CLUSTER,
    QUESTION,
    UNIT,
    VALUE,
    LongFrame,
    asking,
    collected,
    long_frame,
    number_of,
)
from toolkit.tables.questions import judged_beside, scaled
from toolkit.tables.rows import THE_TABLE, LongColumns, by_name
from toolkit.tables.spelling import by_size
from toolkit.tables.values import FIRST_MISSING, ReadValues, ValueRules, read_values

MOST_NAMED = 100
"""Annotators up to which an engine is asked who gave what."""

COLLECT_IT = "Collect the table into memory first."
"""What to do where an engine cannot."""

FEWER = "Name the column of the answers; numbers on a continuous scale can be rounded first, or collected into memory."

MANY_ANNOTATORS = f"measures that name annotators are for up to {MOST_NAMED:,} of them on an engine"

_MOST_LISTED = 20 * MOST_DISTINCT
_ROOM = (8, 20, 31)
"""Bits of a digit: for 255 rows of a unit alike, for a million, for two thousand million."""
_CHECKS = 3
"""Questions to the engine before the first that counts units."""
_TIMES, _ROWS, _HIGHEST, _SPLIT, _DIGIT = "times", "rows", "highest", "split", "digit"


def counted_questions(
    frame: nw.LazyFrame[Any],
    columns: LongColumns,
    rules: ValueRules,
    *,
    by_annotator: bool = False,
    source: str = THE_TABLE.name,
    on_step: OnStep = unwatched,
) -> tuple[CountedQuestion, ...]:
    """Return every question of the table, by name, its units counted by their values.

    Values are read as those of a table in memory are (see ``values.read_values``); what the engine groups by is what it
    holds to be equal. ``on_step`` is called before each question to it that takes a while.

    Raises:
        UsageError: where the values are too many to be listed, or, ``by_annotator``, annotators to be told apart.
        BadInput: on the faults of ``tables.questions.coded_questions``, the first hundred of each kind.
        TransferIncomplete: where the engine breaks off.

    """
    with asking(of=OSError):  # an engine in a process of its own is asked at every step, and may be gone
        return tuple(_questions(long_frame(frame, columns, source=source), rules, on_step, by_annotator=by_annotator))


def _questions(held: LongFrame, rules: ValueRules, on_step: OnStep, *, by_annotator: bool) -> Iterator[CountedQuestion]:
    on_step(0, _CHECKS + 1)
    faults = empty_keys(held)
    if by_annotator:
        _annotators(held.answered())
    on_step(1, _CHECKS + 1)
    given = _given(held)
    values = read_values(given[VALUE], rules)
    raw, n_rows = given[VALUE].to_pylist(), _integers(given, _ROWS)
    if values.wrong:
        is_wrong = {
            value: values.wrong[code]
            for value, code in zip(raw, values.code.tolist(), strict=True)
            if code in values.wrong
        }
        faults += wrong_values(held, is_wrong)
    on_step(2, _CHECKS + 1)
    faults += repeats(held)
    if CLUSTER in held.names and QUESTION in held.names:  # within one question it is seen when units are counted
        faults += split_units(held)
    if faults:
        raise BadInput(f"{held.source} cannot be read as answers.", faults=faults, todo=MEND_THESE)
    questions = list(_by_question(held, given))
    for step, (name, rows, places) in enumerate(questions):
        on_step(_CHECKS + step, _CHECKS + len(questions))
        yield _question(
            name, held, rows, [raw[place] for place in places], n_rows[places], values.code[places], values, rules
        )


def _given(held: LongFrame) -> pa.Table:
    """Every distinct value of every question, also none, and how many rows have it."""
    by = [name for name in (QUESTION, VALUE) if name in held.names]
    found = collected(held.rows.select(*by).group_by(*by).agg(nw.len().alias(_ROWS)).head(_MOST_LISTED + 1))
    if len(found) > _MOST_LISTED:
        raise UsageError(f"column {held.columns.value!r} holds more than {_MOST_LISTED:,} different values", todo=FEWER)
    return found.sort_by([(name, "ascending") for name in by])


def _by_question(held: LongFrame, given: pa.Table) -> Iterator[tuple[str, nw.LazyFrame[Any], IntArray]]:
    """Name, rows and places among the distinct values of every question."""
    rows = held.rows
    if QUESTION not in held.names:
        yield held.columns.value, rows, np.arange(len(given))
        return
    coded = coded_column(given[QUESTION])
    names = coded.texts.listed()
    for code in sorted(range(len(names)), key=lambda code: by_size(names[code])):
        of_question = nw.col(QUESTION) == coded.values[code].as_py()
        yield names[code], rows.filter(of_question), np.flatnonzero(coded.codes == code)


@dataclass(frozen=True, slots=True, eq=False)
class _Answers:
    """The rows of one question, and the code of each distinct value: on its scale, then those that mean missing."""

    rows: nw.LazyFrame[Any]
    code_of: Mapping[Any, int]
    n_rows: int
    clustered: bool

    @property
    def codes(self) -> list[int]:
        """The codes that occur, ascending."""
        return sorted(set(self.code_of.values()))


def _question(
    name: str,
    held: LongFrame,
    rows: nw.LazyFrame[Any],
    raw: Sequence[Any],
    given: IntArray,
    code: IntArray,
    values: ReadValues,
    rules: ValueRules,
) -> CountedQuestion:
    domain, scale, on_scale = scaled(values, code, rules.level)
    if len(set(on_scale.tolist()) - {MISSING}) > MOST_DISTINCT:
        raise UsageError(f"question {name!r} has more than {MOST_DISTINCT:,} different values", todo=FEWER)
    missing = rules.missing_texts
    beside = np.where(code <= FIRST_MISSING, len(domain) + FIRST_MISSING - code, on_scale)
    code_of = {value: int(of) for value, of in zip(raw, beside.tolist(), strict=True) if of != MISSING}
    n_rows = int(given[beside != MISSING].sum())
    answers = _Answers(rows, code_of, n_rows, clustered=CLUSTER in held.names)
    everything = _counted(held, answers, (*domain, *missing))
    if (counted := int(everything.use().sum())) != n_rows:
        raise TransferIncomplete(
            f"the rows changed while they were counted: answers to {name!r} were {n_rows:,}, then {counted:,}",
            todo="Count a copy nobody writes to.",
        )
    of_scale = np.r_[np.arange(len(domain)), np.full(len(missing) + 1, MISSING)]
    judged = (judged_beside(missing), *missing)
    of_judged = np.r_[np.zeros(len(domain), np.int64), np.arange(len(missing)) + 1, MISSING]
    said = [value for value, of in code_of.items() if of < len(domain)]
    return CountedQuestion(
        question=name,
        level=rules.level,
        units=everything.coded(domain, of_scale, n_annotators=_n_annotators(answers, said) if missing else None),
        scale=() if rules.level in {"interval", "ratio"} else tuple(str(category) for category in scale),
        ordered=bool(rules.order),
        with_missing=everything.coded(judged, of_judged) if missing else None,
        missing=missing,
    )


def _n_annotators(answers: _Answers, values: Sequence[Any]) -> int:
    if not values:
        return 0
    rows = answers.rows.filter(nw.col(VALUE).is_in(values))
    return number_of(rows.select(ANNOTATOR).unique())


def _counted(held: LongFrame, answers: _Answers, domain: tuple[Hashable, ...]) -> CountedUnits:
    """Units by what they were given. Raise BadInput where one lies in several clusters."""
    codes = answers.codes
    if not codes:
        if answers.clustered:
            _refuse_split_units(held)
        return _nothing(answers, domain)
    digit_of_code = {code: digit for digit, code in enumerate(codes)}
    digit_of = {value: digit_of_code[code] for value, code in answers.code_of.items()}
    for bits in _ROOM:
        keys = Keys(len(codes), bits, answers.n_rows)
        units = _collapsed(answers, keys, keys.ones(nw.col(VALUE), digit_of), answers.rows)
        first, kind = alike([_integers(units, name) for name in keys.names])
        counts = keys.read([_integers(units, name)[first] for name in keys.names])
        if (counts.sum(axis=1) == _integers(units, _ROWS)[first]).all():
            break
    else:
        raise UsageError("a unit has more rows than can be counted", todo=COLLECT_IT)
    if _SPLIT in units.column_names and _integers(units, _SPLIT).any():
        _refuse_split_units(held)
    cluster = _clusters(units) if answers.clustered else None
    order = np.argsort(kind) if cluster is None else np.lexsort((kind, cluster))  # engines answer in any order
    return CountedUnits(
        domain=domain,
        kinds=spread(counts, np.asarray(codes, dtype=np.int64)),
        kind=kind[order],
        times=_integers(units, _TIMES)[order],
        cluster=None if cluster is None else cluster[order],
        n_annotators=_n_annotators(answers, list(answers.code_of)),
        ask_matrix=cache(partial(_matrix, answers)),
    )


def _refuse_split_units(held: LongFrame) -> None:
    if faults := split_units(held):
        raise BadInput(f"{held.source} cannot be read as answers.", faults=faults, todo=MEND_THESE)


def _nothing(answers: _Answers, domain: tuple[Hashable, ...]) -> CountedUnits:
    none = np.empty(0, dtype=np.int64)
    cluster = none if answers.clustered else None
    matrix = Matrix(none.reshape(0, 0), (), cluster, times=none)
    return CountedUnits(
        domain=domain, kinds=none.reshape(0, 0), kind=none, times=none, cluster=cluster, n_annotators=0,
        ask_matrix=lambda: matrix,
    )  # fmt: skip


def _collapsed(answers: _Answers, keys: Keys, integers: Sequence[nw.Expr], rows: nw.LazyFrame[Any]) -> pa.Table:
    """How many units of each cluster have the same sums of integers: two group-bys, and what is left of them."""
    answered = if_so(nw.col(VALUE).is_in(list(answers.code_of)))
    named = [one.alias(name) for one, name in zip(integers, keys.names, strict=True)]
    summed = [nw.col(name).sum() for name in (*keys.names, _ROWS)]
    bounds = [nw.col(CLUSTER).min(), nw.col(CLUSTER).max().alias(_HIGHEST)] if answers.clustered else []
    of_unit = rows.with_columns(*named, answered.alias(_ROWS)).group_by(UNIT).agg(*summed, *bounds)
    whole = [nw.col(name).cast(nw.Int64) for name in (*keys.names, _ROWS)]  # engines sum into types of their own
    split = [if_so(nw.col(CLUSTER) != nw.col(_HIGHEST)).alias(_SPLIT)] if answers.clustered else []
    by = [*keys.names, _ROWS, *([CLUSTER, _SPLIT] if answers.clustered else [])]
    return collected(of_unit.with_columns(*whole, *split).group_by(*by).agg(nw.len().alias(_TIMES)))


def _integers(table: pa.Table, name: str) -> IntArray:
    return np.asarray(table[name].to_numpy(), dtype=np.int64)


def _clusters(units: pa.Table) -> IntArray:
    return by_name(coded_column(units[CLUSTER])).codes


def _annotators(rows: nw.LazyFrame[Any]) -> CodedColumn:
    """The annotators of these rows, by name. Raise UsageError where they are too many to be told apart."""
    everybody = collected(rows.select(ANNOTATOR).unique().head(MOST_NAMED + 1))
    if len(everybody) > MOST_NAMED:
        raise UsageError(MANY_ANNOTATORS, todo=COLLECT_IT)
    return by_name(coded_column(everybody[ANNOTATOR]))


def _matrix(answers: _Answers) -> Matrix:
    """Who gave which of the values, among annotators who gave any."""
    given = answers.rows.filter(nw.col(VALUE).is_in(list(answers.code_of)))
    annotators = _annotators(given)
    codes = np.asarray([*answers.codes, MISSING], dtype=np.int64)
    keys = Keys(len(annotators.values), bits := len(codes).bit_length(), (1 << bits) - 1)
    place = {name: at for at, name in enumerate(annotators.values.to_pylist())}
    digit = {value: answers.codes.index(code) + 1 for value, code in answers.code_of.items()}
    rows = given.with_columns(added([if_so(nw.col(VALUE) == value, of) for value, of in digit.items()]).alias(_DIGIT))
    integers = [ones * nw.col(_DIGIT) for ones in keys.ones(nw.col(ANNOTATOR), place)]
    units = _collapsed(answers, keys, integers, rows)
    digits = keys.read([_integers(units, name) for name in keys.names])
    return Matrix(
        rows=codes[digits - 1],
        annotators=tuple(annotators.texts.listed()),
        cluster=_clusters(units) if answers.clustered else None,
        times=_integers(units, _TIMES),
    )
