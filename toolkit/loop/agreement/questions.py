"""From annotations to coded questions: which answers count, which do not, and what else agreement wants to know."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import overload

from toolkit.agreement.answer_columns import AnswerColumn, Names, Numbers, Submissions
from toolkit.agreement.answer_rows import Value, coded_column
from toolkit.agreement.coded_question import CodedQuestion, CodedSpans
from toolkit.agreement.groups import Grouping, grouping_of
from toolkit.agreement.question_readings import Target
from toolkit.agreement.ratings import Ratings
from toolkit.agreement.spans.span_readings import marks_of
from toolkit.codebook.answers import Answer, Span
from toolkit.codebook.model import Codebook, Question
from toolkit.files.heap import give_back
from toolkit.study.blindness import Counting
from toolkit.study.records import Annotation

GroupOf = Mapping[str, Callable[[Annotation], str | None]]
"""By what to divide the sentences, and the group of an annotation's sentence; None: in no group."""

IN_TIME = "published"
"""The division whose groups stand in the order of their names: dates."""


class CountedAnswers:
    """The answers of one set of annotations, by question, and what was left out, counted."""

    def __init__(self) -> None:
        self.n_annotations = 0
        self.excluded: Counter[str] = Counter()
        self.rejected: Counter[str] = Counter()
        self.not_judged: Counter[str] = Counter()
        self.not_shown: Counter[str] = Counter()
        self.codebooks = set[str]()
        """Hashes of the versions that annotations were made under, also those that do not count."""
        self.by_version: Counter[str] = Counter()
        """Annotations that count, by the version they were made under."""
        self.blind = Counting()
        self.submissions = Submissions()
        """The annotations that count."""
        column = partial(AnswerColumn, self.submissions)
        self.answers = defaultdict[str, AnswerColumn](column)
        self.unjudged = defaultdict[str, AnswerColumn](column)
        self.hidden = defaultdict[str, Numbers](Numbers)
        """The submissions in which a question was not shown."""
        self.groups: dict[str, tuple[Names[str | None], Numbers]] = {}
        """By division, the groups there are, and the group of each submission."""

    def groups_in(self, answers: AnswerColumn) -> Iterator[tuple[str, Sequence[str | None]]]:
        """Yield each division and the group of each answer in it; nothing where there is no answer."""
        for division, (names, group) in self.groups.items() if answers else ():
            groups = list(names)
            yield division, [groups[number] for number in group.array[answers.given_in.array].tolist()]


def counted_answers(
    annotations: Iterable[Annotation],
    codebook: Codebook,
    *,
    by: GroupOf | None = None,
    questions: Collection[str] | None = None,
    unit_of: Callable[[Annotation], str] = lambda annotation: annotation.sentence_id,
    cluster_of: Callable[[Annotation], str] = lambda annotation: annotation.article_id,
    annotator_of: Callable[[Annotation], str] = lambda annotation: annotation.annotator,
    into: CountedAnswers | None = None,
) -> CountedAnswers:
    """Return the answers that count, and how many do not for which reason; added to what is in ``into``. ``questions``
    are those whose answers are taken: every one that is measured where None.
    """
    found = CountedAnswers() if into is None else into
    measured = {one.id for one in codebook.measured() if questions is None or one.id in questions}
    divisions = [(of, *found.groups.setdefault(name, (Names(), Numbers()))) for name, of in (by or {}).items()]
    for annotation in annotations:
        found.n_annotations += 1
        found.codebooks.add(annotation.codebook_hash)
        found.blind.take(annotation)
        if annotation.excluded_because is not None:
            found.excluded[annotation.excluded_because] += 1
            continue
        found.by_version[annotation.codebook_version] += 1
        submission = found.submissions.add(unit_of(annotation), cluster_of(annotation), annotator_of(annotation))
        for of, names, group in divisions:
            group.add(names.number(of(annotation)))
        for answer in annotation.answers:
            name = answer.question
            found.rejected[name] += answer.status == "rejected"
            found.not_judged[name] += answer.status == "cannot_be_judged"
            if name not in measured:
                continue
            if answer.status == "answered":
                found.answers[name].add(submission, _value(answer))
            elif answer.status == "not_shown":
                found.not_shown[name] += 1
                found.hidden[name].add(submission)
            elif answer.status == "cannot_be_judged":
                found.unjudged[name].add(submission, _value(answer))
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
    answers = found.answers[question.id]
    by = {
        name: grouping_of(groups, ordered=sorted if name == IN_TIME or name in of_annotators else tuple)
        for name, groups in found.groups_in(answers)
    }
    if question.level == "span":
        return _spans(
            question, answers, clustered=clustered, texts=texts, by=by, of_annotators=of_annotators & by.keys()
        )
    scale = tuple(question.stored(code) for code in question.scale)
    hidden = found.hidden[question.id]
    return CodedQuestion(
        question=question.id,
        level=question.level,
        ratings=coded_column(question.level, answers, scale, clustered=clustered),
        scale=scale,
        target=_target(question),
        with_not_shown=coded_column(question.level, answers, scale, clustered=clustered, not_shown=hidden)
        if question.show_if
        else None,
        with_missing=_with_missing(question, answers, found.unjudged[question.id], clustered=clustered),
        missing=tuple(sorted(question.missing_codes)),
        by=by,
        of_annotators=frozenset(of_annotators & by.keys()),
    )


class QuestionsOnDemand(Sequence[CodedQuestion | CodedSpans]):
    """Questions each of which is made whenever it is asked for, so that no more are in memory than are in use: before,
    what the last one took is given back.
    """

    def __init__(self, make: Callable[[Question], CodedQuestion | CodedSpans], asked: Sequence[Question]) -> None:
        self._make, self._asked = make, asked

    def __len__(self) -> int:
        return len(self._asked)

    @overload
    def __getitem__(self, place: int) -> CodedQuestion | CodedSpans: ...
    @overload
    def __getitem__(self, place: slice) -> list[CodedQuestion | CodedSpans]: ...
    def __getitem__(self, place: int | slice) -> CodedQuestion | CodedSpans | list[CodedQuestion | CodedSpans]:
        if isinstance(place, slice):
            return [self._make(question) for question in self._asked[place]]
        give_back()
        return self._make(self._asked[place])


def _with_missing(
    question: Question, answers: AnswerColumn, unjudged: AnswerColumn, *, clustered: bool
) -> Ratings | None:
    """Every answer as a category of its own kind: the missing categories, and "judged" for all the others."""
    if not question.missing_codes:
        return None
    judged = "judged"
    while judged in question.missing_codes:
        judged += "_"
    both = AnswerColumn(answers.submissions)
    for submission in answers.given_in.array.tolist():
        both.add(submission, judged)
    for submission, value in zip(unjudged.given_in.array.tolist(), unjudged.given(), strict=True):
        both.add(submission, value)
    return coded_column("nominal", both, [judged, *sorted(question.missing_codes)], clustered=clustered)


def _spans(
    question: Question,
    answers: AnswerColumn,
    *,
    clustered: bool,
    texts: Mapping[str, str],
    by: Mapping[str, Grouping],
    of_annotators: AbstractSet[str],
) -> CodedSpans:
    of, given_in = answers.submissions, answers.given_in.array

    def named(names: Names[str], numbers: Numbers) -> list[str]:
        every = list(names)
        return [every[number] for number in numbers.array[given_in].tolist()]

    units = named(of.units, of.unit)
    return CodedSpans(
        question=question.id,
        labels=tuple(question.scale),
        units=units,
        annotators=named(of.annotators, of.annotator),
        marks=marks_of(answers),
        lengths=[len(texts[unit]) for unit in units],
        clusters=named(of.clusters, of.cluster) if clustered else None,
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
