"""What a migration changes: answers by question, category and annotator, and agreement before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.agreement.estimate import Estimate
from toolkit.codebook.answers import Answer
from toolkit.codebook.migration.translated import Step, codes_of, translated, waits_because
from toolkit.codebook.model import Codebook
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.rounds import CodedRound
from toolkit.loop.agreement.rounds_source import RoundsSource
from toolkit.loop.agreement.study import agreement_of
from toolkit.loop.progress import Progress
from toolkit.study.records import Annotation


@dataclass(frozen=True, slots=True)
class Touched:
    """How often one annotator chose a category that became another (or several) to a question; marks count each."""

    question: str
    code: str
    became: tuple[str, ...]
    annotator: str
    n_answers: int


@dataclass(frozen=True, slots=True)
class AlphaMoved:
    """Alpha of a question at one of its levels, before and after; None where the level is not there."""

    question: str
    level: str
    before: Estimate | None
    after: Estimate | None


def touched(annotations: Iterable[Annotation], step: Step) -> tuple[Touched, ...]:
    """Return what of the answers that count became something else, in the order of codebook and annotators."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for one in annotations:
        if one.excluded_because is None:
            for answer in one.answers:
                for stored in codes_of(answer):
                    code = stored.rpartition("/")[2]
                    if _changes(step, answer.question, code):
                        counted[answer.question, code, one.annotator] += 1
    place = {
        (question.id, code): (number, at)
        for number, question in enumerate(step.old.questions)
        for at, code in enumerate(question.by_code)
    }
    ordered = sorted(counted.items(), key=lambda item: (place[item[0][:2]], item[0][2]))
    return tuple(Touched(q, code, step.became(q, code), who, n) for (q, code, who), n in ordered)


def carried_over(annotations: Iterable[Annotation], step: Step) -> Iterator[Annotation]:
    """Yield annotations as they read after the step; nobody has coded a split category again yet."""
    for one in annotations:
        if one.skipped:
            answers = tuple(Answer(question.id, "skipped") for question in step.new.questions)
            yield replace(one, answers=answers)
        else:
            yield replace(one, answers=translated(one.answers, step))


def waiting(annotations: Iterable[Annotation], step: Step) -> Mapping[str, list[Annotation]]:
    """Return the annotations that count and hold an answer to be coded again, by question; answers are those after."""
    found: dict[str, list[Annotation]] = {question: [] for question in step.split}
    for one in annotations:
        if one.excluded_because is None:
            for answer in one.answers:
                if answer.question in found and _waits(answer, step):
                    found[answer.question].append(one)
    return {question: of for question, of in found.items() if of}


def alphas(
    before: CodedRound,
    after: CodedRound,
    step: Step,
    source: RoundsSource,
    request: AgreementRequest,
    progress: Progress,
) -> tuple[AlphaMoved, ...]:
    """Return the headline alphas of every question that has a category that became another."""
    asked = [question for question in step.codes if question in step.new.by_id]
    was, now = (_headlines(each, asked, source, request, progress) for each in (before, after))
    return tuple(
        AlphaMoved(question, level, was.get((question, level)), now.get((question, level)))
        for question, level in dict.fromkeys((*now, *was))
    )


def _headlines(
    coded: CodedRound, asked: Sequence[str], source: RoundsSource, request: AgreementRequest, progress: Progress
) -> Mapping[tuple[str, str], Estimate]:
    questions = [question for question in coded.codebook.measured() if question.id in asked]
    if not questions:
        return {}
    # Only what is compared is computed. A copy of the codebook would keep what was worked out from all of it.
    book = Codebook.model_construct(**{**dict(coded.codebook), "questions": questions})
    answers = [
        replace(one, answers=tuple(answer for answer in one.answers if answer.question in asked))
        for one in coded.annotations
    ]
    alone = replace(source, rounds=[request.round_name or ""], read=lambda _: CodedRound(book, answers))
    report = agreement_of(alone, request, progress=progress)
    return {(each.question, each.level): each for each in report.estimates if each.headline and each.about == "whole"}


def _changes(step: Step, question: str, code: str) -> bool:
    asked = step.old.by_id.get(question)
    return asked is not None and code in asked.by_code and step.became(question, code) != (code,)


def _waits(answer: Answer, step: Step) -> bool:
    """Whether an answer waits because of this step: an earlier one may have left some waiting, too."""
    if answer.status != "rejected" or answer.migrated_from is None:
        return False
    said = (waits_because([code], answer.question, step) for code in step.split[answer.question])
    return any(each.partition(": to be")[0] in (answer.rejected_because or "") for each in said)
