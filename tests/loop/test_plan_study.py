from __future__ import annotations

from typing import Any

import pytest

from toolkit.errors import UsageError
from toolkit.loop import plan as of_study

ASKED: dict[str, Any] = {
    "level": "nominal",
    "categories": 2,
    "expect": 0.85,
    "target": 0.667,
    "coders": 3,
    "sentences_per_article": 14,
    "samples": 200,
}


def test_a_plan_has_other_numbers_of_coders_beside_and_both_differences() -> None:
    found = of_study.plan(**ASKED | {"coders": 4})
    assert [(row.differ, row.coders) for row in found.needed] == [
        (differ, coders) for differ in ("little", "much") for coders in (2, 3, 4, 5)
    ]
    for row in found.needed:
        assert row.articles is not None
        assert row.annotations == row.articles * 14 * row.coders
    of_four = {row.differ: row.articles for row in found.needed if row.coders == 4}
    for differ, articles in of_four.items():
        (told,) = (row for row in found.told if (row.differ, row.articles) == (differ, articles))
        assert told.expected.reached >= found.power
        assert told.at_target.reached <= 0.08  # 3.5 %, and three errors of so few samples


def test_the_same_seed_gives_the_same_plan_and_one_difference_is_part_of_both() -> None:
    both, again = of_study.plan(**ASKED), of_study.plan(**ASKED)
    much = of_study.plan(**ASKED, differ="much")
    assert both == again
    assert much.needed == tuple(row for row in both.needed if row.differ == "much")
    assert much.told == tuple(row for row in both.told if row.differ == "much")


def test_shares_may_be_rounded() -> None:
    found = of_study.plan(**ASKED | {"categories": [0.33, 0.33, 0.33]}, differ="little")
    assert found.shares == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"level": "span"}, "level 'span'"),
        ({"level": "ratio"}, "level 'ratio'"),
        ({"categories": 1}, "2 to 10 categories, not 1"),
        ({"categories": [0.5] * 11}, "2 to 10 categories, not 11"),
        ({"categories": [0.9, 0.2]}, r"do not: 0\.9, 0\.2"),
        ({"categories": [1.0, 0.0]}, "do not: 1, 0"),
        ({"expect": 1.1}, r"not 1\.1"),
        ({"expect": float("nan")}, "not nan"),
        ({"target": 1.0}, "not 1"),
        ({"power": 1.0}, "a power"),
        ({"seed": -1}, "a seed"),
        ({"coders": 1}, "2 to 6 coders, not 1"),
        ({"coders": 7}, "2 to 6 coders, not 7"),
        ({"sentences_per_article": 0}, "not 0"),
        ({"differ": "somewhat"}, "somewhat"),
    ],
)
def test_what_cannot_be_planned(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        of_study.plan(**ASKED | wrong)
