"""What alpha would be without each annotator, beside what it is with them: the difference, and whether it is one.

Alpha without an annotator is almost never the same, so the number alone says nothing about anybody. Clusters are drawn
with replacement and both alphas computed from the same draw. The intervals of all annotators of a question hold at
once, because all are looked at: the critical value is a quantile of the greatest |d* − d|/SE over annotators in a
replicate, moved out for few clusters as in ``diagnosis.max_t`` (Westfall & Young 1993). Simulated (200 or 300 questions
each of 10 to 40 clusters, 3 to 10 annotators who all err alike, more in some clusters than in others) somebody was
flagged in 2 to 11 of 100, and of four annotators in 20 clusters one who gave three answers of ten more by chance than
the others in 92 of 100. Percentile limits widened for as many annotators had flagged somebody in 8 to 19 of 100.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from toolkit.agreement.diagnosis.max_t import factors
from toolkit.agreement.differences import difference_of
from toolkit.agreement.estimation import MOST_ANNOTATORS, replicated
from toolkit.agreement.figure import without_rounding
from toolkit.agreement.measures import Cut
from toolkit.agreement.reading import Reading
from toolkit.agreement.reason import Reason
from toolkit.agreement.resampling import FEWEST_RELIABLE_CLUSTERS, LARGEST_UNDEFINED_SHARE, Resampling
from toolkit.agreement.sums import Sums, sums_of
from toolkit.files.arrays import FloatArray

_NO_SPREAD = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Alpha with and without one annotator; the difference is None exactly when ``undefined_because`` says why."""

    annotator: str
    question: str
    level: str
    n_units: int
    """Units at least two others coded: what alpha without the annotator is of."""
    alpha: float | None
    without: float | None
    difference: float | None
    """``without`` less ``alpha``: above 0 where the others agree better among themselves."""
    undefined_because: str | None
    ci_low: float | None
    ci_high: float | None
    interval_undefined_because: str | None
    interval_unreliable: bool
    """True with fewer than ten clusters: little to learn a spread from."""
    flagged: Literal["rises", "falls"] | None
    """Set where an interval from ten clusters or more excludes 0: alpha rises, or falls, without the annotator."""


def left_out(question: str, reading: Reading, resampling: Resampling) -> tuple[LeftOut, ...]:
    """Return every annotator of a question, at its first level; nobody where no alpha exists or they are too many.

    Clusters are drawn whole: raise ValueError where there are none.
    """
    if not resampling.clustered:
        raise ValueError("what alpha would be without an annotator is told by clusters drawn whole")
    annotators = reading.matrix.annotators if reading.scale.alphas else ()
    if not 2 <= len(annotators) <= MOST_ANNOTATORS:
        return ()
    level, places = reading.scale.alphas[0], range(len(annotators))
    columns = [tuple(places), *(tuple(other for other in places if other != place) for place in places)]
    cuts = [Cut(figure=level.alpha, level=level.name, reads=level.reads, columns=each) for each in columns]
    every, *without = sums_of(cuts, reading)
    both = [difference_of(one, every) for one in without]
    found = _differences(both, resampling)
    return tuple(
        LeftOut(
            annotator=name,
            question=question,
            level=level.name,
            n_units=one.coverage.n_pairable,
            alpha=_value(every),
            without=_value(one),
            difference=difference.value,
            undefined_because=sums.figure.undefined_because(sums.totals),
            ci_low=difference.low,
            ci_high=difference.high,
            interval_undefined_because=difference.because,
            interval_unreliable=difference.low is not None and sums.n_clusters < FEWEST_RELIABLE_CLUSTERS,
            flagged=_flag(difference) if sums.n_clusters >= FEWEST_RELIABLE_CLUSTERS else None,
        )
        for name, one, sums, difference in zip(annotators, without, both, found, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Difference:
    value: float | None
    low: float | None = None
    high: float | None = None
    because: str | None = None


def _value(sums: Sums) -> float | None:
    value = float(sums.figure.values(sums.totals[None, :])[0])
    return None if np.isnan(value) else without_rounding(value)


def _differences(both: Sequence[Sums], resampling: Resampling) -> list[_Difference]:
    """Every difference with an interval; those of all hold at once."""
    values = [_value(one) for one in both]
    drawn = [
        None if parts is None else one.figure.values(parts)
        for one, parts in zip(both, replicated(both, resampling), strict=True)
    ]
    because = [_because(*each, resampling) for each in zip(both, values, drawn, strict=True)]
    told = [place for place, why in enumerate(because) if why is None]
    half: dict[int, float] = {}
    if told:
        deviation = np.column_stack([_deviation(drawn[place], values[place]) for place in told])
        error = np.nanstd(deviation, axis=0, ddof=1)
        moving = error > _NO_SPREAD
        greatest = np.nanmax(np.abs(deviation[:, moving]) / error[moving], axis=1, initial=0.0)
        n_clusters = np.asarray([both[place].n_clusters for place in told], dtype=np.int64)
        critical = float(np.quantile(greatest, resampling.confidence))
        times = factors(critical, n_clusters, confidence=resampling.confidence, n_compared=int(moving.sum()))
        half = dict(zip(told, (times * error).tolist(), strict=True))
        because = [
            "no variation" if place in half and half[place] <= _NO_SPREAD else why for place, why in enumerate(because)
        ]
    return [
        _Difference(value, without_rounding(value - half[place]), without_rounding(value + half[place]))
        if value is not None and why is None
        else _Difference(value, because=why)
        for place, (value, why) in enumerate(zip(values, because, strict=True))
    ]


def _deviation(drawn: FloatArray | None, value: float | None) -> FloatArray:
    assert drawn is not None  # noqa: S101 - for the type checker: there is a reason otherwise
    assert value is not None  # noqa: S101
    return drawn - value


def _because(sums: Sums, value: float | None, drawn: FloatArray | None, resampling: Resampling) -> str | None:
    """Why there is no interval, known before anything is compared."""
    if value is None:
        return "value undefined"
    if not resampling.replicates:
        return "no replicates asked for"
    if sums.n_clusters < 2 or drawn is None:
        return Reason("one {}", resampling.cluster)
    if resampling.replicates < resampling.fewest_replicates:
        return Reason("{} replicates are too few", resampling.replicates)
    n = int(np.isnan(drawn).sum())
    return (
        Reason("{} in {} of {} replicates", "no variation", n, len(drawn))
        if (n > LARGEST_UNDEFINED_SHARE * len(drawn))
        else None
    )


def _flag(found: _Difference) -> Literal["rises", "falls"] | None:
    if found.low is None or found.high is None or found.low <= 0 <= found.high:
        return None
    return "rises" if found.low > 0 else "falls"
