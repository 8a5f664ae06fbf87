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
        moment = created.cast(pa.int64()).to_numpy(zero_copy_only=False)
        self._rounds = {name: at for at, name in enumerate(rounds)}
        self._parts: list[IntArray] = [np.stack([of_round, moment, project, number])]

    def add(self, other: OrderInRound) -> None:
        """Take in annotations of another block, after those there are."""
        codes = [self._rounds.setdefault(name, len(self._rounds)) for name in other._rounds]
        for of_round, *rest in other._parts:
            self._parts.append(np.stack([np.array(codes, np.int64)[of_round], *rest]))

    def places(self) -> IntArray:
        """Return the place of each in the order in which they came, counted from 1."""
        of_round, moment, project, number = np.concatenate(self._parts, axis=1)
        in_time = np.lexsort((number, project, moment, of_round))
        n_before = np.searchsorted(of_round[in_time], of_round[in_time])
        places = np.empty(len(in_time), np.int64)
        places[in_time] = np.arange(len(in_time)) - n_before + 1
        return places
