"""What annotators together say: one value per sentence, round and question, computed from the answers that count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from toolkit.consensus.counting import entropy, medians, plurality
from toolkit.export.content.flat_answers import objects
from toolkit.export.content.votes import CODED, NUMBERS, Votes
from toolkit.files.arrays import BoolArray, FloatArray

MAJORITY, PER_CATEGORY, MEDIAN = "majority", "majority_per_category", "median"


@dataclass(frozen=True, slots=True, eq=False)
class Consensus:
    """Per group of the votes, null where it does not exist; a question has one of ``code``, ``codes``, ``number``."""

    method: list[str | None]
    code: list[str | None]
    codes: pa.Array
    number: pa.Array
    tie: pa.Array
    share: pa.Array
    entropy: pa.Array


def consensus_of(votes: Votes) -> Consensus:
    """Return the consensus of every group.

    One category: the most frequent one, none where several are equally frequent (a tie). Sets: every category chosen
    by more than half; a tie where one is chosen by exactly half. Numbers: the median.
    """
    n = votes.size
    answered = votes.n_answers > 0
    coded, sets, numbers = votes.of_level(*CODED), votes.of_level("set"), votes.of_level(*NUMBERS)
    winner = plurality(votes.codes, n)
    half = 2 * votes.codes.count - votes.n_answers[votes.codes.group]
    tie = np.where(sets, np.bincount(votes.codes.group[half == 0], minlength=n) > 0, winner.tie)
    middle = medians(votes.number_group, votes.number, n)
    bits = entropy(votes.different, n)
    method = np.full(n, None, object)
    method[coded], method[sets], method[numbers] = MAJORITY, PER_CATEGORY, MEDIAN
    code = objects([*votes.categories, None])[winner.value]
    return Consensus(
        method=method.tolist(),
        code=[each if known else None for each, known in zip(code, coded, strict=True)],
        codes=_chosen(votes, sets & answered, half > 0),
        number=_where(middle, numbers & ~np.isnan(middle)),
        tie=_where(tie, (coded | sets) & answered),
        share=_where(_shares(winner.count, votes.n_answers), coded & answered),
        entropy=_where(bits, (coded | sets | numbers) & answered),
    )


def _chosen(votes: Votes, there: BoolArray, by_most: BoolArray) -> pa.Array:
    tally = votes.codes
    kept = by_most & there[tally.group]
    values = pa.array(votes.categories, pa.string()).take(pa.array(tally.value[kept]))
    sizes = np.bincount(tally.group[kept], minlength=votes.size)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    wanted = pa.list_(pa.field("element", pa.string()))
    return pa.ListArray.from_arrays(pa.array(offsets), values, type=wanted, mask=pa.array(~there))


def _shares(count: Any, total: Any) -> FloatArray:
    shares: FloatArray = np.divide(count, total, out=np.zeros(len(total)), where=total > 0)
    return shares


def _where(values: Any, there: BoolArray) -> pa.Array:
    return pa.array(values, mask=~there)
