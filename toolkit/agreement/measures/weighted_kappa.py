"""Weighted kappa of each pair of annotators, with the disagreement between values the annotation lead supplied.

Cohen (1968), *Psychological Bulletin* 70(4), 213–220. The table is the one alpha at this level is computed with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.agreement.alpha import TableAlpha
from toolkit.agreement.measures import Cut, Measure
from toolkit.agreement.pair_kappa import pair_kappa_cuts
from toolkit.agreement.scale import Scale


def _cannot_handle(scale: Scale) -> str | None:
    return None if scale.kind == "table" else "needs a table of distances"


def _cuts(scale: Scale, annotators: Sequence[str]) -> Iterator[Cut]:
    for level in scale.alphas:
        if isinstance(level.alpha, TableAlpha):
            yield from pair_kappa_cuts(level.alpha.distances, level.name, annotators)


MEASURE = Measure(
    id="weighted_kappa",
    title="Weighted kappa of a pair of annotators, weights as supplied",
    source="Cohen (1968), Psychological Bulletin 70(4), pp. 213-220",
    place=64,
    cannot_handle=_cannot_handle,
    cuts=_cuts,
    names_annotators=True,
)
