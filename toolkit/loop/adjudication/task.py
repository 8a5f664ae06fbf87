"""What an adjudicator's page shows of a sentence: answers under letters, what is agreed, what is chosen beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from toolkit.codebook.answers import Answer, Mark, Span, Value
from toolkit.codebook.model import Codebook, Question
from toolkit.loop.adjudication.carried_over import reading_agreed
from toolkit.loop.online.round_project import RoundPage
from toolkit.study import adjudications, articles
from toolkit.study.adjudications import AdjudicationDesign, AskedAgain
from toolkit.study.adjudications import ShownAnswer as Kept
from toolkit.study.database import Database
from toolkit.study.records import Annotation

if TYPE_CHECKING:
    from toolkit.labelstudio.page.adjudication import ShownSentence


def adjudication_page(codebook: Codebook, design: AdjudicationDesign) -> RoundPage:
    """Return the page on which a round's disputes are decided."""
    from toolkit.labelstudio.page.adjudication import adjudication_config, adjudication_instructions

    return RoundPage(adjudication_config(codebook, design.questions), adjudication_instructions(codebook))


def notes_of(codebook: Codebook, annotations: Iterable[Annotation]) -> Mapping[str, Sequence[str]]:
    """Return what coders wrote in questions of free text, by annotation; only annotations with some."""
    written = {question.id for question in codebook.questions if question.level == "text"}
    found: dict[str, list[str]] = {}
    for one in annotations:
        for answer in one.answers:
            if answer.status == "answered" and answer.question in written:
                found.setdefault(one.annotation_id, []).append(str(answer.value))
    return found


def reading_more(
    database: Database, name: str, codebook: Codebook, notes: Mapping[str, Sequence[str]]
) -> Callable[[Sequence[str]], Mapping[str, Mapping[str, object]]]:
    """Return what reads what travels with sentences besides what every page shows: by sentence, given their ids.

    ``notes`` are those of ``notes_of``; coders' answers are shown as they were when the sentence was queued.
    """
    from toolkit.labelstudio.page.adjudication import adjudication_data

    taken_over = reading_agreed(database, str(adjudications.adjudicated_round(database, name)), page_of=name)

    def more_of(sentence_ids: Sequence[str]) -> Mapping[str, Mapping[str, object]]:
        asked: dict[str, list[AskedAgain]] = {}
        for one in adjudications.asked_again(database, name, sentence_ids=sentence_ids):
            asked.setdefault(one.sentence_id, []).append(one)
        agreed: dict[str, dict[str, Any]] = {}
        for (sentence_id, question), value in taken_over(sentence_ids).items():
            if question in codebook.by_id:
                agreed.setdefault(sentence_id, {})[question] = value
        texts = articles.texts(database, sentence_ids)
        return {
            each: adjudication_data(codebook, _shown(codebook, texts[each], asked[each], agreed.get(each, {}), notes))
            for each in sentence_ids
        }

    return more_of


def prefilled_parts(database: Database, name: str, codebook: Codebook) -> Mapping[str, Sequence[Mapping[str, object]]]:
    """Return what the page chooses beforehand, as it would submit it, by sentence; only sentences that have some."""
    from toolkit.labelstudio.encode import decision

    found: dict[str, dict[str, Value]] = {}
    gone = adjudications.CHOSEN_BY_NOBODY_LEFT
    kept = [one for one in adjudications.asked_with_prefilled(database, name) if one.prefilled != gone]
    texts = articles.texts(database, list(dict.fromkeys(one.sentence_id for one in kept)))
    for one in kept:
        value = value_of(codebook.by_id[one.question], one.prefilled, texts[one.sentence_id])
        found.setdefault(one.sentence_id, {})[one.question] = value
    return {
        sentence_id: decision(
            codebook,
            {name: _entered(codebook.by_id[name], value) for name, value in values.items() if not _marks(value)},
            {name: marks for name, value in values.items() if (marks := _marks(value))},
            sentence=texts[sentence_id],
        )
        for sentence_id, values in found.items()
    }


def _entered(question: Question, value: Value) -> object:
    """A value as it is entered on the page: of a path its last category."""
    return value.rpartition("/")[2] if question.level == "taxonomy" and isinstance(value, str) else value


def _marks(value: Value) -> list[Mark]:
    spans = value if isinstance(value, tuple) else ()
    return [Mark(each.label, each.start, each.end, each.text) for each in spans if isinstance(each, Span)]


def _shown(
    codebook: Codebook,
    text: str,
    asked: Sequence[AskedAgain],
    agreed: Mapping[str, Any],
    notes: Mapping[str, Sequence[str]],
) -> ShownSentence:
    from toolkit.labelstudio.page.adjudication import ShownSentence
    from toolkit.labelstudio.page.shown_answers import ShownAnswer

    order = [kept.annotation for kept in asked[0].shown]
    letters = {annotation: letter(place) for place, annotation in enumerate(order)}
    return ShownSentence(
        text=text,
        asked={
            one.question: [
                ShownAnswer(letters[kept.annotation], _answer(codebook.by_id[one.question], kept, text))
                for kept in one.shown
            ]
            for one in asked
        },
        agreed={
            question: Answer(question, "answered", value_of(codebook.by_id[question], value, text))
            for question, value in agreed.items()
            if question not in {one.question for one in asked}
        },
        notes=[(letters[annotation], note) for annotation in order for note in notes.get(annotation, ())],
    )


def letter(place: int) -> str:
    """Return what a coder is called on a sentence, by their place in its shuffled order.

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'A2')
    """
    return chr(ord("A") + place % 26) + (str(place // 26 + 1) if place >= 26 else "")


def value_of(question: Question, kept: Any, text: str) -> Value:
    """Return a value that was stored as JSON holds it, as answers have it."""
    if question.level == "span":
        return tuple(Span(label, start, end, text[start:end], "code_point") for label, start, end in kept)
    if isinstance(kept, list):
        return tuple(kept)
    value: Value = kept
    return value


def _answer(question: Question, kept: Kept, text: str) -> Answer:
    given = kept.status in ("answered", "cannot_be_judged")
    status: Any = kept.status
    return Answer(question.id, status, value_of(question, kept.value, text) if given else None)
