from __future__ import annotations

from dataclasses import replace

import pytest

from tests.agreement.one_question import question_estimates
from toolkit.agreement.analysis import Asked
from toolkit.agreement.answer_rows import AnswerRow
from toolkit.agreement.coded_question import CodedSpans
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.resampling import UNIT, Resampling
from toolkit.agreement.span_analysis import span_numbers
from toolkit.errors import BelowThreshold, IntercoderError, Undecided, UsageError
from toolkit.loop.agreement.gate import check_reached, check_threshold
from toolkit.loop.agreement.report import AgreementReport


def alpha(question: str) -> Estimate:
    rows = [AnswerRow(f"s{n % 3}", "a", f"coder {n // 3}", "yes" if n % 2 else "no") for n in range(6)]
    return question_estimates(question, "nominal", rows, scale=("no", "yes"), replicates=0)[0]


def report(*values: tuple[str, float | None, float | None]) -> AgreementReport:
    """A report of alphas: question, value, target."""
    estimates = tuple(
        replace(
            alpha(question),
            value=value,
            target=target,
            undefined_because="no variation" if value is None else None,
        )
        for question, value, target in values
    )
    return AgreementReport(source="study", round="pilot", estimates=estimates)


def failing(found: AgreementReport, threshold: float | None) -> list[str]:
    with pytest.raises(BelowThreshold) as caught:
        check_threshold({"": found}, threshold)
    return [str(fault) for fault in caught.value.faults]


def test_every_alpha_at_or_above_passes() -> None:
    check_threshold({"": report(("one", 0.7, None), ("two", 0.9, 0.95))}, 0.7)
    check_threshold({"": report(("one", 0.1, None), ("two", 0.95, 0.95))}, None)


def test_passing_on_the_point_alone_names_whose_interval_reaches_below() -> None:
    low, high, none = report(("low", 0.8, 0.7), ("high", 0.9, 0.7), ("none", 0.9, 0.7)).estimates
    low = replace(low, ci_low=0.699, ci_high=0.9)
    high = replace(high, ci_low=0.7, ci_high=0.95)
    found = AgreementReport(source="study", round="pilot", estimates=(low, high, none))
    for threshold in (0.7, None):
        assert check_threshold({"": found}, threshold) == ["low", "none"]
    assert check_threshold({"": replace(found, estimates=(high,))}, 0.7) == []
    untargeted = replace(found, estimates=(replace(low, target=None),))
    assert check_threshold({"": untargeted}, None) == []


def test_those_below_are_named_with_what_was_asked_for() -> None:
    (fault,) = failing(report(("one", 0.699, None), ("two", 0.9, None)), 0.7)
    assert "one" in fault
    assert "0.699" in fault
    assert "0.7" in fault


def test_each_against_its_own_target() -> None:
    (fault,) = failing(report(("one", 0.5, 0.4), ("two", 0.6, 0.8), ("three", 0.0, None)), None)
    assert "two" in fault


def test_an_undefined_one_fails_with_its_own_reason() -> None:
    (fault,) = failing(report(("one", None, None), ("two", 0.9, None)), 0.1)
    assert "no variation" in fault


def test_taxonomy_depths_count_only_against_their_own_targets() -> None:
    whole, depth = alpha("kind"), replace(alpha("kind"), level="taxonomy:1", value=0.2, undefined_because=None)
    good = replace(whole, level="taxonomy", value=0.9, undefined_because=None)
    found = AgreementReport(source="study", round="pilot", estimates=(good, depth))
    check_threshold({"": found}, 0.8)
    with_target = replace(found, estimates=(good, replace(depth, target=0.5)))
    (fault,) = failing(with_target, None)
    assert "taxonomy:1" in fault


@pytest.mark.parametrize("texts", [None, {"s1": "Oil rose again.", "s2": "Oil fell again."}])
def test_spans_are_held_to_their_tokens_and_without_texts_to_their_characters(texts: dict[str, str] | None) -> None:
    coded = CodedSpans(
        question="marks",
        labels=("Source",),
        units=["s1", "s2", "s1", "s2"],
        annotators=["x", "x", "y", "y"],
        marks=[[("Source", 0, 3)], [], [("Source", 0, 3)], [("Source", 0, 3)]],
        lengths=[15] * 4,
        texts=texts,
        clusters=None,
    )
    numbers = span_numbers(coded, Asked(resampling=Resampling(UNIT, 0)))
    headline = {estimate.measure for estimate in numbers.estimates if estimate.headline}
    assert headline == {"char_level_alpha" if texts is None else "krippendorff_alpha"}
    found = AgreementReport(source="table.csv", round=None, estimates=numbers.estimates)
    faults = failing(found, 0.99)
    assert len(faults) == sum(estimate.headline for estimate in numbers.estimates)
    assert all("marks" in fault for fault in faults)


def test_of_several_reports_every_alpha_below_is_named_with_its_own() -> None:
    reports = {
        "elections": report(("one", 0.7, 0.6), ("two", 0.5, 0.6)),
        "trade": report(("one", None, 0.6)),
        "sport": report(("one", 0.9, 0.6)),
    }
    for threshold in (0.6, None):
        with pytest.raises(BelowThreshold) as caught:
            check_threshold(reports, threshold)
        assert caught.value.what == "2 alphas of 3 studies under the asked threshold"
        assert [str(fault) for fault in caught.value.faults] == [
            "elections: two (nominal): alpha 0.500, asked for 0.6",
            "trade: one (nominal): alpha undefined: no variation, asked for 0.6",
        ]
        assert "FOLDER" in caught.value.todo


def test_of_several_reports_those_that_pass_on_the_point_alone_are_named_with_their_own() -> None:
    (one,) = report(("one", 0.8, 0.7)).estimates
    low = AgreementReport(source="a", round="pilot", estimates=(replace(one, ci_low=0.6, ci_high=0.9),))
    high = AgreementReport(source="b", round="pilot", estimates=(replace(one, ci_low=0.75, ci_high=0.9),))
    assert check_threshold({"a": low, "b": high}, None) == ["a: one"]


def judged(*verdicts: str | None) -> AgreementReport:
    estimates = report(*((f"q{n}", 0.8, None if one is None else 0.7) for n, one in enumerate(verdicts))).estimates
    limits = {"reached": (0.75, 0.9), "undecided": (0.6, 0.9), "not reached": (0.5, 0.65), None: (0.5, 0.9)}
    return AgreementReport(
        source="study",
        round="pilot",
        estimates=tuple(
            replace(one, verdict=said, ci_low=limits[said][0], ci_high=limits[said][1])  # type: ignore[arg-type]
            for one, said in zip(estimates, verdicts, strict=True)
        ),
    )


@pytest.mark.parametrize(
    ("others", "error", "what"),
    [
        (("not reached",), BelowThreshold, "1 of 3 targets in 3 studies not reached"),
        ((None,), UsageError, "no question has a target in 1 of 3 studies, so there is no verdict"),
        (("reached", None), Undecided, "1 of 3 targets in 3 studies undecided"),
    ],
)
def test_of_several_reports_the_worst_is_said(
    others: tuple[str | None, ...], error: type[IntercoderError], what: str
) -> None:
    """One that is missed comes before one without a target, and that before one which is open."""
    with pytest.raises(error) as caught:
        check_reached({"a": judged("reached"), "b": judged("undecided"), "c": judged(*others)})
    assert caught.value.what == what
    (fault,) = caught.value.faults
    assert str(fault).startswith("b: q0" if error is Undecided else "c")


def test_several_reports_that_reach_all_they_should_pass() -> None:
    check_reached({"a": judged("reached", None), "b": judged("reached")})
