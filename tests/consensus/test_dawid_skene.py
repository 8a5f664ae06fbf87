from __future__ import annotations

import math

import numpy as np
import pytest

from toolkit.consensus import dawid_skene as module
from toolkit.consensus.dawid_skene import dawid_skene
from toolkit.files.arrays import IntArray

Votes = list[tuple[int, int, int]]


def _naive(votes: Votes, shape: tuple[int, int, int], steps: int) -> list[list[float]]:
    """The paper's EM as it is written down, answer by answer (equations 2.3 to 2.5)."""
    units, annotators, values = (range(n) for n in shape)
    given_to = [[v for u, _, v in votes if u == unit] for unit in units]
    posterior = [[given.count(k) / len(given) for k in values] for given in given_to]
    for _ in range(steps):
        share = [sum(posterior[unit][k] for unit in units) / len(units) for k in values]
        rate = {}
        for a in annotators:
            for k in values:
                total = sum(posterior[u][k] for u, who, _ in votes if who == a)
                for said in values:
                    part = sum(posterior[u][k] for u, who, v in votes if (who, v) == (a, said))
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
def test_each_step_is_the_papers(votes: Votes, steps: int, largest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LARGEST", largest)
    unit, annotator, value = _columns(votes)
    found = dawid_skene(unit, annotator, value, shape=(40, 5, 3), iterations=steps)
    assert found.posterior == pytest.approx(np.array(_naive(votes, (40, 5, 3), steps)), abs=1e-12)
    assert (found.iterations, found.converged) == (steps, False)


def test_the_order_of_answers_says_nothing(votes: Votes) -> None:
    first, second = (dawid_skene(*_columns(each), shape=(40, 5, 3)) for each in (votes, votes[::-1]))
    assert (first.posterior == second.posterior).all()
    assert first.converged


def test_unanimity_is_certain() -> None:
    found = dawid_skene(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1]), shape=(2, 2, 2))
    assert found.posterior.tolist() == [[1, 0], [0, 1]]
    assert found.prevalence.tolist() == [0.5, 0.5]
    assert found.error_rates.tolist() == [[[1, 0], [0, 1]]] * 2
