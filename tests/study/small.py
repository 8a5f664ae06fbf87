"""Studies small enough to read: articles whose sentences are written out, in a fresh database."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from toolkit.corpus.article import Article, Sentence
from toolkit.study import articles, database
from toolkit.study.database import Database


def article(article_id: str, *sentences: str) -> tuple[Article, tuple[Sentence, ...]]:
    """An article of one paragraph: the sentences with a space between them."""
    text = " ".join(sentences)
    cut, start = [], 0
    for position, sentence in enumerate(sentences, start=1):
        cut.append(
            Sentence(f"{article_id}-{position}", article_id, position, 1, start, start + len(sentence), sentence)
        )
        start += len(sentence) + 1
    return Article(article_id, text, hashlib.sha256(text.encode()).hexdigest()), tuple(cut)


def numbered(article_id: str, n: int) -> tuple[Article, tuple[Sentence, ...]]:
    return article(article_id, *(f"{article_id} says {number}." for number in range(1, n + 1)))


def filled(path: Path, cut: Sequence[tuple[Article, Sequence[Sentence]]]) -> Database:
    """A new database holding these articles; close it by leaving the ``with`` block."""
    database.create(path)
    opened = database.open_database(path)
    articles.add(opened, cut, splitter="by hand", splitter_version="1")
    return opened
