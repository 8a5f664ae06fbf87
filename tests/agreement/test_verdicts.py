"""How often a verdict is wrong, in some of the cells of ``benchmarks/VERDICTS.md`` with fewer samples."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.studies import VARIANCES, Design, Samples
from benchmarks.verdicts import check, limits_of

SAMPLES = 3_000
THREE_ERRORS = 0.01
"""Three standard errors of a share of 3.5 % among so many samples."""


@pytest.mark.parametrize("articles", [3, 10, 20])
@pytest.mark.parametrize("target", [0.667, 0.9])
@pytest.mark.parametrize(("coders", "rarer", "lengths"), [(2, 0.5, (5, 15)), (5, 0.1, (5, 15)), (2, 0.1, (1, 1))])
def test_a_verdict_is_seldom_wrong(
    articles: int, target: float, coders: int, rarer: float, lengths: tuple[int, int]
) -> None:
    """True alpha is the target, so neither reached nor not reached is right; rare categories, single sentences too."""
    for variance in VARIANCES:
        design = Design(target, coders, rarer, variance, articles, *lengths)
        samples = Samples.drawn(design, SAMPLES, np.random.default_rng(5))
        limits = limits_of(samples, coders)
        check(samples, limits, coders)
        assert limits.reached(target).mean() <= 0.035 + THREE_ERRORS
        assert limits.not_reached(target).mean() <= 0.05 + THREE_ERRORS


def test_what_is_reached_is_said_to_be_with_articles_enough() -> None:
    """A rule that never decides is never wrong: alpha .90 against .80, two coders, 50 articles; and a perfect study."""
    design = Design(0.9, 2, 0.5, VARIANCES[0], 50)
    assert limits_of(Samples.drawn(design, 500, np.random.default_rng(6)), 2).reached(0.8).mean() > 0.8
    perfect = Design(1, 2, 0.5, VARIANCES[0], 36)
    assert limits_of(Samples.drawn(perfect, 500, np.random.default_rng(6)), 2).reached(0.9).all()
    fewer = Design(1, 2, 0.5, VARIANCES[0], 35)
    assert not limits_of(Samples.drawn(fewer, 500, np.random.default_rng(6)), 2).reached(0.9).any()
