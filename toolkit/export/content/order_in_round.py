"""The place of annotations among those of their round, in the order in which they were submitted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from toolkit.export.content.flat_answers import numbered
from toolkit.files.arrays import IntArray
from toolkit.study.records import Annotation, project_and_number


class OrderInRound:
    """The place of each annotation among those of its round, by time: known when all of them are.

    Of the same moment the lower number was first.
    """

    def __init__(self, annotations: Sequence[Annotation] = ()) -> None:
        rounds, of_round = numbered(one.round for one in annotations)
        created = pa.array([one.created_at for one in annotations], pa.timestamp("us", "UTC"))
        pairs = [project_and_number(one.annotation_id) for one in annotations]
        project, number = (np.fromiter((pair[at] for pair in pairs), np.int64, len(pairs)) for at in (0, 1))
        self._rounds = {name: at for at, name in enumerate(rounds)}
        self._of_round = [of_round.astype(np.int32)]
        self._moment: list[IntArray] = [created.cast(pa.int64()).to_numpy(zero_copy_only=False)]
        self._project, self._number = [project.astype(np.int32)], [number]

    def add(self, other: OrderInRound) -> None:
        """Take in annotations of another block, after those there are."""
        codes = np.array([self._rounds.setdefault(name, len(self._rounds)) for name in other._rounds], np.int32)
        self._of_round += [codes[of_round] for of_round in other._of_round]
        self._moment += other._moment
        self._project += other._project
        self._number += other._number

    def places(self) -> IntArray:
        """Return the place of each in the order in which they came, counted from 1."""
        of_round = np.concatenate(self._of_round)
        keys = [np.concatenate(parts) for parts in (self._number, self._project, self._moment)]
        in_time = np.lexsort((*keys, of_round))
        del keys
        n_before = np.searchsorted(of_round[in_time], of_round[in_time])
        places = np.empty(len(in_time), np.int64)
        places[in_time] = np.arange(len(in_time)) - n_before + 1
        return places
