"""Units drawn one by one that several parts share: those alike in all parts are one kind, with a weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from toolkit.agreement.patterns import Patterns, row_keys
from toolkit.agreement.reading import Reading
from toolkit.files.arrays import IntArray


def joined(readings: Mapping[str, Reading]) -> dict[str, Reading]:
    """Return the readings of parts whose patterns number units as clusters, alike in all of them, to be drawn together.

    A unit moves in all parts at once. Which it is does not matter, only what it was given in each: kinds are numbered
    by that, so that what is drawn does not depend on the order of units.
    """
    parts = [reading.patterns for reading in readings.values()]
    n_units = max((int(_units(part).max(initial=-1)) + 1 for part in parts), default=0)
    keys, _ = row_keys((_pattern_of_unit(part, n_units) for part in parts), n_units)
    times: IntArray = np.zeros(n_units, dtype=np.int64)
    for part in parts:
        times[_units(part)] = 1 if part.times is None else part.times
    kinds, kind = np.unique(keys, return_inverse=True)
    of_kind = np.bincount(kind, weights=times, minlength=len(kinds)).astype(np.int64)
    return {name: replace(one, patterns=_by_kind(one.patterns, kind, of_kind)) for name, one in readings.items()}


def _units(part: Patterns) -> IntArray:
    if part.cluster is None:
        raise ValueError("units are not numbered")
    return part.cluster


def _pattern_of_unit(part: Patterns, n_units: int) -> IntArray:
    """Which pattern each unit has, from 1; 0 where the part does not have it."""
    found: IntArray = np.zeros(n_units, dtype=np.int64)
    found[_units(part)] = part.pattern + 1
    return found


def _by_kind(part: Patterns, kind: IntArray, times: IntArray) -> Patterns:
    there, first = np.unique(kind[_units(part)], return_index=True)
    return replace(part, pattern=part.pattern[first], cluster=there, times=times[there], alone=True)
