"""What to do next, at the end of the headline: at most three commands under their heading, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from toolkit.loop.agreement.holding_back import HoldingBack
from toolkit.loop.agreement.report import AgreementReport
from toolkit.terminal.agreement.tables import WIDTH, heading
from toolkit.words.kinds import beside_headline
from toolkit.words.next_steps import steps_of_study
from toolkit.words.numbers import between, number

_INDENT = 2
_COMMENT = "  # "


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
    steps = list(steps_of_study(report, round_name))
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


def _heading(found: HoldingBack | None) -> Text:
    """The heading, with how much an annotator by whom the question is held back takes from its alpha."""
    if found is None or (far := found.annotator) is None:
        return heading("Next")
    rise = f"{number(far.difference)} higher ({between(far.ci_low, far.ci_high)})"
    long, short = (f"without {far.annotator} alpha{of} is {rise}" for of in (f" of {found.question}", ""))
    return heading("Next", long if len(f"Next  {long}") <= WIDTH else short)


def _line(command: str, reasons: Sequence[str]) -> Text:
    """A command with the longest reason that fits beside it, as a comment of the shell, so that both can be pasted."""
    room = WIDTH - _INDENT - len(command) - len(_COMMENT)
    reason = next((each for each in reasons if len(each) <= room), None)
    line = Text(" " * _INDENT + command, overflow="fold")
    if reason is not None:
        line.append(f"{_COMMENT}{reason}", style="dim")
    return line
