"""What to do next, at the end of the headline: at most three commands under their heading, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from toolkit.loop.agreement.holding_back import ConfusedPair, HoldingBack, wanted_of
from toolkit.loop.agreement.report import AgreementReport
from toolkit.terminal.agreement.kinds import beside_headline
from toolkit.terminal.agreement.numbers import between, number, target
from toolkit.terminal.agreement.tables import WIDTH, heading

_INDENT = 2
_COMMENT = "  # "

Step = tuple[str, Sequence[str]]
"""A command, and why: in as many words as there is room for, the longest first."""


def next_steps(
    report: AgreementReport, *, in_study: bool = True, round_name: str | None = None
) -> RenderableType | None:
    """Return the commands that lead on from the headline; None where more than it was asked for, or nothing is to do.

    ``in_study`` says that there is a study the commands can be given in, ``round_name`` the round they must name.
    Without a study the one command is that of explaining a question (``how_to_explain``).
    """
    if asked_for_more(report):
        return None
    if not in_study:
        return how_to_explain(report, "add --explain {}")
    steps = list(_of_study(report, "" if round_name is None else f" --round {round_name}"))
    return Group(_heading(report.holding_back), *(_line(*step) for step in steps)) if steps else None


def how_to_explain(report: AgreementReport, explain: str) -> Text | None:
    """Return how the question that is furthest below what it should reach is explained, where there is one;
    ``explain`` is the way, with braces in place of the question.
    """
    found = report.holding_back
    if found is None or asked_for_more(report):
        return None
    return Text(f"To see why: {explain.format(found.question)}")


def asked_for_more(report: AgreementReport) -> bool:
    """Return whether the report holds more than the headline: then the lead knows where to go."""
    return bool(report.explained or report.plans or beside_headline(report.estimates))


def _of_study(report: AgreementReport, round_option: str) -> Iterator[Step]:
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


def _heading(found: HoldingBack | None) -> Text:
    """The heading, with how much an annotator by whom the question is held back takes from its alpha."""
    if found is None or (far := found.annotator) is None:
        return heading("Next")
    rise = f"{number(far.difference)} higher ({between(far.ci_low, far.ci_high)})"
    long, short = (f"without {far.annotator} alpha{of} is {rise}" for of in (f" of {found.question}", ""))
    return heading("Next", long if len(f"Next  {long}") <= WIDTH else short)


def _ambiguous(pair: ConfusedPair, question: str, report: AgreementReport) -> bool:
    """Whether another question has both categories as well, so that it takes the question to tell which is meant."""
    both = {pair.category, pair.other_category}
    return any(
        both <= {each.category for each in prevalences}
        for name, prevalences in report.prevalences.items()
        if name != question
    )


def _line(command: str, reasons: Sequence[str]) -> Text:
    """A command with the longest reason that fits beside it, as a comment of the shell, so that both can be pasted."""
    room = WIDTH - _INDENT - len(command) - len(_COMMENT)
    reason = next((each for each in reasons if len(each) <= room), None)
    line = Text(" " * _INDENT + command, overflow="fold")
    if reason is not None:
        line.append(f"{_COMMENT}{reason}", style="dim")
    return line
