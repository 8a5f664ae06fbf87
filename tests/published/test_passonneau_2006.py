"""Passonneau (2006), "Measuring agreement on set-valued items (MASI)", LREC, 831–836; and two other set distances.

Distances follow from the definition. The alphas are of a synthetic table (3 annotators, 24 units, 5 categories, some
sets empty) and of four units of two annotators, both cross-verified between independent programs. The 2004 weights and
the product some software calls MASI are different functions: they are fed in as tables, to show they differ.
"""

from __future__ import annotations

from collections.abc import Hashable

import pytest

from tests.agreement.matrices import Matrix, alpha, matrix, value
from toolkit.agreement import levels
from toolkit.agreement.distances import jaccard_distance, masi_distance


def as_set(cell: str) -> Hashable:
    return frozenset() if cell == "-" else frozenset(cell.split("+"))


MULTIPLE_CHOICE = matrix(
    """
A+D+E D+E D+E
A+B+D A+B+C A+B
- A A+D
. A+C A+C
C . .
- C .
C C C
. - -
A+B+E A+B+D+E A+B+C+E
. E B+D+E
. C+D .
. C .
D+E E A+E
B+D+E . E
A+B+D+E A+B+D+E A+B+E
A+B A+B B
. - .
A+C+D . C+D
A+C+E A+E A+E
C+D+E B+C+D C+D+E
E C+E E
D+E . E
A+C+E A+E A+E
- E -
    """,
    as_set,
)
FOUR_UNITS = matrix(
    """
A+B+C A+B
A A
B+C C
A B
    """,
    as_set,
)


def sets_of(table: Matrix) -> list[frozenset[str]]:
    return sorted({cell for row in table for cell in row if isinstance(cell, frozenset)}, key=sorted)


@pytest.mark.parametrize(
    ("one", "other", "masi", "jaccard"),
    [
        ("AB", "ABCD", 2 / 3, 1 / 2),
        ("ABCD", "CDE", 13 / 15, 3 / 5),
        ("A", "A", 0, 0),
        ("A", "B", 1, 1),
        ("AB", "BC", 8 / 9, 2 / 3),
        ("", "", 0, 0),
        ("", "A", 1, 1),
    ],
)
def test_distances(one: str, other: str, masi: float, jaccard: float) -> None:
    for first, second in [(set(one), set(other)), (set(other), set(one))]:
        assert masi_distance(first, second) == pytest.approx(masi, abs=1e-12)
        assert jaccard_distance(first, second) == pytest.approx(jaccard, abs=1e-12)


@pytest.mark.parametrize(
    ("table", "masi", "jaccard"),
    [(MULTIPLE_CHOICE, 0.3920467462862727, 0.48638183369429666), (FOUR_UNITS, 0.25531914893617025, 0.3125)],
    ids=["24 units", "4 units"],
)
def test_alpha(table: Matrix, masi: float, jaccard: float) -> None:
    sets = sets_of(table)
    assert value(alpha(table, sets, levels.sets_by_masi(sets))) == pytest.approx(masi, abs=1e-12)
    assert value(alpha(table, sets, levels.sets_by_jaccard(sets))) == pytest.approx(jaccard, abs=1e-12)


def weight_2004(one: frozenset[str], other: frozenset[str]) -> float:
    """Passonneau (2004): 0 equal, 1/3 one within the other, 2/3 overlapping, 1 disjoint; ∅ lies within every set."""
    if one == other:
        return 0.0
    if one <= other or other <= one:
        return 1 / 3
    return 2 / 3 if one & other else 1.0


@pytest.mark.parametrize(
    ("table", "weights_2004", "product"),
    [(MULTIPLE_CHOICE, 0.5013380909901874, 0.6808489483056286), (FOUR_UNITS, 0.27083333333333326, 0.35080645161290325)],
    ids=["24 units", "4 units"],
)
def test_other_set_distances_as_tables(table: Matrix, weights_2004: float, product: float) -> None:
    sets = sets_of(table)
    by_2004 = [[weight_2004(one, other) for other in sets] for one in sets]
    by_product = [[weight_2004(one, other) * jaccard_distance(one, other) for other in sets] for one in sets]
    assert value(alpha(table, sets, levels.by_table("2004", by_2004))) == pytest.approx(weights_2004, abs=1e-12)
    assert value(alpha(table, sets, levels.by_table("product", by_product))) == pytest.approx(product, abs=1e-12)
