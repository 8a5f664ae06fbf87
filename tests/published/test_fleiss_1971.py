"""Fleiss (1971), *Psychological Bulletin* 76(5), 378–382: 30 patients, six psychiatrists each, five diagnoses."""

from __future__ import annotations

import pytest

from tests.agreement.matrices import matrix, percent, value

DIAGNOSES = matrix(
    """
4 4 4 4 4 4
2 2 2 5 5 5
2 3 3 3 3 5
5 5 5 5 5 5
2 2 2 4 4 4
1 1 3 3 3 3
3 3 3 3 5 5
1 1 3 3 3 4
1 1 4 4 4 4
5 5 5 5 5 5
1 4 4 4 4 4
1 2 4 4 4 4
2 2 2 3 3 3
1 4 4 4 4 4
2 2 4 4 4 5
3 3 3 3 3 5
1 1 1 4 5 5
1 1 1 1 1 2
2 2 4 4 4 4
1 3 3 5 5 5
5 5 5 5 5 5
2 4 4 4 4 4
2 2 4 5 5 5
1 1 4 4 4 4
1 4 4 4 4 5
2 2 2 2 2 4
1 1 1 1 5 5
2 2 4 4 4 4
1 3 3 3 3 3
5 5 5 5 5 5
    """
)


def test_mean_observed_agreement() -> None:
    assert value(percent(DIAGNOSES)) == pytest.approx(0.5556, abs=5e-5)
    assert value(percent(DIAGNOSES)) == pytest.approx(5 / 9, abs=1e-12)
