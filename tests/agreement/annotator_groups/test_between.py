"""Groups of annotators: kappa between them, alpha within, and the index of the two, against their definitions."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from tests.agreement import by_definition
from tests.agreement.annotator_groups import naive
from tests.agreement.annotator_groups.designs import CATEGORIES, drawn, numbers, the
from toolkit.agreement import levels
from toolkit.agreement.annotator_groups.cross_kappa import IntervalKappa, TableKappa
from toolkit.agreement.distances import interval_distances
from toolkit.agreement.student import as_far_out

KAPPA, NORMALISED, ASSOCIATION = (
    "cross_replication_kappa",
    "cross_replication_kappa_normalised",
    "group_association_index",
)


@pytest.mark.parametrize("seed", range(4))
def test_kappa_against_the_definition(seed: int) -> None:
    answers, group_of = drawn(30, [2, 3, 2], seed, given=0.6)
    found = numbers(answers, group_of)
    for one, other in (("g0", "g1"), ("g0", "g2"), ("g1", "g2")):
        expected = naive.kappa(answers, group_of, one, other, by_definition.nominal)
        assert the(found, KAPPA, one, other).value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_ordinal_distances_are_those_of_both_groups_answers_together(seed: int) -> None:
    answers, group_of = drawn(25, [2, 2], seed, given=0.7)
    both = [list(given.values()) for given in answers.values() if {group_of[who] for who in given} == {"g0", "g1"}]
    expected = naive.kappa(answers, group_of, "g0", "g1", by_definition.ordinal(both, CATEGORIES))
    found = the(numbers(answers, group_of, level="ordinal"), KAPPA, "g0", "g1")
    assert found.value == pytest.approx(expected, abs=1e-12)


def test_numbers() -> None:
    answers, group_of = drawn(25, [2, 3], 5, values=[1.0, 2.5, 4.0, 10.0], given=0.7)
    found = the(numbers(answers, group_of, level="interval", scale=()), KAPPA, "g0", "g1")
    expected = naive.kappa(answers, group_of, "g0", "g1", lambda x, y: (float(str(x)) - float(str(y))) ** 2)
    assert found.value == pytest.approx(expected, abs=1e-12)


def test_many_numbers_give_what_a_table_of_their_distances_gives() -> None:
    points = np.asarray([0, 1, 2.5, 4, 8, 9, 11, 15, 16, 20, 31, 32], dtype=np.float64)
    rows = np.random.default_rng(3).integers(-1, 12, size=(40, 5))
    by_table, by_sums = TableKappa(interval_distances(points.tolist()), 2), IntervalKappa(points, 2)
    sums = [figure.statistics(rows).sum(axis=0)[None, :] for figure in (by_table, by_sums)]
    assert by_sums.values(sums[1])[0] == pytest.approx(by_table.values(sums[0])[0], abs=1e-12)


def test_of_two_annotators_it_is_cohens_kappa() -> None:
    """(p_o − p_e) / (1 − p_e) with the annotators' own shares (Cohen 1960)."""
    answers, group_of = drawn(60, [1, 1], 2, given=1.0)
    pairs = [(given["00"], given["10"]) for given in answers.values()]
    n = len(pairs)
    observed = sum(x == y for x, y in pairs) / n
    chance = sum((sum(x == k for x, _ in pairs) / n) * (sum(y == k for _, y in pairs) / n) for k in CATEGORIES)
    found = the(numbers(answers, group_of), KAPPA, "g0", "g1")
    assert found.value == pytest.approx((observed - chance) / (1 - chance), abs=1e-12)


def test_normalised_and_index() -> None:
    answers, group_of = drawn(40, [3, 4], 1)
    found = numbers(answers, group_of)
    kappa = naive.kappa(answers, group_of, "g0", "g1", by_definition.nominal)
    alphas = [naive.alpha(answers, group_of, group, by_definition.nominal) for group in ("g0", "g1")]
    assert kappa is not None
    assert alphas[0] is not None
    assert alphas[1] is not None
    assert the(found, "krippendorff_alpha", "g0").value == pytest.approx(alphas[0], abs=1e-12)
    assert the(found, NORMALISED, "g0", "g1").value == pytest.approx(kappa / sqrt(alphas[0] * alphas[1]), abs=1e-12)
    assert the(found, ASSOCIATION, "g0").value == pytest.approx(alphas[0] / kappa, abs=1e-12)
    assert the(found, ASSOCIATION, "g1").value == pytest.approx(alphas[1] / kappa, abs=1e-12)


def test_the_index_of_three_groups_is_against_all_others_together() -> None:
    answers, group_of = drawn(40, [3, 2, 2], 7)
    together = {who: "in" if group == "g1" else "out" for who, group in group_of.items()}
    kappa = naive.kappa(answers, together, "in", "out", by_definition.nominal)
    alpha = naive.alpha(answers, together, "in", by_definition.nominal)
    assert kappa is not None
    assert alpha is not None
    assert the(numbers(answers, group_of), ASSOCIATION, "g1").value == pytest.approx(alpha / kappa, abs=1e-12)


def test_annotators_in_no_group_take_no_part() -> None:
    answers, group_of = drawn(40, [3, 3], 4)
    without = {who: group for who, group in group_of.items() if who != "12"}
    found = numbers(answers, without)
    expected = naive.kappa(answers, without, "g0", "g1", by_definition.nominal)
    assert the(found, KAPPA, "g0", "g1").value == pytest.approx(expected, abs=1e-12)
    assert the(found, KAPPA, "g0", "g1").n_annotators == 5
    assert found.n_ungrouped == {"leaning": 1}


def test_interval_is_the_jackknife_over_articles() -> None:
    """1 − exp(y ± t·SE) with y = log(1 − κ), left out article by article; the lower limit has nothing added to it."""
    answers, group_of = drawn(60, [2, 3], 11)
    clusters = {unit: f"article {place // 5}" for place, unit in enumerate(answers)}
    found = the(numbers(answers, group_of, clusters=clusters, replicates=10), KAPPA, "g0", "g1")

    def y(without: str | None) -> float:
        kept = {unit: given for unit, given in answers.items() if clusters[unit] != without}
        kappa = naive.kappa(kept, group_of, "g0", "g1", by_definition.nominal)
        assert kappa is not None
        return float(np.log(1 - kappa))

    left_out = np.asarray([y(article) for article in dict.fromkeys(clusters.values())])
    error = sqrt(11 / 12 * ((left_out - left_out.mean()) ** 2).sum())
    assert found.interval_method == "jackknife"
    assert found.n_clusters == 12
    assert found.ci_low == pytest.approx(1 - np.exp(y(None) + as_far_out(1.959963984540054, 11) * error), abs=1e-9)
    assert found.ci_high is not None
    assert found.value is not None
    assert found.ci_high > found.value


def test_intervals_do_not_depend_on_names_or_order() -> None:
    answers, group_of = drawn(30, [2, 3], 13)
    clusters = {unit: f"article {place // 5}" for place, unit in enumerate(answers)}
    renamed = {
        unit: {f"x{who}": value for who, value in given.items()} for unit, given in sorted(answers.items())[::-1]
    }
    one = numbers(answers, group_of, clusters=clusters, replicates=100)
    other = numbers(renamed, {f"x{who}": group for who, group in group_of.items()}, clusters=clusters, replicates=100)
    for measure, group, against in ((KAPPA, "g0", "g1"), (NORMALISED, "g0", "g1"), (ASSOCIATION, "g0", None)):
        first, second = the(one, measure, group, against), the(other, measure, group, against)
        assert first.ci_low == pytest.approx(second.ci_low, abs=1e-12)
        assert first.ci_high == pytest.approx(second.ci_high, abs=1e-12)
        assert first.p_value == second.p_value


@pytest.mark.parametrize(
    ("answers", "because"),
    [
        ({"u": {"x1": "a", "x2": "b"}, "v": {"y1": "a"}}, "no unit coded by both groups"),
        ({"u": {"x1": "a", "y1": "a"}, "v": {"x1": "a", "y2": "a"}}, "no variation"),
    ],
)
def test_no_kappa(answers: dict[str, dict[str, str]], because: str) -> None:
    found = the(numbers(answers, {"x1": "x", "x2": "x", "y1": "y", "y2": "y"}), KAPPA, "x", "y")
    assert (found.value, found.undefined_because) == (None, because)


def test_a_group_of_one_has_no_alpha_and_so_no_index() -> None:
    answers, group_of = drawn(30, [1, 4], 3)
    found = numbers(answers, group_of, replicates=100)
    assert the(found, ASSOCIATION, "g0").undefined_because == "no overlap"
    assert the(found, NORMALISED, "g0", "g1").undefined_because == "no overlap"
    assert the(found, KAPPA, "g0", "g1").value is not None


def test_no_index_where_groups_do_not_agree_at_all() -> None:
    answers = {f"u{n}": {"x1": v, "x2": v, "y1": w, "y2": w} for n, (v, w) in enumerate([("a", "b"), ("b", "a")] * 2)}
    found = numbers(answers, {"x1": "x", "x2": "x", "y1": "y", "y2": "y"})
    assert the(found, KAPPA, "x", "y").value == -1
    assert the(found, ASSOCIATION, "x").undefined_because == "no agreement between the groups beyond chance"


def test_a_kappa_below_minus_one_is_within_its_interval() -> None:
    """Units with few answers of one group and many of the other: chance agreement is high, and there is none."""
    x = {f"x{n}": "x" for n in range(9)}
    y = {f"y{n}": "y" for n in range(9)}
    answers = {}
    for n in range(6):
        answers[f"u{n}"] = {"x0": "a", **dict.fromkeys(y, "b")}
        answers[f"v{n}"] = {**dict.fromkeys(x, "b"), "y0": "a"}
    clusters = {unit: unit[1:] for unit in answers}
    found = the(numbers(answers, {**x, **y}, clusters=clusters, replicates=50), KAPPA, "x", "y")
    assert found.value == pytest.approx(1 - 1 / (0.1 * 0.9 + 0.9 * 0.1), abs=1e-12)
    assert found.ci_low is not None
    assert found.value is not None
    assert found.ci_low <= found.value


def test_sets_have_a_kappa_at_each_of_their_distances() -> None:
    sets = [("a",), ("a", "b"), (), ("c",)]
    answers, group_of = drawn(30, [2, 2], 9, values=sets)
    found = [each for each in numbers(answers, group_of, level="set").estimates if each.measure == KAPPA]
    assert [each.level for each in found] == ["set:masi", "set:jaccard"]


def test_nothing_where_distances_are_too_many() -> None:
    many = [f"c{n}" for n in range(levels.MOST_DISTINCT + 1)]
    found = numbers({"u": {"x1": "c1", "y1": "c2"}}, {"x1": "x", "y1": "y"}, scale=many)
    assert [each for each in found.estimates if each.about == "between"] == []
