"""How many articles a study needs that nobody has coded yet, and what it would be told with fewer or more."""

from __future__ import annotations

from itertools import groupby

from rich.console import Group, RenderableType
from rich.text import Text

from toolkit.agreement.expected.power import Told
from toolkit.loop.plan import StudyPlan
from toolkit.terminal.agreement.tables import add, footnotes_of, heading, rows_table
from toolkit.words.numbers import NONE, Notes, percent, target

FALSELY = "Falsely: of studies whose true alpha is the target itself, so that neither verdict is right."


def study_plan_text(plan: StudyPlan) -> RenderableType:
    """Return a row per number of coders, then the shares of the verdicts at some numbers of articles."""
    notes, goal = Notes(), target(plan.target)
    return Group(
        heading("Plan", f"articles until {percent(plan.power)} of such studies are said to have reached {goal}"),
        _needed(plan, notes),
        Text(),
        heading("Verdicts", f"with {plan.coders} coders, by the number of articles"),
        _told(plan),
        Text(),
        *footnotes_of(notes),
        Text(FALSELY, style="dim"),
        Text(_supposed(plan), style="dim"),
    )


def _needed(plan: StudyPlan, notes: Notes) -> RenderableType:
    table = rows_table(("articles differ",), ("coders", "articles", "annotations"))
    for differ, rows in groupby(plan.needed, key=lambda row: row.differ):
        for place, row in enumerate(rows):
            asked = "›" if row.coders == plan.coders else ""
            add(
                table,
                differ if place == 0 else "",
                f"{asked} {row.coders}".strip(),
                notes.missing(row.undefined_because) if row.articles is None else f"{row.articles:,}",
                NONE if row.annotations is None else f"{row.annotations:,}",
            )
    return table


def _told(plan: StudyPlan) -> RenderableType:
    names = ("articles", "reached", "undecided", "not reached", "falsely reached", "falsely not")
    table = rows_table(("differ",), names)
    for differ, rows in groupby(plan.told, key=lambda row: row.differ):
        for place, row in enumerate(rows):
            add(
                table,
                differ if place == 0 else "",
                f"{row.articles:,}",
                *_shares(row.expected),
                percent(row.at_target.reached),
                percent(row.at_target.not_reached),
            )
    return table


def _shares(told: Told) -> tuple[str, str, str]:
    return percent(told.reached), percent(told.undecided), percent(told.not_reached)


def _supposed(plan: StudyPlan) -> str:
    shares = ", ".join(target(round(share, 3)) for share in plan.shares)
    categories = f"{len(plan.shares)} categories alike often" if len(set(plan.shares)) == 1 else f"categories {shares}"
    sentences = f"{plan.sentences_per_article} sentence{'s' if plan.sentences_per_article > 1 else ''} an article"
    return (
        f"Supposed: true alpha {target(plan.expect)}, {plan.level}, {categories}, {sentences}, all coded by everybody. "
        f"{plan.samples:,} simulated studies, seed {plan.seed}, "
        f"{plan.confidence:.0%} intervals. Once there are data: `intercoder agree --plan target`."
    )
