from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

from tests.agreement.matrices import patterns
from toolkit.agreement import confirmation, levels
from toolkit.agreement.confirmation import ConfirmationError, Recipe, confirm_alpha
from toolkit.agreement.patterns import Patterns, patterns_of_counts

TABLE: list[list[Hashable | None]] = [["a", "a"], ["b", "a"], ["b", "b"], ["b", None]]
VALUE = 4 / 9
"""By hand: 1 − 5·2 / (2·3·3), from n = 6 with three values of each kind and one unit in disagreement."""


def test_names_the_package_and_its_version() -> None:
    found = confirm_alpha(VALUE, patterns(TABLE, ["a", "b"]), levels.nominal(2).recipe)
    assert found == f"krippendorff {version('krippendorff')}"


@pytest.mark.parametrize("recorded", [[], ["krippendorff-0.1.dist-info", "krippendorff-0.2.dist-info"]])
def test_a_version_that_cannot_be_seen_is_read(
    recorded: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in recorded:
        (tmp_path / name).mkdir()
    monkeypatch.setattr("krippendorff.__file__", str(tmp_path / "krippendorff" / "__init__.py"))
    assert confirmation._version.__wrapped__() == version("krippendorff")


def test_a_difference_in_the_twelfth_place_is_an_error() -> None:
    with pytest.raises(ConfirmationError, match="krippendorff"):
        confirm_alpha(VALUE + 2e-12, patterns(TABLE, ["a", "b"]), levels.nominal(2).recipe)


def test_nan_never_passes_for_a_confirmation() -> None:
    with pytest.raises(ConfirmationError):
        confirm_alpha(float("nan"), patterns(TABLE, ["a", "b"]), levels.nominal(2).recipe)


def too_many() -> Patterns:
    n = confirmation.LARGEST_PROBLEM // 4 + 1
    return Patterns(np.array([[1, 1]]), np.array([2]), np.zeros(n, dtype=np.int64), None)


def test_what_needs_too_much_memory_is_left_unconfirmed() -> None:
    assert confirm_alpha(123.0, too_many(), levels.nominal(2).recipe) is None


def test_unused_categories_take_no_memory_and_change_nothing() -> None:
    wide = np.zeros((len(TABLE), 2000), dtype=np.int64)
    wide[:, [5, 1990]] = [[2, 0], [1, 1], [0, 2], [0, 1]]
    found = confirm_alpha(VALUE, patterns_of_counts(wide, None), Recipe("ordinal", np.arange(2000, dtype=np.float64)))
    assert found is not None


def test_a_level_mistaken_for_another_is_noticed() -> None:
    """The package's own default is interval: a nominal value must not be confirmed by it."""
    table: list[list[Hashable | None]] = [["a", "a"], ["b", "c"], ["c", "c"], ["a", "b"]]
    counted = patterns(table, ["a", "b", "c"])
    pairable = counted.pairable()
    level = levels.nominal(3)
    value = float(level.alpha.values(pairable.weights @ level.alpha.statistics(pairable.rows)[None])[0])
    assert confirm_alpha(value, counted, level.recipe)
    with pytest.raises(ConfirmationError):
        confirm_alpha(value, counted, levels.interval([0.0, 1.0, 2.0]).recipe)


@pytest.mark.slow
def test_rounding_of_the_other_program_over_two_million_units_is_no_alarm() -> None:
    """Sevenths added up two million times: in double precision the package is 4e-12 off its own formula here."""
    rng = np.random.default_rng(3)
    marked = rng.binomial(8, np.where(rng.random(2_400_000) < 0.3, 0.8, 0.05))
    pattern = np.sort(marked).astype(np.int64)
    counted = Patterns(np.array([[8 - k, k] for k in range(9)]), np.full(9, 8), pattern, None)
    times = np.bincount(pattern, minlength=9).tolist()
    disagreement = sum(Fraction(2 * (8 - k) * k, 7) * times[k] for k in range(9))
    yes = sum(k * times[k] for k in range(9))
    no = 8 * len(pattern) - yes
    value = float(1 - (yes + no - 1) * disagreement / (2 * yes * no))
    assert confirm_alpha(value, counted, levels.nominal(2).recipe) or np.finfo(np.longdouble).eps > 1e-18
