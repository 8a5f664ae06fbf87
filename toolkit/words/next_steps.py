"""What to do next with a study, as commands with their reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.loop.agreement.holding_back import ConfusedPair, HoldingBack, wanted_of
from toolkit.loop.agreement.report import AgreementReport
from toolkit.words.numbers import number, target

Step = tuple[str, Sequence[str]]
"""A command, and why: in as many words as there is room for, the longest first."""


def steps_of_study(report: AgreementReport, round_name: str | None) -> Iterator[Step]:
    """Yield at most three commands that lead on from the headline; ``round_name`` is the round they must name."""
    round_option = "" if round_name is None else f" --round {round_name}"
    found = report.holding_back
    if found is not None:
        yield from _of_question(found, report, round_option)
        return
    headline = [one for one in report.estimates if one.headline and one.about == "whole" and one.value is not None]
    if undecided := list(dict.fromkeys(one.question for one in headline if one.verdict == "undecided")):
        yield f"intercoder agree{round_option} --plan target", [f"undecided: {', '.join(undecided)}", "undecided"]
    if any((one.observed_disagreement or 0) > 0 for one in headline):
        reasons = ["the sentences on which annotators differ", "where annotators differ"]
        yield f"intercoder disagreements{round_option}", reasons
    with_target = [one for one in headline if one.target is not None]
    if (
        with_target
        and not undecided
        and all(one.value >= wanted_of(one) for one in with_target if one.value is not None)
    ):
        yield "intercoder export", ["every target is reached"]


def _of_question(found: HoldingBack, report: AgreementReport, round_option: str) -> Iterator[Step]:
    falls_short = f"{number(found.value)}, wanted {target(found.wanted)}"
    yield f"intercoder agree{round_option} --explain {found.question}", [f"holds back most: {falls_short}", falls_short]
    look = f"intercoder disagreements{round_option}"
    question = f" --question {found.question}"
    if (pair := found.pair) is not None:
        command = f"{look}{question if _ambiguous(pair, found.question, report) else ''}"
        n = f"{pair.n_pairs:,} of {pair.n_differing:,}"
        yield (
            f"{command} --categories {pair.category},{pair.other_category}",
            [f"taken for each other: {n} pairs that differ", f"{n} pairs that differ", f"{n} pairs", n],
        )
    else:
        yield f"{look}{question}", ["its sentences, the worst first"]
    if (far := found.annotator) is not None:
        yield (
            f"{look}{question} --annotator {far.annotator}",
            [f"where {far.annotator} differs from most others", f"where {far.annotator} differs"],
        )


def _ambiguous(pair: ConfusedPair, question: str, report: AgreementReport) -> bool:
    """Whether another question has both categories as well, so that it takes the question to tell which is meant."""
    both = {pair.category, pair.other_category}
    return any(
        both <= {each.category for each in prevalences}
        for name, prevalences in report.prevalences.items()
        if name != question
    )
