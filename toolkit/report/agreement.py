"""The agreement of a round, and how the lead reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from toolkit.agreement.estimate import Estimate, IntervalMethod
from toolkit.report.lines import counted

ALPHA, PERCENT = "krippendorff_alpha", "percent_agreement"
_LEVELS = {"nominal:not_shown": "+ not shown"}
_METHODS: Mapping[IntervalMethod, str] = {"bca": "BCa", "percentile": "percentile"}
_RESAMPLED = {"article": "article", "unit": "sentence"}
_BECAUSE = {
    "no variation": "no variation: all answers that can be compared are the same",
    "no overlap": "no overlap: no sentence has answers by two annotators",
    "one article": "one article: an interval needs two or more",
    "one unit": "one sentence: an interval needs two or more",
}


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
    not_shown: Mapping[str, int] = field(default_factory=dict)
    """Times a measured question was hidden by an earlier answer, by question."""


def agreement_text(report: AgreementReport) -> Group:
    """The table, one row per question and level, and under it everything a number needs to be read rightly."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=0)
    table.add_column("question", overflow="fold")
    table.add_column("level", overflow="fold")
    for column in ("alpha", "interval", "agree", "n", "by"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("target", no_wrap=True)
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
            _LEVELS.get(estimate.level, estimate.level),
            _number(estimate.value),
            _interval(estimate, notes),
            _percent(percent.value if percent is not None else None),
            f"{estimate.n_pairable:,}",
            str(estimate.n_annotators),
            f"{_target(estimate.target)} {estimate.verdict}" if estimate.target is not None else "–",
        )
        before = estimate.question
    parts: list[RenderableType] = [
        Text.assemble(("Agreement ", "bold"), (report.round, "bold"), "  Krippendorff's alpha"),
        table,
        Text(),
        *(Text(line, style="dim") for line in _legend(report, notes)),
    ]
    return Group(*parts)


def _plain(estimate: Estimate) -> str:
    return estimate.level.split(":", maxsplit=1)[0]


def _number(value: float | None) -> str:
    """A figure with two decimals and, as is the custom, no zero before the point.

    >>> _number(0.7), _number(-0.25), _number(-0.001), _number(0.999), _number(None)
    ('.70', '-.25', '.00', '1.00', '–')
    """
    if value is None:
        return "–"
    shown = f"{round(value, 2) + 0.0:.2f}"
    return shown.replace("0.", ".", 1) if shown.startswith(("0.", "-0.")) else shown


def _percent(value: float | None) -> str:
    """A share in whole percent; all and none are said only where they are exact.

    >>> _percent(0.915), _percent(1.0), _percent(0.998), _percent(0.0), _percent(0.001), _percent(None)
    ('92%', '100%', '>99%', '0%', '<1%', '–')
    """
    if value is None:
        return "–"
    shown = f"{value:.0%}"
    if shown == "100%" and value < 1:
        return ">99%"
    return "<1%" if shown == "0%" and value > 0 else shown


def _target(value: float) -> str:
    """A target as the codebook gives it: a third decimal where it has one.

    >>> _target(0.7), _target(0.667)
    ('.70', '.667')
    """
    return _number(value) if round(value, 2) == value else f"{value:.3f}".replace("0.", ".", 1)


def _interval(estimate: Estimate, notes: dict[str, str]) -> str:
    """The interval, or a mark that leads to the reason why there is none."""
    because = estimate.undefined_because or estimate.interval_undefined_because
    if because is None:
        mark = "!" if estimate.interval_unreliable else ""
        return f"{_number(estimate.ci_low)} … {_number(estimate.ci_high)}{mark}"
    mark = notes.setdefault(because, ascii_lowercase[len(notes) % 26])
    return f"– {mark}"


def _legend(report: AgreementReport, notes: Mapping[str, str]) -> list[str]:
    alphas = [estimate for estimate in report.estimates if estimate.measure == ALPHA]
    lines = [f"{mark}  {_BECAUSE.get(because, because)}" for because, mark in notes.items()]
    with_interval = [estimate for estimate in alphas if estimate.interval_method is not None]
    if with_interval:
        lines.append(_how(with_interval))
    if unreliable := [estimate for estimate in with_interval if estimate.interval_unreliable]:
        what = _RESAMPLED[unreliable[0].cluster or "article"]
        lines.append(f"!  Fewer than ten {what}s: this interval is unreliable, most likely too short.")
    if any(estimate.ci_low == estimate.ci_high for estimate in with_interval):
        lines.append("An interval of no width: all resamples are alike; the next article may still differ.")
    if any(estimate.target is not None for estimate in alphas):
        lines.append(
            "Target reached: the whole interval, before rounding, is at or above it; not reached: all of it is below; "
            "undecided: neither, or no interval."
        )
    if any(estimate.target is None for estimate in alphas):
        lines.append("No target of its own: by custom, .667 allows tentative conclusions and .80 reliance.")
    lines.append(_columns(alphas))
    confirmed = {estimate.confirmed_by for estimate in alphas if estimate.confirmed_by}
    if confirmed:
        n = sum(1 for estimate in alphas if estimate.confirmed_by)
        lines.append(f"{n} of {len(alphas)} alphas recomputed by {', '.join(sorted(confirmed))}: no difference.")
    lines += _left_out(report)
    return lines


def _columns(alphas: Sequence[Estimate]) -> str:
    """What the short column names stand for, as far as the table has such rows."""
    compared = {_plain(estimate) for estimate in alphas}
    what = {"span": "for spans, of tokens", "set": "for sets, of whole sets", "taxonomy": "for trees, of whole paths"}
    said = "".join(f"; {words}" for level, words in what.items() if level in compared)
    return (
        f"agree: percent agreement, not corrected for chance{said}. "
        "n: sentences with two or more annotators. by: number of annotators."
    )


def _how(estimates: Sequence[Estimate]) -> str:
    """What the intervals rest on: conditional questions may rest on fewer articles than others."""
    first = estimates[0]
    fewest, most = min(e.n_clusters for e in estimates), max(e.n_clusters for e in estimates)
    drawn = counted(most, _RESAMPLED[first.cluster or "article"])
    methods = " or ".join(sorted({_METHODS[e.interval_method] for e in estimates if e.interval_method is not None}))
    return (
        f"{100 * first.confidence:g} % intervals: bootstrap of {'' if fewest == most else f'{fewest:,} to '}{drawn}, "
        f"{methods}, {first.replicates:,} replicates, seed {first.seed}."
    )


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
    if report.not_shown:
        listed = ", ".join(f"{n:,} {question}" for question, n in sorted(report.not_shown.items()))
        lines.append(
            f"Not shown to the annotator, because of an earlier answer: {listed}. "
            "Disagreement about whether such a question applies is not in its alpha."
        )
    return lines
