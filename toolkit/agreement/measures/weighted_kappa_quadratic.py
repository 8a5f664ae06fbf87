"""Weighted kappa of each pair of annotators with quadratic weights: twice as far apart is four times the disagreement.

Cohen (1968), *Psychological Bulletin* 70(4), 213–220; Fleiss & Cohen (1973), *Educational and Psychological
Measurement* 33(3), 613–619. Ordered categories lie one rank apart over the whole scale; numbers where they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.agreement.chance import ordered_or_numbers
from toolkit.agreement.distances import interval_distances
from toolkit.agreement.measures import Cut, Measure
from toolkit.agreement.pair_kappa import pair_kappa_cuts
from toolkit.agreement.scale import Scale


def _cuts(scale: Scale, annotators: Sequence[str]) -> Iterator[Cut]:
    if scale.points is None:
        return iter(())
    return pair_kappa_cuts(interval_distances(scale.points.tolist()), scale.level, annotators)


MEASURE = Measure(
    id="weighted_kappa_quadratic",
    title="Weighted kappa of a pair of annotators, quadratic weights",
    source="Cohen (1968), Psychological Bulletin 70(4), pp. 213-220; weights of Fleiss & Cohen (1973)",
    place=63,
    cannot_handle=ordered_or_numbers,
    cuts=_cuts,
    names_annotators=True,
)
