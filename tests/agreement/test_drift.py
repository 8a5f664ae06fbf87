"""Drift: nobody is named where nobody changes, more often than is said; who changes is found."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from toolkit.agreement import levels
from toolkit.agreement.drift import FALSE_ALARMS, Disagreement, Drift, disagreement_of, drifts
from toolkit.agreement.levels import LevelOfValues
from toolkit.agreement.ratings import Ratings
from toolkit.agreement.reading import Reading, reading_of
from toolkit.agreement.scale import Scale
from toolkit.files.arrays import FloatArray, IntArray

ARTICLES, SENTENCES = 20, 5


def reading(codes: IntArray, level: LevelOfValues | None = None, n_values: int = 3) -> Reading:
    """Of codes (units × annotators), −1 where there is none."""
    unit, annotator = np.nonzero(codes >= 0)
    names = [chr(ord("a") + place) for place in range(codes.shape[1])]
    domain = tuple(range(n_values))
    ratings = Ratings(list(range(len(codes))), names, domain, unit, annotator, codes[unit, annotator])
    scale = Scale(level="nominal", domain=domain, n_categories=n_values, alphas=(level or levels.nominal(n_values),))
    return reading_of(ratings, scale)


def study(
    rng: np.random.Generator, *, own_order: bool = False, worse: float = 0.0
) -> tuple[Disagreement, IntArray, FloatArray]:
    """Articles that differ in how hard they are; from the middle on, the first of three annotators guesses more."""
    article = np.repeat(np.arange(ARTICLES), SENTENCES)
    orders = [rng.permutation(ARTICLES) if own_order else np.arange(ARTICLES) for _ in range(3)]
    when = np.stack([order[article] for order in orders], axis=1).astype(np.float64)
    guessing = np.repeat(rng.beta(2, 8, ARTICLES), SENTENCES)
    truth = rng.integers(0, 3, len(article))
    codes = np.empty((len(article), 3), dtype=np.int64)
    for who in range(3):
        e = np.where((who == 0) & (when[:, 0] >= ARTICLES / 2), np.maximum(guessing, worse), guessing)
        codes[:, who] = np.where(rng.random(len(article)) < e, rng.integers(0, 3, len(article)), truth)
    left_out = rng.random(codes.shape) < 0.15
    codes[left_out] = -1
    when[left_out] = np.nan
    found = disagreement_of(reading(codes))
    assert found is not None
    return found, article, when


def found_in(seed: int, *, own_order: bool = False, worse: float = 0.0) -> tuple[Drift, ...]:
    return drifts(*study(np.random.default_rng([3, seed]), own_order=own_order, worse=worse), seed=seed, exchanges=199)


@pytest.mark.parametrize("own_order", [False, True])
def test_where_nobody_drifts_somebody_is_named_as_seldom_as_is_said(own_order: bool) -> None:
    """400 studies, three standard errors to either side; articles in one order for all, or in an own one for each."""
    alarmed = np.mean([any(each.alarm for each in found_in(seed, own_order=own_order)) for seed in range(400)])
    assert alarmed == pytest.approx(FALSE_ALARMS, abs=3 * np.sqrt(FALSE_ALARMS * (1 - FALSE_ALARMS) / 400))


def test_a_real_drop_is_found_and_where_it_began() -> None:
    found = [found_in(seed, worse=0.9) for seed in range(60)]
    assert np.mean([first.alarm for first, *_ in found]) > 0.75
    assert np.median([first.n_before for first, *_ in found]) == pytest.approx(ARTICLES / 2, abs=1)
    alarmed = [(first, others) for first, *others in found if first.alarm]
    assert all(first.before > first.after for first, _ in alarmed if first.before and first.after)
    deepest = [first.p == min(each.p for each in (first, *others) if each.p) for first, others in alarmed]
    assert np.mean(deepest) > 0.85  # co-annotators are drawn along, but less


def test_p_is_the_share_of_orders_that_depart_as_far() -> None:
    """Two annotators, six articles, against all 720 orders one by one."""
    values = np.array([0.1, 0.0, 0.3, 0.9, 0.7, 0.8])
    found = Disagreement(np.stack([values, values], axis=1), ("a", "b"))
    when = np.stack([np.arange(6.0)] * 2, axis=1)
    one, other = drifts(found, np.arange(6), when, seed=1, exchanges=20_000)

    def departure(order: FloatArray) -> float:
        return float(max(abs(sum(order[:k]) - k * values.mean()) for k in range(1, 6)))

    as_far = [departure(np.array(order)) >= departure(values) - 1e-12 for order in permutations(values)]
    assert one.p == other.p == pytest.approx(np.mean(as_far), abs=0.006)
    assert (one.n_before, one.n_clusters) == (3, 6)
    assert one.before == pytest.approx(1 - 0.4 / 3)
    assert one.after == pytest.approx(1 - 2.4 / 3)


def test_hard_articles_are_one_step_each() -> None:
    """One article all disagree on, wherever it comes: no alarm, though it holds all disagreements there are."""
    for hard in range(ARTICLES):
        values = np.zeros((ARTICLES * 30, 2))
        values[hard * 30 : hard * 30 + 30] = 1.0
        article = np.repeat(np.arange(ARTICLES), 30)
        when = np.stack([np.arange(float(len(values)))] * 2, axis=1)
        for drift in drifts(Disagreement(values, ("a", "b")), article, when, seed=hard, exchanges=499):
            assert not drift.alarm or hard in {0, ARTICLES - 1}  # there the break is between it and all others
            assert drift.p is not None
            assert drift.p > 0.04


@pytest.mark.parametrize(
    "level", [levels.nominal(3), levels.ordinal(3), levels.interval([0.0, 1.0, 2.0]), levels.interval(range(3))]
)
def test_agreement_with_the_others_is_alpha_of_a_complete_pair(level: LevelOfValues) -> None:
    """Two annotators of every unit: one less the mean of the disagreement is alpha, apart from n − 1 for n."""
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 3, 200)
    codes = np.stack([truth, np.where(rng.random(200) < 0.3, rng.integers(0, 3, 200), truth)], axis=1)
    one = reading(codes, level)
    found = disagreement_of(one)
    assert found is not None
    counts = one.patterns.rows[one.patterns.pattern_of_unit]
    alpha = float(level.alpha.values(level.alpha.statistics(counts).sum(axis=0)[None])[0])
    assert 1 - found.values.mean(axis=0) == pytest.approx([alpha, alpha], abs=1e-9)


def test_what_cannot_be_told() -> None:
    few = Disagreement(np.array([[0.0, 0.0], [1.0, 1.0]] * 2), ("a", "b"))
    when = np.stack([np.arange(4.0)] * 2, axis=1)
    reasons = [each.undefined_because for each in drifts(few, np.arange(4), when, seed=0)]
    assert reasons == ["4 clusters are too few for a break"] * 2
    alike = Disagreement(np.zeros((8, 2)), ("a", "b"))
    when = np.stack([np.arange(8.0)] * 2, axis=1)
    reasons = [each.undefined_because for each in drifts(alike, np.arange(8), when, seed=0)]
    assert reasons == ["never nearer or further"] * 2
    assert disagreement_of(reading(np.zeros((5, 2), dtype=np.int64))) is None
    assert disagreement_of(reading(np.array([[0, -1], [-1, 1]]))) is None
