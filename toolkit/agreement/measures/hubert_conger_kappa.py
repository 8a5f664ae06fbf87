"""Hubert's and Conger's kappa: Cohen's kappa for more than two annotators, each with a distribution of its own.

Hubert (1977), *Psychological Bulletin* 84(2), 289–297; Conger (1980), *Psychological Bulletin* 88(2), 322–328. Chance
agreement is the mean over pairs of annotators of Σ_k p_gk p_hk, which equals Σ_k (p̄_k² − s_k²/r) with p̄_k and s_k² the
mean and the variance over the r annotators of how often each gives category k.

With gaps this is the definition of Gwet (2014), *Handbook of Inter-Rater Reliability*, 4th ed.: p_gk is the share of
category k among **all** values annotator g gave, also where nobody else answered; P_a is the mean over units with two
values or more; annotators without any value are not counted. With two annotators and no gaps it is Cohen's kappa.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.agreement.chance import (
    beyond_chance,
    observed_agreement,
    one_category_per_answer,
    share_of_agreeing_pairs,
    why_undefined,
)
from toolkit.agreement.measures import Cut, Measure
from toolkit.agreement.ratings import MISSING
from toolkit.agreement.scale import Scale
from toolkit.files.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class HubertCongerKappa:
    """Kappa with a distribution of categories for each annotator."""

    n_values: int

    def statistics(self, rows: IntArray) -> FloatArray:
        """Return the share of agreeing pairs, 1 if there is a pair, and 1 at each annotator's value (annotators ×
        values).
        """
        n_units, n_annotators = rows.shape
        unit, annotator = np.nonzero(rows != MISSING)
        value = rows[unit, annotator]
        counts = np.bincount(unit * self.n_values + value, minlength=n_units * self.n_values)
        counts = counts.reshape(n_units, self.n_values)
        statistics = np.zeros((n_units, 2 + n_annotators * self.n_values))
        statistics[:, 0] = share_of_agreeing_pairs(counts)
        statistics[:, 1] = counts.sum(axis=1) >= 2
        statistics[unit, 2 + annotator * self.n_values + value] = 1
        return statistics

    def values(self, sums: FloatArray) -> FloatArray:
        """Return kappa for each row of sums; NaN where there is no pair or everybody always gives one and the same
        value.
        """
        n_annotators = (sums.shape[1] - 2) // max(self.n_values, 1)
        given = sums[:, 2:].reshape(len(sums), n_annotators, self.n_values)
        n_given = given.sum(axis=2, keepdims=True)
        shares = given / np.maximum(n_given, 1)
        r = (n_given > 0).sum(axis=(1, 2))
        together = (shares.sum(axis=1) ** 2).sum(axis=1) - (shares**2).sum(axis=(1, 2))
        expected = np.divide(together, r * (r - 1), out=np.full(len(sums), np.nan), where=r > 1)
        return beyond_chance(observed_agreement(sums), expected)

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return ``no overlap`` or ``no variation``."""
        return why_undefined(self.values, sums)


def _cuts(scale: Scale, _annotators: Sequence[str]) -> Iterator[Cut]:
    yield Cut(figure=HubertCongerKappa(scale.n_values), level=scale.level, reads="codes", counts_single_units=True)


MEASURE = Measure(
    id="hubert_conger_kappa",
    title="Hubert's and Conger's kappa",
    source="Conger (1980), Psychological Bulletin 88(2), pp. 322-328; with gaps as in Gwet (2014), Handbook, 4th ed.",
    place=11,
    cannot_handle=one_category_per_answer,
    cuts=_cuts,
    names_annotators=True,
)
