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


def test_the_limits_are_those_of_leaving_out_one_article_at_a_time() -> None:
    """The jackknife of log(1 − share), written out (the upper limit allows for agreement not met yet: not compared)."""
    rng = np.random.default_rng(5)
    drawn = [(c, bool(rng.random() < 0.6), float(rng.choice([1.0, 0.25]))) for c in range(12) for _ in range(8)]
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
