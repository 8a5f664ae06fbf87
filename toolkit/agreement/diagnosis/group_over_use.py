"""Which group of annotators over-uses what: its members' share of each category beside that of all other groups.

In a unit that members of a group and others coded, d is the share of the members who gave the category less the share
of the others who did; the difference is the mean of d over these units, each weighing the same. Intervals hold for all
groups × categories of the question at once, as those of single annotators do (``over_use``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from toolkit.agreement.diagnosis.over_use import OverUse, over_use_in
from toolkit.agreement.diagnosis.side_by_side import parts_side_by_side
from toolkit.agreement.reading import Reading
from toolkit.agreement.resampling import UNIT, Resampling


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupOverUse:
    """One group's use of one category against that of all other groups on the same units; see ``OverUse``."""

    by: str
    """What annotators were divided by."""
    group: str
    category: str
    n_units: int
    """Units somebody of this group and somebody else coded."""
    own_share: float | None
    """Mean over these units of the share of the group's members who gave the category."""
    others_share: float | None
    """The same of all others."""
    difference: float | None
    """``own_share`` less ``others_share``."""
    undefined_because: str | None
    ci_low: float | None
    ci_high: float | None
    """Interval of the difference, corrected for all groups × categories of the question."""
    interval_undefined_because: str | None
    interval_unreliable: bool
    """True when the units lie in fewer than ten clusters: little to learn a spread from."""
    flagged: Literal["over", "under"] | None
    """Set where the interval excludes 0."""


def group_over_use(
    reading: Reading, by: str, groups: Sequence[str], group_of: Mapping[str, str], resampling: Resampling
) -> tuple[GroupOverUse, ...]:
    """Return every group × category of a question, groups in order; nothing for numbers.

    ``group_of`` says to which group an annotator belongs; those it does not name take no part.
    """
    scale, matrix = reading.scale, reading.matrix
    if scale.membership is None or len(groups) < 2:
        return ()
    parts = [[place for place, name in enumerate(matrix.annotators) if group_of.get(name) == each] for each in groups]
    rng = np.random.default_rng((resampling.seed, 1))
    table = parts_side_by_side(matrix.codes, parts, scale.n_values, matrix.cluster_of_unit, rng=rng)
    found = over_use_in(
        table,
        groups,
        scale.categories,
        replicates=resampling.replicates,
        seed=resampling.seed,
        cluster=UNIT if matrix.cluster_of_unit is None else resampling.cluster,
        membership=scale.membership if scale.level == "set" else None,
        confidence=resampling.confidence,
    )
    return tuple(_of_group(by, each) for each in found)


def _of_group(by: str, found: OverUse) -> GroupOverUse:
    return GroupOverUse(
        by=by,
        group=found.annotator,
        category=found.category,
        n_units=found.n_units,
        own_share=found.own_share,
        others_share=found.others_share,
        difference=found.difference,
        undefined_because=found.undefined_because,
        ci_low=found.ci_low,
        ci_high=found.ci_high,
        interval_undefined_because=found.interval_undefined_because,
        interval_unreliable=found.interval_unreliable,
        flagged=found.flagged,
    )
