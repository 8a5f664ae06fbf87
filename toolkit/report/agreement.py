"""The agreement of a round, and how the lead reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from toolkit.agreement.estimate import Estimate
from toolkit.report.lines import counted

ALPHA, PERCENT = "krippendorff_alpha", "percent_agreement"


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """The estimates of one round, in codebook order, and what was excluded before computing them."""

    round: str
    estimates: tuple[Estimate, ...]
    n_annotations: int
    excluded: Mapping[str, int]
    """Annotations left out, by reason."""
    rejected: Mapping[str, int]
    """Answers left out because the codebook does not vouch for them, by question."""
    not_judged: Mapping[str, int]
    """Answers outside the scale ('cannot be judged', 'unclear'), by question."""


def agreement_text(report: AgreementReport) -> Group:
    """The table, one row per question and level, and under it everything a number needs to be read rightly."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("question", no_wrap=True)
    table.add_column("level", no_wrap=True)
    for column in ("alpha", "95 % interval", "agree", "n", "coders", "target"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    percents = {(e.question, e.level): e for e in report.estimates if e.measure == PERCENT}
    notes: dict[str, str] = {}
    before = None
    for estimate in report.estimates:
        if estimate.measure != ALPHA:
            continue
        percent = percents.get((estimate.question, estimate.level)) or percents.get(
            (estimate.question, _plain(estimate))
        )
        table.add_row(
            "" if estimate.question == before else estimate.question,
            estimate.level,
            _number(estimate.value),
            _interval(estimate, notes),
            f"{percent.value:.0%}" if percent is not None and percent.value is not None else "–",
            f"{estimate.n_pairable:,}",
            str(estimate.n_annotators),
            _number(estimate.target),
            estimate.verdict or "",
        )
        before = estimate.question
    parts: list[RenderableType] = [
        Text.assemble(("Agreement ", "bold"), (report.round, "bold"), "  Krippendorff's alpha"),
        table,
        *(Text(line, style="dim") for line in _legend(report, notes)),
    ]
    return Group(*parts)


def _plain(estimate: Estimate) -> str:
    return estimate.level.split(":", maxsplit=1)[0]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.2f}"


def _interval(estimate: Estimate, notes: dict[str, str]) -> str:
    """The interval, or a mark that leads to the reason why there is none."""
    because = estimate.undefined_because or estimate.interval_undefined_because
    if because is None:
        mark = "!" if estimate.interval_unreliable else ""
        return f"{_number(estimate.ci_low)} … {_number(estimate.ci_high)}{mark}"
    mark = notes.setdefault(because, "abcdefghijklmnop"[len(notes) % 16])
    return f"– {mark}"


def _legend(report: AgreementReport, notes: Mapping[str, str]) -> list[str]:
    alphas = [estimate for estimate in report.estimates if estimate.measure == ALPHA]
    lines = [f"{mark}  {because}" for because, mark in notes.items()]
    with_interval = next((estimate for estimate in alphas if estimate.interval_method is not None), None)
    if with_interval is not None:
        method = {"bca": "BCa", "percentile": "percentile"}[str(with_interval.interval_method)]
        lines.append(
            f"Intervals: bootstrap of {counted(with_interval.n_clusters, str(with_interval.cluster))}, {method}, "
            f"{with_interval.replicates:,} replicates, seed {with_interval.seed}."
        )
    if any(estimate.interval_unreliable for estimate in alphas):
        lines.append("!  Fewer than ten articles: this interval is unreliable, most likely too short.")
    if any(estimate.target is None for estimate in alphas):
        lines.append("No target of its own: by custom, .667 allows tentative conclusions and .80 reliance.")
    lines.append("agree: percent agreement. n: sentences with two or more annotators. coders: annotators.")
    confirmed = {estimate.confirmed_by for estimate in alphas if estimate.confirmed_by}
    if confirmed:
        n = sum(1 for estimate in alphas if estimate.confirmed_by)
        lines.append(f"{n} of {len(alphas)} alphas recomputed by {', '.join(sorted(confirmed))}: no difference.")
    lines += _left_out(report)
    return lines


def _left_out(report: AgreementReport) -> list[str]:
    lines = []
    if report.excluded:
        listed = ", ".join(f"{n:,} {reason.replace('_', ' ')}" for reason, n in sorted(report.excluded.items()))
        lines.append(f"Excluded annotations: {listed} (of {report.n_annotations:,}).")
    if report.rejected:
        listed = ", ".join(f"{n:,} {question}" for question, n in sorted(report.rejected.items()))
        lines.append(f"Excluded answers, not valid under the codebook: {listed}.")
    if report.not_judged:
        listed = ", ".join(f"{n:,} {question}" for question, n in sorted(report.not_judged.items()))
        lines.append(f"Outside the scale (cannot be judged, unclear): {listed}.")
    return lines
