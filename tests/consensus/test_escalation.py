from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise, product

import numpy as np
import pytest

from benchmarks.escalation import one, world
from toolkit.consensus.dawid_skene import MAXIMUM_LIKELIHOOD, WEAK, Prior, dawid_skene
from toolkit.consensus.escalation import (
    AnswersToCome,
    count_limits,
    greedy,
    model_outlook,
    pooled_rates,
    posterior_given,
    vote_outlook,
)

RATES = [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.25, 0.25, 0.5]]
POSTERIORS = [[0.5, 0.3, 0.2], [0.05, 0.15, 0.8], [0.98, 0.01, 0.01], [1 / 3, 1 / 3, 1 / 3]]
COUNTS = [[1, 1, 0], [0, 0, 1], [3, 0, 0], [1, 1, 1]]


def _sequences(posterior: Sequence[float], n: int, answered: float) -> list[tuple[list[int], list[float]]]:
    """Every way n annotators can answer or not, in their order: what is answered, and the joint probabilities of the
    true values with it.
    """
    values = range(len(posterior))
    found = []
    for said in product([None, *values], repeat=n):
        given = [value for value in said if value is not None]
        weight = answered ** len(given) * (1 - answered) ** (n - len(given))
        joint = [p * math.prod(RATES[true][value] for value in given) for true, p in enumerate(posterior)]
        found.append((given, [weight * each for each in joint]))
    return found


def _vote(counts: Counter[int]) -> int | None:
    first = [value for value, n in counts.items() if n == max(counts.values())]
    return first[0] if len(first) == 1 else None


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("answered", [1.0, 0.5])
def test_the_models_outlook_is_the_sum_over_all_that_can_be_answered(n: int, answered: float) -> None:
    shares = np.full(len(POSTERIORS), answered)
    found = model_outlook(np.array(POSTERIORS), AnswersToCome(np.array(RATES)), n, shares)
    for row, posterior in enumerate(POSTERIORS[:3]):  # the last has no likeliest value to change
        ways = _sequences(posterior, n, answered)
        assert found.gain[row] == pytest.approx(sum(max(joint) for _, joint in ways) - max(posterior), abs=1e-12)
        now = posterior.index(max(posterior))
        other = sum(sum(joint) for _, joint in ways if max(joint) > joint[now] + 1e-12)
        assert found.change[row] == pytest.approx(other, abs=1e-12)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("answered", [1.0, 0.5])
def test_the_votes_outlook_is_the_sum_over_all_that_can_be_answered(n: int, answered: float) -> None:
    shares = np.full(len(POSTERIORS), answered)
    found = vote_outlook(np.array(COUNTS), np.array(POSTERIORS), AnswersToCome(np.array(RATES)), n, shares)
    for row, (posterior, counts) in enumerate(zip(POSTERIORS, COUNTS, strict=True)):
        votes = Counter({value: n_votes for value, n_votes in enumerate(counts) if n_votes})
        before = _vote(votes)
        gain = -(posterior[before] if before is not None else 0.0)
        change = 0.0
        for given, joint in _sequences(posterior, n, answered):
            after = _vote(votes + Counter(given))
            gain += joint[after] if after is not None else 0.0
            change += sum(joint) if after != before else 0.0
        assert found.gain[row] == pytest.approx(gain, abs=1e-12)
        assert found.change[row] == pytest.approx(change, abs=1e-12)


def test_where_no_single_answer_can_turn_the_label_one_gains_nothing_and_more_may() -> None:
    rates = np.array([[0.8, 0.2], [0.2, 0.8]])
    sure = np.array([[0.9, 0.1]])  # odds 9 to 1; an answer is worth 4 to 1, two of them 16 to 1
    gains = [model_outlook(sure, AnswersToCome(rates), n, np.ones(1)).gain[0] for n in (1, 2)]
    assert gains == pytest.approx([0, 0.1 * 0.64 - 0.9 * 0.04])


def test_a_vote_that_can_only_be_tied_is_not_worth_asking_about() -> None:
    rates, counts = np.array([[0.8, 0.2], [0.2, 0.8]]), np.array([[2, 1]])
    outlook = vote_outlook(counts, np.array([[0.8, 0.2]]), AnswersToCome(rates), 1, np.ones(1))
    assert outlook.gain[0] == pytest.approx(-0.8 * 0.2)  # it is right with .8, and tied then with .2
    assert outlook.change[0] == pytest.approx(0.8 * 0.2 + 0.2 * 0.8)


@pytest.mark.parametrize("prior", [WEAK, Prior(answers=2, right=0.9, units=1), MAXIMUM_LIKELIHOOD])
def test_pooled_rates_are_those_of_all_answers_as_if_of_one_annotator(prior: Prior) -> None:
    draw = np.random.default_rng(2)
    unit, annotator = np.repeat(np.arange(60), 3), np.tile(np.arange(3), 60)
    true = draw.integers(0, 3, 60)
    value = np.where(draw.random(180) < 0.7, true[unit], draw.integers(0, 3, 180))
    found = dawid_skene(unit, annotator, value, shape=(60, 3, 3), prior=prior)
    expected = prior.added(3)
    for each, said in zip(unit, value, strict=True):
        expected[:, said] += found.posterior[each]
    expected /= expected.sum(axis=1, keepdims=True)
    assert pooled_rates(found, prior) == pytest.approx(expected, abs=1e-6)


def test_the_posterior_from_all_answers_of_a_unit_is_the_models() -> None:
    of = world(np.random.default_rng(4), (0.6, 0.4), 80, 4)
    unit, who, value = of.answers(np.full(80, 3))
    found = dawid_skene(unit, who, value, shape=(80, 4, 2))
    for each in range(5):
        mine = unit == each
        assert posterior_given(found, who[mine], value[mine]) == pytest.approx(found.posterior[each], abs=1e-6)


GAINS = np.array([[0, 0.30, 0.36, 0.36], [0, 0.20, 0.40, 0.40], [0, 0, 0.50, 0.55], [0, 0.20, 0.21, 0.21]])


def _planned(
    budget: int, *, least: float = 0.01, room: Sequence[int] = (3, 3, 3, 3), order: Sequence[int] = range(4)
) -> tuple[list[tuple[int, int]], str]:
    found = greedy(GAINS, room, order, budget=budget, least=least)
    return [(step.unit, step.nth) for step in found.steps], found.ended_by


def test_the_next_step_is_the_one_that_gains_most_each() -> None:
    steps, ended_by = _planned(5)
    assert steps == [(0, 1), (2, 1), (2, 2), (1, 1), (1, 2)]
    assert ended_by == "budget"


def test_of_what_gains_alike_the_one_earlier_in_the_order_comes_first() -> None:
    assert _planned(4, order=[3, 2, 1, 0])[0] == [(0, 1), (2, 1), (2, 2), (3, 1)]


def test_two_that_are_worth_it_only_together_are_not_begun_where_one_is_left() -> None:
    steps, ended_by = _planned(2)
    assert steps == [(0, 1), (1, 1)]
    assert ended_by == "budget"


def test_it_ends_where_nothing_gains_enough_and_where_nobody_is_left() -> None:
    steps, ended_by = _planned(50, least=0.1)
    assert (steps, ended_by) == ([(0, 1), (2, 1), (2, 2), (1, 1), (1, 2), (3, 1)], "gain")
    assert _planned(50, room=[1, 1, 2, 1]) == ([(0, 1), (2, 1), (2, 2), (1, 1), (3, 1)], "room")
    assert _planned(50, room=[0, 0, 1, 0]) == ([], "gain")
    assert _planned(50, room=[0, 0, 0, 0]) == ([], "room")


def test_what_is_planned_gains_less_and_less() -> None:
    draw = np.random.default_rng(5)
    gains = np.column_stack([np.zeros(200), draw.uniform(-0.1, 0.3, (200, 3))])
    found = greedy(gains, [3] * 200, range(200), budget=1000, least=0.01)
    each = [step.gain for step in found.steps]
    assert len(each) > 150
    assert all(later <= before + 1e-9 for before, later in pairwise(each))
    more = Counter(step.unit for step in found.steps)
    assert sum(each) == pytest.approx(sum(gains[unit, n] for unit, n in more.items()))


def test_limits_of_a_count_hold_in_all_that_can_happen() -> None:
    chances = [0.1, 0.9, 0.5, 0.3, 0.7, 0.2, 0.05]
    mass: defaultdict[int, float] = defaultdict(float)
    for happens in product([0, 1], repeat=len(chances)):
        each = math.prod(p if h else 1 - p for p, h in zip(chances, happens, strict=True))
        mass[sum(happens)] += each
    low, high = count_limits(chances)
    below, above = sum(mass[n] for n in range(low)), sum(mass[n] for n in range(high + 1, 8))
    assert below <= 0.025 < below + mass[low]
    assert above <= 0.025 < above + mass[high]


@pytest.mark.parametrize("rule", ["dawid-skene", "vote"])
def test_what_was_expected_comes_and_is_more_than_at_random(rule: str) -> None:
    """Simulated with the truth known: three answers a sentence, 100 of 500 sentences asked about again.

    The seed is fixed; expected and found are compared within four standard errors of their difference.
    """
    rng = np.random.default_rng(20261128)
    found = [one(rng, (0.4, 0.3, 0.2, 0.1), 3, rule, 500) for _ in range(25)]

    def difference(name: str, other: str) -> tuple[float, float]:
        each = np.array([run[name] - run[other] for run in found])
        return float(each.mean()), float(each.std(ddof=1) / math.sqrt(len(each)))

    mean, error = difference("escalated", "random")
    assert mean > 4 * error
    for expected, came in (("gain expected", "gain"), ("changes expected", "changed")):
        mean, error = difference(came, expected)
        level = float(np.mean([run[expected] for run in found]))
        assert abs(mean) < max(4 * error, 0.15 * level), (expected, level, mean, error)
