"""The annotator without whom alpha is highest, where that is more than chance: who codes differently from the others.

The difference, alpha without the annotator less alpha of all, has the jackknife's interval over clusters (Efron &
Tibshirani 1993, *An Introduction to the Bootstrap*, ch. 11) with Student's t. It is widened for as many annotators as
could have been the furthest (Šidák 1967, *Journal of the American Statistical Association* 62(318), 626–633).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from toolkit.agreement.differences import difference_of
from toolkit.agreement.measures import Cut
from toolkit.agreement.reading import Reading
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.student import as_far_out
from toolkit.agreement.sums import sums_of

FEWEST, MOST = 3, 100
"""Annotators between which somebody can be the furthest: of two neither is, and nobody waits for more than so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Furthest:
    """The annotator without whom alpha is highest; the interval of the difference is above 0."""

    annotator: str
    alpha_without: float
    difference: float
    """Alpha without the annotator less alpha of all."""
    ci_low: float
    ci_high: float


def furthest(reading: Reading, resampling: Resampling) -> Furthest | None:
    """Return the annotator furthest from the others at the question's own level; None where there are fewer than three
    or more than a hundred, where single units are resampled, or where the interval does not carry it.
    """
    annotators = reading.matrix.annotators
    if not (resampling.clustered and FEWEST <= len(annotators) <= MOST and reading.scale.alphas):
        return None
    level = reading.scale.alphas[0]
    everybody = range(len(annotators))
    cuts = [
        Cut(figure=level.alpha, level=level.name, reads=level.reads),
        *(
            Cut(
                figure=level.alpha,
                level=level.name,
                reads=level.reads,
                columns=tuple(place for place in everybody if place != left_out),
                annotator=name,
            )
            for left_out, name in enumerate(annotators)
        ),
    ]
    whole, *without = sums_of(cuts, reading)
    values = [float(one.figure.values(one.totals[None, :])[0]) for one in without]
    if np.isnan(values).all():
        return None
    place = int(np.nanargmax(values))
    both = difference_of(without[place], whole)
    n = len(both.clusters)
    each = both.figure.values(both.left_out)
    if n < 2 or np.isnan(each).any():
        return None
    difference = float(both.figure.values(both.totals[None, :])[0])
    error = float(np.sqrt((n - 1) / n * ((each - each.mean()) ** 2).sum()))
    confidence = resampling.together(len(annotators)).confidence
    reach = as_far_out(NormalDist().inv_cdf((1 + confidence) / 2), n - 1) * error
    if not difference - reach > 0:
        return None
    return Furthest(
        annotator=annotators[place],
        alpha_without=values[place],
        difference=difference,
        ci_low=difference - reach,
        ci_high=difference + reach,
    )
