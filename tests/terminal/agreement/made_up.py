"""Estimates and reports of agreement, made up by hand."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.agreement.estimate import Estimate
from toolkit.loop.agreement.report import AgreementReport

ALPHA = Estimate(
    question="voice",
    measure="krippendorff_alpha",
    level="nominal",
    value=0.812,
    ci_low=0.704,
    ci_high=0.899,
    confidence=0.95,
    interval_method="bca",
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
    return AgreementReport(source="codings.csv", round=round_name, estimates=estimates, n_annotations=300)


def pairs(annotators: Sequence[str]) -> list[tuple[str, str]]:
    """Every pair, in order."""
    return [(one, other) for place, one in enumerate(annotators) for other in annotators[place + 1 :]]
