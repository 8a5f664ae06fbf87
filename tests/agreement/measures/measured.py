"""A measure applied to a units × annotators table: sums of its statistics, then its formula, nothing in between."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from toolkit.agreement import levels
from toolkit.agreement.levels import LevelOfValues
from toolkit.agreement.measures import Cut, Measure, measures
from toolkit.agreement.ratings import MISSING
from toolkit.agreement.scale import Scale
from toolkit.files.arrays import FloatArray, IntArray

Table = Sequence[Sequence[Hashable | None]]


@dataclass(frozen=True, slots=True)
class Measured:
    """One number, or why there is none, and the pair of annotators it is of."""

    value: float | None
    undefined_because: str | None
    annotators: tuple[str | None, str | None]


def measure(measure_id: str) -> Measure:
    return {one.id: one for one in measures()}[measure_id]


def nominal(domain: Sequence[Hashable], n_categories: int | None = None) -> Scale:
    alphas = (levels.nominal(len(domain)),)
    return _scale("nominal", domain, alphas, n_categories=n_categories)


def ordinal(domain: Sequence[Hashable], n_categories: int | None = None) -> Scale:
    ranks = np.arange(len(domain), dtype=np.float64)
    return _scale("ordinal", domain, (levels.ordinal(len(domain)),), n_categories=n_categories, points=ranks)


def interval(domain: Sequence[float]) -> Scale:
    return _scale("interval", domain, (levels.interval(domain),), points=np.asarray(domain, dtype=np.float64))


def by_table(domain: Sequence[Hashable], distances: Sequence[Sequence[float]]) -> Scale:
    return _scale("table", domain, (levels.by_table("table", distances),))


def of_kind(kind: str) -> Scale:
    return _scale(kind, ["a", "b"], ())


def _scale(
    level: str,
    domain: Sequence[Hashable],
    alphas: tuple[LevelOfValues, ...],
    *,
    n_categories: int | None = None,
    points: FloatArray | None = None,
) -> Scale:
    q = len(domain) if n_categories is None else n_categories
    return Scale(level=level, domain=tuple(domain), n_categories=q, alphas=alphas, points=points)


def in_use(table: Table) -> list[Hashable]:
    return sorted({value for row in table for value in row if value is not None}, key=str)


def cuts(measure_id: str, table: Table, scale: Scale) -> list[Cut]:
    assert measure(measure_id).cannot_handle(scale) is None
    width = max((len(row) for row in table), default=0)
    return list(measure(measure_id).cuts(scale, [f"annotator {place}" for place in range(width)]))


def statistics(cut: Cut, table: Table, scale: Scale) -> FloatArray:
    """Statistics of the units that have a part in the figure, one row each."""
    code = {value: place for place, value in enumerate(scale.domain)}
    width = max((len(row) for row in table), default=0)
    rows = [[MISSING if value is None else code[value] for value in row] for row in table]
    codes: IntArray = np.array(rows, dtype=np.int64).reshape(len(rows), width)
    if cut.columns is not None:
        codes = codes[:, list(cut.columns)]
    codes = codes[(codes != MISSING).sum(axis=1) >= (1 if cut.counts_single_units else 2)]
    return cut.figure.statistics(codes if cut.reads != "counts" else _counted(codes, scale.n_values))


def _counted(codes: IntArray, n_values: int) -> IntArray:
    counts = np.zeros((len(codes), n_values), dtype=np.int64)
    for unit, row in enumerate(codes):
        for value in row[row != MISSING]:
            counts[unit, value] += 1
    return counts


def measured(measure_id: str, table: Table, scale: Scale | None = None) -> list[Measured]:
    """Every number the measure consists of; without a scale, of the categories in use, unordered."""
    scale = scale or nominal(in_use(table))
    found = []
    for cut in cuts(measure_id, table, scale):
        sums = statistics(cut, table, scale).sum(axis=0)
        reason = cut.figure.undefined_because(sums)
        number = float(cut.figure.values(sums[None, :])[0])
        assert reason is None or np.isnan(number)
        found.append(Measured(None if reason else number, reason, (cut.annotator, cut.other_annotator)))
    return found


def value_of(measure_id: str, table: Table, scale: Scale | None = None) -> float:
    """The one number the measure consists of here."""
    [only] = measured(measure_id, table, scale)
    assert only.value is not None, only.undefined_because
    return only.value


def reason_of(measure_id: str, table: Table, scale: Scale | None = None) -> str | None:
    """Why the one number does not exist here, or None where it does."""
    [only] = measured(measure_id, table, scale)
    return only.undefined_because


def by_category(measure_id: str, table: Table, categories: Sequence[Hashable] | None = None) -> dict[str, float | None]:
    """The number of each category, by its name; of the categories in use, unless others are given."""
    domain = in_use(table) if categories is None else categories
    names = tuple(map(str, domain))
    scale = replace(nominal(domain), categories=names, membership=np.eye(len(domain)))
    found = {}
    for cut in cuts(measure_id, table, scale):
        sums = statistics(cut, table, scale).sum(axis=0)
        reason, number = cut.figure.undefined_because(sums), float(cut.figure.values(sums[None, :])[0])
        assert (reason is not None) == np.isnan(number)
        assert cut.category is not None
        found[cut.category] = None if reason else number
    return found
