"""Dawid & Skene 1979, Applied Statistics 28(1), 20–28, Table 1: 45 patients, five observers, the first one thrice.

Prevalence as printed in the paper; labels, posteriors and error rates of the EM fixed point from the majority start.
"""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.consensus.counting import plurality, tallied
from toolkit.consensus.dawid_skene import MAXIMUM_LIKELIHOOD, DawidSkene, dawid_skene

TABLE = """
1 1 1 1 1 1 1
3 3 3 4 3 3 4
1 1 2 2 1 2 2
2 2 2 3 1 2 1
2 2 2 3 2 2 2
2 2 2 3 3 2 2
1 2 2 2 1 1 1
3 3 3 3 4 3 3
2 2 2 2 2 2 3
2 3 2 2 2 2 3
4 4 4 4 4 4 4
2 2 2 3 3 4 3
1 1 1 1 1 1 1
2 2 2 3 2 1 2
1 2 1 1 1 1 1
1 1 1 2 1 1 1
1 1 1 1 1 1 1
1 1 1 1 1 1 1
2 2 2 2 2 2 1
2 2 2 1 3 2 2
2 2 2 2 2 2 2
2 2 2 2 2 2 1
2 2 2 3 2 2 2
2 2 1 2 2 2 2
1 1 1 1 1 1 1
1 1 1 1 1 1 1
2 3 2 2 2 2 2
1 1 1 1 1 1 1
1 1 1 1 1 1 1
1 1 2 1 1 2 1
1 1 1 1 1 1 1
3 3 3 3 2 3 3
1 1 1 1 1 1 1
2 2 2 2 2 2 2
2 2 2 3 2 3 2
4 3 3 4 3 4 3
2 2 1 2 2 3 2
2 3 2 3 2 3 3
3 3 3 3 4 3 2
1 1 1 1 1 1 1
1 1 1 1 1 1 1
1 2 1 2 1 1 1
2 3 2 2 2 2 2
1 2 1 1 1 1 1
2 2 2 2 2 2 2
"""
"""Patient by line: the three ratings of observer 1, then one of each other observer."""

OBSERVER = (0, 0, 0, 1, 2, 3, 4)
RATINGS = [[int(each) - 1 for each in line.split()] for line in TABLE.strip().splitlines()]
PATIENT = np.repeat(np.arange(45), 7)
VALUE = np.array(RATINGS).ravel()


@pytest.fixture(scope="module")
def found() -> DawidSkene:
    return dawid_skene(PATIENT, np.tile(OBSERVER, 45), VALUE, shape=(45, 5, 4), prior=MAXIMUM_LIKELIHOOD)


def test_prevalence(found: DawidSkene) -> None:
    assert found.prevalence == pytest.approx([0.40, 0.42, 0.11, 0.07], abs=0.006)
    assert found.prevalence == pytest.approx([0.39955, 0.42198, 0.11180, 0.06667], abs=1e-4)


def test_labels(found: DawidSkene) -> None:
    labels = "142222132243121111222222112111131224233111212"
    assert "".join(str(label + 1) for label in found.posterior.argmax(axis=1)) == labels


@pytest.mark.parametrize(
    ("patient", "value", "posterior"), [(7, 1, 0.98102), (35, 2, 0.947995), (38, 3, 0.9788), (30, 1, 0.999146)]
)
def test_posteriors(found: DawidSkene, patient: int, value: int, posterior: float) -> None:
    assert found.posterior[patient - 1, value - 1] == pytest.approx(posterior, abs=1e-5)


ERROR_RATES = [
    [[0.8895, 0.1105, 0, 0], [0.0706, 0.8764, 0.053, 0], [0, 0.3388, 0.6612, 0], [0, 0, 0.5556, 0.4444]],
    [[0.8342, 0.1658, 0, 0], [0.0527, 0.6329, 0.3143, 0], [0, 0, 1, 0], [0, 0, 0, 1]],
    [[1, 0, 0, 0], [0.1064, 0.7883, 0.1053, 0], [0, 0.4037, 0.1988, 0.3976], [0, 0, 0.6667, 0.3333]],
    [[0.9444, 0.0556, 0, 0], [0.0537, 0.8426, 0.1037, 0], [0, 0, 0.8012, 0.1988], [0, 0, 0.3333, 0.6667]],
    [[1, 0, 0, 0], [0.159, 0.7345, 0.1064, 0], [0, 0.2091, 0.7909, 0], [0, 0, 0.3333, 0.6667]],
]
"""By observer: the share of each class given (columns) per true class (rows)."""


def test_error_rates(found: DawidSkene) -> None:
    assert found.error_rates == pytest.approx(np.array(ERROR_RATES), abs=1e-3)
    assert found.log_likelihood == pytest.approx(-192.89088, abs=1e-4)
    assert found.converged


def test_majority_of_all_seven_ratings_with_the_ties_left_ties() -> None:
    winners = plurality(tallied(PATIENT, VALUE, 4), 45)
    expected = "13222213224?121111222222112111131223233111212"
    assert "".join(str(value + 1) if value >= 0 else "?" for value in winners.value) == expected
    assert np.flatnonzero(winners.tie).tolist() == [12 - 1]
    tally = tallied(PATIENT, VALUE, 4)
    tied = tally.value[(tally.group == 11) & (tally.count == winners.count[11])]
    assert (tied + 1).tolist() == [2, 3]
