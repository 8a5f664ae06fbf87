"""A share of right answers from disputed ones and a sample of the others."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.agreement.estimate import Estimate
from toolkit.agreement.known.sampled import LookedInto, sampled_accuracy
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.student import as_far_out


def estimate(answers: list[LookedInto]) -> Estimate:
    return sampled_accuracy("q", "nominal", "ann", answers, Resampling("article"), n_categories=3)


def test_an_answer_drawn_with_a_tenth_counts_ten_times() -> None:
    """Two disputed ones, one right; ten and ten stand behind the two that were drawn, one right: 11 of 22."""
    answers = [
        LookedInto(unit=f"u{n}", cluster=f"c{n}", right=bool(n % 2), chance=chance)
        for n, chance in enumerate((1.0, 1.0, 0.1, 0.1))
    ]
    assert estimate(answers).value == pytest.approx(11 / 22)
    answers[0] = LookedInto(unit="u0", cluster="c0", right=True, chance=1.0)
    assert estimate(answers).value == pytest.approx(12 / 22)


def test_where_nothing_was_drawn_the_limits_are_those_of_leaving_out_one_article_at_a_time() -> None:
    """The jackknife of log(1 − share), written out (the upper limit allows for agreement not met yet: not compared).
    Where some were drawn: ``test_weighted.py``."""
    rng = np.random.default_rng(5)
    drawn = [(c, bool(rng.random() < 0.6), 1.0) for c in range(12) for _ in range(8)]
    found = estimate([LookedInto(unit=f"{n}", cluster=f"{c}", right=r, chance=p) for n, (c, r, p) in enumerate(drawn)])

    def share(without: int | None) -> float:
        kept = [(right, 1 / chance) for cluster, right, chance in drawn if cluster != without]
        return sum(weight for right, weight in kept if right) / sum(weight for _, weight in kept)

    y = np.log(1 - np.array([share(cluster) for cluster in range(12)]))
    error = np.sqrt(11 / 12 * ((y - y.mean()) ** 2).sum())
    low = 1 - np.exp(np.log(1 - share(None)) + as_far_out(1.959964, 11) * error)
    assert found.value == pytest.approx(share(None))
    assert found.ci_low == pytest.approx(low, abs=1e-6)
    assert (found.n_clusters, found.n_values) == (12, 96)


def test_where_no_drawn_answer_is_wrong_the_lower_limit_allows_for_errors_not_met() -> None:
    """Ten drawn with a tenth, all right, each in an article of its own; of ten disputed ones five are right.

    By Clopper & Pearson up to 1 - .025 ** (1 / 10) of the drawn may be wrong, and they are 100 of 110.
    """
    drawn = [LookedInto(unit=f"d{n}", cluster=f"d{n}", right=True, chance=0.1) for n in range(10)]
    disputed = [LookedInto(unit=f"u{n}", cluster=f"u{n}", right=bool(n % 2), chance=1.0) for n in range(10)]
    found = estimate([*drawn, *disputed])
    alone = estimate(disputed)
    assert found.value == pytest.approx(105 / 110)
    assert (found.ci_low, alone.ci_low) != (None, None)
    of_drawn, of_disputed = 100 / 110 * (1 - 0.025 ** (1 / 10)), 10 / 110 * (0.5 - (alone.ci_low or 0.0))
    disputed_without = np.array([10 / 100] * 10 + [9 / 109] * 10)
    error = np.sqrt(19 / 20 * ((disputed_without - disputed_without.mean()) ** 2).sum())
    of_parts = 0.5 * as_far_out(1.959964, 19) * error
    assert found.ci_low == pytest.approx(105 / 110 - np.sqrt(of_drawn**2 + of_disputed**2 + of_parts**2))
    drawn[0] = LookedInto(unit="d0", cluster="d0", right=False, chance=0.1)
    assert estimate([*drawn, *disputed]).interval_method == "jackknife"


def test_limits_hold_over_many_samples() -> None:
    """Twenty articles of twelve answers, a fifth of them disputed, a tenth of the others drawn."""
    rng = np.random.default_rng(2)
    beyond = 0
    for _ in range(200):
        disputed = rng.random(240) < 0.2
        right = rng.random(240) < np.where(disputed, 0.6, 0.97)
        drawn = rng.choice(np.flatnonzero(~disputed), round(0.1 * (~disputed).sum()), replace=False)
        found = estimate(
            [
                LookedInto(unit=str(n), cluster=str(n // 12), right=bool(right[n]), chance=1.0 if disputed[n] else 0.1)
                for n in [*np.flatnonzero(disputed).tolist(), *drawn.tolist()]
            ]
        )
        assert found.ci_low is not None
        assert found.ci_high is not None
        beyond += not found.ci_low <= 0.2 * 0.6 + 0.8 * 0.97 <= found.ci_high
    assert beyond <= 10


def test_drawn_answers_of_one_article_are_no_interval() -> None:
    drawn = [LookedInto(unit=f"d{n}", cluster="a", right=True, chance=0.1) for n in range(3)]
    disputed = [LookedInto(unit=f"u{n}", cluster=f"u{n}", right=bool(n % 2), chance=1.0) for n in range(10)]
    found = estimate([*drawn, *disputed])
    assert (found.ci_low, found.ci_high, found.interval_undefined_because) == (None, None, "one article")


def test_over_many_samples_the_share_is_that_of_all_answers() -> None:
    """A population of 400 answers, 80 disputed: the weighted share is right on average, the plain one is not."""
    rng = np.random.default_rng(1)
    disputed = rng.random(400) < 0.2
    right = np.where(disputed, rng.random(400) < 0.5, rng.random(400) < 0.95)
    weighted, plain = [], []
    for _ in range(300):
        seen = disputed | (rng.random(400) < 0.2)
        answers = [
            LookedInto(unit=str(n), cluster=str(n % 20), right=bool(right[n]), chance=1.0 if disputed[n] else 0.2)
            for n in np.flatnonzero(seen).tolist()
        ]
        weighted.append(estimate(answers).value or 0.0)
        plain.append(right[seen].mean())
    assert np.mean(weighted) == pytest.approx(right.mean(), abs=0.005)
    assert abs(np.mean(plain) - right.mean()) > 0.1


def test_nothing_looked_into_is_no_share() -> None:
    assert (estimate([]).value, estimate([]).undefined_because) == (None, "no known answer")
