"""Articles and sentences of a study: taken in once, then frozen."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter

from toolkit.corpus.article import Article, Sentence
from toolkit.study.database import Database, now
from toolkit.study.soundness import check_digest, damaged

_ARTICLE_COLUMNS = "article_id, text, sha256, title, outlet, url, author, published, language"
_article_values = attrgetter(*_ARTICLE_COLUMNS.split(", "))
_sentence_values = attrgetter("sentence_id", "article_id", "position", "paragraph", "start", "end", "text")
_BATCH = 500


@dataclass(frozen=True, slots=True)
class FrozenArticle:
    """An article with its frozen cut: which splitter, in which version, made how many sentences."""

    article: Article
    splitter: str
    splitter_version: str
    n_sentences: int


def known(database: Database) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return what the study has: SHA-256 by article id, and article id by SHA-256."""
    by_id = {row["article_id"]: row["sha256"] for row in database.rows("SELECT article_id, sha256 FROM articles")}
    return by_id, {sha256: article_id for article_id, sha256 in by_id.items()}


def add(
    database: Database,
    cut: Iterable[tuple[Article, Sequence[Sentence]]],
    *,
    splitter: str,
    splitter_version: str,
) -> int:
    """Take articles with their sentences into the study, all of them or none: how many sentences were taken in.

    ``cut`` may be endless as far as memory goes: it is asked for a batch at a time, inside the transaction, and what
    it raises undoes everything.
    """
    with database.transaction() as connection:
        return insert(connection, cut, splitter=splitter, splitter_version=splitter_version)


def insert(
    connection: sqlite3.Connection,
    cut: Iterable[tuple[Article, Sequence[Sentence]]],
    *,
    splitter: str,
    splitter_version: str,
) -> int:
    """Do the same inside the transaction that is open."""
    said, n_sentences = (splitter, splitter_version, now()), 0
    start = connection.execute("SELECT coalesce(max(sequence), 0) FROM articles").fetchone()[0]
    coming = enumerate(cut, start=start + 1)
    while batch := list(islice(coming, _BATCH)):
        connection.executemany(
            f"INSERT INTO articles ({_ARTICLE_COLUMNS}, sequence, splitter, splitter_version, added_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(*_article_values(article), sequence, *said) for sequence, (article, _) in batch],
        )
        rows = [_sentence_values(sentence) for _, (_, sentences) in batch for sentence in sentences]
        connection.executemany("INSERT INTO sentences VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        n_sentences += len(rows)
    return n_sentences


def articles(database: Database) -> Iterator[FrozenArticle]:
    """Yield every article, in the order they were added."""
    return _articles(database, "ORDER BY sequence", ())


def one(database: Database, article_id: str) -> tuple[FrozenArticle, tuple[Sentence, ...]]:
    """Return one article with its sentences, in reading order."""
    (frozen,) = _articles(database, "WHERE article_id = ?", (article_id,))
    return frozen, tuple(_sentences(database, "WHERE s.article_id = ? ORDER BY s.position", (article_id,)))


def sentences(database: Database) -> Iterator[Sentence]:
    """Yield every sentence in reading order: articles as added, sentences as they stand."""
    return _sentences(database, "JOIN articles a USING (article_id) ORDER BY a.sequence, s.position", ())


def sentences_from(database: Database, sentence_id: str, *, at_least: int) -> Iterator[Sentence]:
    """Yield sentences in reading order, from the first one on of the article that this one stands in: the article, and
    as many more as make ``at_least`` so many. None where the study does not know it.
    """
    query = (
        "SELECT a.sequence, (SELECT count(*) FROM sentences o WHERE o.article_id = a.article_id) AS n "
        "FROM sentences s JOIN articles a USING (article_id) WHERE s.sentence_id = ?"
    )
    row = database.one(query, (sentence_id,))
    if row is not None:
        which = "JOIN articles a USING (article_id) WHERE a.sequence >= ? ORDER BY a.sequence, s.position LIMIT ?"
        yield from _sentences(database, which, (row["sequence"], max(at_least, row["n"])))


def _articles(database: Database, which: str, parameters: tuple[object, ...]) -> Iterator[FrozenArticle]:
    query = (
        f"SELECT {_ARTICLE_COLUMNS}, splitter, splitter_version, "
        f"(SELECT count(*) FROM sentences s WHERE s.article_id = a.article_id) AS n FROM articles a {which}"
    )
    for row in database.rows(query, parameters):
        check_digest(database.path, f"the text of article {row['article_id']}", row["text"], row["sha256"])
        article = Article(**{column: row[column] for column in _ARTICLE_COLUMNS.split(", ")})
        yield FrozenArticle(article, row["splitter"], row["splitter_version"], row["n"])


def _sentences(database: Database, which: str, parameters: tuple[object, ...]) -> Iterator[Sentence]:
    article_id, text = "", None
    for row in database.rows(f"SELECT s.* FROM sentences s {which}", parameters):
        if text is None or row["article_id"] != article_id:
            article_id = row["article_id"]
            text = _text(database, article_id)
        if text[row["start"] : row["stop"]] != row["text"]:
            raise damaged(database.path, f"sentence {row['sentence_id']} is not what stands in its article")
        yield Sentence(
            row["sentence_id"],
            article_id,  # one text for all of an article
            row["position"],
            row["paragraph"],
            row["start"],
            row["stop"],
            row["text"],
        )


def _text(database: Database, article_id: str) -> str:
    row = database.one("SELECT text, sha256 FROM articles WHERE article_id = ?", (article_id,))
    if row is None:
        raise damaged(database.path, f"article {article_id} is missing")
    check_digest(database.path, f"the text of article {article_id}", row["text"], row["sha256"])
    return str(row["text"])


def texts(database: Database, sentence_ids: Sequence[str]) -> Mapping[str, str]:
    """Return the text by id of the sentences named; ids the study does not know are left out."""
    found: dict[str, str] = {}
    for start in range(0, len(sentence_ids), 500):
        chunk = tuple(sentence_ids[start : start + 500])
        places = ",".join("?" * len(chunk))
        rows = database.rows(f"SELECT sentence_id, text FROM sentences WHERE sentence_id IN ({places})", chunk)
        found.update({row["sentence_id"]: row["text"] for row in rows})
    return found


def count(database: Database) -> tuple[int, int]:
    """Return how many articles and how many sentences the study has."""
    row = database.one("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM sentences)")
    return (row[0], row[1]) if row is not None else (0, 0)
