"""A report's estimates sorted by what they are about, and the headline ones laid side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from toolkit.agreement.estimate import About, Estimate

ALPHA, PERCENT, AC1, CHARACTERS = "krippendorff_alpha", "percent_agreement", "gwet_ac1", "char_level_alpha"
CATEGORY, LEFT_OUT, PAIRWISE = (
    "krippendorff_alpha_category",
    "krippendorff_alpha_leave_one_annotator_out",
    "krippendorff_alpha_pairwise",
)
SPLIT = "span_disagreement"
F1 = "span_f1"
SPECIFIC = "specific_agreement"

NOT_SHOWN = "nominal:not_shown"
LEVELS = {NOT_SHOWN: "+ not shown"}
"""Levels that are shown otherwise than they are called."""


def those(estimates: Iterable[Estimate], what: About) -> list[Estimate]:
    """Return the estimates about ``what``."""
    return [estimate for estimate in estimates if estimate.about == what]


@dataclass(frozen=True, slots=True)
class HeadlineRow:
    """The figures one line of the headline shows; percent agreement and AC1 None where they were not computed."""

    alpha: Estimate
    percent: Estimate | None
    ac1: Estimate | None


def headline_rows(estimates: Sequence[Estimate]) -> list[HeadlineRow]:
    """Return one row per question and level of alpha."""
    whole = those(estimates, "whole")
    of_measure = {measure: _by_level(whole, measure) for measure in (PERCENT, AC1)}
    return [
        HeadlineRow(alpha, _beside(alpha, of_measure[PERCENT]), _beside(alpha, of_measure[AC1]))
        for alpha in estimates
        if alpha.headline
    ]


def _by_level(estimates: Iterable[Estimate], measure: str) -> dict[tuple[str, str], Estimate]:
    return {(each.question, each.level): each for each in estimates if each.measure == measure}


def _beside(alpha: Estimate, found: Mapping[tuple[str, str], Estimate]) -> Estimate | None:
    """The same question's figure at the same level; sets have two alphas and one percent agreement."""
    own = found.get((alpha.question, alpha.level))
    return found.get((alpha.question, "set")) if own is None and kind(alpha) == "set" else own


def kind(estimate: Estimate) -> str:
    """Return the level without what follows the colon."""
    return estimate.level.split(":", maxsplit=1)[0]


def beside_headline(estimates: Sequence[Estimate]) -> list[Estimate]:
    """Return everything that was asked for and that the headline does not show."""
    unasked = {PERCENT, AC1, CHARACTERS}
    return [
        each
        for each in estimates
        if not each.headline
        and each.about not in {"judged", "known", "prevalence"}
        and not (each.about == "whole" and each.measure in unasked)
        and not (each.about == "category" and each.measure == CHARACTERS)
    ]
