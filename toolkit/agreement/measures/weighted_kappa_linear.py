"""Weighted kappa of each pair of annotators with linear weights: twice as far apart is twice the disagreement.

Cohen (1968), *Psychological Bulletin* 70(4), 213–220; these weights: Cicchetti & Allison (1971), *American Journal of
EEG Technology* 11(3), 101–110. Ordered categories lie one rank apart over the whole scale; numbers where they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from toolkit.agreement.chance import ordered_or_numbers
from toolkit.agreement.measures import Cut, Measure
from toolkit.agreement.pair_kappa import pair_kappa_cuts
from toolkit.agreement.scale import Scale


def _cuts(scale: Scale, annotators: Sequence[str]) -> Iterator[Cut]:
    if scale.points is None:
        return iter(())
    distances = np.abs(scale.points[:, None] - scale.points[None, :])
    return pair_kappa_cuts(distances, scale.level, annotators)


MEASURE = Measure(
    id="weighted_kappa_linear",
    title="Weighted kappa of a pair of annotators, linear weights",
    source="Cohen (1968), Psychological Bulletin 70(4), pp. 213-220; weights of Cicchetti & Allison (1971)",
    place=62,
    cannot_handle=ordered_or_numbers,
    cuts=_cuts,
    names_annotators=True,
)
