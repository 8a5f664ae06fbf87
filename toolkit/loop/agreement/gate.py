"""Whether agreement is what was asked for: by the point, or by the verdict, which looks at the interval."""

from __future__ import annotations

from toolkit.agreement.estimate import Estimate
from toolkit.errors import BelowThreshold, Fault, Undecided, UsageError
from toolkit.files.wording import counted
from toolkit.loop.agreement.report import AgreementReport


def check_threshold(report: AgreementReport, fail_under: float | None) -> list[str]:
    """Raise ``BelowThreshold``, naming every alpha under ``fail_under``, or under its own target where that is None.

    Point estimates of questions at their own level are compared, or those that have a target. For spans without texts
    it is the alpha of characters. One that is undefined fails with its own reason.

    Returns the questions that pass on the point alone: their intervals reach below the threshold, or there is none.
    """
    compared = [
        (estimate, threshold)
        for estimate in report.estimates
        if estimate.headline
        and (threshold := estimate.target if fail_under is None else fail_under) is not None
        and (fail_under is None or not estimate.level.startswith(("taxonomy:", "nominal:")))
    ]
    faults = [
        Fault(f"{estimate.question} ({estimate.level})", f"alpha {_value(estimate)}, asked for {threshold:g}")
        for estimate, threshold in compared
        if estimate.value is None or estimate.value < threshold
    ]
    if faults:
        raise BelowThreshold(
            f"{counted(len(faults), 'alpha')} of {_source(report)} under the asked threshold", faults=faults, todo=_WHY
        )
    return [*dict.fromkeys(each.question for each, least in compared if each.ci_low is None or each.ci_low < least)]


_WHY = "`agree(explain=QUESTION)` shows where annotators part."


def check_reached(report: AgreementReport) -> None:
    """Raise ``BelowThreshold`` where a verdict is *not reached*, else ``Undecided`` where one is.

    Every such alpha is named; of an undecided one, how many more articles (clusters, units) would decide on it.

    Raise ``UsageError`` where nothing has a target.
    """
    judged = [estimate for estimate in report.estimates if estimate.headline and estimate.target is not None]
    if not judged:
        raise UsageError(
            "no question has a target, so there is no verdict",
            todo="Say targets in the codebook, as `target: 0.8`, or ask for `fail_under=0.8`.",
        )
    whole = f"of {counted(len(judged), 'target')} in {_source(report)}"
    if missed := [estimate for estimate in judged if estimate.verdict == "not reached"]:
        faults = [_fault(estimate, _interval(estimate)) for estimate in missed]
        raise BelowThreshold(f"{len(missed)} {whole} not reached", faults=faults, todo=_WHY)
    if open_ := [estimate for estimate in judged if estimate.verdict != "reached"]:
        faults = [_fault(estimate, f"{_interval(estimate)}; {_to_decide(estimate, report)}") for estimate in open_]
        raise Undecided(
            f"{len(open_)} {whole} undecided",
            faults=faults,
            todo="Have more coded, or accept that it is open: it is neither reached nor missed.",
        )


def _fault(estimate: Estimate, said: str) -> Fault:
    return Fault(f"{estimate.question} ({estimate.level})", f"alpha {_value(estimate)} {said}")


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


def _source(report: AgreementReport) -> str:
    return report.source if report.round is None else f"round {report.round!r}"


def _value(estimate: Estimate) -> str:
    return f"undefined: {estimate.undefined_because}" if estimate.value is None else f"{estimate.value:.3f}"
