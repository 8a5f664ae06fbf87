"""Answers as annotators might give them: a truth, mostly seen, otherwise a guess; some categories rarer than others."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pyarrow as pa

from toolkit.files.arrays import IntArray

ANNOTATORS = ("Ann", "Bo", "Cy", "Di", "Ed")
SEEN = 0.8
"""Share of the answers that are the truth; the others are any category."""


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Parallel codes, one entry per unit and annotator, and the number of categories."""

    unit: IntArray
    annotator: IntArray
    value: IntArray
    n_values: int

    def table(self, *, text_ids: bool = False) -> pa.Table:
        """The answers as a long Arrow table: whole numbers or ``u0000001`` for units, names, categories as text."""
        unit = pa.array(self.unit.astype(np.int32))
        if text_ids:
            unit = pa.array(np.char.mod("u%07d", np.arange(self.unit.max() + 1))).take(unit)
        names, categories = pa.array(ANNOTATORS), pa.array(names_of(self.n_values))
        return pa.table(
            {
                "unit": unit,
                "annotator": names.take(pa.array(self.annotator.astype(np.int8))),
                "value": categories.take(pa.array(self.value.astype(np.int8))),
            }
        )

    def counts(self) -> IntArray:
        """How often each unit was given each category (units × categories)."""
        n_units = int(self.unit.max()) + 1
        cell = self.unit * self.n_values + self.value
        return np.bincount(cell, minlength=n_units * self.n_values).reshape(n_units, self.n_values)


def answers(n_units: int, n_values: int, *, seed: int, per_unit: int = len(ANNOTATORS)) -> Answers:
    """Answers of ``per_unit`` of the five annotators to each unit, other ones from unit to unit."""
    rng = np.random.default_rng(seed)
    shares = 1 / np.arange(1, n_values + 1)
    truth = rng.choice(n_values, n_units, p=shares / shares.sum())
    value = np.repeat(truth, per_unit)
    guessed = rng.random(len(value)) >= SEEN
    value[guessed] = rng.integers(0, n_values, int(guessed.sum()))
    teams = np.array(list(combinations(range(len(ANNOTATORS)), per_unit)))
    annotator = teams[rng.integers(0, len(teams), n_units)].ravel()
    return Answers(np.repeat(np.arange(n_units), per_unit), annotator, value, n_values)


def names_of(n_values: int) -> list[str]:
    """Names of categories whose order by name is their order."""
    return [f"c{code:02d}" for code in range(n_values)]
