from __future__ import annotations

import numpy as np
import pytest

from tests.agreement.diagnosis import naive
from toolkit.agreement.diagnosis.diagonal import diagonal


def test_by_hand() -> None:
    """Both given four times: 0-0, 1-1, 1-2, 0-0. Chance: p = (2/4, 2/4, 0), q = (2/4, 1/4, 1/4)."""
    found = diagonal(naive.codes("0 1 1\n0 . 2"), naive.codes("0 1 2\n0 2 ."), 3)
    assert (found.n_annotations, found.share, found.undefined_because) == (4, 0.75, None)
    assert found.by_chance == pytest.approx(2 / 4 * 2 / 4 + 2 / 4 * 1 / 4, abs=1e-15)


def test_chance_is_what_shuffling_gives() -> None:
    rng = np.random.default_rng(3)
    one, other = rng.integers(0, 4, 40), np.minimum(rng.integers(0, 4, 40), 2)
    every_shift = [float((one == np.roll(other, by)).mean()) for by in range(40)]
    assert diagonal(one, other, 4).by_chance == pytest.approx(sum(every_shift) / 40, abs=1e-12)


def test_never_both() -> None:
    found = diagonal(naive.codes("0 ."), naive.codes(". 1"), 2)
    assert (found.n_annotations, found.share, found.by_chance) == (0, None, None)
    assert found.undefined_because == "no annotation answers both questions"


def test_arrays_that_do_not_belong_together() -> None:
    with pytest.raises(ValueError, match="same annotations"):
        diagonal(naive.codes("0 1"), naive.codes("0 1 1"), 2)
    with pytest.raises(ValueError, match="rank 2 is beyond 1"):
        diagonal(naive.codes("0 1"), naive.codes("0 2"), 2)
