"""How far two answers are apart, against values worked out by hand."""

from __future__ import annotations

from collections.abc import Hashable

import pytest

from tests.codebook.samples import codebook
from toolkit.agreement.answer_rows import Recoded
from toolkit.loop.disagreement.distances import distance_of

TEXT = "Go now, said the army."
"""Seven tokens: Go, now, a comma, said, the, army, a full stop."""


def apart(name: str, one: Hashable, other: Hashable, given: list[list[Hashable]] | None = None) -> float:
    """The distance in a round in which these answers were given, sentence by sentence."""
    sentences = [{f"annotator-{place}": value for place, value in enumerate(each)} for each in given or [[one, other]]]
    return distance_of(codebook().by_id[name], sentences)(one, other, TEXT)


def test_categories_are_the_same_or_not() -> None:
    assert apart("gate", "ok", "ok") == 0
    assert apart("gate", "ok", "broken") == 1


def test_ranks_are_as_far_apart_as_answers_lie_between_them() -> None:
    """2 × low, 4 × middle, 2 × high have the mean ranks 1, 4 and 7: δ is 9 for neighbours and 36 for the ends."""
    given: list[list[Hashable]] = [["low", "low"], ["middle", "middle"], ["middle", "middle"], ["high", "high"]]
    assert apart("rank", "low", "high", given) == 1
    assert apart("rank", "low", "middle", given) == pytest.approx(9 / 36)
    # what only one answered, or what is off the scale, is no pairable value
    assert apart("rank", "low", "middle", [*given, ["low"], ["low", "none_given"]]) == pytest.approx(9 / 36)


def test_numbers_by_the_squared_difference_in_the_range_that_was_given() -> None:
    given: list[list[Hashable]] = [[-5.0, 5.0], [0.0, 2.0]]
    assert apart("warmth", -5.0, 5.0, given) == 1
    assert apart("warmth", 0.0, 2.0, given) == pytest.approx(4 / 100)


def test_ratios_by_the_difference_relative_to_the_sum() -> None:
    assert apart("deaths", 1.0, 3.0) == pytest.approx((2 / 4) ** 2)
    assert apart("deaths", 0.0, 7.0) == 1


def test_sets_by_masi() -> None:
    """One of two categories in common, and the one contains the other: 1 − ½ × ⅔."""
    assert apart("topics", frozenset({"war", "law"}), frozenset({"war"})) == pytest.approx(2 / 3)
    assert apart("topics", frozenset({"war"}), frozenset()) == 1


def test_paths_by_how_deep_they_part() -> None:
    assert apart("kind", "STATE/police", "STATE/army") == pytest.approx(0.5)
    assert apart("kind", "STATE/police", "PRESS/paper") == 1


def test_spans_by_the_tokens_only_one_marked() -> None:
    army, the_army = frozenset({("Source", 17, 21)}), frozenset({("Source", 13, 21)})
    assert apart("words", army, the_army) == pytest.approx(1 / 2)
    assert apart("words", army, frozenset({("Source", 18, 21)})) == 0  # the same token
    assert apart("words", army, frozenset({("Cue", 17, 21)})) == 1
    assert apart("words", army, frozenset()) == 1


@pytest.mark.parametrize("other", ["none_given", Recoded.NOT_SHOWN])
def test_what_is_off_the_scale_is_as_far_as_can_be(other: Hashable) -> None:
    assert apart("rank", "low", other) == 1
    assert apart("rank", other, other) == 0


def test_one_value_only_has_no_distance_to_learn_from() -> None:
    assert apart("warmth", 1.0, 2.0, [[3.0, 3.0]]) == 1
