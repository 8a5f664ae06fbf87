"""What sentences probably are and how annotators err, by Dawid and Skene: one model per round and question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from toolkit.consensus.dawid_skene import DawidSkene, dawid_skene
from toolkit.export.content.flat_answers import numbered
from toolkit.export.content.votes import Votes
from toolkit.files.arrays import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Likely:
    """The model of one question in one round: annotators are as reliable as they are there.

    ``found`` has a unit for each of ``groups`` (of the votes), an annotator for each of ``annotators``, who gave
    ``n_answers``, and a value for each of ``categories`` (indices into those of the votes): the ones in use.
    """

    round: str
    question: int
    groups: IntArray
    annotators: tuple[str, ...]
    n_answers: IntArray
    categories: IntArray
    found: DawidSkene


def likely_categories(votes: Votes, rounds: pa.Array) -> Iterator[Likely]:
    """Yield the model of every round and question, rounds by name; ``rounds`` are names by unit.

    A set has none: its categories do not exclude each other.
    """
    group, annotator, category = votes.single
    names, of_unit = numbered(rounds.to_pylist())
    rank = {name: at for at, name in enumerate(sorted(names))}
    round_ = np.array([rank[name] for name in names], np.int64)[of_unit][votes.unit[group]]
    model = round_ * max(len(votes.questions), 1) + votes.question[group]
    people_by_name = np.argsort(np.argsort(np.array(votes.annotators, object), kind="stable"), kind="stable")
    in_order = sorted(votes.annotators)
    for each in np.unique(model):
        here = np.flatnonzero(model == each)
        groups, unit = np.unique(group[here], return_inverse=True)
        people, person = np.unique(people_by_name[annotator[here]], return_inverse=True)
        categories, value = np.unique(category[here], return_inverse=True)
        shape = (len(groups), len(people), len(categories))
        yield Likely(
            round=sorted(names)[int(each) // max(len(votes.questions), 1)],
            question=int(each) % max(len(votes.questions), 1),
            groups=groups,
            annotators=tuple(in_order[at] for at in people),
            n_answers=np.bincount(person, minlength=len(people)),
            categories=categories,
            found=dawid_skene(unit, person, value, shape=shape),
        )
