"""Krippendorff (1995), *Sociological Methodology* 25, 47–76, p. 57: two annotators, a continuum of 24, categories A–D.

The observed disagreements are printed: .03125, 2.26736, .02777 and .38715. The coefficients agree with those of an
independent implementation of the 1995 and 2004 definitions.
"""

from __future__ import annotations

import pytest

from tests.agreement.span_measures.coded import coded
from toolkit.agreement.span_measures.krippendorff_alpha_unitizing_1995_2004 import unitizing_alpha
from toolkit.agreement.spans.marks import SpanMark


def marks(label: str, *bounds: tuple[int, int]) -> list[SpanMark]:
    return [(label, start, end) for start, end in bounds]


FIRST = [
    *marks("A", (2, 10), (14, 20)),
    *marks("B", (0, 18)),
    *marks("C", (2, 8), (10, 12), (14, 18), (20, 22)),
    *marks("D", (0, 2), (2, 10), (10, 14), (14, 20), (20, 24)),
]
SECOND = [
    *marks("A", (4, 8), (15, 17)),
    *marks("B", (0, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 9), (9, 10)),
    *marks("C", (0, 2), (4, 8), (10, 14), (16, 18), (20, 22)),
    *marks("D", (0, 4), (4, 8), (8, 15), (15, 17), (17, 24)),
]
CONTINUUM = coded({"text": {"0": FIRST, "1": SECOND}}, lengths=24, labels="ABCD")


@pytest.mark.parametrize(
    ("label", "observed"), [("A", 0.03125), ("B", 2.26736), ("C", 0.02777), ("D", 0.38715)], ids=list("ABCD")
)
def test_observed_disagreement(label: str, observed: float) -> None:
    """To a unit in the fifth place: .027777… is printed cut, not rounded."""
    assert unitizing_alpha(CONTINUUM, label=label).observed == pytest.approx(observed, abs=1e-5)


@pytest.mark.parametrize(
    ("label", "alpha"),
    [
        ("A", 0.5152877697841727),
        ("B", -1.0810785085991865),
        ("C", 0.6033478893740902),
        ("D", -0.20684865900383143),
        (None, -0.7565527387256199),
    ],
    ids=["A", "B", "C", "D", "all"],
)
def test_alpha(label: str | None, alpha: float) -> None:
    assert unitizing_alpha(CONTINUUM, label=label).value == pytest.approx(alpha, abs=1e-9)
