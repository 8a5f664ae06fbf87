"""The answers to units whose true category is known, one entry per answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.agreement.coded_question import CodedQuestion
from toolkit.agreement.question_readings import on_domain
from toolkit.agreement.ratings import MISSING, Ratings
from toolkit.files.arrays import BoolArray, FloatArray, IntArray

ONE_CATEGORY = ("nominal", "ordinal", "taxonomy", "table")
"""Levels at which an answer is one category: there it is the known one, or it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """How units came to be known, where not all did alike: those annotators differ on for sure, others by chance."""

    probability: Mapping[str, float]
    """Of each unit that is known."""
    disputed: frozenset[str]
    """Those that are known because annotators differ on them."""
    given: Mapping[str, Mapping[str, str]] | None = None
    """The categories that each unit became known by, by annotator: only these are held against what is true, whatever
    their annotator says now. None where what they say now is."""
    never: bool = False
    """Whether there are units annotators differ on that could not become known: no weights make up for these."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Cases:
    """Every answer to a question: whose it is, of which unit, which category, and the true one where that is known.

    Parallel arrays of codes: ``drawn`` is the cluster of the unit, or the unit itself where units are resampled;
    ``annotator`` is a place in ``annotators`` (by name), ``given`` and ``true`` are places in ``categories``, ``true``
    is ``MISSING`` where nobody knows. ``entry`` is the answer's place in the question's ratings. ``weight`` is the
    inverse of the probability with which the unit came to be known: 1, but for what was drawn. ``disputed`` says which
    answers are to units that are known because annotators differ on them.
    """

    categories: tuple[str, ...]
    annotators: tuple[str, ...]
    unit: IntArray
    drawn: IntArray
    annotator: IntArray
    given: IntArray
    true: IntArray
    entry: IntArray
    weight: FloatArray
    disputed: BoolArray
    never: bool = False
    """Whether some units could not become known, so that no share holds for all."""
    by_decision: bool = False
    """Whether it is known how units came to be known."""
    n_former: int = 0
    """How many of the last entries are answers that a unit became known by, and that their annotator changed since."""

    @property
    def known(self) -> BoolArray:
        """Which answers are to units whose true category is known."""
        return np.asarray(self.true != MISSING)

    @property
    def current(self) -> BoolArray:
        """Which answers annotators stand by now."""
        return np.asarray(np.arange(len(self.given)) < len(self.given) - self.n_former)

    @property
    def sampled(self) -> BoolArray:
        """Which answers are to units that became known by chance, and stand for others."""
        return np.asarray(self.known & (self.weight > 1))

    @property
    def of_disputed_only(self) -> bool:
        """Whether all that is known are units that annotators differ on, which say nothing of the others."""
        return bool(self.disputed.any()) and not (self.known & ~self.disputed).any()


def cases_of(coded: CodedQuestion, truth: Mapping[str, str], chosen: Chosen | None = None) -> Cases:
    """Return the answers of a question at one of the levels ``ONE_CATEGORY``; ``truth`` gives true categories by unit.

    ``chosen`` says how these came to be known; None where that is no matter, as of a file.

    Raise ValueError on a true category that is not on the question's scale.
    """
    categories = tuple(coded.scale)
    if outside := sorted(set(truth.values()) - set(categories)):
        raise ValueError(f"known answers outside the scale: {outside!r}")
    ratings = on_domain(coded.ratings, categories)
    true_of_unit = _true_of_unit(ratings, categories, truth)
    entry = np.flatnonzero(ratings.value != MISSING)
    answers = _Answers(
        names=[str(name) for name in ratings.annotators],
        unit=ratings.unit[entry],
        annotator=ratings.annotator[entry],
        given=ratings.value[entry],
        true=true_of_unit[ratings.unit[entry]],
    )
    if chosen is not None and chosen.given is not None:
        answers = _as_they_were(answers, [str(name) for name in ratings.units], categories, true_of_unit, chosen.given)
    unit, n_former = answers.unit, len(answers.unit) - len(entry)
    names, annotator = _by_name(answers.names, answers.annotator)
    probability = np.array(
        [1.0 if chosen is None else chosen.probability.get(str(name), 1.0) for name in ratings.units]
    )
    disputed = np.array([chosen is not None and str(name) in chosen.disputed for name in ratings.units], np.bool_)
    return Cases(
        categories=categories,
        annotators=names,
        unit=unit,
        drawn=unit if ratings.cluster_of_unit is None else ratings.cluster_of_unit[unit],
        annotator=annotator,
        given=answers.given,
        true=answers.true,
        entry=np.concatenate([entry, np.zeros(n_former, np.int64)]),
        weight=(1 / probability)[unit],
        disputed=disputed[unit],
        never=chosen is not None and chosen.never,
        by_decision=chosen is not None,
        n_former=n_former,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Answers:
    """Answers as parallel arrays of codes; ``annotator`` is a place in ``names``."""

    names: list[str]
    unit: IntArray
    annotator: IntArray
    given: IntArray
    true: IntArray


def _as_they_were(
    answers: _Answers,
    units: Sequence[str],
    categories: Sequence[str],
    true_of_unit: IntArray,
    given: Mapping[str, Mapping[str, str]],
) -> _Answers:
    """The same, with what is true said of those only by which a unit became known; where their annotator says something
    else now, as it was then, at the end.
    """
    names = list(dict.fromkeys([*answers.names, *(name for by in given.values() for name in by)]))
    place, code = {name: at for at, name in enumerate(names)}, {category: at for at, category in enumerate(categories)}
    held = {
        (unit, place[name]): code[category]
        for unit, unit_name in enumerate(units)
        if true_of_unit[unit] != MISSING
        for name, category in given.get(unit_name, {}).items()
    }
    stands = np.array(
        [
            held.get((unit, annotator)) == value
            for unit, annotator, value in zip(
                answers.unit.tolist(), answers.annotator.tolist(), answers.given.tolist(), strict=True
            )
        ],
        np.bool_,
    )
    for unit, annotator in zip(answers.unit[stands].tolist(), answers.annotator[stands].tolist(), strict=True):
        del held[unit, annotator]
    former = np.array([(*who, value) for who, value in held.items()], np.int64).reshape(-1, 3)
    return _Answers(
        names,
        np.concatenate([answers.unit, former[:, 0]]),
        np.concatenate([answers.annotator, former[:, 1]]),
        np.concatenate([answers.given, former[:, 2]]),
        np.concatenate([np.where(stands, answers.true, MISSING), true_of_unit[former[:, 0]]]),
    )


def _by_name(names: Sequence[str], people: IntArray) -> tuple[tuple[str, ...], IntArray]:
    order = sorted(np.unique(people).tolist(), key=lambda code: names[code])
    place = np.zeros(len(names), np.int64)
    place[order] = np.arange(len(order))
    return tuple(names[code] for code in order), place[people]


def _true_of_unit(ratings: Ratings, categories: tuple[str, ...], truth: Mapping[str, str]) -> IntArray:
    code_of = {category: code for code, category in enumerate(categories)}
    names = (truth.get(str(name)) for name in ratings.units)
    codes = (MISSING if name is None else code_of[name] for name in names)
    return np.fromiter(codes, np.int64, len(ratings.units))
