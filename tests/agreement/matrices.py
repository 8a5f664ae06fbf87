"""Units × annotators tables typed as text: one unit per line, ``.`` where an annotator gave no value."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from toolkit.agreement import levels
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.estimation import estimates_of
from toolkit.agreement.levels import LevelOfValues
from toolkit.agreement.matrix import Matrix as CodeMatrix
from toolkit.agreement.measures import krippendorff_alpha, percent_agreement
from toolkit.agreement.patterns import Patterns, patterns_of
from toolkit.agreement.ratings import Ratings, ratings_from_rows
from toolkit.agreement.reading import Coverage, Reading
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.scale import Scale

Matrix = Sequence[Sequence[Hashable | None]]
NO_INTERVAL = Resampling("unit", replicates=0)


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
    reading = reading_of_patterns(counted, level, target=target)
    return estimates_of("q", reading, [krippendorff_alpha.MEASURE], resampling)[0]


def reading_of_patterns(counted: Patterns, *alphas: LevelOfValues, target: float | None = None) -> Reading:
    """Units without annotators: enough for figures in which annotators are interchangeable."""
    n_values = counted.rows.shape[1]
    scale = Scale(level="any", domain=tuple(range(n_values)), n_categories=n_values, alphas=alphas)
    return Reading(scale, counted, Coverage(0, 0, 0), nobody, target)


def nobody() -> CodeMatrix:
    raise AssertionError("these units have no annotators")


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
    return estimates_of("q", reading_of_patterns(counted), [percent_agreement.MEASURE], NO_INTERVAL)[0]


def value(estimate: Estimate) -> float:
    assert estimate.value is not None, estimate.undefined_because
    return estimate.value
