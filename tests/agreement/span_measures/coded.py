"""Span codings typed as dictionaries, and random ones: sentence → annotator → marks."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Protocol

from toolkit.agreement.span_measures.u_alpha_binary_2016 import U_ALPHA_BINARY, u_alpha_binary_statistics
from toolkit.agreement.span_measures.u_alpha_nominal_2016 import U_ALPHA_NOMINAL, u_alpha_nominal_statistics
from toolkit.agreement.spans.codings import SpanCodings, UnitStatistics, span_codings
from toolkit.agreement.spans.continuum import continuum
from toolkit.agreement.spans.marks import SpanMark
from toolkit.files.arrays import FloatArray

Design = Mapping[str, Mapping[str, Sequence[SpanMark]]]

LABELS = ("P", "Q", "R")


class SummedFigure(Protocol):
    """What turns sums into a number, or into the reason why there is none."""

    def values(self, sums: FloatArray) -> FloatArray: ...

    def undefined_because(self, sums: FloatArray) -> str | None: ...


def rows(design: Design) -> tuple[list[str], list[str], list[Sequence[SpanMark]]]:
    """Units, annotators and marks, one entry per coding."""
    cells = [(unit, who, marks) for unit, coded in design.items() for who, marks in coded.items()]
    return [unit for unit, _, _ in cells], [who for _, who, _ in cells], [marks for _, _, marks in cells]


def coded(
    design: Design,
    *,
    lengths: Mapping[str, int] | int = 12,
    labels: Sequence[str] = LABELS,
    cluster_of_unit: Mapping[str, int] | None = None,
) -> SpanCodings:
    units, annotators, marks = rows(design)
    clusters = cluster_of_unit or {unit: place for place, unit in enumerate(design)}
    each = dict.fromkeys(design, lengths) if isinstance(lengths, int) else lengths
    return span_codings(units, annotators, marks, labels=labels, lengths=each, cluster_of_unit=clusters)


THREE_ANNOTATORS = coded(
    {
        "text": {
            "a": [("P", 0, 10), ("Q", 20, 35), ("P", 50, 60), ("R", 80, 95)],
            "b": [("P", 0, 12), ("Q", 20, 35), ("Q", 52, 60), ("R", 80, 95)],
            "c": [("P", 1, 10), ("Q", 22, 35), ("P", 50, 60), ("R", 70, 75), ("R", 80, 90)],
        }
    },
    lengths=100,
)
"""100 characters; the values other programs give for it are in tests/published/."""


def figure(measure: SummedFigure, statistics: UnitStatistics) -> float:
    return float(measure.values(statistics.sums[None, :])[0])


def u_alpha_nominal(codings: SpanCodings) -> float:
    return figure(U_ALPHA_NOMINAL, u_alpha_nominal_statistics(continuum(codings)))


def u_alpha_binary(codings: SpanCodings) -> float:
    return figure(U_ALPHA_BINARY, u_alpha_binary_statistics(continuum(codings)))


def random_design(
    seed: int,
    *,
    n_sentences: int = 6,
    annotators: str = "xyz",
    length: int = 12,
    absent: float = 0.3,
    apart: bool = False,
) -> dict[str, dict[str, list[SpanMark]]]:
    """Random marks; with ``apart`` no annotator gives one character two labels or marks it twice."""
    rng = random.Random(seed)
    design: dict[str, dict[str, list[SpanMark]]] = {}
    for place in range(n_sentences):
        here: dict[str, list[SpanMark]] = {}
        for who in annotators:
            if rng.random() < absent:
                continue
            if apart:
                cuts = sorted(rng.sample(range(length + 1), 2 * rng.randrange(3)))
                here[who] = [(rng.choice(LABELS), start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=True)]
            else:
                here[who] = []
                for _ in range(rng.randrange(4)):
                    start = rng.randrange(length)
                    here[who].append((rng.choice(LABELS), start, rng.randrange(start + 1, length + 1)))
        if here:
            design[f"s{place}"] = here
    return design
