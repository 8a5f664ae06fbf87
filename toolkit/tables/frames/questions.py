"""A long table on an engine as counted questions: group-bys there, patterns here, never a row in between."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa

from toolkit.agreement.coded_question import CountedQuestion
from toolkit.agreement.levels import MOST_DISTINCT
from toolkit.agreement.ratings import MISSING
from toolkit.agreement.sums import OnStep, unwatched
from toolkit.errors import BadInput, UsageError
from toolkit.files.arrays import IntArray
from toolkit.files.wording import MEND_THESE
from toolkit.tables.columns import coded_column
from toolkit.tables.frames.asking import asking, collected, number_of
from toolkit.tables.frames.counting import (
    ROWS,
    Answers,
    annotators_of,
    counted_units,
    integers,
    n_annotators_of,
)
from toolkit.tables.frames.divisions import Divided, Division, divided, divisions
from toolkit.tables.frames.faults import (
    empty_categories,
    empty_keys,
    numbers_that_are_none,
    repeats,
    split_units,
    wrong_values,
)
from toolkit.tables.frames.long_frame import CLUSTER, QUESTION, VALUE, LongFrame, long_frame
from toolkit.tables.frames.parts import check_room, counted_parts
from toolkit.tables.frames.summed import summed_numbers
from toolkit.tables.questions import judged_beside, scaled
from toolkit.tables.rows import THE_TABLE, LongColumns
from toolkit.tables.spelling import by_size
from toolkit.tables.values import FIRST_MISSING, NO_ANSWER, ReadValues, ValueRules, read_values

FEWER = (
    "Name the column of the answers, round numbers first, or collect the table into memory. At interval level a column "
    "of numbers needs no rounding, where neither annotators, groups, categories nor missing codes are asked for."
)

_MOST_LISTED = 20 * MOST_DISTINCT
_CHECKS = 3
"""Questions to the engine before the first that counts units."""


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
        UsageError: where the values, or the categories of sets, are too many to be listed, annotators to be told apart,
            where that is asked for (``by_annotator``, or ``by`` a column that divides them), or groups; and as
            ``divisions.divisions`` does.
        BadInput: on the faults of ``tables.questions.coded_questions``, the first hundred of each kind.
        TransferIncomplete: where the engine breaks off.

    """
    with asking(of=OSError):  # an engine in a process of its own is asked at every step, and may be gone
        held = long_frame(frame, columns, source=source, sets=rules.level == "set")
        return tuple(_questions(held, rules, on_step, by_annotator=by_annotator))


def _questions(held: LongFrame, rules: ValueRules, on_step: OnStep, *, by_annotator: bool) -> Iterator[CountedQuestion]:
    on_step(0, _CHECKS + 1)
    faults = empty_keys(held)
    if by_annotator:
        annotators_of(held.answered())
    on_step(1, _CHECKS + 1)
    given, wide = _given(held, rules, by_annotator=by_annotator)
    values = read_values(held.values(given[VALUE]), rules)
    raw, n_rows = given[VALUE].to_pylist(), integers(given, ROWS)
    if values.wrong:
        is_wrong = {
            value: values.wrong[code]
            for value, code in zip(raw, values.code.tolist(), strict=True)
            if code in values.wrong
        }
        faults += wrong_values(held, is_wrong)
    faults += empty_categories(held)
    if wide:
        faults += numbers_that_are_none(held)
    on_step(2, _CHECKS + 1)
    faults += repeats(held)
    # within one question it is seen when units are counted
    if CLUSTER in held.names and (QUESTION in held.names or wide):
        faults += split_units(held)
    if faults:
        raise BadInput(f"{held.source} cannot be read as answers.", faults=faults, todo=MEND_THESE)
    by = divisions(held, all_answer=not (values.code == NO_ANSWER).any())
    questions: list[_Described | _Wide] = [
        _described(
            *(name, held, rows, [raw[place] for place in places], n_rows[places], values.code[places]),
            *(values, rules.level, by),
        )
        for name, rows, places in _by_question(held, given)
        if name not in wide
    ]
    questions += wide.values()
    for step, one in enumerate(sorted(questions, key=lambda one: by_size(one.question))):
        on_step(_CHECKS + step, _CHECKS + len(questions))
        yield _summed(held, one) if isinstance(one, _Wide) else _question(held, one, rules)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Wide:
    """A question of more different numbers than are counted one by one, and its rows that have one."""

    question: str
    key: Any
    """What its rows have in the column of questions; None where there is none."""
    rows: nw.LazyFrame[Any]


def _given(held: LongFrame, rules: ValueRules, *, by_annotator: bool) -> tuple[pa.Table, Mapping[str, _Wide]]:
    """Every distinct value of every question, also none, and how many rows have it; and questions of too many numbers
    for that, by name.
    """
    by = [name for name in (QUESTION, VALUE) if name in held.names]
    counts = held.rows.select(*by).group_by(*by).agg(nw.len().alias(ROWS))
    found = collected(counts.head(_MOST_LISTED + 1))
    wide: dict[str, _Wide] = {}
    if len(found) > MOST_DISTINCT and _can_be_summed(held, rules, by_annotator=by_annotator):
        wide = _wide(held)
    if wide and QUESTION in held.names:
        named = [one.key for one in wide.values()]
        found = collected(counts.filter(~nw.col(QUESTION).is_in(named)).head(_MOST_LISTED + 1))
    elif wide:
        found = found.slice(0, 0)
    if len(found) > _MOST_LISTED:
        raise UsageError(f"column {held.columns.value!r} holds more than {_MOST_LISTED:,} different values", todo=FEWER)
    return found.sort_by([(name, "ascending") for name in by]), wide


def _can_be_summed(held: LongFrame, rules: ValueRules, *, by_annotator: bool) -> bool:
    """Whether numbers may be added up: where nothing needs to be known of single ones, nor of who gave them."""
    is_number = held.rows.collect_schema()[VALUE].is_numeric()
    apart = bool(rules.missing or rules.order or rules.categories or held.columns.by) or by_annotator
    return rules.level == "interval" and is_number and not apart


def _wide(held: LongFrame) -> dict[str, _Wide]:
    """The questions of more different numbers than are counted one by one."""
    answered = held.answered()
    if QUESTION not in held.names:
        n = number_of(answered.select(VALUE).unique().head(MOST_DISTINCT + 1))
        name = held.columns.value
        return {name: _Wide(question=name, key=None, rows=answered)} if n > MOST_DISTINCT else {}
    each = answered.select(QUESTION, VALUE).unique().group_by(QUESTION).agg(nw.len().alias(ROWS))
    found = coded_column(collected(each.filter(nw.col(ROWS) > MOST_DISTINCT))[QUESTION])
    keys = dict(zip(found.texts.listed(), found.values.to_pylist(), strict=True))
    return {
        name: _Wide(question=name, key=key, rows=answered.filter(nw.col(QUESTION) == key)) for name, key in keys.items()
    }


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


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Described:
    """A question before its units are counted: its domain and scale, its answers, those of them that are on the scale,
    and what lies in which group.
    """

    question: str
    domain: tuple[Hashable, ...]
    scale: tuple[Hashable, ...]
    answers: Answers
    on_scale: Answers
    by: tuple[Divided, ...]


def _described(
    name: str,
    held: LongFrame,
    rows: nw.LazyFrame[Any],
    raw: Sequence[Any],
    given: IntArray,
    code: IntArray,
    values: ReadValues,
    level: str,
    by: Sequence[Division],
) -> _Described:
    """Raise UsageError where there is more to count than an engine is asked for."""
    domain, scale, on_scale = scaled(values, code, level)
    if len(set(on_scale.tolist()) - {MISSING}) > MOST_DISTINCT:
        raise UsageError(f"question {name!r} has more than {MOST_DISTINCT:,} different values", todo=FEWER)
    beside = np.where(code <= FIRST_MISSING, len(domain) + FIRST_MISSING - code, on_scale)

    def those(codes: IntArray) -> Answers:
        code_of = {value: int(of) for value, of in zip(raw, codes.tolist(), strict=True) if of != MISSING}
        n_rows = int(given[codes != MISSING].sum())
        return Answers(question=name, rows=rows, code_of=code_of, n_rows=n_rows, clustered=CLUSTER in held.names)

    found = _Described(
        question=name,
        domain=domain,
        scale=scale,
        answers=those(beside),
        on_scale=those(on_scale),
        by=tuple(divided(held, division, rows) for division in by),
    )
    for each in found.by:
        check_room(found.on_scale, each)
    return found


def _summed(held: LongFrame, wide: _Wide) -> CountedQuestion:
    units = summed_numbers(held, wide.question, wide.rows)
    return CountedQuestion(question=wide.question, level="interval", units=units)


def _question(held: LongFrame, described: _Described, rules: ValueRules) -> CountedQuestion:
    answers, on_scale, domain, missing = described.answers, described.on_scale, described.domain, rules.missing_texts
    everything = counted_units(held, answers, (*domain, *missing))
    of_scale = np.r_[np.arange(len(domain)), np.full(len(missing) + 1, MISSING)]
    judged = (judged_beside(missing), *missing)
    of_judged = np.r_[np.zeros(len(domain), np.int64), np.arange(len(missing)) + 1, MISSING]
    n_annotators = n_annotators_of(on_scale, list(on_scale.code_of)) if missing else None
    n_units = int(everything.times.sum())
    numeric = rules.level in {"interval", "ratio"}
    return CountedQuestion(
        question=answers.question,
        level=rules.level,
        units=everything.coded(domain, of_scale, n_annotators=n_annotators),
        scale=() if numeric else tuple(str(category) for category in described.scale),
        ordered=bool(rules.order),
        with_missing=everything.coded(judged, of_judged) if missing else None,
        missing=missing,
        by={each.division.by: counted_parts(on_scale, each, domain, n_units=n_units) for each in described.by},
    )
