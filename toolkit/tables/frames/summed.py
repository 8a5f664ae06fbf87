"""Numbers of which there are too many to count each: added up on the engine, unit by unit, then cluster by cluster."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa

from toolkit.agreement.levels import MOST_DISTINCT, comfortable
from toolkit.agreement.made_up import MOST_VALUES
from toolkit.agreement.reading import Coverage
from toolkit.agreement.summed_numbers import SummedNumbers
from toolkit.errors import UsageError
from toolkit.files.arrays import FloatArray, IntArray
from toolkit.tables.columns import coded_column
from toolkit.tables.frames.asking import collected, number_of
from toolkit.tables.frames.counting import integers, refuse_changed_rows
from toolkit.tables.frames.long_frame import ANNOTATOR, CLUSTER, UNIT, VALUE, LongFrame
from toolkit.tables.rows import by_name

MOST_DRAWN = 2_000_000
"""Units up to which single ones are drawn, each with sums of its own."""

_STATISTICS = ("disagreement", "numbers", "total", "squares", "agreeing", "paired")
"""What is added up of units with two numbers or more (see ``SummedNumbers.rows``)."""
_NUMBER, _TIMES, _GIVEN, _PLACE = "number", "times", "given", "place"
_MEAN, _LOWEST, _HIGHEST = "mean", "lowest", "highest"


def summed_numbers(held: LongFrame, question: str, rows: nw.LazyFrame[Any]) -> SummedNumbers:
    """Return the numbers of a question, of which each of the ``rows`` has one.

    Two passes: one for their mean, from which they are taken in the other, so that the digits of near numbers are not
    lost in far ones. Every unit lies in one cluster. Raise UsageError where single units are drawn and too many, and
    TransferIncomplete where rows change meanwhile.
    """
    rows = _with_numbers(rows)
    n_rows, mean, lowest, highest = _about(rows)
    factor = _comfortable(lowest, highest)
    cluster = [name for name in held.names if name == CLUSTER]
    cells = _cells(rows, cluster, factor)
    units = _units(cells, cluster, mean * factor)
    found = _by_cluster(units) if cluster else _one_by_one(question, units)
    refuse_changed_rows(question, n_rows, int(found.times @ found.given))
    numbers = found.rows
    n_units, n_values, n_pairable = (int(found.times @ column) for column in (found.units, *numbers[:, [1, 5]].T))
    points, use = _points(_in_use(cells, units, all_paired=n_pairable == n_units), (lowest * factor, highest * factor))
    order = found.order()
    return SummedNumbers(
        rows=numbers[order],
        sizes=found.times[order],
        clusters=None if found.cluster is None else found.cluster[order],
        centre=mean * factor,
        points=points,
        use=use,
        n_distinct=number_of(rows.select(VALUE).unique()),
        n_values=n_values,
        coverage=Coverage(
            n_units=n_units,
            n_pairable=n_pairable,
            n_annotators=number_of(rows.select(ANNOTATOR).unique()),
            per_unit=n_values / n_pairable if n_pairable else 0.0,
        ),
    )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _AddedUp:
    """The statistics (G × 6) of clusters, or of single units: then of so many ``times``. ``units`` there are, also such
    with one value, and ``given`` values.
    """

    rows: FloatArray
    times: IntArray
    units: IntArray
    given: IntArray
    cluster: IntArray | None

    def order(self) -> IntArray:
        """Return the rows with units that count, in an order that does not depend on the engine's."""
        there = np.flatnonzero(self.rows[:, -1] > 0)
        keys = (self.cluster,) if self.cluster is not None else tuple(self.rows.T)
        return np.asarray(there[np.lexsort([key[there] for key in keys])])


def _with_numbers(rows: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    number = nw.col(VALUE)
    if rows.collect_schema()[VALUE] == nw.Float32:  # as in memory: .1 in 32 bits is .1
        number = number.cast(nw.String)
    return rows.with_columns(number.cast(nw.Float64).alias(_NUMBER))


def _about(rows: nw.LazyFrame[Any]) -> tuple[int, float, float, float]:
    """How many numbers there are, their mean, and their bounds."""
    number = nw.col(_NUMBER)
    asked = (number.mean().alias(_MEAN), number.min().alias(_LOWEST), number.max().alias(_HIGHEST))
    found = collected(rows.select(nw.len().alias(_TIMES), *asked))
    mean, lowest, highest = (float(found[name][0].as_py()) for name in (_MEAN, _LOWEST, _HIGHEST))
    return int(integers(found, _TIMES)[0]), mean if math.isfinite(mean) else lowest / 2 + highest / 2, lowest, highest


def _comfortable(lowest: float, highest: float) -> float:
    """What numbers are multiplied by, so that their squares stay within the range of floating-point numbers."""
    largest = max(abs(lowest), abs(highest))
    return float(comfortable([largest])[0] / largest) if largest else 1.0


def _cells(rows: nw.LazyFrame[Any], cluster: Sequence[str], factor: float) -> nw.LazyFrame[Any]:
    """How often a unit was given each number."""
    comfortable_rows = rows.with_columns(nw.col(_NUMBER) * factor)
    return comfortable_rows.group_by(*cluster, UNIT, _NUMBER).agg(nw.len().alias(_TIMES))


def _units(cells: nw.LazyFrame[Any], cluster: Sequence[str], centre: float) -> nw.LazyFrame[Any]:
    """The statistics of each unit: 0 where it has one number only."""
    times, number = nw.col(_TIMES).cast(nw.Float64), nw.col(_NUMBER) - centre
    sums = {
        "numbers": times,
        "total": times * number,
        "squares": times * number * number,
        "agreeing": times * (times - 1),
    }
    bounds = nw.col(_NUMBER).min().alias(_LOWEST), nw.col(_NUMBER).max().alias(_HIGHEST)
    each = cells.with_columns(*(one.alias(name) for name, one in sums.items()))
    of_unit = each.group_by(*cluster, UNIT).agg(*(nw.col(name).sum() for name in sums), *bounds)
    m, total, squares = nw.col("numbers"), nw.col("total"), nw.col("squares")
    paired = m >= 2
    apart = squares - total * total / m
    differ = paired & (nw.col(_LOWEST) < nw.col(_HIGHEST)) & (apart > 0)
    nothing = nw.lit(0.0)
    return of_unit.select(
        *cluster,
        UNIT,
        m.alias(_GIVEN),
        nw.when(differ).then(2 * m * apart / (m - 1)).otherwise(nothing).alias("disagreement"),
        *(
            nw.when(paired).then(nw.col(name)).otherwise(nothing).alias(name)
            for name in ("numbers", "total", "squares")
        ),
        nw.when(paired).then(nw.col("agreeing") / (m * (m - 1))).otherwise(nothing).alias("agreeing"),
        nw.when(paired).then(nw.lit(1.0)).otherwise(nothing).alias("paired"),
    )


def _by_cluster(units: nw.LazyFrame[Any]) -> _AddedUp:
    added = [nw.col(name).sum() for name in (*_STATISTICS, _GIVEN)]
    found = collected(units.group_by(CLUSTER).agg(*added, nw.len().alias(_TIMES)))
    return _AddedUp(
        rows=_statistics(found),
        times=np.ones(len(found), dtype=np.int64),
        units=integers(found, _TIMES),
        given=integers(found, _GIVEN),
        cluster=by_name(coded_column(found[CLUSTER])).codes,
    )


def _one_by_one(question: str, units: nw.LazyFrame[Any]) -> _AddedUp:
    kinds = units.group_by(*_STATISTICS, _GIVEN).agg(nw.len().alias(_TIMES))
    found = collected(kinds.head(MOST_DRAWN + 1))
    if len(found) > MOST_DRAWN:
        raise UsageError(
            f"question {question!r} has more than {MOST_DISTINCT:,} different values, and more than {MOST_DRAWN:,} "
            "units: too many to draw them one by one",
            todo="Name a column of clusters, or round the numbers first.",
        )
    return _AddedUp(
        rows=_statistics(found),
        times=integers(found, _TIMES),
        units=np.ones(len(found), dtype=np.int64),
        given=integers(found, _GIVEN),
        cluster=None,
    )


def _statistics(found: pa.Table) -> FloatArray:
    return np.column_stack([np.asarray(found[name].to_numpy(), dtype=np.float64) for name in _STATISTICS])


def _in_use(cells: nw.LazyFrame[Any], units: nw.LazyFrame[Any], *, all_paired: bool) -> pa.Table:
    """Some numbers of units with two or more, evenly spread over them by size, and how often each was given."""
    if not all_paired:
        cells = cells.join(units.filter(nw.col("paired") > 0).select(UNIT), on=UNIT, how="inner")
    each = cells.group_by(_NUMBER).agg(nw.col(_TIMES).sum())
    n = number_of(each)
    places = np.linspace(0, max(n - 1, 0), min(n, MOST_VALUES)).round().astype(np.int64)
    ranked = each.with_row_index(_PLACE, order_by=_NUMBER)
    return collected(ranked.filter(nw.col(_PLACE).is_in(places.tolist())).select(_NUMBER, _TIMES))


def _points(in_use: pa.Table, bounds: Sequence[float]) -> tuple[FloatArray, IntArray]:
    """These numbers and the bounds, ascending, and how often each is in use."""
    given = np.asarray(in_use[_NUMBER].to_numpy(), dtype=np.float64)
    points = np.unique([*given, *bounds])
    use = np.zeros(len(points), dtype=np.int64)
    use[np.searchsorted(points, given)] = integers(in_use, _TIMES)
    return points, use
