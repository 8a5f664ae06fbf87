"""Whether agreement is what was asked for: by the point, or by the verdict, which looks at the interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from toolkit.agreement.estimate import Estimate
from toolkit.errors import BelowThreshold, Fault, Undecided, UsageError
from toolkit.files.wording import counted
from toolkit.loop.agreement.report import AgreementReport


def check_threshold(reports: Mapping[str, AgreementReport], fail_under: float | None) -> list[str]:
    """Raise ``BelowThreshold``, naming every alpha under ``fail_under``, or under its own target where that is None.

    Reports stand by what they are called, before their questions; one by itself is called nothing, ``""``. Point
    estimates of questions at their own level are compared, or those that have a target. For spans without texts
    it is the alpha of characters. One that is undefined fails with its own reason.

    Returns the questions that pass on the point alone: their intervals reach below the threshold, or there is none.
    """
    compared = [
        (name, estimate, threshold)
        for name, report in reports.items()
        for estimate in report.estimates
        if estimate.headline
        and (threshold := estimate.target if fail_under is None else fail_under) is not None
        and (fail_under is None or not estimate.level.startswith(("taxonomy:", "nominal:")))
    ]
    faults = [
        _fault(name, estimate, f", asked for {threshold:g}")
        for name, estimate, threshold in compared
        if estimate.value is None or estimate.value < threshold
    ]
    if faults:
        raise BelowThreshold(
            f"{counted(len(faults), 'alpha')} of {_source(reports)} under the asked threshold",
            faults=faults,
            todo=_why(reports),
        )
    unsure = [(name, of) for name, of, least in compared if of.ci_low is None or of.ci_low < least]
    return [*dict.fromkeys(_place(name, of.question) for name, of in unsure)]


def check_reached(reports: Mapping[str, AgreementReport]) -> None:
    """Raise ``BelowThreshold`` where a verdict is *not reached*, else ``Undecided`` where one is.

    Every such alpha is named; of an undecided one, how many more articles (clusters, units) would decide on it. Reports
    stand by what they are called, as above.

    Raise ``UsageError`` where all that is judged is at its target or open, and in a report nothing has one.
    """
    judged = [(name, estimate) for name, report in reports.items() for estimate in _judged(report)]
    whole = f"of {counted(len(judged), 'target')} in {_source(reports)}"
    if missed := [(name, of) for name, of in judged if of.verdict == "not reached"]:
        faults = [_fault(name, estimate, f" {_interval(estimate)}") for name, estimate in missed]
        raise BelowThreshold(f"{len(missed)} {whole} not reached", faults=faults, todo=_why(reports))
    if without := [name for name, report in reports.items() if not any(_judged(report))]:
        which = "" if len(reports) == 1 else f" in {len(without)} of {_source(reports)}"
        raise UsageError(
            f"no question has a target{which}, so there is no verdict",
            faults=[Fault("", name) for name in without if name],
            todo="Say targets in the codebook, as `target: 0.8`, or ask for `fail_under=0.8`.",
        )
    if open_ := [(name, of) for name, of in judged if of.verdict != "reached"]:
        faults = [_fault(name, of, f" {_interval(of)}; {_to_decide(of, reports[name])}") for name, of in open_]
        raise Undecided(
            f"{len(open_)} {whole} undecided",
            faults=faults,
            todo="Have more coded, or accept that it is open: it is neither reached nor missed.",
        )


def _judged(report: AgreementReport) -> Iterator[Estimate]:
    return (estimate for estimate in report.estimates if estimate.headline and estimate.target is not None)


def _why(reports: Mapping[str, AgreementReport]) -> str:
    if "" in reports:
        return "`agree(explain=QUESTION)` shows where annotators part."
    return "`agree(FOLDER, explain=QUESTION)` shows where annotators part."


def _place(name: str, of: str) -> str:
    return f"{name}: {of}" if name else of


def _fault(name: str, estimate: Estimate, said: str) -> Fault:
    return Fault(_place(name, f"{estimate.question} ({estimate.level})"), f"alpha {_value(estimate)}{said}")


def _interval(estimate: Estimate) -> str:
    if estimate.ci_low is None or estimate.ci_high is None:
        between = f"without an interval ({estimate.interval_undefined_because})"
    else:
        between = f"[{estimate.ci_low:.3f}, {estimate.ci_high:.3f}]"
    return f"{between} against {estimate.target:g}"


def _to_decide(estimate: Estimate, report: AgreementReport) -> str:
    key = (estimate.question, estimate.level)
    plan = next((one.plan for one in report.deciding if (one.question, one.level) == key), None)
    if plan is None or plan.n_more is None:
        why = "" if plan is None else f" ({plan.undefined_because})"
        return f"how many more would decide cannot be told{why}"
    return f"about {counted(plan.n_more, f'more {plan.cluster}')} would decide"


def _source(reports: Mapping[str, AgreementReport]) -> str:
    if len(reports) > 1:
        return f"{len(reports):,} studies"
    (report,) = reports.values()
    return report.source if report.round is None else f"round {report.round!r}"


def _value(estimate: Estimate) -> str:
    return f"undefined: {estimate.undefined_because}" if estimate.value is None else f"{estimate.value:.3f}"
