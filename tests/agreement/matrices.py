"""Units × annotators tables typed as text: one unit per line, ``.`` where an annotator gave no value."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from toolkit.agreement import levels
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.estimation import Coverage, Resampling, level_estimates
from toolkit.agreement.levels import LevelOfValues
from toolkit.agreement.patterns import Patterns, patterns_of
from toolkit.agreement.ratings import Ratings, ratings_from_rows

Matrix = Sequence[Sequence[Hashable | None]]
NO_INTERVAL = Resampling("unit", replicates=0)
ANY_COVERAGE = Coverage(n_units=0, n_pairable=0, n_annotators=0, n_categories=0)


def matrix(text: str, kind: Callable[[str], Hashable] = str) -> list[list[Hashable | None]]:
    """Values of every line, converted by ``kind``."""
    return [[None if cell == "." else kind(cell) for cell in line.split()] for line in text.strip().splitlines()]


def ratings(table: Matrix, domain: Sequence[Hashable], clusters: Sequence[Hashable] | None = None) -> Ratings:
    cells = [(u, a, value) for u, row in enumerate(table) for a, value in enumerate(row)]
    return ratings_from_rows(
        [unit for unit, _, _ in cells],
        [annotator for _, annotator, _ in cells],
        [value for _, _, value in cells],
        domain=domain,
        clusters=None if clusters is None else [clusters[unit] for unit, _, _ in cells],
    )


def patterns(table: Matrix, domain: Sequence[Hashable], clusters: Sequence[Hashable] | None = None) -> Patterns:
    return patterns_of(ratings(table, domain, clusters))


def alpha_of(
    counted: Patterns, level: LevelOfValues, resampling: Resampling = NO_INTERVAL, target: float | None = None
) -> Estimate:
    return level_estimates("q", [level], counted, ANY_COVERAGE, resampling, percent_level="any", target=target)[0]


def alpha(
    table: Matrix, domain: Sequence[Hashable], level: LevelOfValues, resampling: Resampling = NO_INTERVAL
) -> Estimate:
    return alpha_of(patterns(table, domain), level, resampling)


def nominal_alpha(table: Matrix, resampling: Resampling = NO_INTERVAL) -> Estimate:
    domain = sorted({value for row in table for value in row if value is not None}, key=str)
    return alpha(table, domain, levels.nominal(len(domain)), resampling)


def percent(table: Matrix) -> Estimate:
    domain = sorted({value for row in table for value in row if value is not None}, key=str)
    counted = patterns(table, domain)
    return level_estimates("q", [], counted, ANY_COVERAGE, NO_INTERVAL, percent_level="nominal")[0]


def value(estimate: Estimate) -> float:
    assert estimate.value is not None, estimate.undefined_because
    return estimate.value
