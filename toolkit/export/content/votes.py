"""Answers that count, sentence by sentence and question by question: what consensus is computed from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from toolkit.codebook.model import Codebook, Level
from toolkit.consensus.counting import ValueCounts, tallied
from toolkit.export.content.flat_answers import LEVELS, FlatAnswers, numbered, objects
from toolkit.export.content.units import Units
from toolkit.export.contract.templates import asked_in
from toolkit.files.arrays import BoolArray, FloatArray, IntArray, ObjectArray
from toolkit.study.records import Annotation

CODED: tuple[Level, ...] = ("nominal", "ordinal", "taxonomy")
NUMBERS: tuple[Level, ...] = ("interval", "ratio")

UNKNOWN = -1
"""In place of a category: the codebook has none of that code."""


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """Groups of answers: one group per sentence of a round and measured question that it was coded for.

    Groups go by sentence and round, then as the codebook asks. ``unit`` is an index into the units, ``question`` one
    into ``questions``, ``level`` one into ``LEVELS``. ``codes`` are the votes of questions with one category (by the
    annotator's number) and of sets (a vote per category chosen); values are indices into ``categories``, in codebook
    order; ``offered`` gives for each question those that can be chosen. ``n_coded`` counts the annotators, whether they
    were shown the question or not. ``answers`` are different answers: of a set, the whole set.
    """

    questions: Sequence[str]
    categories: Sequence[str]
    offered: Sequence[IntArray]
    annotators: Sequence[str]
    unit: IntArray
    question: IntArray
    level: IntArray
    n_coded: IntArray
    n_answers: IntArray
    n_cannot_be_judged: IntArray
    n_not_shown: IntArray
    n_marked: IntArray
    codes: ValueCounts
    different: ValueCounts
    number_group: IntArray
    number: FloatArray
    single: tuple[IntArray, IntArray, IntArray]

    @property
    def size(self) -> int:
        """How many groups there are."""
        return len(self.unit)

    def of_level(self, *levels: Level) -> BoolArray:
        """Return which groups are of a question of one of these levels."""
        return np.isin(self.level, [LEVELS.index(level) for level in levels])


def votes_of(
    answers: FlatAnswers, units: Units, annotations: Sequence[Annotation], codebooks: Mapping[str, Codebook]
) -> Votes:
    """Return the votes of all annotations that count on sentences of their round."""
    asked = [id_ for id_, _ in asked_in(codebooks.values())]
    rank = {id_: at for at, id_ in enumerate(asked)}
    question = np.array([rank.get(name, -1) for name in answers.questions], np.int64)[answers.question]
    unit = units.of_annotation[answers.row]
    rows = np.flatnonzero(answers.counted & (unit >= 0) & (question >= 0))
    keys, first, group = np.unique(
        unit[rows] * max(len(asked), 1) + question[rows], return_index=True, return_inverse=True
    )
    n = len(keys)
    status, counts = answers.status[rows], answers.in_agreement[rows]
    annotators, annotator_of = numbered(annotation.annotator for annotation in annotations)
    annotator = annotator_of[answers.row[rows]]
    value, level = answers.value[rows], answers.level[rows]

    def having(*levels: Level) -> IntArray:
        return np.flatnonzero(counts & np.isin(level, [LEVELS.index(each) for each in levels]))

    single, sets, numbers, spans = having(*CODED), having("set"), having(*NUMBERS), having("span")
    # a value that is none of its level, or no category, is a fault of the table ``answers``, and no vote
    single = single[[isinstance(each, str) for each in value[single]]]
    sets = sets[[isinstance(each, tuple) for each in value[sets]]]
    numbers = numbers[[isinstance(each, int | float) for each in value[numbers]]]
    sizes = np.array([len(each) for each in value[sets]], np.int64)
    chosen = np.repeat(sets, sizes)
    elements = objects([code for each in value[sets] for code in each])
    categories, numbers_of = _in_codebook_order(codebooks)
    single_code = _coded(value[single], question[rows][single], numbers_of, asked)
    single, single_code = single[single_code != UNKNOWN], single_code[single_code != UNKNOWN]
    chosen_code = _coded(elements, question[rows][chosen], numbers_of, asked)
    chosen, chosen_code = chosen[chosen_code != UNKNOWN], chosen_code[chosen_code != UNKNOWN]
    whole, whole_code = _in_order([*value[sets].tolist(), *value[numbers].tolist()])
    different = tallied(
        group[np.concatenate([single, sets, numbers])],
        np.concatenate([single_code, len(categories) + whole_code]),
        len(categories) + len(whole),
    )
    return Votes(
        questions=asked,
        categories=categories,
        offered=_offered(codebooks, numbers_of, asked),
        annotators=annotators,
        unit=unit[rows][first],
        question=question[rows][first],
        level=level[first],
        n_coded=np.bincount(group, minlength=n),
        n_answers=np.bincount(group[counts], minlength=n),
        n_cannot_be_judged=np.bincount(group[status == "cannot_be_judged"], minlength=n),
        n_not_shown=np.bincount(group[status == "not_shown"], minlength=n),
        n_marked=np.bincount(group[spans][[bool(each) for each in value[spans]]], minlength=n),
        codes=tallied(
            group[np.concatenate([single, chosen])], np.concatenate([single_code, chosen_code]), len(categories)
        ),
        different=different,
        number_group=group[numbers],
        number=np.array(value[numbers], np.float64),
        single=(group[single], annotator[single], single_code),
    )


def _in_order(values: Sequence[Any]) -> tuple[list[Any], IntArray]:
    """The different numbers and sets in their order, and the place of each: it is the same in any block of answers."""
    different = sorted(set(values), key=lambda each: (isinstance(each, tuple), each))
    places = {value: place for place, value in enumerate(different)}
    return different, np.fromiter(map(places.__getitem__, values), np.int64, len(values))


def _in_codebook_order(codebooks: Mapping[str, Codebook]) -> tuple[list[str], Mapping[tuple[str, str], int]]:
    """The categories in the order of the questions and their scales, and the number of each by question and code."""
    scales = [
        (id_, each.stored(code) if each.level == "taxonomy" else code)
        for id_, found in asked_in(codebooks.values())
        for each in found
        for code in each.scale
    ]
    different = list(dict.fromkeys(scales))
    return [code for _, code in different], {pair: at for at, pair in enumerate(different)}


def _offered(
    codebooks: Mapping[str, Codebook], numbers: Mapping[tuple[str, str], int], asked: Sequence[str]
) -> list[IntArray]:
    """For each question the categories on its scale that an annotator can choose, in any of the codebooks."""
    of = dict(asked_in(codebooks.values()))
    found = []
    for id_ in asked:
        codes = {
            each.stored(one.code) if each.level == "taxonomy" else one.code
            for each in of[id_]
            for one in each.choosable
        }
        found.append(np.array(sorted(numbers[id_, code] for code in codes if (id_, code) in numbers), np.int64))
    return found


def _coded(
    values: ObjectArray, question: IntArray, numbers: Mapping[tuple[str, str], int], asked: Sequence[str]
) -> IntArray:
    """The number of the category that each value is; ``UNKNOWN`` where the codebook has none."""
    coded = np.full(len(values), UNKNOWN, np.int64)
    for at, id_ in enumerate(asked):
        here = np.flatnonzero(question == at)
        of: dict[object, int] = {code: number for (name, code), number in numbers.items() if name == id_}
        coded[here] = [of.get(value, UNKNOWN) for value in values[here]]
    return coded
