"""Cohen's kappa of each pair of annotators, on the units both coded: categories without order.

Cohen (1960), *Educational and Psychological Measurement* 20(1), 37–46. Each annotator has a distribution of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.agreement.chance import one_category_per_answer
from toolkit.agreement.distances import nominal_distances
from toolkit.agreement.measures import Cut, Measure
from toolkit.agreement.pair_kappa import pair_kappa_cuts
from toolkit.agreement.scale import Scale


def _cuts(scale: Scale, annotators: Sequence[str]) -> Iterator[Cut]:
    return pair_kappa_cuts(nominal_distances(scale.n_values), scale.level, annotators)


MEASURE = Measure(
    id="cohen_kappa",
    title="Cohen's kappa of a pair of annotators",
    source="Cohen (1960), Educational and Psychological Measurement 20(1), pp. 37-46",
    place=61,
    cannot_handle=one_category_per_answer,
    cuts=_cuts,
    names_annotators=True,
)
