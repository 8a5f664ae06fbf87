"""What changed between two versions of an export, and how it reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from toolkit.export.difference.compare import AgreementChange, AnnotatorChange, ExportDifference, QuestionChange
from toolkit.files.wording import counted
from toolkit.terminal.lines import fact_table

_LISTED = 10


def difference_text(found: ExportDifference) -> Group:
    """Return articles, people, answers by question with examples and reasons, decisions, and agreement that moved."""
    before, after = found.in_agreement
    facts = [
        ("articles", f"{len(found.new_articles):,} new, {len(found.removed_articles):,} removed"),
        ("sentences", f"{found.new_sentences:,} new, {found.removed_sentences:,} removed"),
        ("annotations", f"{found.new_annotations:,} new, {found.removed_annotations:,} removed"),
        ("in agreement", _moved(before, after)),
        *(("new article", name) for name in _some(found.new_articles)),
        *(("removed article", name) for name in _some(found.removed_articles)),
        *(("annotator", said) for said in _some([_person(one) for one in found.annotators])),
        *([("decisions", _decisions(found.decisions))] if found.decisions else []),
        *(("asked for", said) for said in found.options),
        *(("codebook", f"{name} is new, gone or another") for name in found.codebooks),
    ]
    parts: list[RenderableType] = [Text(f"From {found.old} to {found.new}", style="bold"), fact_table(facts)]
    if found.answers:
        parts += [Text(), Text("Answers", style="bold"), _answers(found.answers)]
        parts += [*_reasons(found.answers), *_examples(found.answers)]
    else:
        parts += [Text(), Text("No answer is new, gone, another or counted otherwise.")]
    if found.agreement:
        parts += [Text(), Text("Krippendorff's alpha", style="bold"), _agreement(found.agreement)]
    else:
        parts += [Text(), Text("Agreement is the same.")]
    return Group(*parts)


def _moved(before: int, after: int) -> str:
    """How many answers are in agreement, and were.

    >>> _moved(2202, 1493), _moved(3, 3)
    ('1,493 answers; 2,202 before', '3 answers, as before')
    """
    return (
        f"{counted(after, 'answer')}; {before:,} before"
        if before != after
        else f"{counted(after, 'answer')}, as before"
    )


def _person(one: AnnotatorChange) -> str:
    """What an annotator is registered for now, and was.

    >>> _person(AnnotatorChange("annotator-1", "pilot", "")), _person(AnnotatorChange("annotator-2", None, "main"))
    ('annotator-1: counts in no round; was: pilot', 'annotator-2: new, counts in main')
    """
    now = "is not there" if one.registered_after is None else f"counts in {one.registered_after or 'no round'}"
    if one.registered_before is None:
        return f"{one.annotator}: new, {now}"
    return f"{one.annotator}: {now}; was: {one.registered_before or 'no round'}"


def _decisions(many: Mapping[str, int]) -> str:
    """Adjudicators' decisions, by what became of them.

    >>> _decisions({"new": 3, "counts_no_more": 1})
    '3 new, 1 settles nothing any more'
    """
    words = {
        "new": "new",
        "removed": "removed",
        "changed": "changed",
        "counts_no_more": "settles nothing any more",
        "counts_again": "settles something now",
    }
    return ", ".join(f"{many[change]:,} {said}" for change, said in words.items() if change in many)


def _answers(questions: Sequence[QuestionChange]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=True)
    turned = any(one.counts_no_more or one.counts_again for one in questions)
    for column in ("round", "question"):
        table.add_column(column, overflow="fold")
    for column in ("new", "removed", "changed", *(("out", "back") if turned else ())):
        table.add_column(column, justify="right", no_wrap=True)
    for one in questions:
        numbers = [one.new, one.removed, one.changed, *([one.counts_no_more, one.counts_again] if turned else [])]
        table.add_row(Text(one.round), Text(one.question), *(f"{number:,}" for number in numbers))
    return table


def _reasons(questions: Sequence[QuestionChange]) -> Iterator[Text]:
    """What out and back are, and why answers count no more."""
    if not any(one.counts_no_more or one.counts_again for one in questions):
        return
    yield Text("  out: counts in agreement no more; back: counts again")
    why = Counter[str]()
    for one in questions:
        why.update(one.because)
    for because, n in why.most_common():
        yield Text(f"  {counted(n, 'answer')} out: {because.replace('_', ' ')}")


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
