from __future__ import annotations

import random

import numpy as np
import pytest

from tests.agreement.span_measures.coded import LABELS, random_design, rows
from toolkit.agreement.patterns import patterns_of
from toolkit.agreement.spans.marks import token_bounds, token_patterns, token_ratings

ALPHABET = "ab ,.“é"


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("seed", range(10))
def test_each_token_by_each_annotator(seed: int, label: str) -> None:
    rng = random.Random(seed)
    design = random_design(seed)
    texts = {unit: "".join(rng.choice(ALPHABET) for _ in range(12)) for unit in design}
    units, annotators, marks = rows(design)
    clusters = {unit: 5 - place // 2 for place, unit in enumerate(design)}
    ratings, sentence_of_token = token_ratings(
        units, annotators, marks, label=label, texts=texts, cluster_of_unit=clusters
    )

    tokens = [(unit, start, end) for unit, text in texts.items() for start, end in token_bounds(text)]
    assert [list(design)[place] for place in sentence_of_token] == [unit for unit, _, _ in tokens]
    assert ratings.domain == ("not marked", "marked")
    assert list(ratings.units) == list(range(len(tokens)))
    assert ratings.cluster_of_unit is not None
    assert ratings.cluster_of_unit.tolist() == [clusters[unit] for unit, _, _ in tokens]
    given = {
        (int(token), ratings.annotators[who]): int(value)
        for token, who, value in zip(ratings.unit, ratings.annotator, ratings.value, strict=True)
    }
    assert given == {
        (place, who): int(any(mark[0] == label and mark[1] < end and start < mark[2] for mark in coding))
        for place, (unit, start, end) in enumerate(tokens)
        for who, coding in design[unit].items()
    }


@pytest.mark.parametrize("seed", range(5))
def test_tokens_and_their_counts_are_those_of_the_patterns(seed: int) -> None:
    units, annotators, marks = rows(random_design(seed))
    texts = dict.fromkeys(units, "Oil, he said")
    clusters = dict.fromkeys(units, 0)
    patterns = token_patterns(units, marks, labels=LABELS, texts=texts, cluster_of_unit=clusters)
    for label in LABELS:
        ratings, _ = token_ratings(units, annotators, marks, label=label, texts=texts, cluster_of_unit=clusters)
        counted = patterns_of(ratings)
        one, other = patterns[label].rows[patterns[label].pattern_of_unit], counted.rows[counted.pattern_of_unit]
        assert np.array_equal(one, other)


def test_what_cannot_be_is_refused() -> None:
    text = {"s": "Oil rose 3%."}
    with pytest.raises(ValueError, match="5–13"):
        token_ratings(["s"], ["x"], [[("P", 5, 13)]], label="P", texts=text, cluster_of_unit={"s": 0})
    with pytest.raises(ValueError, match="'x'"):
        token_ratings(["s", "s"], ["x", "x"], [[], []], label="P", texts=text, cluster_of_unit={"s": 0})


def test_nobody_coded_anything() -> None:
    ratings, sentence_of_token = token_ratings([], [], [], label="P", texts={}, cluster_of_unit={})
    assert len(ratings.unit) == len(sentence_of_token) == 0
    assert token_patterns([], [], labels=["P"], texts={}, cluster_of_unit={})["P"].weights.sum() == 0
