"""Cicchetti & Feinstein (1990), *J Clin Epidemiol* 43(6), 551–558: positive and negative agreement of two tables.

The tables are those of Feinstein & Cicchetti (1990, the same volume, 543–549): percent agreement is .85 in both,
Cohen's kappa .70 and .32. Agreement on the positive and on the negative decisions tells them apart: .84 and .86, .91
and .40 (the figures to two places, and in exact fractions).
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.agreement.matrices import matrix
from tests.agreement.measures.measured import by_category, value_of
from tests.published.tables import KRIPPENDORFF_2011

BALANCED = [["+", "+"]] * 40 + [["+", "-"]] * 9 + [["-", "+"]] * 6 + [["-", "-"]] * 45
WITH_GAPS = matrix(KRIPPENDORFF_2011)
SKEWED = [["+", "+"]] * 80 + [["+", "-"]] * 10 + [["-", "+"]] * 5 + [["-", "-"]] * 5


@pytest.mark.parametrize(
    ("table", "published", "exact"),
    [
        (BALANCED, {"+": 0.84, "-": 0.86}, {"+": Fraction(80, 95), "-": Fraction(90, 105)}),
        (SKEWED, {"+": 0.91, "-": 0.40}, {"+": Fraction(160, 175), "-": Fraction(10, 25)}),
    ],
)
def test_positive_and_negative_agreement(
    table: list[list[str]], published: dict[str, float], exact: dict[str, Fraction]
) -> None:
    found = by_category("specific_agreement", table)
    assert found == pytest.approx(published, abs=0.005)
    assert found == pytest.approx({sign: float(share) for sign, share in exact.items()}, abs=1e-12)


def test_what_hides_it() -> None:
    for table, kappa in ((BALANCED, 0.70), (SKEWED, 0.32)):
        assert value_of("percent_agreement", table) == pytest.approx(0.85, abs=1e-12)
        assert value_of("cohen_kappa", table) == pytest.approx(kappa, abs=0.005)


def test_with_gaps_and_more_than_two_annotators() -> None:
    """By the definition, in fractions: a unit that only one annotator coded counts in neither sum."""
    expected = {"1": Fraction(7, 9), "2": Fraction(10, 13), "3": Fraction(4, 5), "4": Fraction(4, 5), "5": Fraction(1)}
    found = by_category("specific_agreement", WITH_GAPS)
    assert found == pytest.approx({category: float(share) for category, share in expected.items()}, abs=1e-12)
