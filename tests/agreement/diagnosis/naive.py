"""Small tables of codes, and alpha written out pair by pair: slow, obvious, sharing nothing with the toolkit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np

from toolkit.files.arrays import IntArray


def codes(text: str) -> IntArray:
    """One unit per line, one annotator per column, ``.`` where nothing was given."""
    lines = text.strip().splitlines()
    return np.asarray([[-1 if cell == "." else int(cell) for cell in line.split()] for line in lines], dtype=np.int64)


def random_codes(n_units: int, n_annotators: int, n_values: int, *, seed: int) -> IntArray:
    """Annotators who are right two times in three; a quarter of the answers missing; low codes are more common."""
    rng = np.random.default_rng(seed)
    truth = np.minimum(rng.integers(0, n_values, n_units), rng.integers(0, n_values, n_units))[:, None]
    guess = rng.integers(0, n_values, (n_units, n_annotators))
    given = np.where(rng.random(guess.shape) < 2 / 3, truth, guess)
    return np.where(rng.random(guess.shape) < 1 / 4, -1, given)


def pairable(table: IntArray) -> list[list[int]]:
    """The values of each unit that has at least two."""
    units = [[value for value in row if value >= 0] for row in table.tolist()]
    return [unit for unit in units if len(unit) >= 2]


def disagreement(units: Sequence[Sequence[int]], level: str) -> tuple[float, float]:
    """Observed and expected."""
    values = [value for unit in units for value in unit]

    def distance(v: int, w: int) -> float:
        if level == "nominal":
            return float(v != w)
        low, high = sorted([v, w])
        between = sum(low <= value <= high for value in values)
        return (between - (values.count(low) + values.count(high)) / 2) ** 2

    table = {(v, w): distance(v, w) for v in set(values) for w in set(values)}
    observed = sum(table[pair] / (len(unit) - 1) for unit in units for pair in permutations(unit, 2)) / len(values)
    expected = sum(table[pair] for pair in permutations(values, 2)) / (len(values) * (len(values) - 1))
    return observed, expected


def alpha(table: IntArray, level: str = "nominal") -> float:
    observed, expected = disagreement(pairable(table), level)
    return 1 - observed / expected
