"""How a round is to be adjudicated: as it was started, or as it is asked for now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from toolkit.codebook.model import Codebook
from toolkit.errors import Fault, UsageError
from toolkit.files.wording import MEND_THESE
from toolkit.study import adjudications
from toolkit.study.adjudications import AdjudicationDesign, Where
from toolkit.study.database import Database

SAMPLE = 0.1
"""Share of the sentences on which all agree that are decided on all the same, where nothing else is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjudicationAsked:
    """How a round is to be adjudicated; None (or nothing) where nothing was said."""

    questions: tuple[str, ...] = ()
    """All measured questions where empty."""
    where: Where | None = None
    """``split``: where answers differ; ``tie``: where none was given most often; ``all``: every sentence."""
    sample: float | None = None
    per_sentence: int | None = None
    prefill: Literal["majority"] | None = None
    seed: int | None = None


def design_of(
    database: Database, name: str | None, of_round: str, codebook: Codebook, asked: AdjudicationAsked
) -> AdjudicationDesign:
    """Return the frozen design, which may not be contradicted, or a new one from what was asked."""
    _check(asked, codebook)
    if name is not None:
        frozen = adjudications.design(database, name)
        _refuse_contradiction(asked, frozen, of_round)
        return frozen
    where = asked.where or "split"
    return AdjudicationDesign(
        questions=tuple(one.id for one in codebook.measured() if one.id in asked.questions or not asked.questions),
        where=where,
        sample=(SAMPLE if asked.sample is None else asked.sample) if where != "all" else 1.0,
        per_sentence=asked.per_sentence or 1,
        prefill=asked.prefill,
        seed=asked.seed or 0,
    )


def _check(asked: AdjudicationAsked, codebook: Codebook) -> None:
    measured = [one.id for one in codebook.measured()]
    faults = [
        Fault(each, f"is no measured question (there is: {', '.join(measured)})")
        for each in asked.questions
        if each not in measured
    ]
    if asked.sample is not None and not 0 <= asked.sample <= 1:
        faults.append(Fault("`sample=`", f"is a share between 0 % and 100 %, not {asked.sample:.0%}"))
    if asked.per_sentence not in {None, 1, 2}:
        faults.append(Fault("`per_sentence=`", f"is 1 or 2, not {asked.per_sentence}"))
    if faults:
        raise UsageError("a round cannot be adjudicated like this", faults=faults, todo=MEND_THESE)


def _refuse_contradiction(asked: AdjudicationAsked, frozen: AdjudicationDesign, of_round: str) -> None:
    said = {
        "questions": (asked.questions and set(asked.questions), set(frozen.questions)),
        "where": (asked.where, frozen.where),
        # where everything is decided on nothing is drawn, and a share of it said nothing at the first start
        "sample": (asked.sample if frozen.where != "all" else None, frozen.sample),
        "per_sentence": (asked.per_sentence, frozen.per_sentence),
        "prefill": (asked.prefill, frozen.prefill),
        "seed": (asked.seed, frozen.seed),
    }
    faults = [
        Fault(f"`{name}=`", f"it was started with {_said(before)}")
        for name, (now, before) in said.items()
        if now is not None and now not in ((), before)
    ]
    if faults:
        raise UsageError(
            f"the adjudication of round {of_round!r} was started otherwise, and keeps its design",
            faults=faults,
            todo="Leave it out.",
        )


def _said(value: object) -> str:
    if isinstance(value, set):
        return ", ".join(sorted(value))
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
