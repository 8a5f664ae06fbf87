"""Sentences of a study by their id, all of them in memory or some at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from toolkit.corpus.article import Sentence
from toolkit.study import articles
from toolkit.study.database import Database

AT_ONCE = 2_000
"""Sentences that are read together; all of an article are."""


def sentences_by_id(database: Database, *, keep: int | None = None) -> Mapping[str, Sentence]:
    """Return the sentences of a study by their id, in reading order; more than ``keep`` are read when they are asked
    for, and the database stays open for that.
    """
    if keep is not None and articles.count(database)[1] > keep:
        return SentencesOnDemand(database)
    return {sentence.sentence_id: sentence for sentence in articles.sentences(database)}


class SentencesOnDemand(Mapping[str, Sentence]):
    """Sentences that are read some articles at a time: quick for whoever asks for them in reading order."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read: Mapping[str, Sentence] = {}

    def __len__(self) -> int:
        return articles.count(self._database)[1]

    def __iter__(self) -> Iterator[str]:
        return (sentence.sentence_id for sentence in articles.sentences(self._database))

    def __getitem__(self, sentence_id: str) -> Sentence:
        if sentence_id not in self._read:
            some = articles.sentences_from(self._database, sentence_id, at_least=AT_ONCE)
            read = {sentence.sentence_id: sentence for sentence in some}
            if not read:
                raise KeyError(sentence_id)
            self._read = read
        return self._read[sentence_id]


class Texts(Mapping[str, str]):
    """The texts of sentences by their id."""

    def __init__(self, sentences: Mapping[str, Sentence]) -> None:
        self._sentences = sentences

    def __len__(self) -> int:
        return len(self._sentences)

    def __iter__(self) -> Iterator[str]:
        return iter(self._sentences)

    def __getitem__(self, sentence_id: str) -> str:
        return self._sentences[sentence_id].text
