"""Wong, Paritosh & Aroyo (2021), *Cross-replication Reliability*, ACL-IJCNLP, 7053–7065.

Data and value (.1818182) of the test of the program the authors published with the paper
(github.com/google-research/cross-replication-reliability, ``CrossReplicationReliabilityTest``): nominal, with missing
answers; items that only one of the two groups coded count for nothing.
"""

from __future__ import annotations

import pytest

from tests.agreement.annotator_groups.designs import numbers, the

PRINTED = 0.1818182
TOLERANCE = 5e-8

X = {1: "BB", 2: "BBB", 3: "AA", 4: "AAA", 5: "AB"}
Y = {1: "BB", 2: "AB", 3: "AB", 4: "AB", 5: "AA"}
ONLY_X = {6: "AAA", 7: "AAB"}


@pytest.mark.parametrize("extra", [{}, ONLY_X])
def test_kappa(extra: dict[int, str]) -> None:
    answers = {
        f"item {item}": {
            **{f"x{place}": value for place, value in enumerate({**X, **extra}[item])},
            **{f"y{place}": value for place, value in enumerate(Y.get(item, ""))},
        }
        for item in {**X, **extra}
    }
    group_of = {f"{group}{place}": group for group in "xy" for place in range(3)}
    found = the(numbers(answers, group_of, scale=["A", "B"]), "cross_replication_kappa", "x", "y")
    assert found.value == pytest.approx(PRINTED, abs=TOLERANCE)
    assert found.n_pairable == len(X)
    assert found.n_units == len(X) + len(extra)
