"""An adjudication as the lead reads it: the plan before it starts, how far it is, what was decided."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from toolkit.files.wording import counted
from toolkit.loop.adjudication.agreed import AcceptedAgreed
from toolkit.loop.adjudication.start import AdjudicationPlan, Started
from toolkit.loop.adjudication.status import AdjudicationStatus, QuestionDecided
from toolkit.study.adjudications import AdjudicationDesign
from toolkit.terminal.lines import fact_table
from toolkit.terminal.parameters_as_options import in_options
from toolkit.words.numbers import NONE, number

_WORDS = Text(
    "with most, against: decided as most coders had it, or otherwise\n"
    "both: several defensible · n/a: not to be asked · agreed: taken over unasked",
    style="dim",
)
_WHERE = {
    "split": "where coders differ",
    "tie": "where no answer was given most often",
    "all": "every sentence two coders answered",
}


def adjudication_plan_text(plan: AdjudicationPlan) -> Group:
    """Return the plan as aligned facts."""
    facts = [
        ("round", plan.round),
        ("project", f"{plan.name}{' (new)' if plan.new else ''}"),
        ("codebook", plan.codebook),
        *_design(plan.design),
        ("sentences", f"{plan.n_sentences:,} in all, {plan.n_new:,} new"),
        ("disputed", f"{plan.n_disputed:,}"),
    ]
    if plan.design.where != "all":
        facts.append(("sampled", f"{plan.n_sampled:,} on which all agree (or agree on some question)"))
    facts.append(("taken over", f"{counted(plan.n_agreed, 'agreed answer')}, not asked again"))
    facts += [("  " + name, counted(n, "sentence")) for name, n in plan.by_question.items() if n]
    return Group(Text("Plan", style="bold"), fact_table(facts))


def started_lines(started: Started) -> Iterator[str]:
    """Yield what a start did, sentence by sentence."""
    for note in started.notes:
        yield f"Note: {in_options(note)}."
    if started.dry_run:
        yield "Nothing was changed (--dry-run)."
        return
    yield from (f"Removed a copy nobody had worked on: {copy}." for copy in started.removed_copies)
    yield from (f"Page: {difference}." for difference in started.page_differences)
    if started.page_mended:
        yield "Somebody had edited the page; it is as it was made again."
    elif started.page_differences:
        yield "Somebody edited the page. Mend it with `intercoder adjudicate start --mend-page`."
    sent = f"Sent {counted(started.n_sent, 'sentence')}" if started.n_sent else "Nothing to send"
    yield f"{sent}; all {started.n_verified} are on the server exactly once."
    yield f"Decisions count of {', '.join(started.adjudicators)}."
    yield f"Adjudicators decide at {started.link}"
    if not started.reachable_by_others:
        yield (
            "Note: this Label Studio listens on this machine only; nobody else can reach it. "
            "`intercoder server start --host ADDRESS` changes that."
        )
    yield started.blindness


def accepted_lines(accepted: AcceptedAgreed) -> Iterator[str]:
    """Yield how many answers were taken over, by question."""
    total = sum(accepted.accepted.values())
    if not total:
        yield f"{accepted.round}: no agreed answer is new; {accepted.n_before:,} were taken over before."
        return
    yield f"{accepted.round}: {counted(total, 'agreed answer')} taken over."
    longest = max(map(len, accepted.accepted))
    for question, n in accepted.accepted.items():
        yield f"  {question:<{longest}}  {n:>6,}"


def adjudication_status_text(found: AdjudicationStatus) -> Group:
    """Return how far it is, what was decided, why coders differed, and whether adjudicators decide alike."""
    share = f"  ({found.done / found.sentences:.0%})" if found.sentences else ""
    facts = [
        ("round", found.round),
        *_design(found.design),
        ("sentences", f"{found.sentences:,}"),
        ("done", f"{found.done:,}{share}"),
        ("last pull", found.pulled_at or "never"),
    ]
    if found.excluded:
        listed = ", ".join(f"{n} {reason.replace('_', ' ')}" for reason, n in sorted(found.excluded.items()))
        facts.append(("excluded", listed))
    title = Text.assemble(("Adjudication ", "bold"), (found.name, "bold"))
    parts: list[RenderableType] = [title, fact_table(facts), Text(), _questions(found.questions), _WORDS]
    if found.rejected:
        total = sum(found.rejected.values())
        parts.append(Text(f"{counted(total, 'question')} left open, or answered as the codebook does not allow"))
        parts.append(fact_table((question, f"{n:,}") for question, n in found.rejected.items()))
    if found.reasons:
        parts += [Text(), Text("Why coders differed", style="bold"), _reasons(found)]
    parts += [Text(), _people(found)]
    if found.n_compared:
        parts += [Text(), *_alike(found)]
    return Group(*parts)


def _design(design: AdjudicationDesign) -> Iterator[tuple[str, str]]:
    yield "decided on", f"{', '.join(design.questions)}"
    yield "where", _WHERE[design.where]
    if design.where != "all":
        yield "sample", f"{100 * design.sample:.3g} % of the sentences with agreed answers, seed {design.seed}"
    yield "adjudicators", f"{design.per_sentence} per sentence"
    if design.prefill:
        yield "beforehand", "the most frequent answer is chosen: decisions are anchored"


def _questions(questions: tuple[QuestionDecided, ...]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("question", overflow="fold")
    names = ("asked", "decided", "with most", "against", "both", "n/a", "contested", "agreed")
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    for one in questions:
        cells = (
            one.asked, one.decided, one.with_most, one.against_most, one.both_defensible, one.not_shown,
            one.contested, one.agreed,
        )  # fmt: skip
        table.add_row(one.question, *(f"{cell:,}" if cell else NONE for cell in cells))
    return table


def _reasons(found: AdjudicationStatus) -> Table:
    total = sum(found.reasons.values())
    return fact_table((reason.replace("_", " "), f"{n:>5,}  {n / total:>4.0%}") for reason, n in found.reasons.items())


def _people(found: AdjudicationStatus) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("adjudicator", no_wrap=True)
    for name in ("done", "skipped"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("")
    for one in found.adjudicators:
        table.add_row(one.adjudicator, f"{one.done:,}", f"{one.skipped:,}", "" if one.registered else "does not count")
    return table


def _alike(found: AdjudicationStatus) -> Iterator[Text]:
    yield Text(
        f"Two adjudicators decided alike on {found.n_alike:,} of {counted(found.n_compared, 'question')} "
        f"({found.n_alike / found.n_compared:.0%}); sentences in dispute are the hard ones."
    )
    for one in found.estimates:
        interval = "" if one.ci_low is None else f"  [{number(one.ci_low)}, {number(one.ci_high)}]"
        yield Text(f"  {one.question}: alpha {number(one.value)}{interval}, {counted(one.n_pairable, 'sentence')}")
