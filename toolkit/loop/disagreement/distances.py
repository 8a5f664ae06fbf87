"""How far two answers to a question are apart, from 0 to 1, so that questions can be put together.

The distances are those alpha takes at the question's level, each divided by the largest there can be:

========================== =========================================================================================
nominal                    1 for any two categories
ordinal                    alpha's, by how many answers lie between two ranks; divided by that of the lowest and highest
interval                   the squared difference, divided by that of the smallest and largest number given
ratio, taxonomy            alpha's, which are at most 1
set                        MASI, which is at most 1
span                       of the tokens of each label that either marked, the share only one of them did
========================== =========================================================================================

Alpha of spans takes every token of a label as marked or not; of tokens nobody marked there are so many that a sentence
would never look disputed, so only the marked ones are looked at. "Cannot be judged" and "not shown" lie on no scale:
each is 1 from anything else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from toolkit.agreement.answer_rows import Recoded
from toolkit.agreement.distances import (
    interval_distances,
    masi_distance,
    ordinal_distances,
    ratio_distances,
    wu_palmer_distance,
)
from toolkit.agreement.spans.marks import token_bounds
from toolkit.codebook.model import Question

Distance = Callable[[Hashable, Hashable, str], float]
"""From two answers as they are compared, and the text of their sentence."""


def distance_of(question: Question, sentences: Iterable[Mapping[str, Hashable]]) -> Distance:
    """Return the distance between two answers to the question.

    ``sentences`` are the round's, each with what the annotators' answers are compared as: how often ranks are given,
    and between which numbers, is learnt from those that two or more answered on the scale.
    """
    off_scale: set[Hashable] = {Recoded.NOT_SHOWN, *question.missing_codes}
    on_scale = _on_scale(question, sentences, off_scale)

    def apart(one: Hashable, other: Hashable, text: str) -> float:
        if one == other:
            return 0.0
        if one in off_scale or other in off_scale:
            return 1.0
        return on_scale(one, other, text)

    return apart


def _on_scale(
    question: Question, sentences: Iterable[Mapping[str, Hashable]], off_scale: AbstractSet[Hashable]
) -> Distance:
    if question.level == "ordinal":
        return _ordinal(question, _pairable(sentences, off_scale))
    if question.level == "interval":
        return _interval([_number(value) for value in _pairable(sentences, off_scale)])
    return _FIXED.get(question.level, _different)


def _pairable(sentences: Iterable[Mapping[str, Hashable]], off_scale: AbstractSet[Hashable]) -> Counter[Hashable]:
    """How often each value on the scale is given where there are two of them: what alpha rests on."""
    found: Counter[Hashable] = Counter()
    for answers in sentences:
        given = [value for value in answers.values() if value not in off_scale]
        if len(given) > 1:
            found.update(given)
    return found


def _ordinal(question: Question, given: Mapping[Hashable, int]) -> Distance:
    rank = {code: place for place, code in enumerate(question.scale)}
    table = ordinal_distances(np.array([given.get(code, 0) for code in question.scale], dtype=np.float64))
    largest = float(table.max(initial=0.0))

    def apart(one: Hashable, other: Hashable, _text: str) -> float:
        return float(table[rank[str(one)], rank[str(other)]]) / largest if largest else 1.0

    return apart


def _interval(given: Sequence[float]) -> Distance:
    largest = float(interval_distances([min(given), max(given)])[0, 1]) if given else 0.0

    def apart(one: Hashable, other: Hashable, _text: str) -> float:
        return float(interval_distances([_number(one), _number(other)])[0, 1]) / largest if largest else 1.0

    return apart


def _of_ratios(one: Hashable, other: Hashable, _text: str) -> float:
    return float(ratio_distances([_number(one), _number(other)])[0, 1])


def _of_sets(one: Hashable, other: Hashable, _text: str) -> float:
    return masi_distance(_set(one), _set(other))


def _of_paths(one: Hashable, other: Hashable, _text: str) -> float:
    return wu_palmer_distance(str(one), str(other))


def _different(_one: Hashable, _other: Hashable, _text: str) -> float:
    return 1.0


def _of_spans(one: Hashable, other: Hashable, text: str) -> float:
    bounds = token_bounds(text)
    marked, marked_by_other = (
        {
            (label, token)
            for label, start, end in _spans(each)
            for token, (begins, ends) in enumerate(bounds)
            if begins < end and start < ends
        }
        for each in (one, other)
    )
    either = marked | marked_by_other
    return len(marked ^ marked_by_other) / len(either) if either else 0.0


def _set(value: Hashable) -> frozenset[str]:
    return frozenset(map(str, value)) if isinstance(value, frozenset) else frozenset({str(value)})


def _spans(value: Hashable) -> Iterable[tuple[str, int, int]]:
    return value if isinstance(value, frozenset) else ()


def _number(value: Hashable) -> float:
    return float(str(value))


_FIXED: Mapping[str, Distance] = {"ratio": _of_ratios, "set": _of_sets, "taxonomy": _of_paths, "span": _of_spans}
"""Levels whose distances do not depend on what was given."""
