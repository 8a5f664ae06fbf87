"""The answers to units whose true category is known, one entry per answer."""

from __future__ import annotations

from collections.abc import Mapping
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
    by_decision: bool = False
    """Whether it is known how units came to be known."""

    @property
    def known(self) -> BoolArray:
        """Which answers are to units whose true category is known."""
        return np.asarray(self.true != MISSING)

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
    entry = np.flatnonzero(ratings.value != MISSING)
    unit, people = ratings.unit[entry], ratings.annotator[entry]
    names, annotator = _by_name(ratings, people)
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
        given=ratings.value[entry],
        true=_true_of_unit(ratings, categories, truth)[unit],
        entry=entry,
        weight=(1 / probability)[unit],
        disputed=disputed[unit],
        by_decision=chosen is not None,
    )


def _by_name(ratings: Ratings, people: IntArray) -> tuple[tuple[str, ...], IntArray]:
    speaking = np.unique(people)
    order = sorted(speaking.tolist(), key=lambda code: str(ratings.annotators[code]))
    place = np.zeros(len(ratings.annotators), np.int64)
    place[order] = np.arange(len(order))
    return tuple(str(ratings.annotators[code]) for code in order), place[people]


def _true_of_unit(ratings: Ratings, categories: tuple[str, ...], truth: Mapping[str, str]) -> IntArray:
    code_of = {category: code for code, category in enumerate(categories)}
    names = (truth.get(str(name)) for name in ratings.units)
    codes = (MISSING if name is None else code_of[name] for name in names)
    return np.fromiter(codes, np.int64, len(ratings.units))
