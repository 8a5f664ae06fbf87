"""Both families of unitizing coefficients against their definitions, written out piece by piece."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pytest

from tests.agreement.span_measures.coded import LABELS, Design, coded, random_design, u_alpha_binary, u_alpha_nominal
from toolkit.agreement.span_measures.krippendorff_alpha_unitizing_1995_2004 import unitizing_alpha
from toolkit.agreement.span_measures.u_alpha_nominal_2016 import U_ALPHA_NOMINAL, u_alpha_nominal_statistics
from toolkit.agreement.spans.continuum import continuum
from toolkit.agreement.spans.marks import SpanMark

LENGTH = 12
Piece = tuple[int, int, str | None]


def laid_out(design: Design, who: str) -> list[SpanMark]:
    return sorted(
        (label, start + place * LENGTH, end + place * LENGTH)
        for place, codings in enumerate(design.values())
        for label, start, end in codings[who]
    )


def pieces(spans: Sequence[SpanMark], length: int) -> list[Piece]:
    """Units and the gaps around them, in order."""
    found: list[Piece] = []
    reached = 0
    for label, start, end in sorted(spans, key=lambda span: span[1]):
        if start > reached:
            found.append((reached, start, None))
        found.append((start, end, label))
        reached = end
    return found if reached == length else [*found, (reached, length, None)]


def disagreements_1995(by_annotator: Sequence[Sequence[Piece]], length: int) -> tuple[float, float]:
    m = len(by_annotator)
    observed = 0.0
    for mine, theirs in permutations(by_annotator, 2):
        for b, e, unit in mine:
            for b2, e2, unit2 in theirs:
                if unit and unit2 and b < e2 and b2 < e:
                    observed += (b - b2) ** 2 + (e - e2) ** 2
                elif unit and not unit2 and b2 <= b and e <= e2:
                    observed += (e - b) ** 2
                elif unit2 and not unit and b <= b2 and e2 <= e:
                    observed += (e2 - b2) ** 2
    units = [e - b for line in by_annotator for b, e, unit in line if unit]
    gaps = [e - b for line in by_annotator for b, e, unit in line if not unit]
    total = 0.0
    for unit_length in units:
        total += (len(units) - 1) / 3 * (2 * unit_length**3 - 3 * unit_length**2 + unit_length)
        total += unit_length**2 * sum(gap - unit_length + 1 for gap in gaps if gap >= unit_length)
    pairs = m * length * (m * length - 1) - sum(unit_length * (unit_length - 1) for unit_length in units)
    return observed / (m * (m - 1) * length**2), 2 / length * total / pairs


@pytest.mark.parametrize("annotators", ["xy", "xyz"])
@pytest.mark.parametrize("seed", range(10))
def test_1995_by_definition(seed: int, annotators: str) -> None:
    design = random_design(seed, annotators=annotators, absent=0.0, apart=True)
    length = LENGTH * len(design)
    sums = np.zeros(2)
    for label in LABELS:
        mine = [[span for span in laid_out(design, who) if span[0] == label] for who in annotators]
        observed, expected = disagreements_1995([pieces(spans, length) for spans in mine], length)
        sums += observed, expected
        found = unitizing_alpha(coded(design), label=label)
        if expected == 0:
            assert found.undefined_because == "no variation"
            continue
        assert found.observed == pytest.approx(observed, abs=1e-12)
        assert found.value == pytest.approx(1 - observed / expected, abs=1e-12)
    assert unitizing_alpha(coded(design)).value == pytest.approx(1 - sums[0] / sums[1], abs=1e-12)


def u_alpha_by_definition(by_annotator: Sequence[Sequence[Piece]]) -> float:
    """Coincidences of every piece with every piece; of a gap every character is a piece of its own."""
    cut = [
        [part for b, e, v in line for part in ([(b, e, v)] if v else [(c, c + 1, v) for c in range(b, e)])]
        for line in by_annotator
    ]
    m, n = len(cut), sum(e - b for line in cut for b, e, _ in line)
    observed = sum(
        max(0, min(e, e2) - max(b, b2))
        for mine, theirs in permutations(cut, 2)
        for b, e, v in mine
        for b2, e2, v2 in theirs
        if v != v2
    ) / (m - 1)
    everything = [(line, place, *part) for line, parts in enumerate(cut) for place, part in enumerate(parts)]
    unlike = alike = 0
    for line, place, b, e, v in everything:
        for line2, place2, b2, e2, v2 in everything:
            if (line, place) == (line2, place2):
                continue
            if v == v2:
                alike += (e - b) * (e2 - b2)
            else:
                unlike += (e - b) * (e2 - b2)
    return 1 - (observed / n) / (unlike / (unlike + alike))


@pytest.mark.parametrize("annotators", ["xy", "xyz"])
@pytest.mark.parametrize("seed", range(5))
def test_2016_by_definition(seed: int, annotators: str) -> None:
    design = random_design(seed, n_sentences=4, annotators=annotators, absent=0.0, apart=True)
    lines = [pieces(laid_out(design, who), LENGTH * len(design)) for who in annotators]
    assert u_alpha_nominal(coded(design)) == pytest.approx(u_alpha_by_definition(lines), abs=1e-12)
    marked = [[(b, e, v and "marked") for b, e, v in line] for line in lines]
    assert u_alpha_binary(coded(design)) == pytest.approx(u_alpha_by_definition(marked), abs=1e-12)


def test_2016_does_not_depend_on_where_articles_stand() -> None:
    design = random_design(2, absent=0.0, apart=True)
    turned = dict(reversed(design.items()))
    assert u_alpha_nominal(coded(turned)) == pytest.approx(u_alpha_nominal(coded(design)), abs=1e-12)


def test_2016_of_an_article_drawn_twice() -> None:
    design = random_design(2, absent=0.0, apart=True)
    sums, _ = u_alpha_nominal_statistics(continuum(coded(design))).grouped()
    weights = np.array([[2.0, 1.0, 0.0, 1.0, 3.0, 1.0]])
    copies = {
        f"{unit} {copy}": codings
        for (unit, codings), times in zip(design.items(), weights[0], strict=True)
        for copy in range(int(times))
    }
    assert U_ALPHA_NOMINAL.values(weights @ sums)[0] == pytest.approx(u_alpha_nominal(coded(copies)), abs=1e-12)


def test_1995_does_depend_on_it_which_is_why_it_is_not_resampled() -> None:
    spans: dict[str, list[SpanMark]] = {"x": [("P", 0, 3)], "y": [("P", 0, 3)]}
    nothing: dict[str, list[SpanMark]] = {"x": [], "y": []}
    other: dict[str, list[SpanMark]] = {"x": [("P", 5, 12)], "y": [("P", 4, 12)]}
    one = unitizing_alpha(coded({"s1": spans, "s2": nothing, "s3": other}))
    turned = unitizing_alpha(coded({"s1": spans, "s2": other, "s3": nothing}))
    assert one.observed == turned.observed
    assert one.value != pytest.approx(turned.value, abs=1e-3)


def test_overlapping_spans_are_merged_and_counted_touching_ones_are_not() -> None:
    messy = {"s1": {"x": [("P", 0, 4), ("P", 2, 6), ("P", 3, 4), ("P", 6, 8), ("Q", 9, 10)], "y": [("P", 0, 6)]}}
    clean = {"s1": {"x": [("P", 0, 6), ("P", 6, 8), ("Q", 9, 10)], "y": [("P", 0, 6)]}}
    joined = {"s1": {"x": [("P", 0, 8), ("Q", 9, 10)], "y": [("P", 0, 6)]}}
    found = unitizing_alpha(coded(messy))
    assert found.n_merged == continuum(coded(messy)).n_merged == 2
    assert found.value == pytest.approx(unitizing_alpha(coded(clean)).value, abs=1e-12)
    assert found.value != pytest.approx(unitizing_alpha(coded(joined)).value, abs=1e-6)
    assert u_alpha_nominal(coded(messy)) == pytest.approx(u_alpha_nominal(coded(clean)), abs=1e-12)
    assert u_alpha_nominal(coded(messy)) != pytest.approx(u_alpha_nominal(coded(joined)), abs=1e-6)


def test_spans_at_the_two_sides_of_a_border_stay_two() -> None:
    design: dict[str, dict[str, list[SpanMark]]] = {
        "s1": {"x": [("P", 8, 12)], "y": [("P", 8, 12)]},
        "s2": {"x": [("P", 0, 4)], "y": [("P", 0, 4)]},
    }
    assert continuum(coded(design)).n_merged == 0
    assert len(continuum(coded(design)).codings.start) == 4
