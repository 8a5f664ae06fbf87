"""Letter grades A to F by four annotators on 30 units (synthetic), cross-verified between independent programs.

With the categories in another order ordinal alpha is another number: the order must come from the codebook.
"""

from __future__ import annotations

import pytest

from tests.agreement.matrices import alpha, matrix, value
from toolkit.agreement import levels

TABLE = matrix(
    """
E . . D
B C C .
D E C D
A A . A
C . C B
. C C D
E E . C
C . . D
D . C .
. . . D
F F F F
E . F D
D B . C
C B B B
B B . C
. . . F
D . C A
A B . B
C B C C
. B A C
F E E E
D D . D
D D D D
A B . A
C A A .
B B B B
C . . D
C . B B
A C B C
E . . .
    """
)


def test_ordinal() -> None:
    assert value(alpha(TABLE, list("ABCDEF"), levels.ordinal(6))) == pytest.approx(0.7042681647282498, abs=1e-12)


def test_order_matters() -> None:
    assert value(alpha(TABLE, list("FCADEB"), levels.ordinal(6))) != pytest.approx(0.7042681647282498, abs=0.05)


def test_interval_on_scores() -> None:
    scores = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    assert value(alpha(TABLE, list("ABCDEF"), levels.interval(scores))) == pytest.approx(0.7361485050304662, abs=1e-12)
