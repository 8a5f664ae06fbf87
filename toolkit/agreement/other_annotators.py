"""What a figure would be with other annotators: its values without each of those there are.

Annotators are left out beside clusters, and the two variances are added: the jackknife's form of resampling both ways
(Owen 2007, *Annals of Applied Statistics* 1(2), 386–411, where rows and columns are drawn independently), which errs on
the wide side, for what both share is counted twice. A left-out annotator takes all of their answers along, so nobody
is ever paired with themselves, and units may have any number of annotators. ``benchmarks/annotators.py`` simulates it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from toolkit.agreement.measures import Cut
from toolkit.agreement.reading import Reading
from toolkit.agreement.reason import Reason
from toolkit.agreement.sums import Sums, sums_of
from toolkit.files.arrays import FloatArray

FEWEST_ANNOTATORS = 5
"""Annotators below which nothing is said about others."""

MOST_LEFT_OUT = 100
"""Annotators beyond which leaving out each of them takes too long."""


def with_annotators_left_out(cuts: Sequence[Cut], sums: Sequence[Sums], reading: Reading) -> list[Sums]:
    """Return the sums of each cut with its values without each annotator; cuts that name annotators stay about those.

    Where there are too few or too many annotators that is said instead.
    """
    n = len(reading.matrix.annotators)
    about_others = [place for place, cut in enumerate(cuts) if cut.columns is None and cut.annotator is None]
    found: dict[int, FloatArray | Reason] = {}
    if n < FEWEST_ANNOTATORS:
        found = dict.fromkeys(about_others, Reason("fewer than {} annotators", FEWEST_ANNOTATORS))
    elif n > MOST_LEFT_OUT:
        found = dict.fromkeys(about_others, Reason("more than {:,} annotators", MOST_LEFT_OUT))
    else:
        each: list[FloatArray] = []
        for left_out in range(n):
            others = tuple(place for place in range(n) if place != left_out)
            without = sums_of([replace(cuts[place], columns=others) for place in about_others], reading)
            each.append(np.array([float(one.figure.values(one.totals[None, :])[0]) for one in without]))
        found = dict(zip(about_others, np.array(each).T, strict=True))
    return [replace(one, without_annotator=found[place]) if place in found else one for place, one in enumerate(sums)]
