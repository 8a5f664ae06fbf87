from __future__ import annotations

import numpy as np
import pytest

from toolkit.agreement.expected.limits import limits_by_the_program, limits_of
from toolkit.agreement.expected.studies import LEVELS, LITTLE, MUCH, ExpectedStudy


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.2,) * 5, (0.94, 0.04, 0.02)])
@pytest.mark.parametrize(("articles", "sentences", "alpha"), [(2, 3, 0.6), (10, 14, 0.75), (30, 1, 0.9), (5, 14, 1.0)])
def test_limits_of_many_studies_are_those_of_each(
    level: str, shares: tuple[float, ...], articles: int, sentences: int, alpha: float
) -> None:
    """The first forty: with little data also those without an interval and without a disagreement."""
    for coders, difference in ((2, MUCH), (5, LITTLE)):
        study = ExpectedStudy(
            alpha=alpha, level=level, shares=shares, coders=coders, units_per_cluster=sentences, difference=difference
        )
        rows = study.drawn(40, articles, np.random.default_rng(9))
        found = limits_of(rows, study, confidence=0.95)
        for place, one in enumerate(rows):
            interval = limits_by_the_program(one, study, confidence=0.95)
            theirs = (np.nan, np.nan) if interval is None else (interval.low, interval.high)
            assert (found.low[place], found.high[place]) == pytest.approx(theirs, rel=0, abs=1e-9, nan_ok=True)
