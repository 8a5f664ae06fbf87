"""What is annotated: every sentence of every round, whether somebody has coded it yet or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from toolkit.corpus.article import Sentence
from toolkit.export.content.flat_answers import numbered
from toolkit.files.arrays import BoolArray, IntArray
from toolkit.study.records import Annotation
from toolkit.study.rounds import LedgerEntry

NONE = -1
"""In place of an annotation's sentence in a round: it is on none."""


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Sentences of rounds, by sentence in reading order and then by round; all lists are as long as there are any.

    ``sentence`` is an index into the sentences, ``wanted`` the number of annotators planned (0 where the sentence was
    not planned), ``of_annotation`` gives for every annotation its place here, or ``NONE``. ``counted`` says of every
    annotation that is on one whether it counts in agreement.
    """

    sentence: IntArray
    wanted: IntArray
    of_annotation: IntArray
    counted: BoolArray
    columns: Mapping[str, pa.Array]

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.sentence)

    @property
    def n_counted(self) -> IntArray:
        """Annotations that count, of each."""
        return np.bincount(self.of_annotation[self.counted], minlength=self.size)

    def taken(self, rows: IntArray) -> dict[str, pa.Array]:
        """Return the columns sentence_id, article_id and round of these."""
        return {name: column.take(pa.array(rows)) for name, column in self.columns.items()}


def units_of(
    sentences: Sequence[Sentence], annotations: Sequence[Annotation], planned: Mapping[str, Sequence[LedgerEntry]]
) -> Units:
    """Return the sentences of each round that are planned or that some annotation is on."""
    place = {sentence.sentence_id: at for at, sentence in enumerate(sentences)}
    coded, of = numbered(annotation.round for annotation in annotations)
    names = sorted({*coded, *planned})
    rank = {name: at for at, name in enumerate(names)}
    n = max(len(names), 1)
    round_ = np.array([rank[name] for name in coded], np.int64)[of]
    lost = {"unknown_sentence"}
    where = np.fromiter(
        (NONE if a.excluded_because in lost else place.get(a.sentence_id, NONE) for a in annotations),
        np.int64,
        len(annotations),
    )
    keys = np.where(where == NONE, NONE, where * n + round_)
    entries = [(place[one.sentence_id] * n + rank[name], one) for name, found in planned.items() for one in found]
    planned_keys = np.array([key for key, _ in entries], np.int64)
    every = np.unique(np.concatenate([keys[keys != NONE], planned_keys]))
    wanted = np.zeros(len(every), np.int64)
    wanted[np.searchsorted(every, planned_keys)] = [one.annotators_wanted for _, one in entries]
    sentence, round_of = every // n, every % n
    taken = pa.array(sentence)
    columns = {
        "sentence_id": pa.array([one.sentence_id for one in sentences], pa.string()).take(taken),
        "article_id": pa.array([one.article_id for one in sentences], pa.string()).take(taken),
        "round": pa.array(names, pa.string()).take(pa.array(round_of)),
    }
    at = np.where(keys == NONE, NONE, np.searchsorted(every, keys))
    counts = np.array([annotation.excluded_because is None for annotation in annotations], bool)
    return Units(sentence, wanted, at, counts & (at != NONE), columns)
