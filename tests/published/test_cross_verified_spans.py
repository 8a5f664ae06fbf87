"""A made-up continuum of 100 characters, three annotators, three labels: values on which implementations agree.

Unitizing alpha from an independent implementation of Krippendorff (1995, 2004); characters and F1 by definition.
"""

from __future__ import annotations

import pytest

from tests.agreement.span_measures.coded import THREE_ANNOTATORS, figure
from toolkit.agreement.span_measures.char_level_alpha import CharLevelAlpha, char_level_statistics
from toolkit.agreement.span_measures.krippendorff_alpha_unitizing_1995_2004 import unitizing_alpha
from toolkit.agreement.span_measures.span_f1 import SpanF1, SpanMatch, span_f1_statistics


@pytest.mark.parametrize(
    ("label", "alpha", "observed", "expected"),
    [
        (None, 0.8200931262613544, 0.007 + 0.004533333333333334 + 0.0033333333333333335, None),
        ("P", 0.7354811112993394, 0.007, 0.026463138547060276),
        ("Q", 0.8392039610794738, 0.004533333333333334, 0.028193065972066285),
        ("R", 0.8808636284687429, 0.0033333333333333335, 0.027979140966692836),
    ],
    ids=["all", "P", "Q", "R"],
)
def test_unitizing_alpha(label: str | None, alpha: float, observed: float, expected: float | None) -> None:
    found = unitizing_alpha(THREE_ANNOTATORS, label=label)
    assert found.value == pytest.approx(alpha, abs=1e-9)
    assert found.observed == pytest.approx(observed, abs=1e-12)
    if expected is not None:
        assert found.expected == pytest.approx(expected, abs=1e-12)


def test_char_level_alpha() -> None:
    statistics = char_level_statistics(THREE_ANNOTATORS)
    assert figure(CharLevelAlpha(), statistics) == pytest.approx(0.7481638703591402, abs=1e-9)


@pytest.mark.parametrize(
    ("match", "a_b", "a_c", "b_c"),
    [
        ("exact", 0.5, 0.2222222222222222, 0.0),
        ("overlap-same-label", 0.75, 0.8888888888888888, 0.6666666666666666),
        ("exact-boundaries-any-label", 0.5, 0.2222222222222222, 0.0),
    ],
)
def test_f1(match: SpanMatch, a_b: float, a_c: float, b_c: float) -> None:
    for pair, expected in [("ab", a_b), ("ac", a_c), ("bc", b_c)]:
        statistics = span_f1_statistics(THREE_ANNOTATORS, pair[0], pair[1], match)
        assert figure(SpanF1(), statistics) == pytest.approx(expected, abs=1e-12)
