from __future__ import annotations

import random
from collections.abc import Callable

import krippendorff
import numpy as np
import pytest

from toolkit.agreement.answer_rows import AnswerRow, coded_answers
from toolkit.agreement.coded_question import CodedQuestion
from toolkit.agreement.left_out import LeftOut, left_out
from toolkit.agreement.reading import Reading
from toolkit.agreement.resampling import Resampling

CATEGORIES = ("u", "v", "w")


def reading(rows: list[AnswerRow]) -> Reading:
    ratings = coded_answers("nominal", rows, CATEGORIES, clustered=True)
    return CodedQuestion(question="q", level="nominal", ratings=ratings, scale=CATEGORIES).readings()[0]


def coded(n_clusters: int, give: Callable[[random.Random, int, str], str], *, people: int = 4) -> list[AnswerRow]:
    """Ten units to a cluster; ``give`` says what somebody (by number) gives to a unit of which this is true."""
    chance = random.Random(5)
    rows = []
    for unit in range(10 * n_clusters):
        true = chance.choice(CATEGORIES)
        rows += [AnswerRow(f"u{unit}", f"c{unit // 10}", f"p{who}", give(chance, who, true)) for who in range(people)]
    return rows


def errs(share: float, odd: float) -> Callable[[random.Random, int, str], str]:
    """Everybody gives any category to this share of the units; the first to more of them."""

    def give(chance: random.Random, who: int, true: str) -> str:
        return chance.choice(CATEGORIES) if chance.random() < (odd if who == 0 else share) else true

    return give


def by_package(rows: list[AnswerRow], without: str | None) -> float:
    people = sorted({row.annotator for row in rows} - {without})
    units = list(dict.fromkeys(row.unit for row in rows))
    given = {(row.annotator, row.unit): CATEGORIES.index(str(row.value)) for row in rows}
    table = np.asarray([[given.get((who, unit), np.nan) for unit in units] for who in people], dtype=np.float64)
    return float(krippendorff.alpha(reliability_data=table, level_of_measurement="nominal"))


def found_in(rows: list[AnswerRow], *, replicates: int = 400, seed: int = 1) -> dict[str, LeftOut]:
    return {one.annotator: one for one in left_out("q", reading(rows), Resampling("article", replicates, seed))}


def test_values_are_those_of_another_package() -> None:
    rows = coded(12, errs(0.2, 0.5))
    rows = [row for place, row in enumerate(rows) if place % 7]  # not everybody coded everything
    for name, one in found_in(rows).items():
        assert one.alpha == pytest.approx(by_package(rows, None), abs=1e-12)
        assert one.without == pytest.approx(by_package(rows, name), abs=1e-12)
        assert one.difference == pytest.approx(by_package(rows, name) - by_package(rows, None), abs=1e-12)


def test_a_word_stands_for_who_codes_otherwise_and_for_nobody_else() -> None:
    found = found_in(coded(20, errs(0.1, 0.6)))
    assert found["p0"].flagged == "rises"
    assert {found[name].flagged for name in ("p1", "p2", "p3")} <= {None, "falls"}
    assert {one.flagged for one in found_in(coded(20, errs(0.2, 0.2))).values()} == {None}


def test_few_clusters_show_an_interval_and_carry_no_word() -> None:
    found = found_in(coded(9, errs(0.1, 0.9)))["p0"]
    assert found.ci_low is not None
    assert found.ci_low > 0
    assert (found.interval_unreliable, found.flagged) == (True, None)


def test_the_same_seed_gives_the_same_limits() -> None:
    rows = coded(12, errs(0.2, 0.3))
    assert found_in(rows, seed=3) == found_in(rows, seed=3) != found_in(rows, seed=4)


def test_without_one_of_two_there_is_nobody_to_compare() -> None:
    found = found_in(coded(12, errs(0.2, 0.3), people=2))
    assert {(one.difference, one.undefined_because) for one in found.values()} == {(None, "no overlap")}
    assert all(one.alpha is not None for one in found.values())


def test_reasons_why_there_is_no_interval() -> None:
    rows = coded(12, errs(0.2, 0.3))
    assert found_in(rows, replicates=0)["p0"].interval_undefined_because == "no replicates asked for"
    assert found_in(rows, replicates=39)["p0"].interval_undefined_because == "39 replicates are too few"
    assert found_in(coded(1, errs(0.2, 0.3)))["p0"].interval_undefined_because == "one article"
    alike = found_in(coded(12, errs(0.0, 0.0)))["p0"]
    assert (alike.difference, alike.interval_undefined_because, alike.flagged) == (0.0, "no variation", None)


def test_units_by_themselves_are_refused() -> None:
    with pytest.raises(ValueError, match="clusters drawn whole"):
        left_out("q", reading(coded(3, errs(0.2, 0.3))), Resampling("unit"))
