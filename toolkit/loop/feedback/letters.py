"""Feedback: letters to the coders of a round, from what was decided on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from toolkit.codebook.model import Codebook
from toolkit.corpus.context import context_before
from toolkit.errors import UsageError
from toolkit.loop.adjudication.compared import Comparison, comparison
from toolkit.loop.adjudication.status import adjudicated
from toolkit.loop.answers import annotations_of, codebook_of
from toolkit.loop.feedback.compose import Setting, letter_of
from toolkit.loop.feedback.letter import Letter, SentenceRead
from toolkit.study import adjudications, annotators, articles, settings
from toolkit.study.database import Database
from toolkit.study.folder import Study

_ONE_LINE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """A letter to each coder of a round of whose answers something is settled, by pseudonym."""

    round: str
    letters: tuple[Letter, ...]
    without: tuple[str, ...]
    """Registered coders, by pseudonym, on whose answers nothing is settled."""


def feedback(study: Study, *, annotator: str | None = None, round_name: str | None = None) -> Feedback:
    """Return letters to the coders of a round, of what was decided on their answers: to all, or to one ``annotator``.

    ``annotator`` is a pseudonym or an address. What is not settled yet is left out. The same decisions give the same
    letters. Raise ``UsageError`` where nothing of the round is adjudicated, and for somebody who is not in it.
    """
    with study.database() as database:
        of_round, name = adjudicated(database, round_name)
        codebook = codebook_of(database, of_round)  # answers and decisions read as they do under this one
        found = comparison(database, of_round, name)
        coding = {person.pseudonym for person in annotators.registered(database, round=of_round)}
        with_something = {one.annotator for one in found.answers}
        chosen = sorted(coding | with_something)
        if annotator is not None:
            chosen = [_chosen(database, annotator, chosen, of_round)]
        setting = Setting(
            study=settings.read(study.settings_file).name,
            round=of_round,
            codebook=codebook,
            design=adjudications.design(database, name),
            read=reader(database, codebook),
        )
        unasked = _unasked(database, of_round, found)
        letters = [
            letter_of(
                setting,
                person,
                [one for one in found.answers if one.annotator == person],
                waiting=found.waiting.get(person, {}),
                n_unasked=unasked.get(person, {}),
            )
            for person in chosen
            if person in with_something
        ]
    return Feedback(
        round=of_round,
        letters=tuple(letters),
        without=tuple(person for person in chosen if person not in with_something),
    )


def reader(database: Database, codebook: Codebook) -> Callable[[str], SentenceRead]:
    """Return what gives a sentence by its id, as its coders read it: its article's title only where they saw it."""
    article_of = {one.sentence_id: one.article_id for one in articles.sentences(database)}
    whole = cache(lambda article_id: articles.one(database, article_id))

    @cache
    def read(sentence_id: str) -> SentenceRead:
        frozen, sentences = whole(article_of[sentence_id])
        sentence = next(one for one in sentences if one.sentence_id == sentence_id)
        article = frozen.article
        shown = (article.title if codebook.show.title else None) or (
            article.article_id if codebook.show.outlet else "an article"
        )
        return SentenceRead(
            sentence_id=sentence_id,
            text=sentence.text,
            before=" ".join(context_before(article.text, sentence.start, limit=_ONE_LINE).split()),
            place=f"{shown}, sentence {sentence.position} of {frozen.n_sentences}",
        )

    return read


def _chosen(database: Database, said: str, known: list[str], of_round: str) -> str:
    chosen = annotators.pseudonym(database, said) if "@" in said else said
    if chosen not in known:
        # an address is not repeated: it would stand in logs
        who = "nobody with that address" if "@" in said else f"nobody called {said!r}"
        raise UsageError(
            f"{who} coded round {of_round!r}",
            todo="`intercoder annotators list` shows who there is.",
        )
    return chosen


def _unasked(database: Database, of_round: str, found: Comparison) -> Mapping[str, Mapping[str, int]]:
    """How many answers of each annotator were taken over unasked, by question."""
    questions: dict[str, list[str]] = {}
    for sentence_id, question in found.taken_over:
        questions.setdefault(sentence_id, []).append(question)
    counts: dict[str, Counter[str]] = {}
    for one in annotations_of(database, of_round):
        given = {each.question for each in one.answers if each.status in ("answered", "cannot_be_judged")}
        if one.excluded_because is None:
            taken = given.intersection(questions.get(one.sentence_id, ()))
            counts.setdefault(one.annotator, Counter()).update(taken)
    return counts
