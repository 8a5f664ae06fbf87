from __future__ import annotations

import numpy as np
import pytest

from tests.agreement.diagnosis import naive
from toolkit.agreement.diagnosis.coincidences import coincidences
from toolkit.agreement.diagnosis.counts import value_counts
from toolkit.agreement.diagnosis.prevalence import Prevalence, prevalences, skew_sentence


def test_counts_and_shares_by_hand() -> None:
    counts = value_counts(naive.codes("0 0 1\n1 . .\n0 2 ."), 4)
    found = prevalences(counts, ["a", "b", "c", "d"])
    assert [one.category for one in found] == ["a", "b", "c", "d"]
    assert [one.count for one in found] == [3, 2, 1, 0]
    assert [one.share for one in found] == [3 / 6, 2 / 6, 1 / 6, 0.0]
    assert [one.pairable_count for one in found] == [3, 1, 1, 0]
    assert [one.pairable_share for one in found] == [3 / 5, 1 / 5, 1 / 5, 0.0]
    assert {one.undefined_because for one in found} == {None}


def test_weights_stand_for_repeated_units() -> None:
    counts = value_counts(naive.codes("0 0\n1 .\n0 1"), 2)
    repeated = prevalences(np.repeat(counts, [4, 2, 3], axis=0), ["a", "b"])
    assert prevalences(counts, ["a", "b"], weights=np.asarray([4, 2, 3])) == repeated


def test_a_set_counts_for_every_category_it_names() -> None:
    """Values: nothing, {x}, {x, y}; two annotators on two units."""
    counts = value_counts(naive.codes("1 2\n0 2"), 3)
    x, y = prevalences(counts, ["x", "y"], membership=np.asarray([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]))
    assert (x.count, x.share, x.pairable_share) == (3, 0.75, 0.75)
    assert (y.count, y.share, y.pairable_share) == (2, 0.5, 0.5)


def test_where_shares_do_not_exist() -> None:
    (alone,) = prevalences(value_counts(naive.codes("0 .\n. 0"), 1), ["a"])
    assert (alone.count, alone.share, alone.pairable_share) == (2, 1.0, None)
    assert alone.undefined_because == "no overlap"
    (silent,) = prevalences(value_counts(naive.codes(". ."), 1), ["a"])
    assert (silent.count, silent.share, silent.pairable_share) == (0, None, None)
    assert silent.undefined_because == "nothing answered"


def sentence(n_each: dict[str, int], *, target: float | None = None) -> str | None:
    """Two annotators; ``n_each`` says how many units got which two answers, as in ``{"00": 90}``."""
    table = np.asarray(
        [[int(code) for code in answers] for answers, n in n_each.items() for _ in range(n)], dtype=np.int64
    )
    counts = value_counts(table, 3)
    alpha = coincidences(counts, ["none", "some", "much"])
    percent = float((table[:, 0] == table[:, 1]).mean())
    return skew_sentence(percent, alpha.value, prevalences(counts, alpha.labels), target=target)


def test_one_dominating_category_is_named() -> None:
    assert sentence({"00": 95, "01": 3, "10": 2}) == (
        "98 % of the answers are `none`; with so little variation one disagreement weighs much."
    )


def test_many_disagreements_are_not_excused() -> None:
    """428 units, 58 of them in disagreement, alpha .07: what is rare is simply not agreed on."""
    said = sentence({"00": 365, "11": 5, "01": 30, "10": 28})
    assert said == (
        "92 % of the answers are `none`; `some` is rare (8 %) and not agreed on: where one annotator gives it, another "
        "does in 15 % (58 disagreements)."
    )


def test_what_is_rare_and_agreed_on_in_part_is_called_that() -> None:
    said = sentence({"00": 300, "11": 12, "01": 8, "10": 8}, target=0.8)
    assert said is not None
    assert "`some` is rare (6 %) and agreed on in part only" in said
    assert "another does in 60 % (16 disagreements)" in said


def test_specific_agreement_and_split_units_by_hand() -> None:
    counts = value_counts(naive.codes("0 0 1\n1 . .\n0 2 .\n2 2 ."), 3)
    found = prevalences(counts, ["a", "b", "c"])
    assert [one.specific for one in found] == [pytest.approx(1 / 3), 0.0, pytest.approx(2 / 3)]
    assert [one.n_split for one in found] == [2, 1, 1]


def test_a_category_that_is_not_quite_everything_is_not_called_everything() -> None:
    said = sentence({"00": 499, "01": 1})
    assert said is not None
    assert said.startswith("more than 99 % of the answers")


def test_silent_where_alpha_is_low_because_annotators_differ() -> None:
    """Percent agreement .80, alpha .60, both categories used equally: no category dominates."""
    assert sentence({"00": 40, "11": 40, "01": 10, "10": 10}) is None


def test_silent_where_percent_agreement_is_low_too() -> None:
    assert sentence({"00": 70, "01": 15, "10": 15}) is None


def test_silent_where_alpha_is_high() -> None:
    """One category dominates, and annotators agree on the rare one all the same."""
    assert sentence({"00": 90, "11": 10}) is None


def test_a_target_decides_what_is_low() -> None:
    designs = {"00": 85, "11": 11, "01": 2, "10": 2}  # alpha .83
    assert sentence(designs) is None
    assert sentence(designs, target=0.9) is not None


@pytest.mark.parametrize(("percent", "alpha"), [(None, None), (1.0, None)])
def test_silent_where_alpha_does_not_exist(percent: float | None, alpha: float | None) -> None:
    everything = Prevalence(
        category="none", count=9, share=1.0, pairable_count=9, pairable_share=1.0, undefined_because=None
    )
    assert skew_sentence(percent, alpha, [everything]) is None
