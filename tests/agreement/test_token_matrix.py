from __future__ import annotations

import random

import numpy as np
import pytest

from tests.agreement.span_measures.coded import LABELS, random_design, rows
from toolkit.agreement.ratings import MISSING
from toolkit.agreement.spans.marks import token_bounds, token_matrix, token_patterns

ALPHABET = "ab ,.“é"


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("seed", range(10))
def test_each_token_by_each_annotator(seed: int, label: str) -> None:
    rng = random.Random(seed)
    design = random_design(seed)
    texts = {unit: "".join(rng.choice(ALPHABET) for _ in range(12)) for unit in design}
    units, annotators, marks = rows(design)
    clusters = {unit: 5 - place // 2 for place, unit in enumerate(design)}
    matrix = token_matrix(units, annotators, marks, label=label, texts=texts, cluster_of_unit=clusters)

    tokens = [(unit, start, end) for unit, text in texts.items() for start, end in token_bounds(text)]
    assert matrix.whole_of_unit is not None
    assert [list(design)[place] for place in matrix.whole_of_unit] == [unit for unit, _, _ in tokens]
    assert matrix.cluster_of_unit is not None
    assert matrix.cluster_of_unit.tolist() == [clusters[unit] for unit, _, _ in tokens]
    assert matrix.annotators == tuple(sorted({who for coding in design.values() for who in coding}))
    assert matrix.codes.tolist() == [
        [
            int(any(mark[0] == label and mark[1] < end and start < mark[2] for mark in design[unit][who]))
            if who in design[unit]
            else MISSING
            for who in matrix.annotators
        ]
        for unit, start, end in tokens
    ]


@pytest.mark.parametrize("seed", range(5))
def test_tokens_and_their_counts_are_those_of_the_patterns(seed: int) -> None:
    units, annotators, marks = rows(random_design(seed))
    texts = dict.fromkeys(units, "Oil, he said")
    clusters = dict.fromkeys(units, 0)
    patterns = token_patterns(units, marks, labels=LABELS, texts=texts, cluster_of_unit=clusters)
    for label in LABELS:
        matrix = token_matrix(units, annotators, marks, label=label, texts=texts, cluster_of_unit=clusters)
        counts = np.stack([(matrix.codes == code).sum(axis=1) for code in (0, 1)], axis=1)
        assert np.array_equal(patterns[label].rows[patterns[label].pattern_of_unit], counts)


def test_what_cannot_be_is_refused() -> None:
    text = {"s": "Oil rose 3%."}
    with pytest.raises(ValueError, match="5–13"):
        token_matrix(["s"], ["x"], [[("P", 5, 13)]], label="P", texts=text, cluster_of_unit={"s": 0})
    with pytest.raises(ValueError, match="s by x"):
        token_matrix(["s", "s"], ["x", "x"], [[], []], label="P", texts=text, cluster_of_unit={"s": 0})


def test_nobody_coded_anything() -> None:
    assert token_matrix([], [], [], label="P", texts={}, cluster_of_unit={}).codes.shape == (0, 0)
    assert token_patterns([], [], labels=["P"], texts={}, cluster_of_unit={})["P"].weights.sum() == 0


def test_a_stretch_stands_for_tokens_that_were_marked_alike() -> None:
    """Six tokens; x marks the second to fourth in two marks that touch, y the fourth and fifth."""
    text = {"s": "one two three four five six", "t": "", "u": "end"}
    marks = [[("P", 4, 13), ("P", 12, 18)], [("P", 14, 23)], [], [("P", 0, 3)]]
    units, who = ["s", "s", "t", "u"], ["x", "y", "z", "x"]
    matrix = token_matrix(units, who, marks, label="P", texts=text, cluster_of_unit={"s": 0, "t": 1, "u": 1})
    assert matrix.annotators == ("x", "y")  # the text that z coded has no token
    assert matrix.rows.tolist() == [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0], [1, MISSING]]
    assert matrix.times is not None
    assert matrix.times.tolist() == [1, 2, 1, 1, 1, 1]
    assert matrix.whole_of_unit is not None
    assert matrix.whole_of_unit.tolist() == [0] * 6 + [2]
