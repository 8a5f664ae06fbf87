"""From annotations to coded questions: which answers count, which do not, and what else agreement wants to know."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from toolkit.agreement.answer_rows import AnswerRow, NotShown, Value, coded_answers
from toolkit.agreement.coded_question import CodedQuestion, CodedSpans
from toolkit.agreement.groups import Grouping, grouping_of
from toolkit.agreement.question_readings import Target
from toolkit.agreement.ratings import Ratings
from toolkit.agreement.spans.span_readings import marks_of
from toolkit.codebook.answers import Answer, Span
from toolkit.codebook.model import Codebook, Question
from toolkit.study.records import Annotation

GroupOf = Mapping[str, Callable[[Annotation], str | None]]
"""By what to divide the sentences, and the group of an annotation's sentence; None: in no group."""

IN_TIME = "published"
"""The division whose groups stand in the order of their names: dates."""


@dataclass(slots=True)
class CountedAnswers:
    """The answers of one set of annotations, by question, and what was left out, counted."""

    n_annotations: int = 0
    excluded: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    not_judged: Counter[str] = field(default_factory=Counter)
    not_shown: Counter[str] = field(default_factory=Counter)
    answers: dict[str, list[AnswerRow]] = field(default_factory=lambda: defaultdict(list))
    hidden: dict[str, list[NotShown]] = field(default_factory=lambda: defaultdict(list))
    unjudged: dict[str, list[AnswerRow]] = field(default_factory=lambda: defaultdict(list))
    groups: dict[str, dict[str, list[str | None]]] = field(default_factory=lambda: defaultdict(dict))
    """By question and division, the group of each of ``answers``."""


def counted_answers(
    annotations: Iterable[Annotation],
    codebook: Codebook,
    *,
    by: GroupOf | None = None,
    unit_of: Callable[[Annotation], str] = lambda annotation: annotation.sentence_id,
    cluster_of: Callable[[Annotation], str] = lambda annotation: annotation.article_id,
    annotator_of: Callable[[Annotation], str] = lambda annotation: annotation.annotator,
    into: CountedAnswers | None = None,
) -> CountedAnswers:
    """Return the answers that count, and how many do not for which reason; added to what is in ``into``."""
    found = CountedAnswers() if into is None else into
    measured = {question.id for question in codebook.measured()}
    for annotation in annotations:
        found.n_annotations += 1
        if annotation.excluded_because is not None:
            found.excluded[annotation.excluded_because] += 1
            continue
        who = unit_of(annotation), cluster_of(annotation), annotator_of(annotation)
        groups = {name: group(annotation) for name, group in (by or {}).items()}
        for answer in annotation.answers:
            name = answer.question
            found.rejected[name] += answer.status == "rejected"
            found.not_judged[name] += answer.status == "cannot_be_judged"
            if name not in measured:
                continue
            if answer.status == "answered":
                found.answers[name].append(AnswerRow(*who, _value(answer)))
                for division, group in groups.items():
                    found.groups[name].setdefault(division, []).append(group)
            elif answer.status == "not_shown":
                found.not_shown[name] += 1
                found.hidden[name].append(NotShown(*who))
            elif answer.status == "cannot_be_judged":
                found.unjudged[name].append(AnswerRow(*who, _value(answer)))
    return found


def coded_question(
    question: Question,
    found: CountedAnswers,
    *,
    clustered: bool,
    texts: Mapping[str, str],
    of_annotators: AbstractSet[str] = frozenset(),
) -> CodedQuestion | CodedSpans:
    """Return one question of the codebook with its answers; ``texts`` are sentences by their id, ``of_annotators``
    those divisions that divide annotators.
    """
    by = {
        name: grouping_of(groups, ordered=sorted if name == IN_TIME or name in of_annotators else tuple)
        for name, groups in found.groups.get(question.id, {}).items()
    }
    answers = found.answers.get(question.id, [])
    if question.level == "span":
        return _spans(
            question, answers, clustered=clustered, texts=texts, by=by, of_annotators=of_annotators & by.keys()
        )
    scale = tuple(question.stored(code) for code in question.scale)
    unjudged = found.unjudged.get(question.id, [])
    hidden = found.hidden.get(question.id, [])
    return CodedQuestion(
        question=question.id,
        level=question.level,
        ratings=coded_answers(question.level, answers, scale, clustered=clustered),
        scale=scale,
        target=_target(question),
        with_not_shown=_with_hidden(question, answers, hidden, scale, clustered=clustered),
        with_missing=_with_missing(question, answers, unjudged, clustered=clustered),
        missing=tuple(sorted(question.missing_codes)),
        by=by,
        of_annotators=frozenset(of_annotators & by.keys()),
    )


def _with_hidden(
    question: Question,
    answers: Sequence[AnswerRow],
    hidden: Sequence[NotShown],
    scale: Sequence[str],
    *,
    clustered: bool,
) -> Ratings | None:
    if not question.show_if:
        return None
    return coded_answers(question.level, answers, scale, clustered=clustered, not_shown=hidden)


def _with_missing(
    question: Question, answers: Sequence[AnswerRow], unjudged: Sequence[AnswerRow], *, clustered: bool
) -> Ratings | None:
    """Every answer as a category of its own kind: the missing categories, and "judged" for all the others."""
    if not question.missing_codes:
        return None
    judged = "judged"
    while judged in question.missing_codes:
        judged += "_"
    rows = [AnswerRow(row.unit, row.cluster, row.annotator, judged) for row in answers]
    return coded_answers("nominal", [*rows, *unjudged], [judged, *sorted(question.missing_codes)], clustered=clustered)


def _spans(
    question: Question,
    answers: Sequence[AnswerRow],
    *,
    clustered: bool,
    texts: Mapping[str, str],
    by: Mapping[str, Grouping],
    of_annotators: AbstractSet[str],
) -> CodedSpans:
    return CodedSpans(
        question=question.id,
        labels=tuple(question.scale),
        units=[row.unit for row in answers],
        annotators=[row.annotator for row in answers],
        marks=marks_of(answers),
        lengths=[len(texts[row.unit]) for row in answers],
        clusters=[row.cluster for row in answers] if clustered else None,
        texts=texts,
        target=_target(question),
        by=by,
        of_annotators=frozenset(of_annotators),
    )


def _target(question: Question) -> Target:
    return question.target


def _value(answer: Answer) -> Value:
    """An answer's value as agreement takes it: spans as (label, start, end)."""
    if isinstance(answer.value, str | float | int):
        return answer.value
    items = answer.value or ()
    spans = tuple((item.label, item.start, item.end) for item in items if isinstance(item, Span))
    return spans or tuple(item for item in items if isinstance(item, str))
