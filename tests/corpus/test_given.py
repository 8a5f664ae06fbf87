"""Sentences that were given keep their words, whatever these are, and every article has an id and a text of its own."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from toolkit.corpus.given import GivenSentence, article_id, given_articles, said_of_article, unusable

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)


@given(st.lists(st.tuples(TEXT, st.sampled_from([None, "a", "b"])), min_size=1, max_size=12), st.sets(TEXT))
def test_every_sentence_is_a_slice_of_its_article_and_nothing_is_called_alike(
    texts: list[tuple[str, str | None]], there: set[str]
) -> None:
    sentences = [GivenSentence(number, text, article) for number, (text, article) in enumerate(texts, start=1)]
    taken = {hashlib.sha256(text.encode()).hexdigest() for text in there}
    made = given_articles(sentences, has_id=lambda name: name == "a", has_text=taken.__contains__)
    for one in made:
        assert one.article.sha256 == hashlib.sha256(one.article.text.encode()).hexdigest()
        assert one.article.sha256 not in taken
        for sentence in one.sentences:
            assert one.article.text[sentence.start : sentence.end] == sentence.text
    assert len({one.article.article_id for one in made}) == len(made)
    assert len({one.article.sha256 for one in made}) == len(made)
    assert not any(one.article.article_id == "a" for one in made)
    words = {number: sentence.text for one in made for number, sentence in zip(one.numbers, one.sentences, strict=True)}
    assert words == {number: text for number, (text, _) in enumerate(texts, start=1)}
    ids = [sentence.sentence_id for one in made for sentence in one.sentences]
    assert len(set(ids)) == len(ids)


def test_later_sentences_of_a_frozen_article_stand_in_another() -> None:
    (made,) = given_articles(
        [GivenSentence(9, "Later.", "story")], has_id={"story"}.__contains__, has_text=set().__contains__
    )
    assert made.article.article_id == "story (2)"


def test_what_is_said_of_an_article_is_kept_as_far_as_it_can_be_that() -> None:
    about = {"title": " A ", "published": "2026-01-31", "outlet": "", "url": 3, "language": None}
    assert said_of_article(about) == ({"title": "A", "published": "2026-01-31"}, ["url"])
    assert said_of_article({"published": "12.03.2020", "author": "B"}) == ({"author": "B"}, ["published"])


def test_an_article_is_called_what_it_is_called_elsewhere_or_after_that() -> None:
    names: list[object] = [7, 7.0, " story ", "2026/x"]
    assert [article_id(name) for name in names] == ["7", "7", "story", "2026/x"]
    nothing: list[object] = [None, "", "  ", [1], {}]
    assert [article_id(name) for name in nothing] == [None] * 5
    odd = article_id("../x")
    assert odd is not None
    assert odd.startswith("a")
    assert odd == article_id("../x") != article_id("../y")


def test_what_cannot_be_a_sentence_says_why() -> None:
    assert [unusable(text) for text in (3, " \n", "a\0", "…")] == [
        "is no text",
        "is empty",
        "holds a NUL, which is no text",
        None,
    ]
