"""Whether annotators change while they code: a break in how far they are from their co-annotators on the same units.

Per annotator the disagreement with co-annotators is summed by cluster, in the order in which that annotator coded the
clusters, and the largest departure of the cumulative sum from a straight line is looked at (CUSUM; Page 1954,
*Biometrika* 41, 100-115; for one break in a finished series Hinkley 1971, *Biometrika* 58, 509-523). Whole clusters are
exchanged among their places in time to see how large it gets where nobody changes: a hard cluster is one step, wherever
it falls. All annotators' clusters are exchanged alike, and each is held to the largest of all annotators' departures
(Westfall & Young 1993, *Resampling-Based Multiple Testing*, ch. 2), so that the false alarms are those of the question.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.agreement.alpha import IntervalAlpha, OrdinalAlpha, TableAlpha
from toolkit.agreement.distances import ordinal_distances
from toolkit.agreement.ratings import MISSING
from toolkit.agreement.reading import Reading
from toolkit.agreement.reason import Reason
from toolkit.files.arrays import FloatArray, IntArray

FALSE_ALARMS = 0.05
"""Share of the questions in which somebody is alarmed about although nobody changes."""

EXCHANGES = 1999
FEWEST_CLUSTERS = 6
"""Clusters below which hardly any order would be alarming."""

_NOTHING = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Disagreement:
    """How far each annotator is from co-annotators on each unit (units × annotators), as a share of chance.

    0 where all are alike, 1 on average where values are given by chance; NaN where there is nobody to compare with.
    One less the mean of a column is that annotator's agreement with the others.
    """

    values: FloatArray
    annotators: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """The likeliest break in one annotator's agreement with the others, and whether it is more than chance."""

    annotator: str
    n_clusters: int
    before: float | None = None
    """Agreement with the others up to the break, corrected for chance."""
    after: float | None = None
    n_before: int | None = None
    """Clusters up to the break, in the order in which the annotator coded them."""
    p: float | None = None
    """Share of the exchanges, over all annotators, in which somebody departs as far (Westfall & Young)."""
    alarm: bool = False
    undefined_because: str | None = None


def disagreement_of(reading: Reading) -> Disagreement | None:
    """Return how far annotators are from each other at the reading's first level; None where nothing varies."""
    matrix, pairable = reading.matrix, reading.patterns.pairable()
    if not reading.scale.alphas or not pairable.n_units:
        return None
    alpha = reading.scale.alphas[0].alpha
    use = pairable.use(reading.scale.n_values).astype(np.float64)
    n = use.sum()
    apart = _Apart.of(alpha, use)
    expected = apart.expected / (n * (n - 1))
    if expected <= _NOTHING:
        return None
    codes = matrix.codes
    given = codes != MISSING
    total, others = np.zeros(codes.shape), np.zeros(codes.shape)
    for one in range(codes.shape[1]):
        for other in range(one + 1, codes.shape[1]):
            both = given[:, one] & given[:, other]
            between = apart.between(codes[both, one], codes[both, other])
            for who in (one, other):
                total[both, who] += between
                others[both, who] += 1
    values = np.divide(total, others, out=np.full(codes.shape, np.nan), where=others > 0) / expected
    return Disagreement(values, matrix.annotators)


@dataclass(frozen=True, slots=True, eq=False)
class _Apart:
    """How far values are from each other: by a table, or (many numbers) by where they lie."""

    table: FloatArray | None
    points: FloatArray | None
    expected: float
    """Summed over all ordered pairs of values in use."""

    @classmethod
    def of(cls, alpha: TableAlpha | OrdinalAlpha | IntervalAlpha, use: FloatArray) -> _Apart:
        if isinstance(alpha, IntervalAlpha):
            x = alpha.points - np.median(alpha.points)
            return cls(None, x, float(2 * (use.sum() * (use @ x**2) - (use @ x) ** 2)))
        table = alpha.distances if isinstance(alpha, TableAlpha) else ordinal_distances(use)
        return cls(table, None, float(use @ table @ use))

    def between(self, one: IntArray, other: IntArray) -> FloatArray:
        if self.points is not None:
            return np.asarray((self.points[one] - self.points[other]) ** 2)
        assert self.table is not None  # noqa: S101 - for the type checker
        return np.asarray(self.table[one, other])


def drifts(
    found: Disagreement, cluster_of_unit: IntArray, when: FloatArray, *, seed: int, exchanges: int = EXCHANGES
) -> tuple[Drift, ...]:
    """Return one record per annotator.

    ``when`` says when each annotator coded each unit (units × annotators), by any clock, NaN where not.
    """
    clusters, of_unit = np.unique(cluster_of_unit, return_inverse=True)
    shape = len(clusters), len(found.annotators)
    counts, sums = np.zeros(shape), np.zeros(shape)
    compared = ~np.isnan(found.values)
    for who in range(shape[1]):
        counts[:, who] = np.bincount(of_unit, compared[:, who], shape[0])
        sums[:, who] = np.bincount(of_unit, np.where(compared[:, who], found.values[:, who], 0), shape[0])
    places = _places(of_unit, np.where(compared, when, np.nan), shape)
    rng = np.random.default_rng(seed)
    exchanged = rng.permuted(np.tile(np.arange(shape[0]), (exchanges, 1)), axis=1)
    series = [_Series.of(sums[:, who], counts[:, who], places[:, who]) for who in range(shape[1])]
    told = [who for who, one in enumerate(series) if one.undefined_because is None]
    largest: FloatArray = np.zeros(exchanges)
    for who in told:
        largest = np.maximum(largest, series[who].departures(exchanged))
    return tuple(
        one.drift(name, largest if one.undefined_because is None else None)
        for name, one in zip(found.annotators, series, strict=True)
    )


def _places(of_unit: IntArray, when: FloatArray, shape: tuple[int, int]) -> IntArray:
    """The place in time of each cluster for each annotator; of those an annotator did not code, that of the others."""
    last = np.full(shape, -np.inf)
    for who in range(shape[1]):
        there = ~np.isnan(when[:, who])
        np.maximum.at(last[:, who], of_unit[there], when[there, who])
    overall = last.max(axis=1, keepdims=True)
    known = np.where(np.isfinite(last), last, overall)
    return np.asarray(np.argsort(np.argsort(known, axis=0, kind="stable"), axis=0, kind="stable"))


@dataclass(frozen=True, slots=True, eq=False)
class _Series:
    """One annotator's clusters: disagreement, units compared and place in time of those that hold any."""

    sums: FloatArray
    counts: FloatArray
    places: IntArray
    coded: IntArray
    undefined_because: str | None

    @classmethod
    def of(cls, sums: FloatArray, counts: FloatArray, places: IntArray) -> _Series:
        coded = np.flatnonzero(counts)
        reason = None
        if len(coded) < FEWEST_CLUSTERS:
            reason = Reason("{} clusters are too few for a break", len(coded))
        one = cls(sums[coded], counts[coded], places, coded, reason)
        if reason is None and one._spread <= _NOTHING:
            return cls(sums[coded], counts[coded], places, coded, Reason("never nearer or further"))
        return one

    @property
    def _apart(self) -> FloatArray:
        return np.asarray(self.sums - self.counts * (self.sums.sum() / max(self.counts.sum(), 1)))

    @property
    def _spread(self) -> float:
        return float(np.sqrt((self._apart**2).sum()))

    def departures(self, exchanged: IntArray) -> FloatArray:
        """The largest departure where each cluster comes when another one came (exchanges × clusters)."""
        order = np.argsort(self.places[exchanged[:, self.coded]], axis=1)
        return np.asarray(np.abs(np.cumsum(self._apart[order], axis=1)).max(axis=1) / self._spread)

    def drift(self, name: str, largest: FloatArray | None) -> Drift:
        """The break, held to the departures of all annotators in every exchange."""
        if largest is None:
            return Drift(annotator=name, n_clusters=len(self.coded), undefined_because=self.undefined_because)
        order = np.argsort(self.places[self.coded])
        path = np.abs(np.cumsum(self._apart[order]))[:-1]
        n = int(path.argmax()) + 1
        departure = path.max() / self._spread
        p = (1 + int((largest >= departure - _NOTHING).sum())) / (1 + len(largest))
        first, then = order[:n], order[n:]
        return Drift(
            annotator=name,
            n_clusters=len(self.coded),
            before=float(1 - self.sums[first].sum() / self.counts[first].sum()),
            after=float(1 - self.sums[then].sum() / self.counts[then].sum()),
            n_before=n,
            p=p,
            alarm=p <= FALSE_ALARMS,
        )
