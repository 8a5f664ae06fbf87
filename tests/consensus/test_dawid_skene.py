from __future__ import annotations

import math

import numpy as np
import pytest

from toolkit.consensus import dawid_skene as module
from toolkit.consensus.dawid_skene import MAXIMUM_LIKELIHOOD, WEAK, Prior, dawid_skene
from toolkit.files.arrays import IntArray

Votes = list[tuple[int, int, int]]


def _naive(votes: Votes, shape: tuple[int, int, int], steps: int, prior: Prior) -> list[list[float]]:
    """The paper's EM as it is written down, answer by answer (equations 2.3 to 2.5), with the prior's answers added."""
    units, annotators, values = (range(n) for n in shape)
    given_to = [[v for u, _, v in votes if u == unit] for unit in units]
    posterior = [[given.count(k) / len(given) for k in values] for given in given_to]
    for _ in range(steps):
        share = [sum(posterior[unit][k] for unit in units) + prior.units for k in values]
        share = [each / (len(units) + len(values) * prior.units) for each in share]
        rate = {}
        for a in annotators:
            for k in values:
                total = sum(posterior[u][k] for u, who, _ in votes if who == a) + prior.answers
                for said in values:
                    part = sum(posterior[u][k] for u, who, v in votes if (who, v) == (a, said))
                    wrong = (1 - prior.right) / (len(values) - 1)
                    part += prior.answers * (prior.right if said == k else wrong)
                    rate[a, k, said] = part / total if total else 0.0
        joint = [
            [share[k] * math.prod(rate[a, k, v] for u, a, v in votes if u == unit) for k in values] for unit in units
        ]
        posterior = [[each / sum(of_unit) for each in of_unit] for of_unit in joint]
    return posterior


@pytest.fixture
def votes() -> Votes:
    draw = np.random.default_rng(3)
    true = draw.integers(0, 3, 40)
    return [
        (unit, int(who), int(true[unit] if draw.random() < 0.6 else draw.integers(0, 3)))
        for unit in range(40)
        for who in draw.permutation(5)[: 1 + unit % 4]
    ]


def _columns(votes: Votes) -> tuple[IntArray, IntArray, IntArray]:
    unit, annotator, value = np.array(votes, np.int64).T
    return unit, annotator, value


@pytest.mark.parametrize("steps", [1, 2, 7])
@pytest.mark.parametrize("largest", [2**62, 30])
@pytest.mark.parametrize("prior", [MAXIMUM_LIKELIHOOD, WEAK], ids=["no prior", "weak prior"])
def test_each_step_is_the_papers(
    votes: Votes, steps: int, largest: int, prior: Prior, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LARGEST", largest)
    unit, annotator, value = _columns(votes)
    found = dawid_skene(unit, annotator, value, shape=(40, 5, 3), prior=prior, iterations=steps)
    assert found.posterior == pytest.approx(np.array(_naive(votes, (40, 5, 3), steps, prior)), abs=1e-12)
    assert (found.iterations, found.converged) == (steps, False)


def test_the_order_of_answers_says_nothing(votes: Votes) -> None:
    first, second = (dawid_skene(*_columns(each), shape=(40, 5, 3)) for each in (votes, votes[::-1]))
    assert (first.posterior == second.posterior).all()
    assert first.converged


def test_unanimity_is_certain_without_a_prior() -> None:
    unit, annotator, value = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1])
    found = dawid_skene(unit, annotator, value, shape=(2, 2, 2), prior=MAXIMUM_LIKELIHOOD)
    assert found.posterior.tolist() == [[1, 0], [0, 1]]
    assert found.prevalence.tolist() == [0.5, 0.5]
    assert found.error_rates.tolist() == [[[1, 0], [0, 1]]] * 2


def test_the_prior_is_answers_and_units_more() -> None:
    """Two answers per true value, all of one kind: what is added to them is what the prior says."""
    unit, annotator, value = np.array([0, 0, 1, 1]), np.array([0, 0, 0, 0]), np.array([0, 0, 1, 1])
    found = dawid_skene(unit, annotator, value, shape=(2, 1, 2), prior=Prior(answers=1e-9, right=0.5, units=1e-9))
    assert found.n_true == pytest.approx(np.array([[2, 2]]))
    assert found.error_rates[0] == pytest.approx(np.eye(2), abs=1e-6)
    strong = dawid_skene(unit, annotator, value, shape=(2, 1, 2), prior=Prior(answers=1e9, right=0.7, units=1e9))
    assert strong.error_rates[0] == pytest.approx(np.array([[0.7, 0.3], [0.3, 0.7]]))
    odds = 0.7**2 / 0.3**2
    assert strong.posterior[0, 0] == pytest.approx(odds / (odds + 1))


def test_one_value_in_use_is_certain() -> None:
    found = dawid_skene(np.array([0, 1]), np.array([0, 0]), np.array([0, 0]), shape=(2, 1, 1))
    assert found.posterior.tolist() == [[1], [1]]
    assert found.error_rates.tolist() == [[[1]]]


def test_an_answer_each_makes_nobody_infallible() -> None:
    """Two annotators, one unit in dispute: nothing says which of them is right."""
    found = dawid_skene(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([0, 1, 0, 0]), shape=(2, 2, 2))
    assert 0.5 < found.posterior[0].max() < 0.8
    assert found.error_rates.max() < 0.8
