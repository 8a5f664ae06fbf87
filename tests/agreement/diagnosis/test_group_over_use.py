from __future__ import annotations

import pytest

from tests.agreement.annotator_groups import naive
from tests.agreement.annotator_groups.designs import CATEGORIES, drawn, numbers


@pytest.mark.parametrize("seed", range(3))
def test_difference_against_the_definition(seed: int) -> None:
    answers, group_of = drawn(30, [2, 3, 1], seed, given=0.6)
    found = numbers(answers, group_of, replicates=50).group_over_use
    assert [(each.group, each.category) for each in found] == [
        (group, category) for group in ("g0", "g1", "g2") for category in CATEGORIES
    ]
    for each in found:
        expected = naive.over_use(answers, group_of, each.group, each.category)
        assert each.difference == pytest.approx(expected, abs=1e-12)
        assert each.by == "leaning"


def test_of_groups_of_one_it_is_what_single_annotators_over_use() -> None:
    """Two annotators, a group each: 3 of 4 units u against 1 of 4."""
    answers = {f"u{n}": {"x": x, "y": y} for n, (x, y) in enumerate([("a", "a"), ("a", "b"), ("a", "b"), ("c", "c")])}
    x = numbers(answers, {"x": "left", "y": "right"}).group_over_use[0]
    assert (x.group, x.category, x.own_share, x.others_share, x.n_units) == ("left", "a", 0.75, 0.25, 4)
    assert x.interval_undefined_because == "no replicates asked for"


def test_members_of_the_same_group_are_not_compared_with_each_other() -> None:
    """Units that one group coded alone say nothing, however its members differ."""
    shared = {f"u{n}": {"x1": "a", "y1": "a"} for n in range(3)}
    alone = {f"v{n}": {"x1": "a", "x2": "b"} for n in range(20)}
    group_of = {"x1": "left", "x2": "left", "y1": "right"}
    found = numbers({**shared, **alone}, group_of).group_over_use
    assert {(each.n_units, each.difference) for each in found} == {(3, 0.0)}


def test_a_leaning_is_flagged() -> None:
    """In 30 articles the left gives "a" where the right gives "b", in one sentence of two or three."""
    answers, clusters = {}, {}
    for article in range(30):
        for sentence in range(2 + article % 2):
            unit = f"{article}-{sentence}"
            clusters[unit] = str(article)
            leaning = sentence == 0
            answers[unit] = {
                "l1": "a" if leaning else "c",
                "l2": "a" if leaning else "c",
                "r1": "b" if leaning else "c",
                "r2": "b" if leaning else "c",
            }
    group_of = {"l1": "left", "l2": "left", "r1": "right", "r2": "right"}
    found = {
        (each.group, each.category): each.flagged
        for each in numbers(answers, group_of, clusters=clusters, replicates=400).group_over_use
    }
    assert found == {
        ("left", "a"): "over",
        ("left", "b"): "under",
        ("left", "c"): None,
        ("right", "a"): "under",
        ("right", "b"): "over",
        ("right", "c"): None,
    }


def test_numbers_have_no_categories() -> None:
    answers, group_of = drawn(10, [2, 2], 1, values=[1.0, 2.0, 5.0])
    assert numbers(answers, group_of, level="interval", scale=()).group_over_use == ()


def test_sets_by_the_categories_they_name() -> None:
    answers = {f"u{n}": {"x": ("a", "b"), "y": ("b",)} for n in range(4)}
    found = numbers(answers, {"x": "left", "y": "right"}, level="set").group_over_use
    assert {(each.category, each.difference) for each in found if each.group == "left"} == {
        ("a", 1.0),
        ("b", 0.0),
        ("c", 0.0),
    }
