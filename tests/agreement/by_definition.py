"""Alpha written out pair by pair from its definition: slow, obvious, and sharing nothing with the toolkit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from functools import cache
from itertools import permutations

from tests.agreement.matrices import Matrix

Distance = Callable[[Hashable, Hashable], float]


def pairable_units(table: Matrix) -> list[list[Hashable]]:
    units = [[value for value in row if value is not None] for row in table]
    return [unit for unit in units if len(unit) >= 2]


def ordinal(units: Sequence[Sequence[Hashable]], order: Sequence[Hashable]) -> Distance:
    times = Counter(value for unit in units for value in unit)

    @cache
    def distance(one: Hashable, other: Hashable) -> float:
        low, high = sorted([order.index(one), order.index(other)])
        between = sum(times[order[rank]] for rank in range(low, high + 1))
        return (between - (times[order[low]] + times[order[high]]) / 2) ** 2

    return distance


def nominal(one: Hashable, other: Hashable) -> float:
    return float(one != other)


def alpha(units: Sequence[Sequence[Hashable]], distance: Distance) -> float | None:
    values = [value for unit in units for value in unit]
    if not values:
        return None
    observed = sum(distance(a, b) / (len(unit) - 1) for unit in units for a, b in permutations(unit, 2)) / len(values)
    expected = sum(distance(a, b) for a, b in permutations(values, 2)) / (len(values) * (len(values) - 1))
    return None if expected == 0 else 1 - observed / expected


def percent(units: Sequence[Sequence[Hashable]]) -> float | None:
    if not units:
        return None
    shares = []
    for unit in units:
        pairs = list(permutations(unit, 2))
        shares.append(sum(a == b for a, b in pairs) / len(pairs))
    return sum(shares) / len(shares)
