"""What holds a study back: the question furthest below its target, or else below .667, and what is behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from toolkit.agreement.coded_question import AnyQuestion, CodedSpans
from toolkit.agreement.diagnosis.confusions import confusions
from toolkit.agreement.diagnosis.prevalence import LOWEST_TENTATIVE_ALPHA
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.reading import Reading
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.scale import value_name

if TYPE_CHECKING:
    from toolkit.agreement.diagnosis.furthest import Furthest

_ALPHA = "krippendorff_alpha"
_NOT_SHOWN = "nominal:not_shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfusedPair:
    """The two categories that annotators take for each other most often."""

    category: str
    other_category: str
    n_pairs: int
    """Pairs of annotators within a unit of whom one gave the one and one the other."""
    n_differing: int
    """All pairs of annotators that differ on this question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingBack:
    """The question furthest below its target; where every target is reached, the one furthest below .667."""

    question: str
    level: str
    value: float
    wanted: float
    pair: ConfusedPair | None
    """None for numbers and spans, and where nobody chose two categories that exclude each other."""
    annotator: Furthest | None
    """Who codes differently from the others, if the interval carries it; nobody of a table, or of spans."""


def wanted_of(alpha: Estimate) -> float:
    """Return what an alpha should reach: its target, without one the customary .667."""
    return LOWEST_TENTATIVE_ALPHA if alpha.target is None else alpha.target


def holding_back(
    question_of: Callable[[str], AnyQuestion],
    estimates: Sequence[Estimate],
    resampling: Resampling,
    *,
    name_annotators: bool,
) -> HoldingBack | None:
    """Return the question whose alpha is furthest below what it should reach, and why; None where none is below.
    ``question_of`` finds a question by its name.

    A target that is missed comes before what nobody set a target for, however low that is. Depths of a tree
    are looked at where they have a target, "not shown" as an answer never.
    """
    low = [
        (one.target is not None, wanted_of(one) - one.value, -place, one, one.value)
        for place, one in enumerate(estimates)
        if _counts(one) and one.value is not None and one.value < wanted_of(one)
    ]
    if not low:
        return None
    *_, alpha, value = max(low, key=lambda of: of[:3])
    question = question_of(alpha.question)
    pair = annotator = None
    if not isinstance(question, CodedSpans):
        reading = question.readings()[0]
        pair = _pair(reading)
        if name_annotators:
            from toolkit.agreement.diagnosis.furthest import furthest

            annotator = furthest(reading, resampling)
    return HoldingBack(
        question=alpha.question,
        level=alpha.level,
        value=value,
        wanted=wanted_of(alpha),
        pair=pair,
        annotator=annotator,
    )


def _counts(alpha: Estimate) -> bool:
    if not (alpha.headline and alpha.about == "whole" and alpha.measure == _ALPHA) or alpha.level == _NOT_SHOWN:
        return False
    return alpha.target is not None or not alpha.level.startswith("taxonomy:")


def _pair(reading: Reading) -> ConfusedPair | None:
    scale = reading.scale
    if scale.membership is None:
        return None
    patterns = reading.patterns.pairable()
    counts = patterns.counts(slice(None), scale.n_values) if patterns.holds_codes else patterns.rows
    weights = np.bincount(patterns.pattern_of_unit, minlength=len(counts))
    if scale.level == "set":
        sets = [value if isinstance(value, frozenset) else frozenset() for value in scale.domain]
        pairs = _of_sets(counts.tolist(), weights.tolist(), sets, scale.categories)
    else:
        names = [value_name(value) for value in scale.domain]
        (first, *_) = [*confusions(counts, names, pattern_of_unit=patterns.pattern_of_unit, most=1), None]
        pairs = Counter() if first is None else Counter({(first.value, first.other_value): first.n_pairs})
    if not pairs:
        return None
    ((category, other_category), n_pairs), *_ = pairs.most_common(1)
    sizes = counts.sum(axis=1)
    same = (counts * (counts - 1)).sum(axis=1)
    n_differing = int((weights * (sizes * (sizes - 1) - same)).sum()) // 2
    return ConfusedPair(category=category, other_category=other_category, n_pairs=n_pairs, n_differing=n_differing)


def _of_sets(
    counts: Sequence[Sequence[int]],
    weights: Sequence[int],
    sets: Sequence[frozenset[str]],
    categories: Sequence[str],
) -> Counter[tuple[str, str]]:
    """Categories of which one set has the one and lacks the other, and another set the other way round."""
    place = {category: at for at, category in enumerate(categories)}
    found: Counter[tuple[str, str]] = Counter()
    for row, weight in zip(counts, weights, strict=True):
        for one, other in combinations([at for at, n in enumerate(row) if n], 2):
            for mine in sets[one] - sets[other]:
                for theirs in sets[other] - sets[one]:
                    first, second = sorted((mine, theirs), key=place.__getitem__)
                    found[first, second] += row[one] * row[other] * weight
    return Counter(dict(sorted(found.items(), key=lambda item: [place[name] for name in item[0]])))
