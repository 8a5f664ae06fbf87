"""Prevalence corrected for misclassification: the printed formula, the matrix written out, and what does not exist."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from tests.agreement.known.made import SCALE, Row, coded, drawn
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.known.cases import cases_of
from toolkit.agreement.known.corrected import CORRECTED, PREVALENCE, CorrectedShare, OutsideShare, prevalence_estimates
from toolkit.agreement.resampling import Resampling

BY_ARTICLE, BY_UNIT = Resampling("article"), Resampling("unit")
T_OF_SEVEN = 2.364624
"""Student's t with 95 % between ±t and seven degrees of freedom, from a printed table."""


def found(
    rows: list[Row], truth: dict[str, str], resampling: Resampling = BY_ARTICLE, scale: tuple[str, ...] = SCALE
) -> tuple[list[Estimate], list[OutsideShare]]:
    question = coded(rows, clustered=resampling.clustered, scale=scale)
    return prevalence_estimates("tone", "nominal", cases_of(question, truth), resampling, list(question.by.items()))


def naive(rows: list[Row], part: list[Row], truth: dict[str, str], category: str) -> float | None:
    """Cramer's rule on the three equations p_g = Σ_t P(g|t) π_t, in fractions."""
    known = [(truth[unit], said) for unit, _, _, said in rows if unit in truth]
    of_true = {t: sum(true == t for true, _ in known) for t in SCALE}
    if not part or not all(of_true.values()):
        return None
    rates = [[Fraction(known.count((t, g)), of_true[t]) for t in SCALE] for g in SCALE]
    shares = [Fraction(sum(said == g for *_, said in part), len(part)) for g in SCALE]
    place = SCALE.index(category)
    instead = [[shares[g] if t == place else rates[g][t] for t in range(3)] for g in range(3)]
    return float(_determinant(instead) / _determinant(rates))


def _determinant(m: list[list[Fraction]]) -> Fraction:
    (a, b, c), (d, e, f), (g, h, i) = m
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)


def _two_categories(p: float, se: float, sp: float) -> float:
    """The estimator of Rogan & Gladen (1978)."""
    return (p + sp - 1) / (se + sp - 1)


@pytest.mark.parametrize(
    ("p", "se", "sp"), [(0.3, 0.9, 0.8), (0.5, 0.7, 0.95), (0.05, 0.99, 0.98), (0.9, 0.6, 0.6), (0.02, 0.9, 0.9)]
)
def test_of_two_categories_it_is_the_printed_formula(p: float, se: float, sp: float) -> None:
    """In 10,000 answers, and 10,000 to cases of each kind; below 0 as well."""
    given = [10_000 * (1 - p), 10_000 * p]
    known = [10_000 * sp, 10_000 * (1 - sp), 10_000 * (1 - se), 10_000 * se]
    sums = np.array([[*given, *known]])
    assert CorrectedShare(1, ("no", "yes")).values(sums)[0] == pytest.approx(_two_categories(p, se, sp))
    assert CorrectedShare(0, ("no", "yes")).values(sums)[0] == pytest.approx(1 - _two_categories(p, se, sp))


def test_a_number_by_hand() -> None:
    """p = .30, se = .90, sp = .80: (.30 + .80 − 1)/(.90 + .80 − 1) = .10/.70."""
    figure = CorrectedShare(1, ("no", "yes"))
    assert figure.values(np.array([[70.0, 30.0, 80.0, 20.0, 10.0, 90.0]]))[0] == pytest.approx(1 / 7)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("resampling", [BY_ARTICLE, BY_UNIT], ids=["by article", "by unit"])
def test_as_the_equations_say_over_all_and_in_parts(seed: int, resampling: Resampling) -> None:
    rows, truth = drawn(seed)
    estimates, outside = found(rows, truth, resampling)
    assert [(one.by, one.group) for one in estimates[::6]] == [(None, None), ("outlet", "a"), ("outlet", "b")]
    beyond = {(one.group, one.category): one.value for one in outside}
    for one in estimates:
        part = [row for row in rows if one.group in (None, row[1][0])]
        assert one.n_values == len(part)
        if one.measure == PREVALENCE:
            assert one.value == pytest.approx(sum(row[3] == one.category for row in part) / len(part))
            continue
        expected = naive(rows, part, truth, str(one.category))
        assert expected is not None
        came_out_as = beyond.get((one.group, str(one.category)), one.value)
        assert came_out_as == pytest.approx(expected)
        assert one.value == pytest.approx(min(max(expected, 0), 1))


def test_the_interval_leaves_articles_out_of_shares_and_rates_at_once() -> None:
    """Limits of y ± t·SE, y the log odds: the jackknife of the whole correction, written out."""
    rows, truth = drawn(2)
    articles = sorted({row[1] for row in rows})
    assert len(articles) == 8
    compared = 0
    for one in found(rows, truth)[0]:
        if one.measure != CORRECTED or one.by is not None:
            continue
        without = []
        for article in articles:
            rest = [row for row in rows if row[1] != article]
            without.append(naive(rest, rest, truth, str(one.category)))
        values = [value for value in without if value is not None]
        assert len(values) == 8
        y = [math.log(value / (1 - value)) for value in values]
        mean = sum(y) / 8
        error = math.sqrt(7 / 8 * sum((each - mean) ** 2 for each in y))
        assert one.value is not None
        own = math.log(one.value / (1 - one.value))
        limits = [1 / (1 + math.exp(-(own + side * T_OF_SEVEN * error))) for side in (-1, 1)]
        assert [one.ci_low, one.ci_high] == pytest.approx(limits, abs=1e-5)
        assert (one.interval_method, one.n_clusters, one.interval_unreliable) == ("jackknife", 8, False)
        compared += 1
    assert compared == 3


def _two_by_two(known: dict[tuple[str, str], int], given: dict[str, int]) -> tuple[list[Row], dict[str, str]]:
    """Answers to known units (by true category and category given) and to others, one a unit, in two articles."""
    rows: list[Row] = []
    truth: dict[str, str] = {}
    for (true, said), n in known.items():
        for _ in range(n):
            truth[f"k{len(rows)}"] = true
            rows.append((f"k{len(rows)}", f"a{len(rows) % 2}", "ann", said))
    for said, n in given.items():
        rows += [(f"u{said}{place}", f"b{place % 2}", "ann", said) for place in range(n)]
    return rows, truth


def test_annotators_who_never_err_change_nothing() -> None:
    rows, truth = _two_by_two({("none", "none"): 6, ("some", "some"): 4}, {"none": 20, "some": 10})
    estimates, _ = found(rows, truth, scale=("none", "some"))
    values = {(one.measure, one.group, one.category): one.value for one in estimates}
    for (measure, group, category), value in values.items():
        assert value == pytest.approx(values[PREVALENCE, group, category]), measure


def test_what_comes_out_beyond_0_and_1_is_said() -> None:
    """Where half of ``none`` is called ``some``, a part with only ``none`` has fewer ``some`` than there can be."""
    known = {("none", "none"): 10, ("none", "some"): 10, ("some", "some"): 20}
    rows, truth = _two_by_two(known, {"none": 40})
    estimates, outside = found(rows, truth, scale=("none", "some"))
    corrected = {(one.group, one.category): one for one in estimates if one.measure == CORRECTED}
    assert corrected["b", "some"].value == 0
    assert corrected["b", "none"].value == 1
    came_out_as = {(one.by, one.category): one.value for one in outside if one.group == "b"}
    assert came_out_as == pytest.approx({("outlet", "none"): 2, ("outlet", "some"): -1})
    for one in corrected.values():
        assert one.ci_low is None or (one.ci_high is not None and 0 <= one.ci_low <= one.ci_high <= 1)


@pytest.mark.parametrize(
    ("right", "wrong", "because"),
    [
        ((9, 0), (0, 0), "no known case of some"),
        ((8, 5), (8, 5), "condition number above 10"),
        ((112, 112), (88, 88), None),
        ((108, 108), (92, 92), "condition number above 10"),
    ],
    ids=["no case", "singular", "within the bound", "beyond it"],
)
def test_where_it_does_not_exist(right: tuple[int, int], wrong: tuple[int, int], because: str | None) -> None:
    """With se = sp = .56 the condition number is 1/(2 · .56 − 1) = 8.3, with .54 it is 12.5."""
    known = {
        ("none", "none"): right[0], ("none", "some"): wrong[0], ("some", "none"): wrong[1], ("some", "some"): right[1],
    }  # fmt: skip
    rows, truth = _two_by_two(known, {"none": 5, "some": 5})
    corrected = [one for one in found(rows, truth, scale=("none", "some"))[0] if one.measure == CORRECTED]
    assert {one.undefined_because for one in corrected} == {because}
    assert all((one.value is None) == (because is not None) for one in corrected)


def test_categories_nobody_gives_or_knows_are_left_out() -> None:
    rows, truth = _two_by_two({("none", "none"): 6, ("some", "some"): 4}, {"none": 5})
    assert {one.category for one in found(rows, truth)[0]} == {"none", "some"}


def test_more_categories_than_can_be_told_apart() -> None:
    scale = tuple(f"c{n}" for n in range(26))
    rows = [(f"u{n}", f"a{n % 3}", "ann", name) for n, name in enumerate(scale)]
    corrected = [one for one in found(rows, {"u0": "c0"}, scale=scale)[0] if one.measure == CORRECTED]
    assert {one.undefined_because for one in corrected} == {"more than 25 categories in use"}
    assert {(one.value, one.ci_low) for one in corrected} == {(None, None)}
