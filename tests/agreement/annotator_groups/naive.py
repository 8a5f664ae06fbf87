"""Agreement between groups of annotators written out answer by answer, sharing nothing with the toolkit."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from tests.agreement import by_definition
from tests.agreement.annotator_groups.designs import Answers
from tests.agreement.by_definition import Distance
from toolkit.agreement.answer_rows import Value


def of_group(answers: Answers, group_of: Mapping[str, str], group: str) -> list[list[Value]]:
    return [[value for who, value in given.items() if group_of.get(who) == group] for given in answers.values()]


def kappa(answers: Answers, group_of: Mapping[str, str], one: str, other: str, distance: Distance) -> float | None:
    both = zip(of_group(answers, group_of, one), of_group(answers, group_of, other), strict=True)
    units = [(xs, ys) for xs, ys in both if xs and ys]
    xs, ys = [x for unit, _ in units for x in unit], [y for _, unit in units for y in unit]
    if not xs:
        return None
    observed = sum(
        (len(a) + len(b)) / (len(xs) + len(ys)) * sum(distance(x, y) for x in a for y in b) / (len(a) * len(b))
        for a, b in units
    )
    expected = sum(distance(x, y) for x in xs for y in ys) / (len(xs) * len(ys))
    return None if expected == 0 else 1 - observed / expected


def alpha(answers: Answers, group_of: Mapping[str, str], group: str, distance: Distance) -> float | None:
    units = [unit for unit in of_group(answers, group_of, group) if len(unit) >= 2]
    return by_definition.alpha(units, distance)


def gap(answers: Answers, members: set[str], everybody: set[str]) -> float:
    of = {name: "in" if name in members else "out" for name in everybody}
    within = alpha(answers, of, "in", by_definition.nominal)
    between = kappa(answers, of, "in", "out", by_definition.nominal)
    assert within is not None
    assert between is not None
    return within - between


def p_value(answers: Answers, group_of: Mapping[str, str], group: str) -> float:
    """Over every way to choose as many members, two-sided."""
    everybody = set(group_of)
    members = {name for name, of in group_of.items() if of == group}
    seen = gap(answers, members, everybody)
    found = [gap(answers, set(way), everybody) for way in combinations(sorted(everybody), len(members))]
    above, below = (sum(each >= seen - 1e-9 for each in found), sum(each <= seen + 1e-9 for each in found))
    return min(1.0, 2 * min(above, below) / len(found))


def over_use(answers: Answers, group_of: Mapping[str, str], group: str, category: str) -> float:
    differences = []
    for given in answers.values():
        own = [value == category for who, value in given.items() if group_of.get(who) == group]
        others = [value == category for who, value in given.items() if group_of.get(who) not in {group, None}]
        if own and others:
            differences.append(sum(own) / len(own) - sum(others) / len(others))
    return sum(differences) / len(differences)
