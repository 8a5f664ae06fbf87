"""Krippendorff, Mathet, Bouvry & Widlöcher (2016), *Quality & Quantity* 50(6), 2347–2364: u-alpha, nominal and binary.

Three continua evaluated by the paper's formula in an independent implementation; none of them is printed there.
"""

from __future__ import annotations

import pytest

from tests.agreement.span_measures.coded import THREE_ANNOTATORS, coded, u_alpha_binary, u_alpha_nominal
from toolkit.agreement.spans.codings import SpanCodings

SAME = [("P", 0, 10), ("Q", 10, 20), ("P", 30, 40)]
PERFECT = coded({"text": {"a": SAME, "b": SAME}}, lengths=50)
OTHER_LABEL = coded({"text": {"a": [("P", 5, 15)], "b": [("Q", 5, 15)]}}, lengths=30)


@pytest.mark.parametrize(
    ("codings", "nominal", "binary"),
    [
        (THREE_ANNOTATORS, 0.7527570019989668, 0.7781204333585285),
        (PERFECT, 1.0, 1.0),
        (OTHER_LABEL, 0.37777777777777766, 1.0),
    ],
    ids=["three annotators", "perfect", "same place, other label"],
)
def test_u_alpha(codings: SpanCodings, nominal: float, binary: float) -> None:
    assert u_alpha_nominal(codings) == pytest.approx(nominal, abs=1e-9)
    assert u_alpha_binary(codings) == pytest.approx(binary, abs=1e-9)
