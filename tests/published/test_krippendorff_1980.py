"""Krippendorff (1980), *Content Analysis*, p. 133: two observers, ten units, two categories."""

from __future__ import annotations

import pytest

from tests.agreement.matrices import matrix, nominal_alpha, value

TABLE = matrix(
    """
0 0
1 1
0 1
0 0
0 0
0 1
0 0
0 1
1 0
0 0
    """
)


def test_alpha() -> None:
    assert value(nominal_alpha(TABLE)) == pytest.approx(0.095, abs=5e-4)
    assert value(nominal_alpha(TABLE)) == pytest.approx(2 / 21, abs=1e-12)
