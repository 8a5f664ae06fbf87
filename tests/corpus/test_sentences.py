"""Sentences are exact slices of the article, and the seed is cut as the expert reading of it was."""

from __future__ import annotations

import hashlib
import socket
import textwrap
import time
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.corpus.article import Article
from toolkit.corpus.sentences import SPLITTER, cut, splitter_version

SEED = Path(__file__).parents[2] / "seeds" / "articles" / "iran-venezuela.txt"

# paragraph, start, end: from the worked example that came with the seed, read by a person
EXPECTED = [
    (1, 0, 176), (1, 177, 393), (1, 394, 545), (2, 546, 731), (2, 732, 893), (2, 894, 1086), (3, 1087, 1247),
    (3, 1248, 1348), (3, 1349, 1511), (4, 1512, 1618), (4, 1619, 1745), (4, 1746, 1935), (4, 1936, 2043),
    (5, 2044, 2177), (5, 2178, 2351), (5, 2352, 2583),
]  # fmt: skip

PIECES = st.sampled_from(
    ["He left.", "Mr.", "U.S.", "No!", "“Why?”", "‘No.’", "said", "…", "...", " ", "\n", "\r\n", "\r", "\n\n", "\t",
     "\xa0", "\u2028", "\u2029", "\x85", "\f", "\v", "\x1c", "\u202f", "\u200b", "\ufeff", "e\u0301", "n\u0303.",
     "\U0001f469\u200d\U0001f469\u200d\U0001f467", "\U0001f1fb\U0001f1ea", "\U0001f389.", "שלום.", "\u200fسلام.",
     "他走了。", "# ", "- ", "1. ", "**bold.**", "[1]", ")", "”", "x" * 500, "word " * 20]
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(PIECES, max_size=40).map("".join),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=300),
)


def article(text: str, article_id: str = "a") -> Article:
    return Article(article_id, text, hashlib.sha256(text.encode()).hexdigest())


def texts(text: str) -> list[str]:
    return [sentence.text for sentence in cut(article(text))]


def test_the_seed_is_cut_as_the_worked_example_was() -> None:
    text = SEED.read_bytes().decode()
    assert hashlib.sha256(text.encode()).hexdigest() == (
        "be82d77434a26d154cff6b3f785904c0d9998fc6b1e99da300c527138e1a613c"
    )
    assert [(s.paragraph, s.start, s.end) for s in cut(article(text))] == EXPECTED


@given(TEXTS)
def test_every_character_that_is_not_white_space_is_in_one_sentence_once_and_in_order(text: str) -> None:
    sentences = cut(article(text))
    for sentence in sentences:
        assert text[sentence.start : sentence.end] == sentence.text
        assert sentence.text == sentence.text.strip()
        assert sentence.text
    assert "".join("".join(s.text.split()) for s in sentences) == "".join(text.split())
    assert all(one.end <= other.start for one, other in pairwise(sentences))
    assert [s.position for s in sentences] == list(range(1, len(sentences) + 1))
    assert [s.paragraph for s in sentences] == sorted(s.paragraph for s in sentences)


@given(TEXTS)
def test_line_endings_of_another_machine_move_no_cut(text: str) -> None:
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    words = [s.split() for s in texts(unix)]
    assert [s.split() for s in texts(unix.replace("\n", "\r\n"))] == words


def test_ids_say_article_position_and_place_in_the_text() -> None:
    text = "He left. She stayed."
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    second = hashlib.sha256(f"{sha256}:9:20".encode()).hexdigest()[:8]
    assert cut(article(text, "seed"))[1].sentence_id == f"seed-002-{second}"


def test_ids_are_unique_where_the_same_sentence_stands_twice() -> None:
    assert len({s.sentence_id for s in cut(article("No. \n" * 30))}) == 30


def test_nothing_is_cut_from_white_space() -> None:
    assert cut(article("")) == ()
    assert cut(article(" \r\n\u2028\t")) == ()


@pytest.mark.parametrize(
    "sentences",
    [
        ["He left the U.S. on Monday.", "The U.S. President spoke.", "He lives in the U.S.", "The next day he left."],
        ["Sen. Ted Cruz and Rep. Ilhan Omar met Gov. Abbott.", "Mr. Smith and Mrs. Jones left."],
        ["“We will not surrender.”", "He left the room.", "‘This is war.’", "She agreed."],
        ["He called it ‘a disaster.’", "The minister left."],
        ["“Are you coming?” she asked.", "“No!” he said."],
        ["“He told me, ‘Go home.’”", "The officer refused to comment."],
        ["J. K. Rowling met George W. Bush.", "J.R.R. Tolkien did not."],
        ["He paused … then left.", "She said... nothing.", "Well...", "That was it."],
        ["He ranked No. 5 in the list.", "It is Resolution No. 2231."],
        ["At 5 a.m. the attack began.", "It was 8 p.m.", "The crowd left."],
        ["CAIRO (AP) — The army said so.", "He lives in Washington, D.C.", "She doesn’t."],
        ["On Jan. 6 the mob came.", "Prices fell to $4.2 billion.", "In 2020.", "Then it rose."],
        ["« Il est parti. »", "Elle est restée."],
        ["**He left.**", "She stayed."],
    ],
    ids=lambda sentences: sentences[0][:20],
)
def test_hard_places_of_news_text(sentences: list[str]) -> None:
    assert texts(" ".join(sentences)) == sentences


@pytest.mark.parametrize("space", ["\xa0", "\u202f", "\t", "\u2009", "  "])
def test_any_white_space_is_a_space(space: str) -> None:
    assert texts(f"Mr.{space}Smith left.{space}Then he sat.") == [f"Mr.{space}Smith left.", "Then he sat."]


def test_a_headline_without_a_full_stop_does_not_run_into_the_text() -> None:
    assert texts("Harbour strike enters third week\nDock workers said no.") == [
        "Harbour strike enters third week",
        "Dock workers said no.",
    ]


def test_a_wrapped_seed_has_the_same_sentences() -> None:
    lines = SEED.read_bytes().decode().splitlines()
    wrapped = "\n\n".join(textwrap.fill(line, 72, break_on_hyphens=False) for line in lines)
    assert [" ".join(s.split()) for s in texts(wrapped)] == texts("\n".join(lines))


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "a" * 2_000_000,
        "a. b" * 500_000,
        ".”" * 1_000_000,
        "He left." + " " * 2_000_000 + "She",
        "word. Word " * 180_000,
    ],
    ids=["one word", "dots", "closing quotes", "white space", "one line"],
)
def test_two_megabytes_on_one_line_take_seconds(text: str) -> None:
    before = time.process_time()
    sentences = cut(article(text))
    assert time.process_time() - before < 20
    assert sum(len(s.text) for s in sentences) <= len(text)
    assert sentences


def test_the_splitter_is_named_with_its_version() -> None:
    assert (SPLITTER, splitter_version()) == ("nupunkt", version("nupunkt"))


def test_no_network_and_no_output(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    assert len(texts("He left. She stayed.")) == 2
    assert capfd.readouterr() == ("", "")
