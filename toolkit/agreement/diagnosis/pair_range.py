"""Between which values alpha of two annotators lies: how much one number over all of them hides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.agreement.measures import Cut
from toolkit.agreement.measures.krippendorff_alpha_pairwise import MEASURE
from toolkit.agreement.reading import Reading
from toolkit.agreement.sums import sums_of

FEWEST_SHARED = 10
"""Units two annotators must both have coded: with fewer their alpha says little."""

MOST_ANNOTATORS = 30
MOST_CELLS = 2_000_000
"""Units × annotators beyond which pairs are not looked at unasked."""


@dataclass(frozen=True, slots=True)
class PairRange:
    """The lowest and the highest alpha of a pair of annotators, and who they are."""

    lowest: float
    lowest_pair: tuple[str, str]
    highest: float
    highest_pair: tuple[str, str]
    n_pairs: int
    """Pairs that share ten units and have an alpha."""


def pair_range(reading: Reading) -> PairRange | None:
    """Return the range of pairwise alphas at the first of a reading's levels.

    None where fewer than two pairs can be compared, or annotators or units are too many to look at unasked.
    """
    coverage = reading.coverage
    if not 3 <= coverage.n_annotators <= MOST_ANNOTATORS or MEASURE.cannot_handle(reading.scale) is not None:
        return None
    if coverage.n_units * coverage.n_annotators > MOST_CELLS or reading.summed is not None:
        return None
    level = reading.scale.alphas[0].name
    cuts = [cut for cut in MEASURE.cuts(reading.scale, reading.matrix.annotators) if cut.level == level]
    found: list[tuple[float, Cut]] = []
    for cut, sums in zip(cuts, sums_of(cuts, reading), strict=True):
        value = float(sums.figure.values(sums.totals[None, :])[0])
        if sums.coverage.n_pairable >= FEWEST_SHARED and not np.isnan(value):
            found.append((value, cut))
    if len(found) < 2:
        return None
    lowest, highest = (choose(found, key=lambda one: one[0]) for choose in (min, max))
    return PairRange(lowest[0], _names(lowest[1]), highest[0], _names(highest[1]), len(found))


def _names(cut: Cut) -> tuple[str, str]:
    return str(cut.annotator), str(cut.other_annotator)
