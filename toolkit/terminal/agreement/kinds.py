"""A report's estimates sorted by what they are about, and the headline ones laid side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from toolkit.agreement.analysis import JUDGED
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.groups import INTRA

ALPHA, PERCENT, AC1, CHARACTERS = "krippendorff_alpha", "percent_agreement", "gwet_ac1", "char_level_alpha"
CATEGORY, LEFT_OUT, PAIRWISE = (
    "krippendorff_alpha_category",
    "krippendorff_alpha_leave_one_annotator_out",
    "krippendorff_alpha_pairwise",
)
SPLIT = "span_disagreement"

NOT_SHOWN = "nominal:not_shown"

About = Literal["whole", "judged", "category", "left out", "pair", "group", "difference", "themselves"]


def about(estimate: Estimate) -> About:
    """What a figure is about: the question as a whole, or which cut of it."""
    if estimate.measure.endswith(INTRA):
        return "themselves"
    if estimate.by is not None:
        return "group" if estimate.against is None else "difference"
    if estimate.level == JUDGED:
        return "judged"
    if estimate.annotator is not None:
        return "left out" if estimate.other_annotator is None else "pair"
    return "whole" if estimate.category is None else "category"


def those(estimates: Iterable[Estimate], what: About) -> list[Estimate]:
    """The estimates about ``what``."""
    return [estimate for estimate in estimates if about(estimate) == what]


@dataclass(frozen=True, slots=True)
class HeadlineRow:
    """The figures one line of the headline shows; percent agreement and AC1 None where they were not computed."""

    alpha: Estimate
    percent: Estimate | None
    ac1: Estimate | None


def headline_rows(estimates: Sequence[Estimate]) -> list[HeadlineRow]:
    """One row per question and level of alpha. For spans without texts it is the alpha of characters."""
    whole = those(estimates, "whole")
    of_measure = {measure: _by_level(whole, measure) for measure in (PERCENT, AC1)}
    return [
        HeadlineRow(alpha, _beside(alpha, of_measure[PERCENT]), _beside(alpha, of_measure[AC1]))
        for alpha in _alphas(estimates)
    ]


def _alphas(estimates: Sequence[Estimate]) -> Iterator[Estimate]:
    whole = those(estimates, "whole")
    has_alpha = {estimate.question for estimate in whole if estimate.measure == ALPHA}
    for estimate in estimates:
        of_codes = estimate.measure == ALPHA and about(estimate) == "whole"
        if of_codes or (_of_characters(estimate) and estimate.question not in has_alpha):
            yield estimate


def _of_characters(estimate: Estimate) -> bool:
    return estimate.measure == CHARACTERS and about(estimate) in {"whole", "category"}


def _by_level(estimates: Iterable[Estimate], measure: str) -> dict[tuple[str, str], Estimate]:
    return {(each.question, each.level): each for each in estimates if each.measure == measure}


def _beside(alpha: Estimate, found: Mapping[tuple[str, str], Estimate]) -> Estimate | None:
    """The same question's figure at the same level; sets have two alphas and one percent agreement."""
    own = found.get((alpha.question, alpha.level))
    return found.get((alpha.question, "set")) if own is None and kind(alpha) == "set" else own


def kind(estimate: Estimate) -> str:
    """The level without what follows the colon."""
    return estimate.level.split(":", maxsplit=1)[0]


def beside_headline(estimates: Sequence[Estimate]) -> list[Estimate]:
    """Everything that was asked for and that the headline does not show."""
    shown = {id(row.alpha) for row in headline_rows(estimates)}
    unasked = {PERCENT, AC1, CHARACTERS}
    return [
        each
        for each in estimates
        if id(each) not in shown
        and about(each) != "judged"
        and not (about(each) == "whole" and each.measure in unasked)
        and not (about(each) == "category" and each.measure == CHARACTERS)
    ]
