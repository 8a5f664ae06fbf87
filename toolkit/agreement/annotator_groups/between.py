"""Every figure about groups of annotators: kappa between two, and how far each keeps to itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from toolkit.agreement.annotator_groups.cross_kappa import cross_sums
from toolkit.agreement.annotator_groups.joined import Association, Normalised, alpha_part, ratio_sums
from toolkit.agreement.annotator_groups.relabelling import relabelled
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.estimation import estimate_from, replicated
from toolkit.agreement.levels import LevelOfValues
from toolkit.agreement.matrix import Matrix
from toolkit.agreement.reading import Reading
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.sums import Sums

KAPPA = "cross_replication_kappa"
NORMALISED = "cross_replication_kappa_normalised"
ASSOCIATION = "group_association_index"


def between_estimates(
    question: str, reading: Reading, by: str, groups: Sequence[str], group_of: Mapping[str, str], resampling: Resampling
) -> Iterator[Estimate]:
    """Yield kappa between every two ``groups``, plain and normalised, then the association index of each group.

    ``group_of`` says to which group an annotator belongs; those it does not name take no part. The index, ``against``
    None, is about one group and all the others; its ``p_value`` is that of a permutation test.
    """
    matrix = _drawn_whole(reading.matrix)
    columns = {
        group: tuple(place for place, name in enumerate(matrix.annotators) if group_of.get(name) == group)
        for group in groups
    }
    for level in reading.scale.alphas:
        yield from _at_level(question, reading, matrix, by, columns, level, resampling)


def _at_level(
    question: str,
    reading: Reading,
    matrix: Matrix,
    by: str,
    columns: Mapping[str, tuple[int, ...]],
    level: LevelOfValues,
    resampling: Resampling,
) -> Iterator[Estimate]:
    n_values = reading.scale.n_values
    alphas = {group: alpha_part(matrix, places, level, n_values) for group, places in columns.items()}
    rest = {
        group: tuple(place for other, places in columns.items() if other != group for place in places)
        for group in columns
    }
    planned: list[tuple[str, str, str | None, Sums]] = []
    for one, other in combinations(columns, 2):
        kappa = cross_sums(matrix, columns[one], columns[other], level, n_values)
        planned.append((KAPPA, one, other, kappa))
        planned.append((NORMALISED, one, other, ratio_sums(Normalised, kappa, [alphas[one], alphas[other]])))
    for group in columns:
        kappa = cross_sums(matrix, columns[group], rest[group], level, n_values)
        planned.append((ASSOCIATION, group, None, ratio_sums(Association, kappa, [alphas[group]])))
    drawn = replicated([sums for *_, sums in planned], resampling)
    for (measure, group, against, sums), replicates in zip(planned, drawn, strict=True):
        found = estimate_from(
            question, measure, level.name, sums, replicates, resampling, n_categories=reading.scale.n_categories
        )
        found = replace(found, about="between", by=by, group=group, against=against)
        if measure == ASSOCIATION:
            tested = relabelled(
                matrix,
                columns[group],
                rest[group],
                level,
                n_values=n_values,
                most=resampling.replicates,
                seed=resampling.seed,
            )
            found = replace(found, p_value=tested.p_value, p_undefined_because=tested.undefined_because)
        yield found


def _drawn_whole(matrix: Matrix) -> Matrix:
    """The same with each unit a cluster where there are none, so that figures of two groups can be drawn together."""
    if matrix.cluster is not None:
        return matrix
    codes = matrix.codes
    return replace(matrix, rows=codes, cluster=np.arange(len(codes)), times=None)
