"""How fast agreement is computed, against the package ``krippendorff`` and plain pandas on the same answers."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import combinations
from pathlib import Path

import krippendorff
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.process import FACTORIZED, INTERCODER, Ran, run
from benchmarks.row import Row
from benchmarks.simulated import ANNOTATORS, Answers, answers, names_of
from toolkit.agreement import levels
from toolkit.agreement.bootstrap import resampled_sums
from toolkit.agreement.estimate import CUSTOMARY_THRESHOLDS, Estimate
from toolkit.agreement.estimation import estimate_from, estimates_of, replicated
from toolkit.agreement.matrix import Matrix
from toolkit.agreement.measures import Cut, krippendorff_alpha, measures
from toolkit.agreement.patterns import patterns_of_counts
from toolkit.agreement.question_readings import readings_of
from toolkit.agreement.ratings import Ratings
from toolkit.agreement.reading import Coverage, Reading, reading_of
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.scale import Scale
from toolkit.agreement.sums import Sums, sums_of
from toolkit.files.arrays import FloatArray, IntArray
from toolkit.tables.questions import coded_questions
from toolkit.tables.rows import LongColumns
from toolkit.tables.values import ValueRules

RUNS = 5
MILLION = 1_000_000
CATEGORIES = 5
REPLICATES = 1_000
LOOPED = 20  # of the replicates that the package would have to be called for
SAME = 1e-12
COLUMNS = LongColumns(unit="unit", annotator="annotator", value="value")
QUESTIONS = [
    *((n_values, "nominal") for n_values in (2, 3, 4, 5, 8, 10, 12, 15)),
    *((n_values, "ordinal") for n_values in (5, 6, 7)),
    (16, "set"),  # up to two of five categories
]
# the same by a table of units and values
GROUPED = """
import sys
import krippendorff, pandas
rows = pandas.read_parquet(sys.argv[1])
counts = rows.groupby(["unit", "value"]).size().unstack(fill_value=0)
print(krippendorff.alpha(value_counts=counts.to_numpy(), level_of_measurement="nominal"))
"""


def rows(arguments: Sequence[str]) -> Iterator[Row]:
    million = int(arguments[0]) if arguments else MILLION  # all sizes are shares of it
    yield from _from_arrow(million)
    yield from _whole_command(million)
    yield _many_articles(million)
    yield _everything(million)
    yield _from_counts(million)
    yield from _linear(million)


def _from_arrow(million: int) -> Iterator[Row]:
    given = answers(million, CATEGORIES, seed=0, per_unit=3)
    counts = given.counts()
    package = _median(partial(_by_package, counts))
    for ids, table in (("whole-number", given.table()), ("text", given.table(text_ids=True))):
        ours = _median(partial(_alpha_of, table, REPLICATES))
        yield Row(
            f"alpha, 1,000 replicates, from Arrow: {3 * million:,} rows, {million:,} units with {ids} ids",
            f"{ours:.2f} s",
            f"`krippendorff`, alpha once, its counts given {package:.2f} s",
            f"{package / ours:.1f}",
        )
    reading = _reading(table)
    drawn = _median(partial(_headline, reading, Resampling("unit", REPLICATES)))
    bare = _median(partial(_headline, reading, Resampling("unit", 0)))
    yield Row("of which the 1,000 replicates", f"{drawn - bare:.3f} s")
    frame = table.to_pandas()
    crosstab = _median(partial(pd.crosstab, frame["unit"], frame["value"]), runs=1)
    ours = _median(partial(_reading, table))
    yield Row(
        "of which counting the rows", f"{ours:.2f} s", f"`pandas.crosstab` {crosstab:.1f} s", f"{crosstab / ours:.0f}"
    )


def _whole_command(million: int) -> Iterator[Row]:
    table = answers(million, CATEGORIES, seed=0, per_unit=3).table(text_ids=True)
    mixed = table.take(pa.array(np.random.default_rng(0).permutation(table.num_rows)))
    options = "--unit unit --annotator annotator --value value --level nominal --bootstrap 1000 --format json"
    for order, rows in (("sorted by unit", table), ("in any order", mixed)):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            path = folder / "table.parquet"
            pq.write_table(rows, path)
            ours, factorized, grouped = _processes(
                folder,
                (INTERCODER, "agree", str(path), *options.split()),
                (FACTORIZED, str(path), "unit", "annotator", "value"),
                (GROUPED, str(path)),
            )
        what = f"`intercoder agree` on {3 * million:,} rows of Parquet {order}, 1,000 replicates, whole process"
        for peer, how in ((factorized, "`factorize`"), (grouped, "`groupby`")):
            yield from _beside(what, ours, f"pandas ({how}) and `krippendorff`, alpha once", peer)


def _beside(what: str, ours: Ran, named: str, peer: Ran) -> Iterator[Row]:
    yield Row(what, f"{ours.seconds:.2f} s", f"{named} {peer.seconds:.2f} s", f"{peer.seconds / ours.seconds:.2f}")
    yield Row(
        "its seconds of the processor",
        f"{ours.processor:.2f} s",
        f"{named} {peer.processor:.2f} s",
        f"{peer.processor / ours.processor:.2f}",
    )
    yield Row(
        "its peak memory",
        f"{ours.memory / 1000:.2f} GB",
        f"{named} {peer.memory / 1000:.2f} GB",
        f"{peer.memory / ours.memory:.1f}",
    )


def _many_articles(million: int) -> Row:
    n_articles = million // 50
    given = answers(million, CATEGORIES, seed=0, per_unit=3)
    article = np.random.default_rng(1).integers(0, n_articles, million)
    reading = reading_of(_ratings(given, article, n_articles), _nominal(CATEGORIES))
    ours = _median(partial(_headline, reading, Resampling("article", REPLICATES)))
    rng, even = np.random.default_rng(0), np.full(n_articles, 1 / n_articles)
    peer = _median(partial(rng.multinomial, n_articles, even, size=REPLICATES))
    return Row(
        f"alpha, 1,000 replicates of {n_articles:,} articles, {million:,} units, from coded ratings",
        f"{ours:.2f} s",
        f"drawing alone by numpy's `multinomial` {peer:.2f} s",
        f"{peer / ours:.1f}",
    )


def _everything(million: int) -> Row:
    n_units, n_articles = million // 10, million // 1_000
    article = np.random.default_rng(1).integers(0, n_articles, n_units)
    questions = []
    for seed, (n_values, level) in enumerate(QUESTIONS):
        given = answers(n_units, n_values, seed=seed)
        questions.append((level, _ratings(given, article, n_articles, level=level), given.counts()))
    n_estimates = sum(len(_all_measures(level, ratings)) for level, ratings, _ in questions)
    ours = _median(lambda: [_all_measures(level, ratings) for level, ratings, _ in questions])
    package = _median(lambda: [_by_package(counts) for _, _, counts in questions])
    return Row(
        f"all measures and cuts with intervals: {n_estimates} figures, 12 questions, {n_units:,} units, 5 annotators, "
        f"{n_articles:,} articles, 1,000 replicates of the headline",
        f"{ours:.2f} s",
        f"`krippendorff`, 12 alphas once {package:.2f} s",
        f"{package / ours:.2f}",
    )


def _from_counts(million: int) -> Row:
    """The package is given every resample ready-made; that our replicates are those it computes is checked first."""
    counts = answers(million // 10, CATEGORIES, seed=0, per_unit=3).counts()
    sums = _sums(counts)
    drawn = resampled_sums(sums.rows, sums.sizes, replicates=REPLICATES, rng=np.random.default_rng(0))
    values = sums.figure.values(drawn)[:LOOPED]
    patterns = sums.rows[:, 1:].astype(np.int64)  # the column before is their disagreement
    rng, n_units = np.random.default_rng(0), int(sums.sizes.sum())
    resamples = [np.repeat(patterns, rng.multinomial(n_units, sums.sizes / n_units), axis=0) for _ in range(LOOPED)]
    found = [_by_package(resample) for resample in resamples]
    worst = float(np.abs(values - found).max())
    assert worst <= SAME, f"replicates differ by {worst}"
    package = _median(lambda: [_by_package(resample) for resample in resamples], runs=3) / LOOPED * REPLICATES
    ours = _median(partial(_counted, counts), runs=20)
    return Row(
        f"alpha, its interval and 1,000 replicates, from counts of {n_units:,} units, as a library call",
        f"{ours * 1000:.1f} ms",
        f"`krippendorff` looped, {LOOPED} calls timed, times {REPLICATES // LOOPED}: {package:.0f} s; "
        f"the same values to {worst:.0e}",
        f"{package / ours:,.0f}",
    )


def _linear(million: int) -> Iterator[Row]:
    for n_rows in (million // 100, million // 10, million, 10 * million):
        table = answers(n_rows // 5, CATEGORIES, seed=0).table()
        seconds = _median(partial(_alpha_of, table, REPLICATES))
        confirmed = _alpha_of(table, 0).confirmed_by
        yield Row(
            f"alpha, 1,000 replicates, from Arrow, {n_rows:,} rows"
            + (", second opinion included" if confirmed else ""),
            f"{seconds:.3f} s, {seconds / n_rows * MILLION:.2f} s a million",
        )


def _alpha_of(table: pa.Table, replicates: int) -> Estimate:
    return _headline(_reading(table), Resampling("unit", replicates))


def _reading(table: pa.Table) -> Reading:
    return coded_questions(table, COLUMNS, ValueRules(level="nominal"))[0].readings()[0]


def _headline(reading: Reading, resampling: Resampling) -> Estimate:
    return estimates_of("q", reading, [krippendorff_alpha.MEASURE], resampling)[0]


def _all_measures(level: str, ratings: Ratings) -> list[Estimate]:
    scale = names_of(5 if level == "set" else len(ratings.domain))
    reading = readings_of(level, ratings, scale)[0]
    return estimates_of("q", reading, measures(), Resampling("article", REPLICATES))


def _ratings(given: Answers, article: IntArray, n_articles: int, *, level: str = "nominal") -> Ratings:
    """The answers as ratings; at level set a value stands for up to two of five categories."""
    domain: tuple[object, ...] = tuple(names_of(given.n_values))
    if level == "set":
        domain = tuple(frozenset(some) for size in range(3) for some in combinations(names_of(5), size))
    return Ratings(
        units=range(int(given.unit.max()) + 1),
        annotators=ANNOTATORS,
        domain=domain[: given.n_values],
        unit=given.unit,
        annotator=given.annotator,
        value=given.value,
        clusters=range(n_articles),
        cluster_of_unit=article,
    )


def _counted(counts: IntArray) -> Estimate:
    sums, resampling = _sums(counts), Resampling("unit", REPLICATES)
    drawn = replicated([sums], resampling, needed=[True])[0]
    return estimate_from(
        "q",
        "krippendorff_alpha",
        "nominal",
        sums,
        drawn,
        resampling,
        n_categories=CATEGORIES,
        thresholds=CUSTOMARY_THRESHOLDS,
    )


def _sums(counts: IntArray) -> Sums:
    alpha = levels.nominal(CATEGORIES).alpha
    reading = Reading(_nominal(CATEGORIES), patterns_of_counts(counts, None), Coverage(0, 0, 0), _nobody)
    return sums_of([Cut(figure=alpha, level="nominal")], reading)[0]


def _nominal(n_values: int) -> Scale:
    alphas = (levels.nominal(n_values),)
    return Scale(level="nominal", domain=tuple(names_of(n_values)), n_categories=n_values, alphas=alphas)


def _nobody() -> Matrix:
    raise AssertionError("alpha needs no annotators")


def _by_package(counts: IntArray) -> float:
    domain: FloatArray = np.arange(counts.shape[1], dtype=np.float64)
    return float(krippendorff.alpha(value_counts=counts, value_domain=domain, level_of_measurement="nominal"))


def _median(action: Callable[[], object], *, runs: int = RUNS) -> float:
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        action()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def _processes(folder: Path, *commands: tuple[str, ...]) -> list[Ran]:
    """Of each program in fresh processes that take turns: the median of seconds, and the largest peak of memory."""
    ran = [[run(folder, *command) for command in commands] for _ in range(RUNS)]
    return [
        Ran(
            seconds=statistics.median(one.seconds for one in of_one),
            processor=statistics.median(one.processor for one in of_one),
            memory=max(one.memory for one in of_one),
        )
        for of_one in zip(*ran, strict=True)
    ]
