from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from tests.agreement.diagnosis import naive
from toolkit.agreement.diagnosis.max_t import half_widths
from toolkit.agreement.diagnosis.over_use import OverUse, over_use
from toolkit.agreement.student import as_far_out
from toolkit.files.arrays import IntArray

CATEGORIES = ["u", "v", "w"]


def difference(table: IntArray, annotator: int, category: int) -> float | None:
    """By definition, unit by unit; None where the annotator coded nothing together with anybody."""
    each = []
    for row in table.tolist():
        others = [value for place, value in enumerate(row) if place != annotator and value >= 0]
        if row[annotator] >= 0 and others:
            each.append((row[annotator] == category) - sum(value == category for value in others) / len(others))
    return sum(each) / len(each) if each else None


def named(n_annotators: int) -> list[str]:
    return [f"annotator {place}" for place in range(n_annotators)]


def found_in(
    table: IntArray, article: IntArray | None = None, *, replicates: int = 200, seed: int = 0
) -> list[OverUse]:
    return list(
        over_use(table, named(table.shape[1]), CATEGORIES, replicates=replicates, seed=seed, cluster_of_unit=article)
    )


def test_shares_by_hand() -> None:
    """Annotator 0 shares three units: own u, u, v; others give u to ½, 0 and 1 of them."""
    table = naive.codes("0 0 1\n0 1 .\n1 . 0\n0 . .")
    u = found_in(table, replicates=0)[0]
    assert (u.annotator, u.category, u.n_units) == ("annotator 0", "u", 3)
    assert u.own_share == pytest.approx(2 / 3, abs=1e-15)
    assert u.others_share == pytest.approx((1 / 2 + 0 + 1) / 3, abs=1e-15)
    assert u.difference == pytest.approx(2 / 3 - 1 / 2, abs=1e-15)
    assert (u.ci_low, u.ci_high, u.flagged) == (None, None, None)
    assert u.interval_undefined_because == "no replicates asked for"


@pytest.mark.parametrize("seed", range(3))
def test_difference_against_the_definition(seed: int) -> None:
    table = naive.random_codes(40, 4, 3, seed=seed)
    cells = found_in(table, np.arange(40) // 5)
    for cell, (annotator, category) in zip(cells, np.ndindex(4, 3), strict=True):
        assert cell.difference == pytest.approx(difference(table, annotator, category), abs=1e-12)


def test_of_many_annotators_each_is_compared_with_those_of_the_same_units_only() -> None:
    """Forty annotators, three to a unit, one alone: by the definition, and every annotator is counted off."""
    rng, steps = np.random.default_rng(4), list[tuple[int, int]]()
    table = np.full((120, 40), -1, dtype=np.int64)
    for row in table[:-1]:
        row[rng.choice(39, 3, replace=False)] = rng.integers(0, 3, 3)
    table[-1, 39] = 0
    cells = over_use(table, named(40), CATEGORIES, replicates=0, seed=0, on_step=lambda *step: steps.append(step))
    for cell, (annotator, category) in zip(cells, np.ndindex(40, 3), strict=True):
        expected = difference(table, annotator, category)
        assert cell.difference == (None if expected is None else pytest.approx(expected, abs=1e-12))
    assert cells[-1].undefined_because == "no overlap"
    assert steps == [(done, 40) for done in range(1, 41)]


def test_equal_use_differs_by_exactly_nothing() -> None:
    """Seven annotators who all say u, then v, then w: others give each what the annotator gives, in sixths."""
    for cell in found_in(np.repeat(np.arange(3)[:, None], 7, axis=1), replicates=0):
        assert (cell.own_share, cell.others_share, cell.difference) == (1 / 3, 1 / 3, 0.0)
    always = found_in(np.zeros((3, 7), dtype=np.int64), replicates=0)
    assert {cell.others_share for cell in always} == {0.0, 1.0}


@pytest.mark.parametrize("n_articles", [12, 24])
def test_interval_against_brute_force(n_articles: int) -> None:
    """The same draws of articles, laid out unit by unit; SE and the greatest deviation written out."""
    table, replicates = naive.random_codes(120, 3, 3, seed=5), 80
    article = np.arange(120) % n_articles
    cells = found_in(table, article, replicates=replicates, seed=11)
    draws = np.random.default_rng(11).integers(0, n_articles, size=(replicates, n_articles))
    drawn = []
    for draw in draws.tolist():
        again = np.concatenate([table[article == one] for one in draw])
        drawn.append([difference(again, annotator, category) for annotator, category in np.ndindex(3, 3)])
    replicate = np.asarray(drawn, dtype=np.float64)
    value = np.asarray([difference(table, annotator, category) for annotator, category in np.ndindex(3, 3)])
    error = replicate.std(axis=0, ddof=1)
    critical = float(np.quantile((np.abs(replicate - value) / error).max(axis=1), 0.95))
    if n_articles < 20:
        critical = max(critical, NormalDist().inv_cdf((1 + 0.95 ** (1 / 9)) / 2))
    half = as_far_out(critical, n_articles - 1) * (n_articles / (n_articles - 1)) ** 0.5 * error
    assert [cell.ci_low for cell in cells] == pytest.approx(list(value - half), abs=1e-10)
    assert [cell.ci_high for cell in cells] == pytest.approx(list(value + half), abs=1e-10)


def test_limits_stay_on_the_scale_of_a_difference_of_shares() -> None:
    """Annotator 0 gives u to everything, the other v to all but the first of four articles: 1 − .25 and a wide way up,
    and the same downwards for v.
    """
    table = np.column_stack([np.zeros(40, np.int64), (np.arange(40) >= 10).astype(np.int64)])
    cells = found_in(table, np.arange(40) // 10)
    limits = {(cell.annotator, cell.category): (cell.ci_low, cell.ci_high) for cell in cells}
    assert limits["annotator 0", "u"][1] == 1.0
    assert limits["annotator 0", "v"][0] == -1.0
    assert limits["annotator 1", "u"][0] == -1.0
    assert {cell.difference for cell in cells if cell.category != "w"} == {0.75, -0.75}


@pytest.mark.parametrize("n_articles", [2, 5, 12])
def test_no_limit_is_beyond_one(n_articles: int) -> None:
    """Who gives u nearly always beside who nearly never does, in as few articles as make intervals wide."""
    rng = np.random.default_rng(n_articles)
    table = np.column_stack([rng.random(60) < 0.05, rng.random(60) < 0.9, rng.random(60) < 0.95]).astype(np.int64)
    for cell in found_in(table, np.arange(60) % n_articles):
        if cell.ci_low is not None and cell.ci_high is not None and cell.difference is not None:
            assert -1 <= cell.ci_low <= cell.difference <= cell.ci_high <= 1


def with_a_habit(seed: int) -> IntArray:
    """Annotator 0 gives w in a third of the cases in which the others give u."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, 400)[:, None]
    table = np.where(rng.random((400, 3)) < 0.9, truth, rng.integers(0, 3, (400, 3)))
    habit = (table[:, 0] == 0) & (rng.random(400) < 1 / 3)
    table[habit, 0] = 2
    return np.asarray(table, dtype=np.int64)


def test_a_habit_is_found_and_nothing_else() -> None:
    cells = found_in(with_a_habit(1), np.arange(400) // 10)
    own = {cell.category: cell.flagged for cell in cells if cell.annotator == "annotator 0"}
    assert own == {"u": "under", "v": None, "w": "over"}
    for cell in cells:
        assert cell.ci_low is not None
        assert cell.ci_high is not None
        assert cell.ci_low <= 0 <= cell.ci_high or cell.flagged is not None
        assert not cell.interval_unreliable


def test_false_alarms_are_rare() -> None:
    """Twenty questions on which nobody has a habit: uncorrected, about 20 × 12 × .05 cells would be flagged."""
    alarms = 0
    for seed in range(20):
        cells = found_in(naive.random_codes(120, 4, 3, seed=seed), np.arange(120) // 4, seed=seed)
        alarms += any(cell.flagged for cell in cells)
    assert alarms <= 3


def test_intervals_from_few_articles_are_marked() -> None:
    cells = found_in(naive.random_codes(60, 3, 3, seed=2), np.arange(60) % 6)
    assert all(cell.interval_unreliable for cell in cells)


def test_one_article_has_no_interval_and_two_have_wide_ones() -> None:
    table = naive.random_codes(40, 3, 3, seed=3)
    one = found_in(table, np.zeros(40, np.int64))
    assert {cell.interval_undefined_because for cell in one} == {"one cluster"}
    assert all(cell.difference is not None for cell in one)
    two = found_in(table, np.arange(40) // 20)
    assert any(cell.ci_low is not None for cell in two)
    assert not any(cell.flagged for cell in two)


def test_one_unit_has_no_interval() -> None:
    assert {cell.interval_undefined_because for cell in found_in(naive.codes("0 1\n1 ."))} == {"one unit"}


def test_an_annotator_seen_in_too_few_articles_has_no_interval_and_the_others_do() -> None:
    table = naive.random_codes(100, 3, 3, seed=6)
    table[:, :2] = np.maximum(table[:, :2], 0)
    table[:, 2] = -1
    table[[0, 1, 50], 2] = [0, 1, 2]
    article = np.arange(100) // 5
    cells = found_in(table, article)
    seldom = [cell.interval_undefined_because for cell in cells if cell.annotator == "annotator 2"]
    assert all(reason is not None and reason.startswith("not drawn in") for reason in seldom)
    assert all(cell.ci_low is not None for cell in cells if cell.annotator != "annotator 2")
    table[50, 2] = -1
    assert found_in(table, article)[-1].interval_undefined_because == "one cluster"


def test_an_annotator_alone_has_no_difference() -> None:
    cells = found_in(naive.codes("0 0 .\n1 0 .\n. . 2"))
    alone = cells[-1]
    assert (alone.n_units, alone.own_share, alone.others_share, alone.difference) == (0, None, None, None)
    assert (alone.undefined_because, alone.interval_undefined_because) == ("no overlap", "value undefined")
    assert alone.flagged is None


def test_a_category_nobody_varies_in_has_no_interval() -> None:
    table = np.minimum(naive.random_codes(60, 3, 3, seed=8), 1)
    cells = found_in(table, np.arange(60) // 3)
    assert {cell.category for cell in cells if cell.interval_undefined_because == "no variation"} == {"w"}
    assert {cell.difference for cell in cells if cell.category == "w"} == {0.0}
    assert all(cell.ci_low is not None for cell in cells if cell.category != "w")


def test_perfect_agreement_flags_nobody() -> None:
    table = np.repeat(np.arange(30)[:, None] % 3, 4, axis=1)
    cells = found_in(table, np.arange(30) // 3)
    assert {cell.interval_undefined_because for cell in cells} == {"no variation"}


def test_too_few_replicates() -> None:
    cells = found_in(naive.random_codes(40, 3, 3, seed=1), np.arange(40) // 2, replicates=39)
    assert {cell.interval_undefined_because for cell in cells} == {"39 replicates are too few"}


def test_sets_count_for_each_category_they_name() -> None:
    """Values: {}, {x}, {x, y}. On the one shared kind of unit annotator 0 names y half of the time, the other never."""
    table = naive.codes("2 1\n1 1\n2 1\n0 0")
    x, y = over_use(
        table,
        ["a", "b"],
        ["x", "y"],
        replicates=0,
        seed=0,
        membership=np.asarray([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]),
    )[:2]
    assert (x.own_share, x.others_share, x.difference) == (0.75, 0.75, 0.0)
    assert (y.own_share, y.others_share, y.difference) == (0.5, 0.0, 0.5)


def test_the_same_seed_gives_the_same_answer() -> None:
    table = naive.random_codes(50, 3, 3, seed=7)
    assert found_in(table, seed=4) == found_in(table, seed=4)
    assert found_in(table, seed=4) != found_in(table, seed=5)


def test_many_units_are_drawn_in_groups_with_the_same_standard_error() -> None:
    """5,000 units: half-widths of one cell alone are about 1.96 standard errors of a mean of 5,000 differences."""
    rng = np.random.default_rng(12)
    table = rng.integers(0, 2, (5_000, 2))
    cell = found_in(table, replicates=2_000)[0]
    assert cell.ci_low is not None
    assert cell.ci_high is not None
    error = float(((table[:, 0] == 0).astype(float) - (table[:, 1] == 0)).std()) / 5_000**0.5
    # annotators and categories mirror each other: four cells, but one and the same |t|
    assert (cell.ci_high - cell.ci_low) / 2 == pytest.approx(NormalDist().inv_cdf(0.975) * error, rel=0.1)


def test_ten_intervals_that_hold_together_are_wider_than_each_alone() -> None:
    rng = np.random.default_rng(0)
    excess, n_units = rng.normal(size=(200, 10, 1)), np.ones((200, 10), dtype=np.int64)
    n_clusters_of = np.full(10, 200)
    together = half_widths(
        excess,
        n_units,
        n_clusters_of=n_clusters_of,
        replicates=2_000,
        confidence=0.95,
        rng=np.random.default_rng(1),
    ).half
    # ten independent means: each interval must hold with .95 ** (1 / 10)
    alone = NormalDist().inv_cdf((1 + 0.95**0.1) / 2) * excess.std(axis=0, ddof=1) / 200**0.5
    assert together == pytest.approx(alone, rel=0.08)


@pytest.mark.parametrize(
    ("degrees", "printed"), [(1, 12.706), (2, 4.303), (5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980)]
)
def test_student_as_in_any_table(degrees: int, printed: float) -> None:
    assert as_far_out(NormalDist().inv_cdf(0.975), degrees) == pytest.approx(printed, abs=6e-4)


@pytest.mark.parametrize(("degrees", "printed"), [(3, 5.841), (9, 3.250), (20, 2.845), (120, 2.617)])
def test_student_further_out(degrees: int, printed: float) -> None:
    assert as_far_out(NormalDist().inv_cdf(0.995), degrees) == pytest.approx(printed, abs=6e-4)
