"""Answers to one question, checked against its scale, as ratings."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from enum import Enum
from math import isfinite
from typing import NamedTuple

from toolkit.agreement.ratings import Ratings, ratings_from_rows
from toolkit.agreement.spans.marks import SpanMark

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
    values: list[Hashable] = [*_values(level, answers, scale), *(Recoded.NOT_SHOWN for _ in not_shown)]
    columns = zip(*answers, strict=True) if answers else ((), (), ())
    hidden = zip(*not_shown, strict=True) if not_shown else ((), (), ())
    units, clusters, annotators = ([*one, *other] for one, other in zip(columns, hidden, strict=False))
    return ratings_from_rows(
        units,
        annotators,
        values,
        domain=list(dict.fromkeys(values)),
        clusters=clusters if clustered else None,
    )


def _values(level: str, answers: Sequence[AnswerRow], scale: Sequence[str]) -> Sequence[Hashable]:
    match level:
        case "nominal" | "ordinal" | "taxonomy":
            known = _positions(level, scale)
            _refuse(level, answers, lambda value: not isinstance(value, str) or value not in known)
            return [row.value for row in answers]
        case "set":
            known = _positions(level, scale)
            _refuse(
                level, answers, lambda value: not isinstance(value, tuple) or any(code not in known for code in value)
            )
            return [frozenset(map(str, row.value)) for row in answers if isinstance(row.value, tuple)]
        case "interval" | "ratio":
            return _numbers(level, answers)
        case _:
            raise ValueError(f"no agreement is defined for level {level!r}")


def _numbers(level: str, answers: Sequence[AnswerRow]) -> list[float]:
    lowest = 0.0 if level == "ratio" else float("-inf")
    _refuse(level, answers, lambda value: not _is_number(value) or float(str(value)) < lowest)
    return [float(row.value) for row in answers if isinstance(row.value, int | float)]


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _positions(level: str, scale: Sequence[str]) -> Mapping[str, int]:
    if not scale:
        raise ValueError(f"a {level} question needs its scale: the categories in codebook order")
    position = {code: place for place, code in enumerate(scale)}
    if len(position) != len(scale):
        raise ValueError(f"the scale names a category twice: {list(scale)!r}")
    return position


def _refuse(level: str, answers: Sequence[AnswerRow], is_wrong: Callable[[Value], bool]) -> None:
    if any(map(is_wrong, {row.value for row in answers})):
        faults = [f"{row.unit} by {row.annotator}: {row.value!r}" for row in answers if is_wrong(row.value)]
        raise ValueError(f"values not on the {level} scale:\n  " + "\n  ".join(faults))
