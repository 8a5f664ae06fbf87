from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tests.agreement.span_measures.coded import LABELS, Design, coded, figure, random_design
from toolkit.agreement.span_measures.char_level_alpha import CharLevelAlpha, char_level_statistics
from toolkit.agreement.spans.marks import SpanMark


def by_character(design: Design, length: int, labels: tuple[str, ...] = LABELS) -> float | None:
    """Nominal alpha, character by character, pair by pair."""
    observed, given = 0.0, Counter[frozenset[str]]()
    for codings in design.values():
        if len(codings) < 2:
            continue
        for place in range(length):
            values = [
                frozenset(label for label, start, end in marks if start <= place < end and label in labels)
                for marks in codings.values()
            ]
            given.update(values)
            differing = sum(one != other for one in values for other in values)
            observed += differing / (len(values) - 1)
    n = sum(given.values())
    expected = sum(given[one] * given[other] for one in given for other in given if one != other)
    return 1 - (n - 1) * observed / expected if expected else None


@pytest.mark.parametrize("seed", range(20))
def test_as_if_every_character_were_looked_at(seed: int) -> None:
    design = random_design(seed)
    expected = by_character(design, 12)
    assert expected is not None
    found = figure(CharLevelAlpha(), char_level_statistics(coded(design)))
    assert found == pytest.approx(expected, abs=1e-12)


def test_one_label_against_the_rest() -> None:
    design = random_design(3)
    expected = by_character(design, 12, labels=("Q",))
    assert expected is not None
    found = figure(CharLevelAlpha(), char_level_statistics(coded(design).only_label("Q")))
    assert found == pytest.approx(expected, abs=1e-12)


def test_an_article_drawn_twice_is_the_same_as_its_sentences_twice() -> None:
    design = random_design(5, n_sentences=8)
    clusters = {unit: place // 2 for place, unit in enumerate(design)}
    sums, _ = char_level_statistics(coded(design, cluster_of_unit=clusters)).grouped()
    drawn = np.array([[2.0, 0.0, 1.0, 1.0][: len(sums)]])
    copies: dict[str, dict[str, list[SpanMark]]] = {}
    for unit, codings in design.items():
        for copy in range(int(drawn[0, clusters[unit]])):
            copies[f"{unit} {copy}"] = codings
    expected = by_character(copies, 12)
    assert expected is not None
    assert CharLevelAlpha().values(drawn @ sums)[0] == pytest.approx(expected, abs=1e-12)


def test_many_labels_make_many_sets() -> None:
    """More labels than an integer has bits, everybody agreeing but on one character."""
    labels = [f"label {n}" for n in range(70)]
    everything = [(label, 0, 10) for label in labels]
    design = {"s1": {"x": everything, "y": [*everything[1:], (labels[0], 0, 9)]}}
    statistics = char_level_statistics(coded(design, lengths=11, labels=labels))
    assert statistics.rows.shape == (1, 4)
    # 22 values: 19 of all labels, 1 of all but one, 2 of none; the odd character counts once for each annotator.
    expected = 1 - 21 * 2 / (22**2 - 19**2 - 1**2 - 2**2)
    assert figure(CharLevelAlpha(), statistics) == pytest.approx(expected, abs=1e-12)
