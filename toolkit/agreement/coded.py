"""Answers to one question, checked against its scale and made comparable: codes, paths, sets or numbers."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from toolkit.agreement import levels
from toolkit.agreement.levels import LevelOfValues
from toolkit.agreement.spans import SpanMark

Value = str | float | tuple[str, ...] | tuple[SpanMark, ...]
"""nominal, ordinal: a code · taxonomy: a path (``EXPERT/think_tank``) · set: codes · interval, ratio: a number ·
span: marks."""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One annotator's value for the question on one unit (sentence) of one cluster (article)."""

    unit: str
    cluster: str
    annotator: str
    value: Value


@dataclass(frozen=True, slots=True, eq=False)
class CodedAnswers:
    """Comparable values, one per answer; the values there can be, in order; and alpha at each level that suits them."""

    values: Sequence[Hashable]
    domain: Sequence[Hashable]
    alphas: tuple[LevelOfValues, ...]
    n_categories: int


def coded_answers(level: str, answers: Sequence[AnswerRow], scale: Sequence[str]) -> CodedAnswers:
    """The answers as values of ``level``: all of ``scale`` for nominal and ordinal, the values in use for the others.

    Raises ValueError listing every value that is not on the scale.
    """
    match level:
        case "nominal" | "ordinal":
            codes = _codes(level, answers, scale)
            alpha = levels.nominal(len(scale)) if level == "nominal" else levels.ordinal(len(scale))
            return CodedAnswers(codes, scale, (alpha,), len(scale))
        case "taxonomy":
            codes = _codes(level, answers, scale)
            paths = [path for path in scale if path in set(codes)]
            return CodedAnswers(codes, paths, (levels.taxonomy(paths),), len(scale))
        case "set":
            return _coded_sets(answers, scale)
        case "interval" | "ratio":
            numbers = _numbers(level, answers)
            in_use = sorted(set(numbers))
            alpha = levels.interval(in_use) if level == "interval" else levels.ratio(in_use)
            return CodedAnswers(numbers, in_use, (alpha,), len(in_use))
        case _:
            raise ValueError(f"no agreement is defined for level {level!r}")


def _codes(level: str, answers: Sequence[AnswerRow], scale: Sequence[str]) -> list[str]:
    known = _positions(level, scale)
    _refuse(level, answers, lambda value: not isinstance(value, str) or value not in known)
    return [str(row.value) for row in answers]


def _coded_sets(answers: Sequence[AnswerRow], scale: Sequence[str]) -> CodedAnswers:
    position = _positions("set", scale)
    _refuse("set", answers, lambda value: not isinstance(value, tuple) or any(code not in position for code in value))
    sets = [frozenset(str(code) for code in row.value) for row in answers if isinstance(row.value, tuple)]
    in_use = sorted(set(sets), key=lambda codes: sorted(position[code] for code in codes))
    return CodedAnswers(sets, in_use, (levels.sets_by_masi(in_use), levels.sets_by_jaccard(in_use)), len(scale))


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
    faults = [f"{row.unit} by {row.annotator}: {row.value!r}" for row in answers if is_wrong(row.value)]
    if faults:
        raise ValueError(f"values not on the {level} scale:\n  " + "\n  ".join(faults))
