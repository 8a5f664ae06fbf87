from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.agreement import by_definition
from tests.agreement.one_question import AnswerRow, NotShown, question_estimates
from toolkit.agreement.answer_rows import Value
from toolkit.agreement.distances import jaccard_distance

PATHS = ["EXPERT/think_tank", "EXPERT/scholar", "STATE/minister", "OTHER"]


def rows(*units: Sequence[Value | None]) -> list[AnswerRow]:
    return [
        AnswerRow(f"s{number}", f"article {number // 2}", f"annotator {who}", value)
        for number, unit in enumerate(units)
        for who, value in enumerate(unit)
        if value is not None
    ]


ORDINAL = rows(["low", "low"], ["mid", "high"], ["high", "high"], ["low", "mid"], ["mid", None], ["mid", "mid"])


@pytest.mark.parametrize("level", ["nominal", "ordinal"])
def test_alpha_comes_first_and_percent_agreement_after_it(level: str) -> None:
    alpha, percent, *_ = question_estimates("stance", level, ORDINAL, scale=["low", "mid", "high"], replicates=100)
    assert (alpha.question, alpha.measure, alpha.level) == ("stance", "krippendorff_alpha", level)
    assert (percent.question, percent.measure, percent.level) == ("stance", "percent_agreement", level)
    assert percent.value == pytest.approx(3 / 5)
    assert (alpha.n_units, alpha.n_pairable, alpha.n_annotators, alpha.n_categories, alpha.n_values) == (6, 5, 2, 3, 10)
    assert (alpha.cluster, alpha.n_clusters, alpha.replicates, alpha.seed, alpha.confidence) == (
        "cluster", 3, 100, 0, 0.95
    )  # fmt: skip
    assert alpha.confirmed_by is not None
    assert percent.confirmed_by is percent.verdict is None


def test_the_scale_gives_the_order() -> None:
    units = [["low", "low"], ["mid", "high"], ["high", "high"], ["low", "mid"], ["mid", "mid"]]
    order = ["low", "mid", "high"]
    alpha = question_estimates("q", "ordinal", ORDINAL, scale=order, replicates=0)[0]
    assert alpha.value == pytest.approx(by_definition.alpha(units, by_definition.ordinal(units, order)), abs=1e-12)
    other = question_estimates("q", "ordinal", ORDINAL, scale=["high", "low", "mid"], replicates=0)[0]
    assert other.value != pytest.approx(alpha.value, abs=1e-3)


def test_interval_needs_no_scale() -> None:
    """By hand: n = 6, one unit a step apart, squared differences over all ordered pairs 114."""
    alpha, percent, *_ = question_estimates("q", "interval", rows([1, 1.0], [2, 3], [4, 4]), replicates=0)
    assert alpha.value == pytest.approx(1 - 5 * 2 / 114, abs=1e-12)
    assert alpha.n_categories == 4
    assert percent.value == pytest.approx(2 / 3)


def test_ratio_needs_no_scale() -> None:
    """By hand: ((1 − 3)/(1 + 3))² = 1/4 between the two values; n = 4, one unit apart, 6 ordered pairs apart."""
    alpha, *_ = question_estimates("q", "ratio", rows([1, 3], [1, 1.0]), replicates=0)
    assert alpha.value == pytest.approx(1 - 3 * (2 / 4) / (6 / 4), abs=1e-12)


def test_sets_are_compared_whole() -> None:
    answers = rows([("a", "b"), ("b", "a")], [("a",), ("a", "c")], [(), ()], [("c",), ()])
    masi, jaccard, percent = question_estimates("q", "set", answers, scale=["a", "b", "c"], replicates=0, target=0.6)
    assert [masi.level, jaccard.level, percent.level] == ["set:masi", "set:jaccard", "set"]
    assert percent.value == pytest.approx(2 / 4)
    pairs = [("ab", "ab"), ("a", "ac"), ("", ""), ("c", "")]
    units = [[frozenset(one), frozenset(other)] for one, other in pairs]
    distance: Any = jaccard_distance  # of sets only, where the definition takes any two values
    expected = by_definition.alpha(units, distance)
    assert jaccard.value == pytest.approx(expected, abs=1e-12)
    assert masi.value is not None
    assert jaccard.value is not None
    assert masi.value < jaccard.value
    assert (masi.target, jaccard.target, percent.target) == (0.6, 0.6, None)


def test_taxonomy_by_tree_distance_and_at_each_depth() -> None:
    answers = rows(
        ["EXPERT/think_tank", "EXPERT/scholar"], ["STATE/minister", "STATE/minister"], ["OTHER", "EXPERT/scholar"]
    )
    found = question_estimates("q", "taxonomy", answers, scale=PATHS, target={"1": 0.8, "2": 0.7}, replicates=0)
    assert [(estimate.measure, estimate.level) for estimate in found] == [
        (measure, level)
        for level in ("taxonomy", "taxonomy:1", "taxonomy:2")
        for measure in ("krippendorff_alpha", "percent_agreement", "gwet_ac1")
    ]
    by_level = {(e.measure, e.level): e for e in found}
    assert by_level["percent_agreement", "taxonomy"].value == pytest.approx(1 / 3)
    assert by_level["percent_agreement", "taxonomy:1"].value == pytest.approx(2 / 3)
    assert [e.target for e in found if e.measure == "krippendorff_alpha"] == [None, 0.8, 0.7]
    assert by_level["krippendorff_alpha", "taxonomy:1"].n_categories == 3
    assert by_level["krippendorff_alpha", "taxonomy:2"].n_categories == 4
    units = [["EXPERT", "EXPERT"], ["STATE", "STATE"], ["OTHER", "EXPERT"]]
    assert by_level["krippendorff_alpha", "taxonomy:1"].value == pytest.approx(
        by_definition.alpha(units, by_definition.nominal), abs=1e-12
    )
    assert all(e.confirmed_by for e in found if e.measure == "krippendorff_alpha")


def test_one_target_of_a_taxonomy_is_for_the_whole_tree() -> None:
    found = question_estimates("q", "taxonomy", rows(["OTHER", "OTHER"]), scale=PATHS, target=0.8, replicates=0)
    assert {e.level: e.target for e in found if e.measure == "krippendorff_alpha"} == {
        "taxonomy": 0.8,
        "taxonomy:1": None,
        "taxonomy:2": None,
    }


def test_conditional_question_read_a_second_time() -> None:
    shown = rows(["a", "a"], ["b", None], ["b", "a"], ["b", "b"])
    hidden = [
        NotShown("s1", "article 0", "annotator 1"),
        *(NotShown("s9", "article 4", f"annotator {n}") for n in (0, 1)),
    ]
    own, _, _, second, beside, _ = question_estimates(
        "q", "nominal", shown, scale=["a", "b"], not_shown=hidden, target=0.7, replicates=0
    )
    assert (own.level, own.n_pairable, own.n_categories, own.target) == ("nominal", 3, 2, 0.7)
    assert (second.level, second.n_pairable, second.n_categories, second.target) == ("nominal:not_shown", 5, 3, None)
    units = [["a", "a"], ["b", "-"], ["b", "a"], ["b", "b"], ["-", "-"]]
    assert second.value == pytest.approx(by_definition.alpha(units, by_definition.nominal), abs=1e-12)
    assert beside.value == pytest.approx(3 / 5)


@pytest.mark.parametrize(
    ("level", "wrong"),
    [
        ("nominal", "zz"),
        ("nominal", ("a",)),
        ("nominal", 1.0),
        ("ordinal", "A"),
        ("set", ("a", "zz")),
        ("set", "a"),
        ("taxonomy", "EXPERT"),
        ("interval", "1"),
        ("interval", float("nan")),
        ("interval", True),
        ("ratio", -0.5),
        ("span", "Source"),
    ],
)
def test_a_value_that_does_not_fit_is_named_with_its_place(level: str, wrong: Value) -> None:
    answers = [AnswerRow("s7", "article", "ann", wrong)]
    scale = PATHS if level == "taxonomy" else ["a", "b"]
    with pytest.raises(ValueError, match="s7 by ann"):
        question_estimates("q", level, answers, scale=scale)


def test_every_value_that_does_not_fit_is_listed() -> None:
    answers = [AnswerRow("s1", "x", "ann", "p"), AnswerRow("s2", "x", "bo", "a"), AnswerRow("s3", "x", "cy", "q")]
    with pytest.raises(ValueError, match=r"(?s)s1 by ann: 'p'.*s3 by cy: 'q'"):
        question_estimates("q", "nominal", answers, scale=["a"])


@pytest.mark.parametrize("level", ["nominal", "span", "set"])
def test_two_answers_by_one_annotator_are_refused(level: str) -> None:
    value: Value = "a" if level == "nominal" else ()
    answers = [AnswerRow("s1", "x", "ann", value)] * 2
    with pytest.raises(ValueError, match="'s1' by 'ann'"):
        question_estimates("q", level, answers, scale=["a"], texts={"s1": "Oil."})


def test_a_question_without_agreement_or_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="text"):
        question_estimates("q", "text", [], scale=["a"])
    with pytest.raises(ValueError, match="scale"):
        question_estimates("q", "nominal", [])
    with pytest.raises(ValueError, match="twice"):
        question_estimates("q", "nominal", [], scale=["a", "a"])
    with pytest.raises(TypeError, match="one target"):
        question_estimates("q", "nominal", [], scale=["a"], target={"1": 0.5})
    with pytest.raises(ValueError, match="not shown"):
        question_estimates("q", "span", [], scale=["a"], not_shown=[NotShown("s", "a", "x")])


def test_verdict_of_a_clear_case() -> None:
    good = rows(*[["a", "a"], ["b", "b"], ["a", "a"], ["b", "b"], ["b", "b"], ["a", "b"]] * 12)
    alpha, *_ = question_estimates("q", "nominal", good, scale=["a", "b"], target=0.3)
    assert alpha.verdict == "reached"
    alpha, *_ = question_estimates("q", "nominal", good, scale=["a", "b"], target=0.95)
    assert alpha.verdict == "not reached"
    assert alpha.bootstrap_share_below is not None
    assert alpha.bootstrap_share_below["target"] > 0.97


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
@pytest.mark.parametrize("values", [range(1, 1 + m) for m in (2, 3, 4, 5, 6, 7)], ids=len)
def test_no_better_than_chance_is_exactly_0(level: str, values: Sequence[int]) -> None:
    """One unit, all its values different: observed is expected disagreement, at any level. Not 2.2e-16."""
    categories = [str(value) for value in values]
    unit = categories if level in {"nominal", "ordinal"} else [float(value) for value in values]
    scale = categories if level in {"nominal", "ordinal"} else []
    alpha, *_ = question_estimates("q", level, rows(unit), scale=scale, replicates=0)
    assert alpha.value == 0.0
    assert str(alpha.value) == "0.0"
