"""Everything about one question that tells why its agreement is what it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

from toolkit.agreement.alpha import OrdinalAlpha, TableAlpha
from toolkit.agreement.diagnosis.coincidences import Coincidences, coincidences
from toolkit.agreement.diagnosis.confusions import Confusion, confusions
from toolkit.agreement.diagnosis.counts import pattern_counts
from toolkit.agreement.diagnosis.merges import Merge, merges
from toolkit.agreement.diagnosis.over_use import OverUse, over_use
from toolkit.agreement.diagnosis.prevalence import Prevalence, reading_prevalences
from toolkit.agreement.distances import ordinal_distances
from toolkit.agreement.reading import Reading
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.scale import value_name
from toolkit.agreement.sums import OnStep, unwatched


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Explanation:
    """How the alpha of one question came about, and where its annotators part."""

    coincidences: Coincidences
    prevalences: tuple[Prevalence, ...]
    confusions: tuple[Confusion, ...]
    """Examples are places among the units somebody coded, in their order."""
    merges: tuple[Merge, ...]
    """What-if: empty where merging means nothing (numbers, sets, trees, tables of distances)."""
    over_use: tuple[OverUse, ...]


def explanation(
    reading: Reading, resampling: Resampling, *, most: int = 10, on_step: OnStep = unwatched
) -> Explanation:
    """Return the explanation of a question at its own level; the ``most`` confused pairs. ``on_step`` is called for
    each annotator.
    """
    scale = reading.scale
    labels = [value_name(value) for value in scale.domain]
    pairable = reading.patterns.pairable()
    counts, weights = pattern_counts(pairable, scale.n_values)
    alpha = scale.alphas[0].alpha
    distances = alpha.distances if isinstance(alpha, TableAlpha) else None
    found = coincidences(
        counts,
        labels,
        weights=weights,
        distances=ordinal_distances if isinstance(alpha, OrdinalAlpha) else distances,
    )
    every, _ = pattern_counts(reading.patterns, scale.n_values)
    of_units = reading.patterns.pattern_of_unit
    level: Literal["nominal", "ordinal"] | None = (
        "nominal" if scale.level == "nominal" else "ordinal" if scale.level == "ordinal" else None
    )
    return Explanation(
        coincidences=found,
        prevalences=reading_prevalences(reading),
        confusions=confusions(every, labels, distances=found.distances, pattern_of_unit=of_units, most=most),
        merges=merges(found, level=level) if level is not None else (),
        over_use=over_use_of(reading, resampling, on_step=on_step),
    )


def over_use_of(reading: Reading, resampling: Resampling, *, on_step: OnStep = unwatched) -> tuple[OverUse, ...]:
    """Return each annotator's use of each category beside that of co-annotators; nothing for numbers. Of the same
    reading it is looked at once.
    """
    known = _OVER_USE.setdefault(reading, {})
    if resampling not in known:
        known[resampling] = _over_use_of(reading, resampling, on_step)
    return known[resampling]


_OVER_USE: WeakKeyDictionary[Reading, dict[Resampling, tuple[OverUse, ...]]] = WeakKeyDictionary()
"""What was found of readings that are still in use."""


def _over_use_of(reading: Reading, resampling: Resampling, on_step: OnStep) -> tuple[OverUse, ...]:
    scale, matrix = reading.scale, reading.matrix
    if scale.membership is None or len(matrix.annotators) < 2:
        return ()
    return over_use(
        matrix.codes,
        matrix.annotators,
        scale.categories,
        replicates=resampling.replicates,
        seed=resampling.seed,
        cluster_of_unit=matrix.cluster_of_unit,
        cluster=resampling.cluster,
        membership=scale.membership if scale.level == "set" else None,
        confidence=resampling.confidence,
        on_step=on_step,
    )
