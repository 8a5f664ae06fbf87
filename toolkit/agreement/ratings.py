"""Who gave which value to which unit: integer codes, missing ones explicit."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from toolkit.files.arrays import IntArray

MISSING = -1
"""Code of a value that was not given."""

_LISTED = 10
_SMALL_TABLE = 1 << 22
_CELLS_PER_ENTRY = 64


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """Answers to one question as three parallel arrays of codes, one entry per (unit, annotator).

    ``units``, ``annotators``, ``domain`` and ``clusters`` are what the codes stand for, in code order; ``domain`` is in
    codebook order (low to high for ordinal). ``value`` is ``MISSING`` where an annotator gave none.
    """

    units: Sequence[Hashable]
    annotators: Sequence[Hashable]
    domain: tuple[Hashable, ...]
    unit: IntArray
    annotator: IntArray
    value: IntArray
    clusters: Sequence[Hashable] = ()
    cluster_of_unit: IntArray | None = None

    def __post_init__(self) -> None:
        if not len(self.unit) == len(self.annotator) == len(self.value):
            raise ValueError("unit, annotator and value must have the same length")
        _check_codes("unit", self.unit, 0, len(self.units))
        _check_codes("annotator", self.annotator, 0, len(self.annotators))
        _check_codes("value", self.value, MISSING, len(self.domain))
        if self.cluster_of_unit is not None:
            if len(self.cluster_of_unit) != len(self.units):
                raise ValueError("cluster_of_unit must have one entry per unit")
            _check_codes("cluster", self.cluster_of_unit, 0, len(self.clusters))
        self._check_repeats()

    def _check_repeats(self) -> None:
        cell = self.unit * max(len(self.annotators), 1) + self.annotator
        if all_differ(cell, len(self.units) * len(self.annotators)):
            return
        cells, times = np.unique(cell, return_counts=True)
        repeated = cells[times > 1]
        places = (divmod(int(cell), len(self.annotators)) for cell in repeated)
        named = (f"{self.units[unit]!r} by {self.annotators[annotator]!r}" for unit, annotator in places)
        raise ValueError(f"more than one value for one unit by one annotator: {_listed(named, len(repeated))}")

    @property
    def n_annotators(self) -> int:
        """Annotators with at least one value."""
        given = np.bincount(self.annotator, weights=self.value != MISSING, minlength=1)
        return int(np.count_nonzero(given))

    def use(self) -> IntArray:
        """Return how often each value of the domain was given."""
        return np.bincount(self.value[self.value != MISSING], minlength=len(self.domain))

    def recoded(self, rename: Callable[[Hashable], Hashable]) -> Self:
        """Return the same ratings with every value of the domain renamed; values renamed alike become one."""
        return self.coded(*recoding(self.domain, rename))

    def coded(self, domain: tuple[Hashable, ...], codes: IntArray) -> Self:
        """Return the same on another domain; ``codes`` are those of the present values there, then ``MISSING``."""
        return replace(self, domain=domain, value=codes[self.value])


def recoding(
    domain: Sequence[Hashable], rename: Callable[[Hashable], Hashable]
) -> tuple[tuple[Hashable, ...], IntArray]:
    """Return the domain of renamed values, and the code there of each present one, then ``MISSING``.

    >>> recoding(["A/1", "B/1", "A/2"], lambda value: value[0])
    (('A', 'B'), array([ 0,  1,  0, -1]))
    """
    code_of: dict[Hashable, int] = {}
    renamed = [code_of.setdefault(rename(value), len(code_of)) for value in domain]
    return tuple(code_of), np.asarray([*renamed, MISSING], dtype=np.int64)


def ratings_from_rows(
    units: Sequence[Hashable],
    annotators: Sequence[Hashable],
    values: Sequence[Hashable | None],
    *,
    domain: Sequence[Hashable],
    clusters: Sequence[Hashable] | None = None,
) -> Ratings:
    """Return ratings from parallel columns, one row per (unit, annotator); a value of None is missing.

    ``clusters`` names the cluster of each row's unit. Raise ValueError, listing all of them, on values outside
    ``domain``, on two values by one annotator for one unit, and on a unit in two clusters.

    >>> ratings_from_rows(["s1", "s1", "s2"], ["ann", "bo", "ann"], ["yes", "no", None], domain=["no", "yes"]).value
    array([ 1,  0, -1])
    """
    if not len(units) == len(annotators) == len(values):
        raise ValueError("units, annotators and values must have the same length")
    if len(set(domain)) != len(domain):
        raise ValueError(f"the domain names a value twice: {list(domain)!r}")
    code_of = {value: code for code, value in enumerate(domain)}
    given = set(values)
    if given - code_of.keys() - {None}:
        outside = list(dict.fromkeys(value for value in values if value is not None and value not in code_of))
        raise ValueError(f"values outside the scale: {_listed(map(repr, outside), len(outside))}")
    unit_names, unit = _coded(units)
    annotator_names, annotator = _coded(annotators)
    codes = {None: MISSING, **code_of} if None in given else code_of
    value = np.fromiter(map(codes.__getitem__, values), dtype=np.int64, count=len(values))
    if clusters is None:
        return Ratings(unit_names, annotator_names, tuple(domain), unit, annotator, value)
    if len(clusters) != len(unit):
        raise ValueError("clusters must have one entry per row")
    cluster_names, cluster_of_unit = _cluster_of_unit(unit_names, unit, *_coded(clusters))
    return Ratings(unit_names, annotator_names, tuple(domain), unit, annotator, value, cluster_names, cluster_of_unit)


def ratings_from_codes(
    units: Sequence[Hashable],
    annotators: Sequence[Hashable],
    unit: IntArray,
    annotator: IntArray,
    value: IntArray,
    *,
    domain: Sequence[Hashable],
    clusters: Sequence[Hashable] = (),
    cluster: IntArray | None = None,
) -> Ratings:
    """Return the same from numbers that stand for units, annotators, values and clusters; some may stand for nobody
    here, and are left out.

    Raise ValueError as ``ratings_from_rows`` does.

    >>> numbers = (np.array([5, 5, 1]), np.array([0, 1, 0]), np.array([1, 0, 0]))
    >>> ratings_from_codes(["a", "b", "c", "d", "e", "f"], ["ann", "bo"], *numbers, domain=["no", "yes"]).units
    ['f', 'b']
    """
    unit_names, unit = _that_occur(units, unit)
    annotator_names, annotator = _that_occur(annotators, annotator)
    if cluster is None:
        return Ratings(unit_names, annotator_names, tuple(domain), unit, annotator, value)
    cluster_names, cluster_of_unit = _cluster_of_unit(unit_names, unit, *_that_occur(clusters, cluster))
    return Ratings(unit_names, annotator_names, tuple(domain), unit, annotator, value, cluster_names, cluster_of_unit)


def _cluster_of_unit(
    unit_names: Sequence[Hashable], unit: IntArray, seen: Sequence[Hashable], cluster: IntArray
) -> tuple[list[Hashable], IntArray]:
    """The clusters in order, and the number of each unit's; ``cluster`` are places in ``seen``, one per row."""
    names = sorted(seen, key=lambda name: (type(name).__name__, str(name)))
    rank = {name: code for code, name in enumerate(names)}
    cluster = np.asarray([rank[name] for name in seen], dtype=np.int64)[cluster]
    of_unit = np.zeros(len(unit_names), dtype=np.int64)
    of_unit[unit] = cluster
    split = np.unique(unit[of_unit[unit] != cluster])
    if len(split):
        named = (repr(unit_names[code]) for code in split)
        raise ValueError(f"units in more than one cluster: {_listed(named, len(split))}")
    return names, of_unit


def all_differ(cells: IntArray, beyond: int) -> bool:
    """Return whether no number occurs twice among ``cells``, which lie in 0…beyond−1; sorted only where a table is
    too big.
    """
    if beyond > max(_CELLS_PER_ENTRY * len(cells), _SMALL_TABLE):
        ordered = np.sort(cells)
        return not bool((ordered[1:] == ordered[:-1]).any())
    seen = np.zeros(beyond, dtype=np.bool_)
    seen[cells] = True
    return int(np.count_nonzero(seen)) == len(cells)


def _coded(names: Sequence[Hashable]) -> tuple[list[Hashable], IntArray]:
    code_of = {name: code for code, name in enumerate(dict.fromkeys(names))}
    return list(code_of), np.fromiter(map(code_of.__getitem__, names), dtype=np.int64, count=len(names))


def _that_occur(names: Sequence[Hashable], codes: IntArray) -> tuple[list[Hashable], IntArray]:
    """The names that occur among the codes, in the order in which they first do, and the codes there."""
    first = np.full(len(names), len(codes), dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)  # of several the last one stays, which is the first
    there = np.flatnonzero(first < len(codes))
    there = there[np.argsort(first[there])]
    place = np.zeros(len(names), dtype=np.int64)
    place[there] = np.arange(len(there))
    return [names[code] for code in there.tolist()], place[codes]


def _check_codes(what: str, codes: IntArray, lowest: int, beyond: int) -> None:
    if codes.dtype != np.int64:
        raise ValueError(f"{what} codes must be int64, not {codes.dtype}")
    if len(codes) and (codes.min() < lowest or codes.max() >= beyond):
        raise ValueError(f"{what} codes must lie in {lowest}…{beyond - 1}")


def _listed(names: Iterable[str], total: int) -> str:
    shown = [name for name, _ in zip(names, range(_LISTED), strict=False)]
    return ", ".join(shown) + (f" and {total - len(shown)} more" if total > len(shown) else "")
