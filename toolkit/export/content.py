"""What an export is made from: everything a study holds that may leave it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from toolkit.agreement.estimate import Estimate
from toolkit.codebook.answers import Answer
from toolkit.codebook.checking import not_asked
from toolkit.codebook.model import Codebook
from toolkit.corpus.article import Sentence
from toolkit.study.articles import FrozenArticle
from toolkit.study.records import Annotation

OFFSET_UNIT = "code_point"
"""What every offset counts, of sentences and of spans."""


@dataclass(frozen=True, slots=True)
class StudyContent:
    """Articles as added, their sentences, every annotation, the estimates by round, and the codebooks.

    ``codebooks`` gives, by the hash of the version an annotation was made under, the codebook its answers were checked
    against: the newest of its round, under which earlier answers stay valid. ``documents`` gives, by round and oldest
    round first, the YAML text of the codebook in force, as the lead wrote it.
    """

    articles: Sequence[FrozenArticle]
    sentences: Sequence[Sentence]
    annotations: Sequence[Annotation] = ()
    codebooks: Mapping[str, Codebook] = field(default_factory=dict)
    estimates: Mapping[str, Sequence[Estimate]] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)


def in_reading_order(content: StudyContent) -> StudyContent:
    """The same content in the one order tables have, whatever order it came in.

    Articles stay as added. Sentences follow their article by position; annotations follow their sentence (those on
    a sentence nobody knows come last), then round, annotator, time and name; answers follow their codebook, rounds
    go by name.
    """
    article_order = {frozen.article.article_id: order for order, frozen in enumerate(content.articles)}
    end = len(article_order)
    sentences = sorted(
        content.sentences, key=lambda s: (article_order.get(s.article_id, end), s.article_id, s.position, s.sentence_id)
    )
    sentence_order = {sentence.sentence_id: order for order, sentence in enumerate(sentences)}
    annotations = sorted(
        (_in_codebook_order(annotation, content.codebooks) for annotation in content.annotations),
        key=lambda a: (
            sentence_order.get(a.sentence_id, len(sentence_order)),
            a.round,
            a.annotator,
            a.created_at,
            a.annotation_id,
        ),
    )
    estimates = {name: content.estimates[name] for name in sorted(content.estimates)}
    return replace(content, sentences=sentences, annotations=annotations, estimates=estimates)


def answers_nothing(answer: Answer) -> bool:
    """Whether the answer was rejected because what it answers is no question of the codebook in force in its round."""
    return answer == not_asked(answer.question)


def _in_codebook_order(annotation: Annotation, codebooks: Mapping[str, Codebook]) -> Annotation:
    codebook = codebooks.get(annotation.codebook_hash)
    if codebook is None:
        return annotation
    places = {question: place for place, question in enumerate(codebook.by_id)}
    # a question that another round asks is still none here
    end = len(places)
    answers = sorted(annotation.answers, key=lambda a: end if answers_nothing(a) else places.get(a.question, end))
    return replace(annotation, answers=tuple(answers))
