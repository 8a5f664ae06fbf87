"""Wu & Palmer (1994), "Verb semantics and lexical selection", ACL, 133–138, p. 136: similarity of concepts in a tree.

The table (3 annotators, 20 units) is synthetic; the alphas were cross-verified between independent programs.
"""

from __future__ import annotations

import pytest

from tests.agreement.matrices import alpha, alpha_of, matrix, ratings, value
from toolkit.agreement import levels
from toolkit.agreement.distances import path_at_depth, wu_palmer_distance
from toolkit.agreement.patterns import patterns_of

TABLE = matrix(
    """
plant/tree plant/tree plant/tree
. . plant/tree/oak
animal/dog animal/dog plant/flower
plant/tree plant/tree animal
animal/dog . animal/dog/poodle
animal plant animal
plant/tree animal/dog/poodle animal/dog/poodle
animal/dog/poodle animal/dog/poodle animal/dog/poodle
plant plant animal/dog
plant/tree plant/tree plant/tree/oak
animal animal/dog animal
plant plant plant/tree
plant/flower plant/flower plant/flower
animal/cat plant animal/cat
animal/dog/poodle animal/dog/poodle plant
animal/dog animal/dog plant/tree/oak
animal/dog/poodle . animal/dog/poodle
animal/dog plant/flower animal/dog
animal animal plant/tree/oak
. animal/cat animal/cat
    """
)
PATHS = sorted({str(cell) for row in TABLE for cell in row if cell is not None})


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("animal", "animal", 0),
        ("animal", "plant", 1),
        ("animal", "animal/cat", 1 / 3),
        ("animal/cat", "animal/dog", 1 / 2),
        ("animal/cat", "animal/dog/poodle", 3 / 5),
        ("animal/dog", "animal/dog/poodle", 1 / 5),
        ("animal", "animal/dog/poodle", 1 / 2),
        ("animal/dog", "plant/dog", 1),
    ],
)
def test_distance(one: str, other: str, distance: float) -> None:
    assert wu_palmer_distance(one, other) == pytest.approx(distance, abs=1e-12)
    assert wu_palmer_distance(other, one) == pytest.approx(distance, abs=1e-12)


def test_alpha_by_distance_in_the_tree() -> None:
    found = value(alpha(TABLE, PATHS, levels.taxonomy(PATHS)))
    assert found == pytest.approx(0.36618399250774436, abs=1e-12)


@pytest.mark.parametrize(("depth", "expected"), [(1, 0.26388888888888895), (2, 0.4401408450704226)])
def test_nominal_alpha_of_paths_cut_to_a_depth(depth: int, expected: float) -> None:
    cut = ratings(TABLE, PATHS).recoded(lambda path: path_at_depth(str(path), depth))
    level = levels.nominal(len(cut.domain))
    found = value(alpha_of(patterns_of(cut), level))
    assert found == pytest.approx(expected, abs=1e-12)
