"""Estimates and reports of agreement, made up by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from toolkit.agreement.estimate import About, Estimate
from toolkit.loop.agreement.report import AgreementReport

ALPHA = Estimate(
    question="voice",
    measure="krippendorff_alpha",
    level="nominal",
    value=0.812,
    ci_low=0.704,
    ci_high=0.899,
    confidence=0.95,
    interval_method="jackknife",
    interval_undefined_because=None,
    replicates=2000,
    undefined_replicates=0,
    seed=1,
    cluster="article",
    n_clusters=11,
    interval_unreliable=False,
    n_units=300,
    n_pairable=240,
    coverage=0.8,
    n_annotators=3,
    annotators_per_unit=2.5,
    n_categories=4,
    n_values=700,
    bootstrap_share_below=None,
    undefined_because=None,
    confirmed_by=None,
    target=0.7,
    verdict="reached",
)
TWELVE = tuple(f"annotator-{7919 * place:06x}" for place in range(1, 13))
FIFTEEN = tuple(f"frame_of_some_{place}_kind" for place in range(15))


def report(*estimates: Estimate, round_name: str | None = "pilot") -> AgreementReport:
    """A report of nothing but these estimates."""
    told = tuple(told_apart(estimate, estimates) for estimate in estimates)
    return AgreementReport(source="codings.csv", round=round_name, estimates=told, n_annotations=300)


def told_apart(estimate: Estimate, among: Sequence[Estimate]) -> Estimate:
    """The estimate with what it is about, as what it looks at and its names say."""
    about: About = "whole" if estimate.category is None else "category"
    if estimate.measure.endswith("_intra_annotator"):
        about = "intra"
    elif estimate.by is not None:
        about = "group" if estimate.against is None else "difference"
    elif estimate.level == "nominal:judged":
        about = "judged"
    elif estimate.annotator is not None:
        about = "left_out" if estimate.other_annotator is None else "pair"
    of_codes = estimate.measure == ALPHA.measure and about == "whole"
    of_characters = estimate.measure == "char_level_alpha" and about in {"whole", "category"}
    with_codes = {each.question for each in among if each.measure == ALPHA.measure}
    headline = of_codes or (of_characters and estimate.question not in with_codes)
    return replace(estimate, about=about, headline=headline)


def pairs(annotators: Sequence[str]) -> list[tuple[str, str]]:
    """Every pair, in order."""
    return [(one, other) for place, one in enumerate(annotators) for other in annotators[place + 1 :]]
