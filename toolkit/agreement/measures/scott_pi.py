"""Scott's pi of each pair of annotators, on the units both coded: one distribution of categories for both.

Scott (1955), *Public Opinion Quarterly* 19(3), 321–325. P_e = Σ π_k², with π_k the share of category k among the values
of both. It is Fleiss' kappa of two annotators; units only one of the two coded have no part in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.agreement.chance import one_category_per_answer
from toolkit.agreement.measures import Cut, Measure, pairs_of
from toolkit.agreement.measures.fleiss_kappa import FleissKappa
from toolkit.agreement.scale import Scale


def _cuts(scale: Scale, annotators: Sequence[str]) -> Iterator[Cut]:
    for one, other in pairs_of(annotators):
        yield Cut(
            figure=FleissKappa(),
            level=scale.level,
            columns=(one, other),
            annotator=annotators[one],
            other_annotator=annotators[other],
        )


MEASURE = Measure(
    id="scott_pi",
    title="Scott's pi of a pair of annotators",
    source="Scott (1955), Public Opinion Quarterly 19(3), pp. 321-325",
    place=65,
    cannot_handle=one_category_per_answer,
    cuts=_cuts,
    names_annotators=True,
)
