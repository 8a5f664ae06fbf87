"""What an answer says under the next codebook, where categories were renamed, merged or split: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.codebook.answers import Answer, Span
from toolkit.codebook.model import Codebook, Question
from toolkit.codebook.visibility import visible

CodeMap = Mapping[str, Mapping[str, tuple[str, ...]]]
"""By question: the codes that one code became. One is another name (of several codes: a merge), more are a split."""

_GIVEN = frozenset({"answered", "cannot_be_judged"})


@dataclass(frozen=True, slots=True)
class Step:
    """From one codebook to the next: every code that became another one, or several."""

    old: Codebook
    new: Codebook
    codes: CodeMap

    def became(self, question: str, code: str) -> tuple[str, ...]:
        """Return what became of a category; itself where nothing did."""
        return self.codes.get(question, {}).get(code, (code,))

    @property
    def split(self) -> Mapping[str, frozenset[str]]:
        """The categories that became several, by question; questions without any are left out."""
        found = {
            name: frozenset(code for code, into in codes.items() if len(into) > 1) for name, codes in self.codes.items()
        }
        return {name: codes for name, codes in found.items() if codes}


def translated(
    answers: Sequence[Answer], step: Step, *, again: Mapping[str, Answer] | None = None
) -> tuple[Answer, ...]:
    """Return answers as they read under the next codebook, in its order; what answered no question stays last.

    An answer that says something else now keeps, in ``migrated_from``, what the annotator had chosen. Of a category
    that was split, what the annotator chose since stands in ``again``, by question; until then the answer is rejected,
    with that reason. A question that is new is unanswered.
    """
    given = {answer.question: answer for answer in answers}
    found: list[Answer] = []
    valid: dict[str, Answer] = {}
    for question in step.new.questions:
        before = given.pop(question.id, None)
        if before is None:
            shown = visible(question, valid)
            answer = Answer(question.id, "unanswered" if shown else "not_shown")
        else:
            answer = _translated(before, question, step, (again or {}).get(question.id))
        if answer.status in _GIVEN:
            valid[question.id] = answer
        found.append(answer)
    return (*found, *given.values())


def codes_of(answer: Answer) -> tuple[str, ...]:
    """Return the categories an answer names, as they are stored: of a taxonomy the path, of spans each one's label."""
    if answer.status not in _GIVEN:
        return ()
    if isinstance(answer.value, str):
        return (answer.value,)
    if isinstance(answer.value, tuple):
        return tuple(each.label if isinstance(each, Span) else each for each in answer.value)
    return ()


def to_be_coded_again(answer: Answer, step: Step) -> frozenset[str]:
    """Return the categories of an answer under the earlier codebook that became several: it is to be given again."""
    question = step.old.by_id.get(answer.question)
    if question is None or not question.categories:
        return frozenset()
    return step.split.get(answer.question, frozenset()).intersection(map(_leaf, codes_of(answer)))


def waits_because(codes: Iterable[str], question: str, step: Step) -> str:
    """Return why an answer does not count that named categories which became several."""
    each = (f"{code!r} became {' or '.join(map(repr, step.became(question, code)))}" for code in sorted(codes))
    return f"{', '.join(each)}: to be coded again"


def _translated(before: Answer, question: Question, step: Step, again: Answer | None) -> Answer:
    if before.status not in _GIVEN or not question.categories:
        return before
    chosen = before.migrated_from or codes_of(before)
    if split := to_be_coded_again(before, step):
        if again is None or again.status not in _GIVEN:
            because = waits_because(split, question.id, step)
            return Answer(question.id, "rejected", rejected_because=because, migrated_from=chosen)
        return replace(again, migrated_from=chosen)
    value: str | tuple[str, ...] | tuple[Span, ...]
    if isinstance(before.value, str):
        code = step.became(question.id, _leaf(before.value))[0]
        value = code if before.status == "cannot_be_judged" else question.stored(code)
        changed = value != before.value
    elif isinstance(before.value, tuple):
        value = _several(before.value, question, step)
        changed = any(step.became(question.id, code) != (code,) for code in codes_of(before))
    else:
        return before
    return replace(before, value=value, migrated_from=chosen if changed else before.migrated_from)


def _several(
    value: tuple[str, ...] | tuple[Span, ...], question: Question, step: Step
) -> tuple[str, ...] | tuple[Span, ...]:
    """The categories of a set, or spans, in the order of the codebook; two that became one are one."""
    rank = {category.code: place for place, category in enumerate(question.categories)}
    codes = {step.became(question.id, each)[0] for each in value if isinstance(each, str)}
    spans = {replace(each, label=step.became(question.id, each.label)[0]) for each in value if isinstance(each, Span)}
    if spans:
        unlike = {(span.start, span.end, span.label): span for span in sorted(spans, key=lambda one: one.offset_unit)}
        return tuple(sorted(unlike.values(), key=lambda one: (one.start, one.end, rank.get(one.label, len(rank)))))
    return tuple(sorted(codes, key=lambda code: rank.get(code, len(rank))))


def _leaf(stored: str) -> str:
    """The code itself: a taxonomy's answer is the path to it."""
    return stored.rpartition("/")[2]
