"""Consensus where it is settled: what was decided, or accepted because all annotators agree, in place of the vote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa

from toolkit.export.content.consensus import NOT_SHOWN, Consensus, undefined_because
from toolkit.export.content.flat_answers import LEVELS
from toolkit.export.content.units import Units
from toolkit.export.content.votes import Votes
from toolkit.study.decisions import Settled

AGREED: Final = "agreed"
ADJUDICATED: Final = "adjudicated"
_WHY_NOT: Final[Mapping[str, str]] = {"both_defensible": "no_single_answer", "not_shown": NOT_SHOWN}


@dataclass(frozen=True, slots=True, eq=False)
class SettledConsensus:
    """The consensus with what is settled in it, and by whom and why; all by group of the votes."""

    found: Consensus
    outcome: list[str | None]
    decided_by: list[list[str] | None]
    reason: list[str | None]
    undefined_because: list[str | None]


def with_settled(
    found: Consensus, votes: Votes, units: Units, settled: Mapping[str, Sequence[Settled]]
) -> SettledConsensus:
    """Return the consensus in which every settled question of a sentence is what it was settled as.

    ``settled`` gives what is, by round. Tie, share and entropy stay those of the annotators' answers.
    """
    method, code = list(found.method), list(found.code)
    codes: list[Any] | None = None
    number: list[Any] | None = None
    nothing: list[Any] = [None] * votes.size
    result = SettledConsensus(found, list(nothing), list(nothing), list(nothing), undefined_because(found, votes))
    for group, one in _groups(votes, units, settled):
        method[group] = AGREED if one.outcome == AGREED else ADJUDICATED
        result.undefined_because[group] = _WHY_NOT.get(one.outcome)
        if one.outcome != AGREED:
            result.outcome[group], result.decided_by[group] = one.outcome, list(one.decided_by)
            result.reason[group] = one.reason
        match LEVELS[votes.level[group]]:
            case "set":
                codes = found.codes.to_pylist() if codes is None else codes
                # a category outside the scale ("cannot be judged") stands alone, and is no set
                codes[group] = [one.value] if isinstance(one.value, str) else one.value
            case "interval" | "ratio":
                number = found.number.to_pylist() if number is None else number
                number[group] = one.value
            case _:
                code[group] = one.value
    changed = replace(
        found,
        method=method,
        code=code,
        codes=found.codes if codes is None else pa.array(codes, found.codes.type),
        number=found.number if number is None else pa.array(number, pa.float64()),
    )
    return replace(result, found=changed)


def _groups(votes: Votes, units: Units, settled: Mapping[str, Sequence[Settled]]) -> Iterator[tuple[int, Settled]]:
    """The group of the votes that each settled question is, where there is one; spans have no consensus."""
    if not any(settled.values()):
        return
    wanted = {(one.sentence_id, name, one.question): one for name, found in settled.items() for one in found}
    sentence_ids = units.columns["sentence_id"].to_pylist()
    names = units.columns["round"].to_pylist()
    for group in np.flatnonzero(~votes.of_level("span")).tolist():
        unit = votes.unit[group]
        one = wanted.get((sentence_ids[unit], names[unit], votes.questions[votes.question[group]]))
        if one is not None:
            yield group, one
