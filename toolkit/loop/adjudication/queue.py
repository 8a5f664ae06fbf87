"""What of a round is to be decided on: pure, from what its coders answered and how the adjudication was designed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from toolkit.codebook.answers import Answer, Span, Value
from toolkit.codebook.model import Codebook
from toolkit.loop.disputes import IN_DISPUTE, Outcome, disputes_in
from toolkit.study.adjudications import AdjudicationDesign, AskedAgain, Because, ShownAnswer
from toolkit.study.records import Annotation
from toolkit.study.sampling import draw_evenly


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What is to be asked, in reading order, what is taken over unasked, and how many sentences cannot be judged yet.

    ``agreed`` gives, by sentence and question, the answer all coders gave. ``n_left`` are questions of sentences on
    which coders differ and nobody is asked, because only ties are decided on.
    """

    asked: tuple[AskedAgain, ...] = ()
    agreed: Mapping[tuple[str, str], object] = field(default_factory=dict)
    n_waiting: int = 0
    """Sentences that have not all the annotations they are planned to have."""
    n_drawable: int = 0
    """Sentences the sample was drawn from."""
    n_late: int = 0
    """Questions that came into dispute on sentences queued before: what is asked there stays."""
    n_left: int = 0


def queue_of(
    sentences: Mapping[str, Sequence[Annotation]],
    codebook: Codebook,
    design: AdjudicationDesign,
    *,
    key: bytes,
    purpose: str,
    waiting: Collection[str] = (),
    short: Collection[str] = (),
    queued: Mapping[str, Collection[str]] = MappingProxyType({}),
    taken_over: Collection[tuple[str, str]] = (),
) -> Queue:
    """Return what is to be decided on.

    ``sentences`` gives the annotations of each sentence of the round, in reading order. Those in ``waiting`` come
    later. Of those in ``short``, which are to have more annotations, only what is in dispute is asked: once a later
    coder differs a sentence is asked for sure, so none is drawn, or taken over, before it is complete. Those in
    ``queued`` stay as they are, with the questions they ask. Agreed answers that were taken over are not asked again,
    but where coders have come to differ on one since, it is. ``key`` shuffles the letters coders have on a sentence;
    ``purpose`` names the sample.
    """
    found: dict[str, dict[str, Outcome]] = {}
    for sentence_id, coded in sentences.items():
        if sentence_id not in queued and sentence_id not in waiting:
            outcomes = outcomes_of(coded, codebook)
            found[sentence_id] = {question: outcomes[question] for question in design.questions}
    with_agreed = [
        sentence_id
        for sentence_id, outcomes in found.items()
        if sentence_id not in short
        and any(outcomes[question] == "agreed" and (sentence_id, question) not in taken_over for question in outcomes)
    ]
    places = draw_evenly(len(with_agreed), design.sample, seed=design.seed, purpose=purpose)
    sampled = {with_agreed[place] for place in places}
    parts = [
        _of_sentence(sentences[sentence_id], outcomes, codebook, design, key, taken_over, drawn=sentence_id in sampled)
        for sentence_id, outcomes in found.items()
    ]
    asked = tuple(one for part in parts for one in part.asked)
    begun = {*queued, *(one.sentence_id for one in asked)}
    return Queue(
        asked=asked,
        agreed={place: value for part in parts for place, value in part.agreed.items() if place[0] not in short},
        n_waiting=sum(1 for sentence_id in {*waiting, *short} if sentence_id not in begun),
        n_drawable=len(with_agreed),
        n_late=sum(
            _late(sentences.get(sentence_id, ()), codebook, design, queued[sentence_id]) for sentence_id in queued
        ),
        n_left=sum(part.n_left for part in parts),
    )


def _of_sentence(
    coded: Sequence[Annotation],
    outcomes: Mapping[str, Outcome],
    codebook: Codebook,
    design: AdjudicationDesign,
    key: bytes,
    taken_over: Collection[tuple[str, str]],
    *,
    drawn: bool,
) -> Queue:
    counted = _shuffled([one for one in coded if one.excluded_because is None], key)
    asked: list[AskedAgain] = []
    agreed: dict[tuple[str, str], object] = {}
    open_here: set[str] = set()
    n_left = 0
    for question, outcome in outcomes.items():
        place = counted[0].sentence_id if counted else "", question
        if outcome == "agreed" and place in taken_over:
            continue
        answers = [_answer(one, question) for one in counted]
        because = _because(outcome, answers, design, drawn=drawn)
        was_given = any(answer.status in ("answered", "cannot_be_judged") for answer in answers)
        if outcome == "too_few" and was_given and not open_here.isdisjoint(codebook.by_id[question].show_if):
            because = "follows"
        if because in {"split", "tie", "follows"}:
            open_here.add(question)
        if because is not None:
            asked.append(_asked(place, because, counted, answers, design))
        elif outcome == "agreed" and (value := agreed_value(answers)) is not None:
            agreed[place] = value
        elif outcome in IN_DISPUTE:
            n_left += 1
    return Queue(asked=tuple(asked), agreed=agreed, n_left=n_left)


def _asked(
    place: tuple[str, str],
    because: Because,
    counted: Sequence[Annotation],
    answers: Sequence[Answer],
    design: AdjudicationDesign,
) -> AskedAgain:
    shown = tuple(
        ShownAnswer(one.annotation_id, answer.status, plain(answer.value))
        for one, answer in zip(counted, answers, strict=True)
    )
    return AskedAgain(
        sentence_id=place[0],
        question=place[1],
        because=because,
        chance=design.sample if because == "sampled" else 1.0,
        shown=shown,
        prefilled=_prefilled(shown) if design.prefill == "majority" and because not in {"sampled", "agreed"} else None,
    )


def outcomes_of(coded: Sequence[Annotation], codebook: Codebook) -> dict[str, Outcome]:
    """Return how the answers to every measured question compare on one sentence, as what is settled goes by it.

    An answer is agreed on only where everybody was asked: below a question in dispute, those who were asked may give
    one answer while others say that the question does not arise.
    """
    counted = [one for one in coded if one.excluded_because is None]
    return {
        question: "too_few" if outcome == "agreed" and _asked_of_some(counted, question) else outcome
        for question, outcome in disputes_in(counted, codebook).items()
    }


def _asked_of_some(counted: Sequence[Annotation], question: str) -> bool:
    """Whether some annotators were asked and others were not."""
    return len({_answer(one, question).status == "not_shown" for one in counted}) > 1


def _late(coded: Sequence[Annotation], codebook: Codebook, design: AdjudicationDesign, asked: Collection[str]) -> int:
    outcomes = outcomes_of(coded, codebook)
    return sum(outcomes[question] in IN_DISPUTE and question not in asked for question in design.questions)


def agreed_values(
    annotations: Sequence[Annotation], codebook: Codebook, questions: Collection[str]
) -> Iterator[tuple[str, object]]:
    """Yield question and answer wherever everybody who was asked on a sentence gave the same, and at least two did."""
    counted = [one for one in annotations if one.excluded_because is None]
    for question, outcome in outcomes_of(counted, codebook).items():
        if question in questions and outcome == "agreed":
            value = agreed_value([_answer(one, question) for one in counted])
            if value is not None:
                yield question, value


def agreed_value(answers: Sequence[Answer]) -> object | None:
    """Return the value that answers which agree have, in the form it is stored in; None where nobody was asked."""
    given = [answer for answer in answers if answer.status in ("answered", "cannot_be_judged")]
    return plain(given[0].value) if given else None


def plain(value: Value | None) -> object:
    """Return a value as JSON holds it: sets and spans as lists, a span as label, start and end."""
    if isinstance(value, tuple):
        return [[each.label, each.start, each.end] if isinstance(each, Span) else each for each in value]
    return value


def _because(outcome: Outcome, answers: Sequence[Answer], design: AdjudicationDesign, *, drawn: bool) -> Because | None:
    """Why the question is asked for its own sake, or None."""
    if outcome == "tie" or (outcome == "split" and design.where != "tie"):
        return outcome
    if outcome != "agreed" or agreed_value(answers) is None:
        return None
    return "agreed" if design.where == "all" else "sampled" if drawn else None


def _prefilled(shown: Sequence[ShownAnswer]) -> object:
    """The answer that several gave and more than any other; None where none was, or where it is that there is none.

    An empty set, or nothing marked, cannot be chosen beforehand: the page looks as it does where nothing is.
    """
    given = [one.value for one in shown if one.status in ("answered", "cannot_be_judged")]
    counts = [given.count(value) for value in given]
    if max(counts, default=0) < 2:
        return None
    value = given[counts.index(max(counts))]
    is_tie = any(n == max(counts) and other != value for n, other in zip(counts, given, strict=True))
    return None if is_tie or value == [] else value


def _shuffled(annotations: Sequence[Annotation], key: bytes) -> list[Annotation]:
    """The annotations of a sentence in an order that says nothing of who made which."""

    def rank(one: Annotation) -> bytes:
        return hmac.digest(key, f"letters\x1f{one.sentence_id}\x1f{one.annotator}".encode(), hashlib.sha256)

    return sorted(annotations, key=rank)


def _answer(annotation: Annotation, question: str) -> Answer:
    return next((one for one in annotation.answers if one.question == question), Answer(question, "unanswered"))
