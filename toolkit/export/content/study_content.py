"""What an export is made from: everything a study holds that may leave it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import cached_property

import pyarrow as pa

from toolkit.agreement.consensus_reliability import ConsensusReliability
from toolkit.agreement.estimate import Estimate
from toolkit.codebook.model import Codebook, Level
from toolkit.corpus.article import Sentence
from toolkit.export.content.consensus import Consensus, consensus_of
from toolkit.export.content.flat_answers import FlatAnswers, flattened
from toolkit.export.content.history import AnswerChange, answer_changes
from toolkit.export.content.likely_categories import Likely, likely_categories
from toolkit.export.content.order_in_round import OrderInRound
from toolkit.export.content.settled_consensus import SettledConsensus, with_settled
from toolkit.export.content.units import Units, units_of
from toolkit.export.content.votes import Votes, votes_of
from toolkit.files.arrays import IntArray
from toolkit.study.articles import FrozenArticle
from toolkit.study.decisions import Decision, Settled
from toolkit.study.records import Annotation
from toolkit.study.rounds import LedgerEntry

OFFSET_UNIT = "code_point"
"""What every offset counts, of sentences and of spans."""


@dataclass(frozen=True, slots=True)
class StudyContent:
    """Articles as added, their sentences, every annotation, the estimates by round, and the codebooks.

    ``codebooks`` gives, by the hash of the version an annotation was made under, the codebook its answers were checked
    against: the newest of its round, under which earlier answers stay valid. ``documents`` gives, by round and oldest
    round first, the YAML text of the codebook in force, as the lead wrote it; ``earlier`` gives, by its hash, that of
    every other version that annotations were made under. ``planned`` gives the sentences of each
    round with the number of annotators each is to have; ``gold`` those of them whose answers are known;
    ``registered`` the pseudonyms of those who count in it.
    ``reliability`` says, by round and question, what the consensus of as many annotators as a sentence has is worth.
    ``decisions`` gives, by the round whose answers were decided on, every decision, and ``settled`` what is settled.
    ``study_id`` is in every row, and before the name of every annotation, so that both are unique among studies.
    ``addresses`` are e-mail addresses by pseudonym, ``attributes`` what is known of annotators; both are empty unless
    somebody asked for them.
    """

    articles: Sequence[FrozenArticle]
    sentences: Sequence[Sentence]
    annotations: Sequence[Annotation] = ()
    codebooks: Mapping[str, Codebook] = field(default_factory=dict)
    estimates: Mapping[str, Sequence[Estimate]] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    earlier: Mapping[str, str] = field(default_factory=dict)
    planned: Mapping[str, Sequence[LedgerEntry]] = field(default_factory=dict)
    registered: Mapping[str, Sequence[str]] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict, repr=False)
    attributes: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    dawid_skene: bool = False
    zeros: bool = False
    gold: Mapping[str, AbstractSet[str]] = field(default_factory=dict)
    reliability: Mapping[str, Mapping[str, ConsensusReliability]] = field(default_factory=dict)
    decisions: Mapping[str, Sequence[Decision]] = field(default_factory=dict)
    settled: Mapping[str, Sequence[Settled]] = field(default_factory=dict)
    study_id: str = ""


@dataclass(frozen=True)
class OrderedContent(StudyContent):
    """The content in the one order tables have, and what several of them are made from, made once.

    Sentences follow their article (as added) by position; annotations follow their sentence (those on a sentence
    nobody knows come last), then round, annotator, time and name; rounds go by name.
    """

    @cached_property
    def answers(self) -> FlatAnswers:
        """Every answer, those of one annotation in the order of its codebook."""
        return flattened(self.annotations, self.codebooks)

    @cached_property
    def units(self) -> Units:
        """Every sentence of a round that is planned or was coded."""
        return units_of(self.sentences, self.annotations, self.planned)

    @cached_property
    def votes(self) -> Votes:
        """The answers that count, by sentence, round and question."""
        return votes_of(self.answers, self.units, self.annotations, self.codebooks)

    @cached_property
    def voted(self) -> Consensus:
        """What the votes come to."""
        return consensus_of(self.votes)

    @cached_property
    def consensus(self) -> SettledConsensus:
        """The same, with what was settled in its place."""
        return with_settled(self.voted, self.votes, self.units, self.settled)

    def levels_of(self, name: str) -> Mapping[str, Level]:
        """Return the level of each question that was decided on in a round."""
        books = list(self.codebooks.values())
        asked = {one.question for one in self.decisions.get(name, ())}
        return {id_: next(book.by_id[id_].level for book in books if id_ in book.by_id) for id_ in asked}

    @cached_property
    def likely(self) -> tuple[Likely, ...]:
        """What sentences probably are, by round and question; nothing unless it was asked for."""
        return tuple(likely_categories(self.votes, self.units.columns["round"])) if self.dawid_skene else ()

    def called(self, annotation_id: str) -> str:
        """Return the name of an annotation in tables: no other study has an annotation of that name."""
        return f"{self.study_id}-{annotation_id}" if self.study_id else annotation_id

    def columns_of_annotations(self, rows: IntArray) -> Mapping[str, pa.Array]:
        """Return annotation, sentence, article, round and annotator of each row; ``rows`` index the annotations."""
        indices = pa.array(rows, pa.int64())
        return {name: values.take(indices) for name, values in self.annotation_columns.items()}

    @cached_property
    def order(self) -> OrderInRound:
        """The annotations in the order in which they were submitted, by round."""
        return OrderInRound(self.annotations)

    @cached_property
    def changes(self) -> tuple[AnswerChange, ...]:
        """Every answer that a later version of its annotation has otherwise."""
        return tuple(answer_changes(self.annotations, self.codebooks))

    @cached_property
    def annotation_columns(self) -> Mapping[str, pa.Array]:
        """Annotation, sentence, article, round and annotator of every annotation.

        An annotation on a sentence the study does not know has no sentence and no article.
        """
        columns = {
            "annotation_id": [self.called(a.annotation_id) for a in self.annotations],
            "sentence_id": [None if on_no_sentence(a) else a.sentence_id for a in self.annotations],
            "article_id": [None if on_no_sentence(a) else a.article_id for a in self.annotations],
            "round": [a.round for a in self.annotations],
            "annotator": [a.annotator for a in self.annotations],
        }
        return {name: pa.array(values, pa.string()) for name, values in columns.items()}


def in_reading_order(content: StudyContent) -> OrderedContent:
    """Return the same content in the one order tables have, whatever order it came in."""
    article_order = {frozen.article.article_id: order for order, frozen in enumerate(content.articles)}
    end = len(article_order)
    sentences = sorted(
        content.sentences, key=lambda s: (article_order.get(s.article_id, end), s.article_id, s.position, s.sentence_id)
    )
    sentence_order = {sentence.sentence_id: order for order, sentence in enumerate(sentences)}
    annotations = sorted(
        content.annotations,
        key=lambda a: (
            sentence_order.get(a.sentence_id, len(sentence_order)),
            a.round,
            a.annotator,
            a.created_at,
            a.annotation_id,
        ),
    )
    given = {each.name: getattr(content, each.name) for each in fields(StudyContent)}
    estimates = {name: content.estimates[name] for name in sorted(content.estimates)}
    return OrderedContent(**{**given, "sentences": sentences, "annotations": annotations, "estimates": estimates})


def day_of(published: str | None) -> date | None:
    """Return the day that a date or a time names, by its own clock; None where it names none.

    >>> day_of("2026-03-01T23:30:00-05:00"), day_of("2026-03"), day_of(None)
    (datetime.date(2026, 3, 1), None, None)
    """
    try:
        return datetime.fromisoformat(published).date() if published else None
    except ValueError:
        return None


def on_no_sentence(annotation: Annotation) -> bool:
    """Return whether the annotation is on a sentence its round does not have."""
    return annotation.excluded_because == "unknown_sentence"
