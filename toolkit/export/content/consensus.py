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

NOT_SHOWN, NOBODY, TIE = "not_shown", "nobody_answered", "tie"
MAJORITY, PER_CATEGORY, MEDIAN = "majority", "majority_per_category", "median"


@dataclass(frozen=True, slots=True, eq=False)
class Consensus:
    """Per group of the votes, null where it does not exist; a question has one of ``code``, ``codes``, ``number``.

    ``applies`` is the share of the annotators who were shown the question.
    """

    method: list[str | None]
    code: list[str | None]
    codes: pa.Array
    number: pa.Array
    tie: pa.Array
    share: pa.Array
    entropy: pa.Array
    applies: pa.Array


def consensus_of(votes: Votes) -> Consensus:
    """Return the consensus of every group.

    One category: the most frequent one, none where several are equally frequent (a tie). Sets: every category chosen
    by more than half; a tie where one is chosen by exactly half. Numbers: the median. None of them where not more than
    half of the annotators were shown the question: what few say of a question that does not arise is nobody's majority.
    """
    n = votes.size
    answered = votes.n_answers > 0
    arises = _arises(votes)
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
        code=[each if known else None for each, known in zip(code, coded & arises, strict=True)],
        codes=_chosen(votes, sets & answered & arises, half > 0),
        number=_where(middle, numbers & ~np.isnan(middle) & arises),
        tie=_where(tie, (coded | sets) & answered & arises),
        share=_where(_shares(winner.count, votes.n_answers), coded & answered),
        entropy=_where(bits, (coded | sets | numbers) & answered),
        applies=pa.array(1 - _shares(votes.n_not_shown, votes.n_coded)),
    )


def undefined_because(found: Consensus, votes: Votes) -> list[str | None]:
    """Return of every group why there is no value, None where there is one: the question was not shown to more than
    half, nobody answered, or several codes are equally frequent.
    """
    is_tie = found.tie.fill_null(fill_value=False).to_numpy(zero_copy_only=False)
    why = np.where(~_arises(votes), NOT_SHOWN, np.where(votes.n_answers == 0, NOBODY, np.where(is_tie, TIE, NOBODY)))
    there = found.codes.is_valid().to_numpy(zero_copy_only=False) | found.number.is_valid().to_numpy(
        zero_copy_only=False
    )
    there |= np.array([code is not None for code in found.code], bool)
    return [None if known else str(reason) for known, reason in zip(there, why, strict=True)]


def _arises(votes: Votes) -> BoolArray:
    arises: BoolArray = 2 * votes.n_not_shown < votes.n_coded
    return arises


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
