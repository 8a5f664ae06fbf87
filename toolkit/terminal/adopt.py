"""What a project holds that can be adopted, and what cannot, as the lead reads it."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from toolkit.files.wording import counted
from toolkit.loop.adopt import AdoptionPlan
from toolkit.terminal.lines import fact_table


def adoption_text(plan: AdoptionPlan) -> Group:
    """Return the project, its questions at their guessed levels, and everything that cannot be taken up."""
    of = f"one by itself, for no field says which article (field {plan.text_field!r})"
    if plan.article_field is not None:
        of = f"of {counted(plan.n_articles, 'article')} (fields {plan.text_field!r} and {plan.article_field!r})"
    facts = [
        ("project", f"{plan.title}  {plan.project}"),
        ("sentences", f"{plan.n_sentences:,}, {of if plan.article_field is not None else f'each {of}'}"),
        ("annotations", f"{plan.n_annotations:,} of {counted(plan.n_annotators, 'annotator')}"),
    ]
    parts: list[RenderableType] = [Text("Found", style="bold"), fact_table(facts)]
    parts += [
        Text("Questions, at guessed levels", style="bold"),
        fact_table([(question, f"{level}  {because}") for question, (level, because) in plan.guesses.items()]),
    ]
    if plan.not_taken:
        parts += [
            Text("Not taken up", style="bold"),
            fact_table([(fault.place, fault.message) for fault in plan.not_taken]),
        ]
    return Group(*parts)
