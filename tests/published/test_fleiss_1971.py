"""Fleiss (1971), *Psychological Bulletin* 76(5), 378–382: 30 patients, six psychiatrists each, five diagnoses.

Kappa is .430. The kappas of single diagnoses are as the R package irr computes them; Fleiss prints .248 .248 .517 .470
.565, from rounded intermediates. irr ("exact") prints .442 for Conger's kappa of the data in this order, in which the
psychiatrists' columns are sorted within each patient; Cohen's kappas of those columns come from contingency tables.
"""

from __future__ import annotations

import pytest

from tests.agreement.matrices import matrix, percent, value
from tests.agreement.measures.measured import measured, value_of

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


def test_kappa() -> None:
    assert value_of("fleiss_kappa", DIAGNOSES) == pytest.approx(0.430, abs=5e-4)
    assert value_of("fleiss_kappa", DIAGNOSES) == pytest.approx(0.43024452006014074, abs=1e-12)


@pytest.mark.parametrize(
    ("diagnosis", "published", "exact"),
    [
        ("1", 0.245, 0.2447552447552448),
        ("2", 0.245, 0.2447552447552448),
        ("3", 0.520, 0.52),
        ("4", 0.471, 0.47112727272727273),
        ("5", 0.566, 0.5661178068239687),
    ],
)
def test_kappa_of_one_diagnosis_against_the_rest(diagnosis: str, published: float, exact: float) -> None:
    found = value_of("fleiss_kappa", [[cell == diagnosis for cell in row] for row in DIAGNOSES])
    assert found == pytest.approx(published, abs=5e-4)
    assert found == pytest.approx(exact, abs=1e-12)


def test_conger() -> None:
    assert value_of("hubert_conger_kappa", DIAGNOSES) == pytest.approx(0.442, abs=5e-4)


def test_cohen_of_each_pair() -> None:
    expected = {
        (0, 1): 0.6511627906976745,
        (0, 2): 0.3838254172015404,
        (0, 3): 0.2583436341161929,
        (0, 4): 0.18819188191881908,
        (0, 5): 0.08088235294117663,
        (1, 2): 0.6311475409836066,
        (1, 3): 0.4392523364485982,
        (1, 4): 0.3633952254641908,
        (1, 5): 0.17105263157894746,
        (2, 3): 0.726027397260274,
        (2, 4): 0.6401799100449774,
        (2, 5): 0.33333333333333337,
        (3, 4): 0.8569157392686805,
        (3, 5): 0.5192307692307692,
        (4, 5): 0.6482412060301508,
    }
    found = {pair.annotators: pair.value for pair in measured("cohen_kappa", DIAGNOSES)}
    assert found == pytest.approx(
        {(f"annotator {one}", f"annotator {other}"): kappa for (one, other), kappa in expected.items()}, abs=1e-12
    )
