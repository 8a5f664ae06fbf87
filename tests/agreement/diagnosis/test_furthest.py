"""The annotator without whom alpha is highest, against the jackknife written out and against chance."""

from __future__ import annotations

import random
from statistics import NormalDist

import numpy as np
import pytest

from toolkit.agreement.coded_question import CodedQuestion
from toolkit.agreement.diagnosis.furthest import furthest
from toolkit.agreement.ratings import ratings_from_rows
from toolkit.agreement.reading import Reading
from toolkit.agreement.resampling import UNIT, Resampling
from toolkit.agreement.student import as_far_out

Answers = list[tuple[str, str]]
"""Cluster and what the annotators gave, a letter each (a dot: nothing), of every unit."""


def reading(units: Answers) -> Reading:
    rows = [
        (str(at), cluster, who, value)
        for at, (cluster, given) in enumerate(units)
        for who, value in zip("mnop", given, strict=False)
        if value != "."
    ]
    ratings = ratings_from_rows(
        [row[0] for row in rows],
        [row[2] for row in rows],
        [row[3] for row in rows],
        domain=["x", "y"],
        clusters=[row[1] for row in rows],
    )
    return CodedQuestion(question="q", level="nominal", ratings=ratings, scale=("x", "y")).readings()[0]


def alpha(units: Answers, without: int | None = None) -> float:
    """Nominal alpha by its definition, from pairs of values."""
    given = [[v for place, v in enumerate(values) if place != without and v != "."] for _, values in units]
    given = [one for one in given if len(one) > 1]
    n = sum(map(len, given))
    observed = sum(sum(a != b for a in one for b in one) / (len(one) - 1) for one in given) / n
    every = [value for one in given for value in one]
    expected = sum(a != b for a in every for b in every) / (n * (n - 1))
    return 1 - observed / expected


ODD: Answers = [
    ("a", "xxx"), ("a", "yyx"), ("a", "xxy"), ("b", "yyy"), ("b", "xxy"), ("b", "yyx"), ("c", "xxx"), ("c", "yyx"),
    ("d", "xxy"), ("d", "yyy"), ("d", "xyx"), ("e", "yyx"), ("e", "xxx"), ("e", "xxy"), ("f", "yyx"), ("f", "xxx"),
]  # fmt: skip


def test_it_is_the_jackknife_of_the_difference_widened_for_three() -> None:
    found = furthest(reading(ODD), Resampling("article"))
    assert found is not None
    whole = alpha(ODD, 2) - alpha(ODD)
    assert found.annotator == "o"
    assert found.alpha_without == pytest.approx(alpha(ODD, 2))
    assert found.difference == pytest.approx(whole)
    each = []
    for cluster in "abcdef":
        rest = [unit for unit in ODD if unit[0] != cluster]
        each.append(alpha(rest, 2) - alpha(rest))
    error = np.sqrt(5 / 6 * sum((one - np.mean(each)) ** 2 for one in each))
    t = as_far_out(NormalDist().inv_cdf((1 + 0.95 ** (1 / 3)) / 2), 5)
    assert found.ci_low == pytest.approx(whole - t * error)
    assert found.ci_high == pytest.approx(whole + t * error)
    assert found.ci_low > 0


def test_who_did_not_code_everything_is_left_out_of_what_they_coded() -> None:
    """Of four, the third errs; units have two to four values, and some have one once somebody is left out."""
    patterns = ("xx.x", "y.xy", ".yyy", "xxy.", "yy..", "x.y.", ".xyx", "yyxy", "xxxx", "..yx", "x..x", "y...")
    units = [(str(at // 4), patterns[(5 * at) % len(patterns)]) for at in range(96)]
    found = furthest(reading(units), Resampling("article"))
    assert found is not None
    assert found.annotator == "o"
    assert found.alpha_without == pytest.approx(alpha(units, 2), abs=1e-12)
    each = []
    for cluster in map(str, range(24)):
        rest = [unit for unit in units if unit[0] != cluster]
        each.append(alpha(rest, 2) - alpha(rest))
    t = as_far_out(NormalDist().inv_cdf((1 + 0.95 ** (1 / 4)) / 2), 23)
    reach = t * np.sqrt(23 / 24 * sum((one - np.mean(each)) ** 2 for one in each))
    assert found.ci_high - found.difference == pytest.approx(reach, abs=1e-12)


def test_nobody_is_looked_for_in_too_large_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.agreement.diagnosis.furthest.MOST_CELLS", 3 * len(ODD) - 1)
    assert furthest(reading(ODD), Resampling("article")) is None


def test_nobody_is_named_of_two_or_where_single_units_are_drawn() -> None:
    assert furthest(reading([(cluster, given[:2]) for cluster, given in ODD]), Resampling("article")) is None
    assert furthest(reading(ODD), Resampling(UNIT)) is None


def test_nobody_is_named_of_annotators_who_err_alike() -> None:
    """Four who err with the same chance, 200 times: somebody stands out by chance in few of them."""
    named = 0
    for seed in range(200):
        chance = random.Random(seed)
        units = [
            (str(at // 10), "".join("xy"[truth ^ (chance.random() < 0.15)] for _ in range(4)))
            for at in range(150)
            for truth in [chance.random() < 0.5]
        ]
        named += furthest(reading(units), Resampling("article")) is not None
    assert named <= 20
