"""How many more articles the lead would have to have coded twice, question by question."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from toolkit.agreement.planning import ClustersPlan
from toolkit.loop.agreement.report import PlannedQuestion
from toolkit.terminal.agreement.tables import add, footnotes_of, heading, rows_table
from toolkit.words.numbers import NONE, Notes, number, target
from toolkit.words.reasons import OF_STUDY, Nouns, sentence_of


def agreement_plan_text(plans: Sequence[PlannedQuestion], *, nouns: Nouns = OF_STUDY) -> RenderableType:
    """Return a row per question: what its interval rests on now, and what the wanted half-width would take."""
    notes = Notes(nouns)
    if not plans:
        return Text("No question has an alpha to plan for.")
    drawn = nouns.drawn(plans[0].plan.cluster)
    table = rows_table(("question", "level"), ("now", "half-width", "wanted", "needed", "more", "+1 coder"))
    caveats: dict[str, list[str]] = {}
    before = None
    for planned in plans:
        plan = planned.plan
        add(
            table,
            "" if planned.question == before else planned.question,
            planned.level,
            f"{plan.n_clusters:,}",
            NONE if plan.half_width is None else f"± {number(plan.half_width)}",
            _wanted(plan),
            *_needed(plan, notes),
            _by_coders(planned, notes),
        )
        before = planned.question
        for caveat in plan.caveats:
            said = caveats.setdefault(caveat, [])
            if planned.question not in said:
                said.append(planned.question)
    lines = [Text(f"{', '.join(questions)}: {sentence_of(caveat, nouns)}.") for caveat, questions in caveats.items()]
    title = heading("Plan", f"{drawn}s coded by two or more: now, needed in all, and still to come")
    if any(planned.one_coder_more and planned.one_coder_more.half_width is not None for planned in plans):
        coders = f"+1 coder: the half-width with one coder more on every {nouns.unit}, and no {drawn} more."
        lines.append(Text(coders, style="dim"))
    supposed = (
        f"Supposed: as many {nouns.unit}s per {nouns.cluster}, categories as common, annotators no better and no worse."
    )
    return Group(title, table, Text(), *lines, *footnotes_of(notes), Text(supposed, style="dim"))


def _needed(plan: ClustersPlan, notes: Notes) -> tuple[str, str]:
    if plan.n_needed is None or plan.n_more is None:
        return notes.missing(plan.undefined_because), ""
    return f"{plan.n_needed:,}", f"{plan.n_more:,}"


def _by_coders(planned: PlannedQuestion, notes: Notes) -> str:
    """The half-width with one coder more on every sentence, and no article more."""
    more = planned.one_coder_more
    if more is None or more.half_width is None:
        return NONE if more is None else notes.missing(more.undefined_because)
    return f"± {number(more.half_width)}"


def _wanted(plan: ClustersPlan) -> str:
    """The half-width; or the target, with the verdict that is to be expected."""
    if plan.target is not None:
        return f"{target(plan.target)} {plan.verdict or ''}".strip()
    if plan.wanted is None:
        return NONE
    shown = number(plan.wanted)
    return f"± {shown if float(shown) == plan.wanted else f'{plan.wanted:g}'.removeprefix('0')}"
