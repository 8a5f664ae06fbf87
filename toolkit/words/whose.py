"""Whose agreement the headline is: of how many units and annotators, and how much pairs of them differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.agreement.estimate import Estimate
from toolkit.loop.agreement.report import AgreementReport
from toolkit.words.numbers import number, percent
from toolkit.words.reasons import nouns_of

_FEW = 0.5
"""Share of the units with two annotators below which that is said."""

_MUCH = 0.2
"""Share of the answers outside the scale above which that is said."""


def units(estimate: Estimate) -> str:
    """Return how many units two annotators answered, and of how many where there are more."""
    pairable = f"{estimate.n_pairable:,}"
    return pairable if estimate.n_pairable == estimate.n_units else f"{pairable}/{estimate.n_units:,}"


def coders(estimate: Estimate) -> str:
    """Return how many annotators there are, and before it how many a unit has where that is fewer."""
    per_unit = estimate.annotators_per_unit
    if per_unit is None or per_unit == estimate.n_annotators:
        return f"{estimate.n_annotators:,}"
    return f"{f'{per_unit:.1f}'.removesuffix('.0')}/{estimate.n_annotators:,}"


def whose_agreement(report: AgreementReport, alphas: Sequence[Estimate]) -> Iterator[str]:
    """Yield the range of pairwise alphas, then what should be known where few units or answers could be compared."""
    if report.pairs:
        ranges = [f"{name} {number(of.lowest)} to {number(of.highest)}" for name, of in report.pairs.items()]
        yield f"Alpha of two annotators, from the lowest pair to the highest: {', '.join(ranges)}."
    unit = nouns_of(report).unit
    for question, estimate in {each.question: each for each in reversed(alphas)}.items():
        if estimate.coverage is not None and estimate.coverage < _FEW:
            yield (
                f"{question}: {estimate.n_pairable:,} of {estimate.n_units:,} {unit}s have two annotators; the others "
                "say nothing about agreement."
            )
    for question, shares in report.missing.items():
        of_all = sum(each.share or 0.0 for each in shares)
        if of_all > _MUCH:
            names = ", ".join(each.category for each in shares if each.count)
            share = percent(of_all)
            yield f"{question}: {share} of the answers are outside the scale ({names}); alpha is of the rest."
