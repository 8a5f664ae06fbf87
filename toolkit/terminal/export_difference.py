"""What changed between two versions of an export, and how it reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from toolkit.export.checking.difference import AgreementChange, ExportDifference, QuestionChange
from toolkit.files.wording import counted
from toolkit.terminal.lines import fact_table

_LISTED = 10


def difference_text(found: ExportDifference) -> Group:
    """Return articles, answers by question with examples, and agreement that moved."""
    facts = [
        ("articles", f"{len(found.new_articles):,} new, {len(found.removed_articles):,} removed"),
        ("sentences", f"{found.new_sentences:,} new, {found.removed_sentences:,} removed"),
        ("annotations", f"{found.new_annotations:,} new, {found.removed_annotations:,} removed"),
        *(("new article", name) for name in _some(found.new_articles)),
        *(("removed article", name) for name in _some(found.removed_articles)),
        *(("asked for", said) for said in found.options),
        *(("codebook", f"{name} is new, gone or another") for name in found.codebooks),
    ]
    parts: list[RenderableType] = [Text(f"From {found.old} to {found.new}", style="bold"), fact_table(facts)]
    if found.answers:
        parts += [Text(), Text("Answers", style="bold"), _answers(found.answers)]
        parts += list(_examples(found.answers))
    else:
        parts += [Text(), Text("No answer is new, gone or another.")]
    if found.agreement:
        parts += [Text(), Text("Krippendorff's alpha", style="bold"), _agreement(found.agreement)]
    else:
        parts += [Text(), Text("Agreement is the same.")]
    return Group(*parts)


def _answers(questions: Sequence[QuestionChange]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=True)
    for column in ("round", "question"):
        table.add_column(column, overflow="fold")
    for column in ("new", "removed", "changed"):
        table.add_column(column, justify="right", no_wrap=True)
    for one in questions:
        table.add_row(Text(one.round), Text(one.question), f"{one.new:,}", f"{one.removed:,}", f"{one.changed:,}")
    return table


def _examples(questions: Sequence[QuestionChange]) -> Iterator[Text]:
    for one in questions:
        for example in one.examples:
            where = f"  {one.question}, {example.sentence_id}, {example.annotator}: "
            yield Text(f"{where}{example.before} → {example.after}")
        if more := one.changed - len(one.examples):
            yield Text(f"  {one.question}: {counted(more, 'more changed answer')}")


def _agreement(moved: Sequence[AgreementChange]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=True)
    for column in ("round", "question", "level"):
        table.add_column(column, overflow="fold")
    for column in ("before", "after", "moved"):
        table.add_column(column, justify="right", overflow="fold")
    for one in moved:
        by = "" if one.before is None or one.after is None else f"{one.after - one.before:+.3f}"
        before, after = _number(one.before, one.undefined_before), _number(one.after, one.undefined_after)
        table.add_row(Text(one.round), Text(one.question), Text(one.level), Text(before), Text(after), by)
    return table


def _number(value: float | None, because: str | None) -> str:
    """The number, or why there is none.

    >>> _number(0.5, None), _number(None, "no overlap")
    ('0.500', '– (no overlap)')
    """
    return f"– ({because})" if value is None else f"{value:.3f}"


def _some(names: Sequence[str]) -> list[str]:
    more = len(names) - _LISTED
    return [*names[:_LISTED], *([f"… and {more:,} more"] if more > 0 else [])]
