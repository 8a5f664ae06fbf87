"""Answers to one question, checked against its scale, as ratings."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from enum import Enum
from math import isfinite
from typing import NamedTuple

import numpy as np

from toolkit.agreement.answer_columns import AnswerColumn, Numbers, Submissions
from toolkit.agreement.ratings import Ratings, ratings_from_codes, recoding
from toolkit.agreement.spans.marks import SpanMark
from toolkit.files.arrays import IntArray

Value = str | float | tuple[str, ...] | tuple[SpanMark, ...]
"""nominal, ordinal: a code · taxonomy: a path (``EXPERT/think_tank``) · set: codes · interval, ratio: a number ·
span: marks."""


class AnswerRow(NamedTuple):
    """One annotator's value for the question on one unit of one cluster."""

    unit: str
    cluster: str
    annotator: str
    value: Value


class NotShown(NamedTuple):
    """A question an annotator was not shown on a unit, because of that annotator's earlier answer."""

    unit: str
    cluster: str
    annotator: str


class Recoded(Enum):
    """Values that are no answers, told apart from any category a codebook could hold."""

    NOT_SHOWN = "not shown"


def coded_answers(
    level: str,
    answers: Sequence[AnswerRow],
    scale: Sequence[str],
    *,
    clustered: bool,
    not_shown: Sequence[NotShown] = (),
) -> Ratings:
    """Return the answers as ratings whose domain holds the values in use, sets as frozensets, numbers as floats.

    ``not_shown`` adds as many values ``Recoded.NOT_SHOWN``. Raise ValueError listing every value that is not on the
    scale, and every unit an annotator answered twice.
    """
    column, hidden = column_of(answers), Numbers()
    for who in not_shown:
        hidden.add(column.submissions.add(*who))
    return coded_column(level, column, scale, clustered=clustered, not_shown=hidden)


def column_of(answers: Iterable[AnswerRow]) -> AnswerColumn:
    """Return the answers in columns."""
    column = AnswerColumn(Submissions())
    for unit, cluster, annotator, value in answers:
        column.add(column.submissions.add(unit, cluster, annotator), value)
    return column


def coded_column(
    level: str,
    answers: AnswerColumn,
    scale: Sequence[str],
    *,
    clustered: bool,
    not_shown: Numbers | None = None,
) -> Ratings:
    """Return the same of answers in columns; ``not_shown`` are submissions in which the question was not."""
    domain, value = _values(level, answers, scale)
    given_in, of = answers.given_in.array, answers.submissions
    if not_shown:
        given_in = np.concatenate([given_in, not_shown.array])
        value = np.concatenate([value, np.full(len(not_shown), len(domain))])
        domain = (*domain, Recoded.NOT_SHOWN)
    return ratings_from_codes(
        list(of.units),
        list(of.annotators),
        of.unit.array[given_in],
        of.annotator.array[given_in],
        value,
        domain=domain,
        clusters=list(of.clusters) if clustered else (),
        cluster=of.cluster.array[given_in] if clustered else None,
    )


def _values(level: str, answers: AnswerColumn, scale: Sequence[str]) -> tuple[tuple[Hashable, ...], IntArray]:
    """The values in use, and the place there of each answer's."""
    if level in {"interval", "ratio"}:
        lowest = 0.0 if level == "ratio" else float("-inf")
        _refuse(level, answers, lambda value: not _is_number(value) or float(str(value)) < lowest)
    elif level == "set":
        known = _positions(level, scale)
        _refuse(level, answers, lambda value: not isinstance(value, tuple) or any(code not in known for code in value))
    elif level in {"nominal", "ordinal", "taxonomy"}:
        known = _positions(level, scale)
        _refuse(level, answers, lambda value: not isinstance(value, str) or value not in known)
    else:
        raise ValueError(f"no agreement is defined for level {level!r}")
    domain, codes = recoding(list(answers.values), _in_use)
    return domain, codes[answers.value.array]


def _in_use(value: Hashable) -> Hashable:
    if isinstance(value, tuple):
        return frozenset(map(str, value))
    return value if isinstance(value, str) else float(str(value))


def _is_number(value: Hashable) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _positions(level: str, scale: Sequence[str]) -> Mapping[str, int]:
    if not scale:
        raise ValueError(f"a {level} question needs its scale: the categories in codebook order")
    position = {code: place for place, code in enumerate(scale)}
    if len(position) != len(scale):
        raise ValueError(f"the scale names a category twice: {list(scale)!r}")
    return position


def _refuse(level: str, answers: AnswerColumn, is_wrong: Callable[[Hashable], bool]) -> None:
    if any(map(is_wrong, answers.values)):
        faults = [f"{unit} by {annotator}: {value!r}" for unit, annotator, value in answers.rows() if is_wrong(value)]
        raise ValueError(f"values not on the {level} scale:\n  " + "\n  ".join(faults))
