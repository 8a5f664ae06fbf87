"""An escalation as the lead reads it: what it would ask for and why no more, and later what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from toolkit.files.wording import counted
from toolkit.loop.escalate import EscalateResult, EscalationReport
from toolkit.loop.escalating.outcome import Came, EscalationOutcome
from toolkit.loop.escalating.planning import EscalationPlan, ExpectedChanges
from toolkit.terminal.lines import fact_table

_PARTS = 8
_RULES = {"dawid-skene": "Dawid–Skene, next annotator at pooled rates", "vote": "the most frequent answer"}
_ENDED = {
    "budget": "the budget is used up",
    "gain": "no other annotation is expected to gain as much as {least:g}",
    "room": "nobody is left to ask",
}


def plan_text(plan: EscalationPlan) -> Group:
    """Return what an escalation asks for, how the gain decreases, and what is expected of it."""
    design = plan.design
    left_out = ", ".join(f"{n:,} {reason}" for reason, n in sorted(plan.left_out.items(), key=lambda each: -each[1]))
    facts = [
        ("round", plan.round),
        ("labels by", _RULES[design.rule]),
        ("candidates", f"{counted(plan.n_candidates, 'sentence')} with all their annotations"),
        *([("left out", left_out)] if left_out else []),
        ("budget", f"{counted(design.budget, 'annotation')} more, seed {design.seed}"),
        ("planned", _planned(plan)),
    ]
    parts: list[RenderableType] = [Text("Plan", style="bold"), fact_table(facts)]
    if plan.annotations:
        parts += [_decrease(plan), _expected(plan)]
    once = sum(sentence.coded_before < 2 for sentence in plan.sentences)
    if 2 * once > len(plan.sentences):
        parts.append(
            Text("Most of these were coded once: what is expected rests on a prior. Trust the order, not the numbers.")
        )
    return Group(*parts)


def _planned(plan: EscalationPlan) -> str:
    why = _ENDED[plan.ended_by].format(least=plan.design.least_gain)
    if not plan.annotations:
        return f"nothing: {why}" if plan.n_candidates else "nothing: there is no candidate"
    on = counted(len(plan.sentences), "sentence")
    return f"{counted(len(plan.annotations), 'annotation')} more on {on}; then {why}"


def _decrease(plan: EscalationPlan) -> Table:
    """The gains in up to eight parts, each so many annotations as the one before."""
    table = _table("annotations", "gain of one", "gain so far", "second or third on a sentence")
    gains = [one.gain for one in plan.annotations]
    for start, end in _parts(len(gains)):
        part = gains[start:end]
        said = f"{part[0]:.3f}" if f"{part[0]:.3f}" == f"{part[-1]:.3f}" else f"{part[0]:.3f} … {part[-1]:.3f}"
        later = sum(one.nth > 1 for one in plan.annotations[start:end])
        which = f"{start + 1:,}" if end == start + 1 else f"{start + 1:,}–{end:,}"
        table.add_row(which, said, f"{sum(gains[:end]):.1f}", f"{later:,}")
    return table


def _parts(n: int) -> Iterator[tuple[int, int]]:
    """The bounds of up to eight even parts.

    >>> list(_parts(3)), list(_parts(17))[-1]
    ([(0, 1), (1, 2), (2, 3)], (15, 17))
    """
    size = -(-n // _PARTS)
    for start in range(0, n, max(size, 1)):
        yield start, min(start + size, n)


def _expected(plan: EscalationPlan) -> Table:
    """What is expected of the labels on these sentences, by question and over all."""
    table = _table("question", "labels", "certain now", "gain", "to change", "95 of 100 plans")
    for each in _with_all(plan.by_question, plan.expected):
        certainty = "–" if each.certainty is None else f"{each.certainty:.2f}"
        bounds = f"{each.low:,} to {each.high:,}"
        table.add_row(
            each.question or "all", f"{each.n_labels:,}", certainty, f"{each.gain:.1f}", f"{each.changes:.1f}", bounds
        )
    return table


def _with_all(by_question: Sequence[ExpectedChanges], over_all: ExpectedChanges) -> list[ExpectedChanges]:
    there = [each for each in by_question if each.n_labels]
    return there if len(there) == 1 else [*there, over_all]


def result_lines(result: EscalateResult) -> Iterator[str]:
    """Yield what to say once an escalation has ended."""
    if result.dry_run:
        yield "Nothing was changed (--dry-run)."
    elif result.finished is not None:
        yield (
            f"Escalation {result.finished} had been stopped and is finished now: "
            f"{counted(result.n_opened, 'sentence')} opened again. Nothing new was planned; run it again for that."
        )
    elif result.waits_for is not None:
        one = result.waits_for
        yield (
            f"Nothing was planned: escalation {one.sequence} still waits for {one.outstanding:,} of its "
            f"{counted(one.n_annotations, 'annotation')} (as of the last pull). Once they are in, run this again; "
            "--another does not wait."
        )
    elif result.sequence is None:
        yield "Nothing is worth asking for: nothing was changed."
    else:
        yield (
            f"Escalation {result.sequence}: {counted(result.n_opened, 'sentence')} opened again in Label Studio. "
            "Whoever has not coded them finds them under the round's labelling link."
        )
        yield (
            "These sentences are no random sample, and count with more answers from now on: for a paper take the "
            "agreement of before."
        )


def report_text(report: EscalationReport) -> Group:
    """Return what came of every escalation, beside what was expected."""
    if not report.escalations:
        return Group(Text(f"Nothing was escalated in round {report.round} yet."))
    parts: list[RenderableType] = []
    for one in report.escalations:
        parts += [*([Text()] if parts else []), *_outcome(report.round, one)]
    return Group(*parts)


def _outcome(round_name: str, one: EscalationOutcome) -> Iterator[RenderableType]:
    yield Text.assemble((f"Escalation {one.sequence}", "bold"), f" of round {round_name}, {one.planned_at[:10]}")
    stopped = "" if one.applied_at else "; stopped on its way: run `intercoder escalate` again to finish it"
    facts = [
        ("labels by", _RULES[one.design.rule]),
        ("asked for", f"{counted(one.n_annotations, 'annotation')} on {counted(one.n_sentences, 'sentence')}{stopped}"),
        ("in so far", f"{one.n_annotations_in:,}; {counted(one.n_sentences_in, 'sentence')} with all of theirs"),
    ]
    if one.n_left_out:
        facts.append(("left out", f"{counted(one.n_left_out, 'label')} whose categories became others since"))
    yield fact_table(facts)
    if not one.all.expected.n_labels:
        return
    there = [each for each in one.by_question if each.expected.n_labels]
    table = _table("question", "labels", "to change", "95 of 100", "changed", "gain expected", "came")
    for came in there if len(there) == 1 else [*there, one.all]:
        table.add_row(*_came(came))
    yield table
    yield Text(_verdict(one.all))


def _came(came: Came) -> tuple[str, ...]:
    expected = came.expected
    return (
        expected.question or "all",
        f"{expected.n_labels:,}",
        f"{expected.changes:.1f}",
        f"{expected.low:,} to {expected.high:,}",
        f"{came.changed:,}",
        f"{expected.gain:.1f}",
        f"{came.gain:.1f}",
    )


def _verdict(came: Came) -> str:
    low, high = came.expected.low, came.expected.high
    if came.changed < low:
        return "Fewer labels changed than expected: annotators err alike, or less often than the model says."
    if came.changed > high:
        return "More labels changed than expected: these sentences are harder than the model says."
    return "As many labels changed as was to be expected."


def _table(first: str, *others: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=True)
    table.add_column(first, overflow="fold")
    for name in others:
        table.add_column(name, justify="right")
    return table


def plan_rows(plan: EscalationPlan | None) -> list[dict[str, object]]:
    """Return one row per label on a sentence of the plan."""
    return [
        {
            "sentence_id": sentence.sentence_id,
            "annotators_more": sentence.more,
            "question": label.question,
            "label": label.label,
            "certainty": label.certainty,
            "gain": label.gain,
            "change": label.change,
        }
        for sentence in (plan.sentences if plan is not None else ())
        for label in sentence.labels
    ]


def report_rows(report: EscalationReport) -> list[dict[str, object]]:
    """Return one row per escalation and question."""
    return [
        {
            "escalation": one.sequence,
            "planned_at": one.planned_at,
            "annotations": one.n_annotations,
            "annotations_in": one.n_annotations_in,
            "question": came.expected.question,
            "labels": came.expected.n_labels,
            "changes_expected": came.expected.changes,
            "changes_low": came.expected.low,
            "changes_high": came.expected.high,
            "changed": came.changed,
            "gain_expected": came.expected.gain,
            "gain": came.gain,
        }
        for one in report.escalations
        for came in one.by_question
    ]
