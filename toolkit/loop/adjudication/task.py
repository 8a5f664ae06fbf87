"""What an adjudicator's page shows of a sentence: answers under letters, what is agreed, what is chosen beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from toolkit.codebook.answers import Answer, Mark, Span, Value
from toolkit.codebook.model import Codebook, Question
from toolkit.loop.adjudication.carried_over import agreed_now
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


def more_of_each(
    database: Database, name: str, codebook: Codebook, coded: Mapping[str, Sequence[Annotation]]
) -> Callable[[str], Mapping[str, object]]:
    """Return what says, by sentence, what travels with it besides what every page shows.

    ``coded`` gives the annotations of each sentence, for the notes coders left; their answers are shown as they were
    when the sentence was queued.
    """
    from toolkit.labelstudio.page.adjudication import adjudication_data

    asked: dict[str, list[AskedAgain]] = {}
    for one in adjudications.asked_again(database, name):
        asked.setdefault(one.sentence_id, []).append(one)
    agreed: dict[str, dict[str, Any]] = {}
    of_round = str(adjudications.adjudicated_round(database, name))
    for (sentence_id, question), value in agreed_now(database, of_round, page_of=name).items():
        if question in codebook.by_id:
            agreed.setdefault(sentence_id, {})[question] = value
    texts = articles.texts(database, list(asked))

    def more_of(sentence_id: str) -> Mapping[str, object]:
        shown = _shown(
            codebook, texts[sentence_id], asked[sentence_id], agreed.get(sentence_id, {}), coded.get(sentence_id, ())
        )
        return adjudication_data(codebook, shown)

    return more_of


def prefilled_parts(database: Database, name: str, codebook: Codebook) -> Mapping[str, Sequence[Mapping[str, object]]]:
    """Return what the page chooses beforehand, as it would submit it, by sentence; only sentences that have some."""
    from toolkit.labelstudio.encode import decision

    found: dict[str, dict[str, Value]] = {}
    gone = adjudications.CHOSEN_BY_NOBODY_LEFT
    kept = [one for one in adjudications.asked_again(database, name) if one.prefilled not in (None, gone)]
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
    coded: Sequence[Annotation],
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
        notes=[
            (letters[one.annotation_id], str(answer.value))
            for one in sorted(
                coded, key=lambda one: order.index(one.annotation_id) if one.annotation_id in letters else -1
            )
            if one.annotation_id in letters
            for answer in one.answers
            if answer.status == "answered" and codebook.by_id[answer.question].level == "text"
        ],
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
