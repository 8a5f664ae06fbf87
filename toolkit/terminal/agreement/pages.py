"""What ``agree`` prints: the headline, or in its place the answer to what was asked beside it; footnotes once.

What an answer is put into words by is imported where it was asked for: the headline alone is to come at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from rich.console import Group, RenderableType
from rich.text import Text

from toolkit.loop.agreement.report import AgreementReport
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.terminal.agreement.headline import agreement_text
from toolkit.terminal.agreement.letters import legend_of
from toolkit.terminal.agreement.next_steps import asked_for_more, next_steps
from toolkit.words.kinds import those
from toolkit.words.letters import lettered
from toolkit.words.numbers import Notes
from toolkit.words.reasons import Nouns, nouns_of


def _latex(report: AgreementReport) -> str:
    from toolkit.words.latex import latex_text
    from toolkit.words.paper_table import paper_table

    return latex_text(paper_table(report))


def _markdown(report: AgreementReport) -> str:
    from toolkit.words.markdown import markdown_text
    from toolkit.words.paper_table import paper_table

    return markdown_text(paper_table(report))


def _paragraph(report: AgreementReport) -> str:
    from toolkit.words.paragraph import methods_paragraph

    return methods_paragraph(report)


FOR_PAPER: Mapping[str, Callable[[AgreementReport], str]] = {
    "latex": _latex,
    "markdown": _markdown,
    "paragraph": _paragraph,
}
"""What a paper takes over as it is: the headline as a table, and the methods paragraph."""


def agreement_pages(
    report: AgreementReport,
    request: AgreementRequest,
    *,
    addresses: Mapping[str, str] | None = None,
    in_study: bool = True,
    rows_at_hand: bool = True,
) -> list[RenderableType]:
    """Return what is printed, page by page, an empty line between two of them.

    Explanations, plans and divisions stand for themselves: the headline is what ``agree`` alone prints. ``addresses``
    are those of annotators by pseudonym, where they were asked for. What to do next stands last, and is commands of a
    study where it is ``in_study``; nothing where no ``rows_at_hand`` could tell why.
    """
    letters: Mapping[str, str] = {}
    named = (request.explain, request.by, request.repeats, request.against, request.plan)
    answers_only = request.consensus or request.over_time or any(asked not in {None, ()} for asked in named)
    if (found := report.holding_back) and (answers_only or asked_for_more(report) or not in_study):
        report = replace(report, holding_back=replace(found, annotator=None))  # nobody is named who is not printed
    if report.round is not None:  # a table's annotators are called as its owner calls them
        report, letters = lettered(report)
    nouns = nouns_of(report)
    pages: list[RenderableType] = [] if answers_only else [agreement_text(report)]
    pages += _figures(report, request, nouns)
    pages += _further(report, request, nouns)
    if answers_only and report.read_as:
        from toolkit.terminal.agreement.guesses import guesses

        pages.append(Group(*guesses(report)))
    if whom := legend_of(letters, addresses or {}):
        pages.append(whom)
    if (
        not answers_only
        and rows_at_hand
        and (steps := next_steps(report, in_study=in_study, round_name=request.round_name))
    ):
        pages.append(steps)
    return [part for place, page in enumerate(pages) for part in ([Text(), page] if place else [page])]


def _figures(report: AgreementReport, request: AgreementRequest, nouns: Nouns) -> Iterator[RenderableType]:
    """What has figures of the table's kind, and the notes on them."""
    notes, noted = Notes(nouns), [each for one in report.explained for each in one.estimates]
    if request.measures or request.by or request.repeats:
        from toolkit.terminal.agreement.measures import measures_text

        yield measures_text(report, notes=notes, divisions_only=not request.measures)
        noted += [each for each in report.estimates if each.about not in {"judged", "known", "prevalence"}]
    for question in report.explained:
        from toolkit.terminal.agreement.explained import explained_text

        yield explained_text(question, nouns=nouns, notes=notes)
    if request.against is not None:
        from toolkit.terminal.agreement.known import known_text

        yield known_text(report, notes)
        noted += [*those(report.estimates, "known"), *those(report.estimates, "prevalence")]
    if noted:
        from toolkit.terminal.agreement.explained import footnotes

        if below := footnotes(noted, notes):
            yield Group(*below)


def _further(report: AgreementReport, request: AgreementRequest, nouns: Nouns) -> Iterator[RenderableType]:
    """What has no figures of the table's kind: consensus, plans, the order of coding."""
    if report.consensus:
        from toolkit.terminal.agreement.consensus import consensus_text

        yield consensus_text(report.consensus, nouns=nouns)
    if report.plans or request.plan is not None:
        from toolkit.terminal.agreement.plan import agreement_plan_text

        yield agreement_plan_text(report.plans, nouns=nouns)
    if request.over_time:
        from toolkit.terminal.agreement.over_time import over_time_text

        yield over_time_text(report.over_time, report.pace, nouns=nouns)
