"""What agreement is asked for: which round, how it is resampled, and what is to stand beside the headline numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from toolkit.errors import UsageError

REPLICATES = 2000
"""Bootstrap replicates where nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRequest:
    """What to compute, whether from a study, an export or a table; without anything, the headline numbers."""

    round_name: str | None = None
    """The round of a study or an export; where None, the newest in which two people coded a sentence, if any."""
    clustered: bool = True
    """Whether articles, or the table's clusters, are resampled whole; otherwise single units."""
    annotators: bool = False
    """Whether intervals are about other annotators as well; otherwise about these."""
    simultaneous: bool = False
    """Whether the intervals of all questions' alphas are to hold together."""
    replicates: int = REPLICATES
    seed: int = 0
    measures: tuple[str, ...] = ()
    """Ids of measures, or ``all``."""
    by: tuple[str, ...] = ()
    """Parts of the units: ``article``, ``round``, a column of the articles or of the table."""
    explain: tuple[str, ...] = ()
    """Questions to be explained."""
    plan: float | Literal["target"] | None = None
    """Half-width of the interval that more articles should bring; or ``target``: a verdict on every target."""
    consensus: bool = False
    """Whether to say what the consensus of several annotators is worth."""
    targets: tuple[str, ...] = ()
    """Of a table or a project's file, which have no codebook: alphas to reach, ``voice=0.8``, or ``0.8`` for all."""
    paragraph: bool = False
    """Whether to count what was coded in all, for the methods paragraph of a paper."""
    over_time: bool = False
    """Whether agreement is followed over the order of coding: of a study or an export."""
    repeats: str | None = None
    """The earlier round that this one repeats: adds every annotator's agreement with themselves."""
    with_gold: bool = False
    """Whether sentences count that are in a round only because their answers are known."""
    against: Path | None = None
    """A table of known answers that every annotator's are held against."""

    def check_timeless(self, what: str) -> None:
        """Raise ``UsageError`` where agreement over time is asked of what does not say when it was coded."""
        if self.over_time:
            raise UsageError(f"{what} is not followed over time", todo="Ask it of a study or an export.")

    def check_plan(self) -> None:
        """Raise ``UsageError`` where the half-width is none."""
        if isinstance(self.plan, float | int) and not 0 < self.plan < 1:
            raise UsageError(f"a half-width lies between 0 and 1, not {self.plan:g}", todo="As in `plan=0.05`.")


HEADLINE_ONLY = AgreementRequest()
