"""Chance-corrected measures written out pair by pair in exact fractions, sharing nothing with the toolkit.

Weights are 1 for the same value and less for others; None stands for a number that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from fractions import Fraction
from itertools import permutations

Table = Sequence[Sequence[Hashable | None]]
Weight = Callable[[Hashable, Hashable], Fraction]


def same(one: Hashable, other: Hashable) -> Fraction:
    return Fraction(one == other)


def quadratic(order: Sequence[Hashable]) -> Weight:
    return lambda one, other: 1 - Fraction(order.index(one) - order.index(other), len(order) - 1) ** 2


def linear(order: Sequence[Hashable]) -> Weight:
    return lambda one, other: 1 - Fraction(abs(order.index(one) - order.index(other)), len(order) - 1)


def mean(numbers: Sequence[Fraction]) -> Fraction | None:
    return sum(numbers, Fraction(0)) / len(numbers) if numbers else None


def specific(table: Table, category: Hashable) -> Fraction | None:
    """Of all ordered pairs of annotators of a unit whose first names the category, each weighing 1/(m − 1): the share
    whose second does as well.
    """
    both = given = Fraction(0)
    for row in table:
        unit = [value for value in row if value is not None]
        for one, other in permutations(range(len(unit)), 2):
            if unit[one] == category:
                weight = Fraction(1, len(unit) - 1)
                given += weight
                both += weight * (unit[other] == category)
    return both / given if given else None


def corrected(observed: Fraction | None, expected: Fraction) -> Fraction | None:
    return None if observed is None or expected == 1 else (observed - expected) / (1 - expected)


def observed_agreement(table: Table, weight: Weight) -> Fraction | None:
    units = [[value for value in row if value is not None] for row in table]
    return mean(
        [
            sum((weight(a, b) for a, b in permutations(unit, 2)), Fraction(0)) / (len(unit) * (len(unit) - 1))
            for unit in units
            if len(unit) >= 2
        ]
    )


def shares(table: Table, categories: Sequence[Hashable]) -> list[Fraction]:
    units = [[value for value in row if value is not None] for row in table]
    per_unit = [[Fraction(unit.count(category), len(unit)) for category in categories] for unit in units if unit]
    return [sum(column, Fraction(0)) / len(column) for column in zip(*per_unit, strict=True)]


def ac(table: Table, categories: Sequence[Hashable], weight: Weight = same) -> Fraction | None:
    """AC1, and AC2 with weights."""
    q = len(categories)
    if q < 2:
        return None
    all_weights = sum((weight(a, b) for a in categories for b in categories), Fraction(0))
    spread = sum((share * (1 - share) for share in shares(table, categories)), Fraction(0))
    return corrected(observed_agreement(table, weight), all_weights * spread / (q * (q - 1)))


def fleiss(table: Table, categories: Sequence[Hashable]) -> Fraction | None:
    expected = sum((share**2 for share in shares(table, categories)), Fraction(0))
    return corrected(observed_agreement(table, same), expected)


def brennan_prediger(table: Table, categories: Sequence[Hashable]) -> Fraction | None:
    return corrected(observed_agreement(table, same), Fraction(1, len(categories)))


def conger(table: Table, categories: Sequence[Hashable]) -> Fraction | None:
    """Chance agreement as the mean over ordered pairs of annotators of two independent draws being the same."""
    columns = [[value for value in column if value is not None] for column in zip(*table, strict=True)]
    use = [[Fraction(given.count(k), len(given)) for k in categories] for given in columns if given]
    meeting = [sum((p * p_ for p, p_ in zip(g, h, strict=True)), Fraction(0)) for g, h in permutations(use, 2)]
    expected = mean(meeting)
    return None if expected is None else corrected(observed_agreement(table, same), expected)


def cohen(pairs: Sequence[tuple[Hashable, Hashable]], weight: Weight = same) -> Fraction | None:
    """Kappa of two annotators, plain or weighted: every value of one against every value of the other is chance."""
    if not pairs:
        return None
    observed = mean([weight(one, other) for one, other in pairs])
    chance = mean([weight(one, other) for one, _ in pairs for _, other in pairs])
    assert chance is not None
    return corrected(observed, chance)


def scott(pairs: Sequence[tuple[Hashable, Hashable]]) -> Fraction | None:
    """Every value against every value of both annotators is chance."""
    if not pairs:
        return None
    values = [value for pair in pairs for value in pair]
    chance = mean([same(one, other) for one in values for other in values])
    assert chance is not None
    return corrected(mean([same(one, other) for one, other in pairs]), chance)


def both_coded(table: Table, one: int, other: int) -> list[tuple[Hashable, Hashable]]:
    found = [(row[one], row[other]) for row in table]
    return [(a, b) for a, b in found if a is not None and b is not None]
