from __future__ import annotations

import numpy as np
import pytest

from tests.agreement.span_measures.coded import Design, coded, random_design, rows
from toolkit.agreement.spans.codings import SpanCodings, UnitStatistics, span_codings

DESIGN: Design = {
    "s1": {"x": [("P", 2, 5), ("Q", 0, 1)], "y": [("P", 2, 5)]},
    "s2": {"y": []},
    "s3": {"y": [("R", 0, 4)], "x": [], "z": [("P", 3, 4)]},
}


def spans(codings: SpanCodings) -> list[tuple[str, str, str, int, int]]:
    """Sentence, annotator, label, start and end in the sentence of every span."""
    start_of = codings.edges
    found = zip(codings.span_unit, codings.span_annotator, codings.label, codings.start, codings.end, strict=True)
    return [
        (codings.units[s], codings.annotators[a], codings.labels[v], int(b - start_of[s]), int(e - start_of[s]))
        for s, a, v, b, e in found
    ]


def test_spans_are_in_text_order_and_keep_their_place() -> None:
    assert spans(coded(DESIGN)) == [
        ("s1", "x", "Q", 0, 1),
        ("s1", "x", "P", 2, 5),
        ("s1", "y", "P", 2, 5),
        ("s3", "y", "R", 0, 4),
        ("s3", "z", "P", 3, 4),
    ]


def test_a_pair_keeps_the_sentences_both_coded() -> None:
    both = coded(DESIGN).pair("y", "x")
    assert both.annotators == ("y", "x")
    assert both.units == ("s1", "s3")
    assert spans(both) == [
        ("s1", "x", "Q", 0, 1),
        ("s1", "x", "P", 2, 5),
        ("s1", "y", "P", 2, 5),
        ("s3", "y", "R", 0, 4),
    ]
    assert both.cluster.tolist() == [0, 2]


def test_pairable_drops_what_one_annotator_coded() -> None:
    assert coded(DESIGN).pairable().units == ("s1", "s3")
    assert spans(coded(DESIGN).pairable()) == spans(coded(DESIGN))


def test_only_one_label() -> None:
    assert {label for _, _, label, _, _ in spans(coded(DESIGN).only_label("P"))} == {"P"}
    assert coded(DESIGN).only_label("P").annotators_of_unit.tolist() == [2, 1, 3]
    with pytest.raises(ValueError, match="Hedge"):
        coded(DESIGN).only_label("Hedge")


def test_the_order_of_rows_does_not_matter() -> None:
    units, annotators, marks = rows(random_design(1))
    lengths, clusters = dict.fromkeys(sorted(set(units)), 12), dict.fromkeys(units, 0)
    one = span_codings(units, annotators, marks, labels="PQR", lengths=lengths, cluster_of_unit=clusters)
    back = span_codings(
        units[::-1], annotators[::-1], marks[::-1], labels="PQR", lengths=lengths, cluster_of_unit=clusters
    )
    assert spans(one) == spans(back)
    assert one.units == back.units


def test_a_cluster_is_summed() -> None:
    sums, sizes = UnitStatistics(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([7, 2, 7])).grouped()
    assert sums.tolist() == [[3, 4], [6, 8]]
    assert sizes.tolist() == [1, 1]


def test_all_faults_are_listed() -> None:
    with pytest.raises(ValueError, match="cannot be counted") as refused:
        span_codings(
            ["s1", "s1", "s2", "s9"],
            ["x", "x", "x", "x"],
            [[("Hedge", 0, 1)], [("P", 3, 3)], [("P", 5, 13), ("P", -1, 2)], []],
            labels=["P"],
            lengths={"s1": 12, "s2": 12},
            cluster_of_unit={"s1": 0, "s2": 0},
        )
    message = str(refused.value)
    for fault in ["'Hedge'", "s1: coded twice by x", "P 3–3", "P 5–13", "P -1–2", "s9: no length"]:
        assert fault in message
    with pytest.raises(ValueError, match="same length"):
        span_codings(["s1"], [], [], labels=["P"], lengths={"s1": 1}, cluster_of_unit={"s1": 0})
