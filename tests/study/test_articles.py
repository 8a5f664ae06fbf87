from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from tests.study.small import article, numbered
from toolkit.corpus.article import Article, Sentence
from toolkit.study import articles
from toolkit.study.database import Database


def ids(database: Database) -> list[str]:
    return [sentence.sentence_id for sentence in articles.sentences(database)]


def test_what_was_taken_in_comes_back_exactly(database: Database) -> None:
    text, cut = article("odd", "“Café\u0301 🎉” opened.", "She said:\r\n“no”.")
    articles.add(database, [(text, cut)], splitter="nupunkt", splitter_version="9.9")
    frozen, sentences = articles.one(database, "odd")
    assert (frozen.article, sentences) == (text, cut)
    assert (frozen.splitter, frozen.splitter_version, frozen.n_sentences) == ("nupunkt", "9.9", 2)
    assert [frozen.article.text[s.start : s.end] for s in sentences] == [s.text for s in sentences]


def test_reading_order_is_the_order_added(database: Database) -> None:
    articles.add(database, [numbered("0-first-by-name", 12)], splitter="x", splitter_version="1")
    assert [frozen.article.article_id for frozen in articles.articles(database)] == ["a", "b", "0-first-by-name"]
    assert ids(database) == ["a-1", "a-2", "a-3", "b-1", "b-2", *(f"0-first-by-name-{n}" for n in range(1, 13))]
    assert articles.count(database) == (3, 17)


@pytest.mark.parametrize("clash", [numbered("a", 9), article("other-name", "a says 1.", "a says 2.", "a says 3.")])
def test_all_articles_or_none(database: Database, clash: Any) -> None:
    """The second has an id, or a text, that the study has: the first does not stay either."""
    before = ids(database)
    with pytest.raises(sqlite3.IntegrityError):
        articles.add(database, [numbered("new", 2), clash], splitter="x", splitter_version="1")
    assert ids(database) == before
    assert articles.count(database) == (2, 5)


def test_articles_are_written_while_they_come(database: Database) -> None:
    """A million of them never are in memory together."""
    written = []

    def coming() -> Iterator[tuple[Article, tuple[Sentence, ...]]]:
        for number in range(2_000):
            yield numbered(f"n{number}", 1)
            written.append(articles.count(database)[0])

    assert articles.add(database, coming(), splitter="x", splitter_version="1") == 2_000
    assert all(number - there < 1_000 for number, there in enumerate(written))
    assert articles.count(database) == (2_002, 2_005)


def test_what_is_raised_while_articles_come_undoes_them_all(database: Database) -> None:
    def coming() -> Iterator[tuple[Article, tuple[Sentence, ...]]]:
        yield from (numbered(f"n{number}", 1) for number in range(2_000))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        articles.add(database, coming(), splitter="x", splitter_version="1")
    assert articles.count(database) == (2, 5)


def test_what_is_known_is_found_by_id_and_by_text(database: Database) -> None:
    sha_of, id_of = articles.known(database)
    assert set(sha_of) == {"a", "b"}
    assert id_of[numbered("b", 2)[0].sha256] == "b"
