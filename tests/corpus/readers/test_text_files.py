"""Text, Markdown and web pages: a file is an article."""

from __future__ import annotations

import hashlib
import os
import socket
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.readers.reading import TEXT, complaint, complaints, only, read, write
from toolkit.corpus.readers import ColumnMapping, read_articles

PAGE = """<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>Strike | The Port Ledger</title>
<meta property="og:title" content="Harbour strike enters third week">
<meta property="og:site_name" content="The Port Ledger">
<meta property="og:url" content="https://ledger.example/harbour-strike"><meta name="author" content="Mara Quill">
<meta property="article:published_time" content="2026-03-04T09:30:00+00:00"></head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><p>Dock workers in Velmora said that they would not return. The port authority called it “unrealistic.”</p>
<p>“We have waited long enough,” said Ilse Brandt, who leads the union. Ships are anchored outside the bay.</p>
<p>Officials in the capital declined to comment. A hearing is planned for Friday &amp; Saturday.</p></article>
<aside>Subscribe to our newsletter!</aside><footer>Copyright 2026 The Port Ledger</footer></body></html>"""

PAGE_TEXT = (
    "Dock workers in Velmora said that they would not return. The port authority called it “unrealistic.”\n"
    "“We have waited long enough,” said Ilse Brandt, who leads the union. Ships are anchored outside the bay.\n"
    "Officials in the capital declined to comment. A hearing is planned for Friday & Saturday."
)


def test_a_text_is_kept_exactly_and_named_after_its_file(tmp_path: Path) -> None:
    text = "  One.\r\nTwo.\rThree…\u2028 Fo\u0301ur 👩‍👩‍👧\n"
    article = only(read(write(tmp_path / "a b.txt", text)))
    assert (article.article_id, article.text) == ("a b", text)
    assert article.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert {article.title, article.outlet, article.url, article.author, article.published, article.language} == {None}


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), min_size=1))
def test_any_text_comes_back_as_written(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    text += "a"
    assert only(read(write(tmp_path_factory.mktemp("t") / "x.txt", text))).text == text


def test_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    assert only(read(write(tmp_path / "a.txt", b"\xef\xbb\xbf" + TEXT.encode()))).text == TEXT


def test_an_id_is_the_same_however_a_machine_spells_the_file_name(tmp_path: Path) -> None:
    assert only(read(write(tmp_path / "Jua\u0301rez.txt", TEXT))).article_id == "Ju\u00e1rez"


def test_content_ids(tmp_path: Path) -> None:
    result = read_articles([write(tmp_path / "a.txt", TEXT)], columns=ColumnMapping(), ids="content")
    assert only(result).article_id == "a" + hashlib.sha256(TEXT.encode()).hexdigest()[:12]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "x.txt: empty: there is no text"),
        (b"\xef\xbb\xbf", "x.txt: empty: there is no text"),
        (" \r\n\u00a0", "x.txt: empty: there is no text"),
        (b"One.\nCaf\xe9 two", "x.txt:2: not UTF-8: 0xE9 at byte 8; save it as UTF-8"),
        (b"\xef\xbb\xbfOne.\nCaf\xe9", "x.txt:2: not UTF-8: 0xE9 at byte 11; save it as UTF-8"),
        (b"One.\n\nT\0wo", "x.txt:3: binary: a NUL at byte 7; this is not a text file"),
        ("One".encode("utf-16"), "x.txt: not UTF-8 but UTF-16; save it as UTF-8"),
        ("… — !\n***", "x.txt: no sentences: not one letter or digit in '… — !\\n***'"),
    ],
)
def test_what_is_no_article(tmp_path: Path, content: str | bytes, said: str) -> None:
    path = write(tmp_path / "x.txt", content)
    assert complaint(read(path), path) == said


def test_a_collection_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    with path.open("wb") as file:
        file.truncate(50_000_000_000)
    before = time.process_time()
    said = complaint(read(path), path)
    assert time.process_time() - before < 1
    assert "larger than 2,000,000 characters (50,000,000,000 bytes)" in said
    assert "collection" in said


def test_the_cap_counts_characters_and_not_bytes(tmp_path: Path) -> None:
    assert len(only(read(write(tmp_path / "full.txt", "é" * 2_000_000))).text) == 2_000_000
    path = write(tmp_path / "over.txt", "é" * 2_000_001)
    assert "larger than 2,000,000 characters (2,000,001)" in complaint(read(path), path)


def test_two_files_of_one_name_are_a_fault_that_says_the_way_out(tmp_path: Path) -> None:
    first = write(tmp_path / "a" / "story.txt", TEXT)
    second = write(tmp_path / "b" / "story.md", TEXT + " More.")
    result = read(tmp_path)
    assert [d.place for d in result.articles] == [str(first)]
    (fault,) = result.faults
    assert fault.place == str(second)
    assert f"'story' already names another text, at {first}" in fault.message
    assert "`ids=content`" in fault.message
    both = read_articles([tmp_path], columns=ColumnMapping(), ids="content")
    assert (len(both.articles), both.faults) == (2, ())


def test_the_same_text_twice_is_a_repeat_and_no_fault(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a.txt", TEXT), write(tmp_path / "b.txt", TEXT)
    result = read(tmp_path)
    assert only(result).article_id == "a"
    (repeat,) = result.repeats
    assert (repeat.place, repeat.article_id, repeat.first_place) == (str(second), "a", str(first))


@pytest.mark.parametrize("stem", ["x" * 121, "line\nbreak", "\x1b[31mred"])
def test_a_name_that_cannot_be_an_id(tmp_path: Path, stem: str) -> None:
    (fault,) = read(write(tmp_path / f"{stem}.txt", TEXT)).faults
    assert "the file's name" in fault.message
    assert "`ids=content`" in fault.message


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX only")
def test_a_name_that_is_not_utf8_can_be_shown(tmp_path: Path) -> None:
    path = Path(os.fsdecode(bytes(tmp_path) + b"/caf\xe9.txt"))
    try:
        path.write_text(TEXT)
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (fault,) = read(path).faults
    str(fault).encode()
    assert "the file's name" in fault.message or "not text" in fault.message


def test_markdown_is_kept_as_written_and_described_by_its_front_matter(tmp_path: Path) -> None:
    front = (
        "---\ntitle: 'Two: docks'\nauthors: [Mara Quill, Ilse Brandt]\ndate: 2026-03-04\nlang: no\nid: port-7\n---\n"
    )
    article = only(read(write(tmp_path / "x.md", front + "# Docks\r\n\n**They** left.\n")))
    assert article.text == "# Docks\r\n\n**They** left.\n"
    assert (article.article_id, article.title, article.author) == ("port-7", "Two: docks", "Mara Quill, Ilse Brandt")
    assert (article.published, article.language) == ("2026-03-04", "no")


@pytest.mark.parametrize(
    "text", ["---\nA rule, no front matter.", "---\nA quoted thought.\n---\nThe text.", "# a\n---\nb: c\n---\n"]
)
def test_a_rule_is_no_front_matter(tmp_path: Path, text: str) -> None:
    assert only(read(write(tmp_path / "x.md", text))).text == text


def test_front_matter_that_is_no_yaml_names_its_line(tmp_path: Path) -> None:
    path = write(tmp_path / "x.md", "---\ntitle: a\nauthor: [b\n---\nText.")
    assert complaint(read(path), path).startswith("x.md:4: the front matter is not YAML")


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("title: " + "[" * 40_000, "x.md:2: the front matter has lists and maps nested too deep"),
        (
            "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]\n" for n in range(1, 30)),
            "x.md:5: the front matter has more",
        ),
        ("#" * 50_001, "x.md:2: the front matter is 50,002 characters long; 50,000 are the most"),
        ("id: 0x" + "f" * 5000, "x.md:2: the front matter has a number of 5,002 digits"),
        ("title: &a [x, *a]", "x.md:2: the front matter has an alias that holds itself"),
    ],
    ids=["nested", "laughs", "long", "number", "itself"],
)
def test_front_matter_that_means_harm_is_refused_at_once(tmp_path: Path, front: str, said: str) -> None:
    path = write(tmp_path / "x.md", f"---\n{front}\n---\nText.")
    before = time.process_time()
    assert complaint(read(path), path).startswith(said)
    assert time.process_time() - before < 5


def test_front_matter_cannot_name_a_path_to_elsewhere(tmp_path: Path) -> None:
    path = write(tmp_path / "x.md", "---\nid: ../../etc/passwd\n---\nText.")
    assert complaint(read(path), path) == (
        "x.md: the id '../../etc/passwd' reads as a path to another folder; use another"
    )


def test_a_title_that_is_a_number_and_a_date_that_is_none(tmp_path: Path) -> None:
    path = write(tmp_path / "x.md", "---\ntitle: 1984\ndate: last Monday\n---\nText.")
    assert complaints(read(path), path) == [
        "x.md: the title is a number (1984); it must be text",
        "x.md: published 'last Monday' is not an ISO 8601 date; write it as 2026-01-31",
    ]


@pytest.mark.parametrize("before", ["", '<?xml version="1.0" encoding="utf-8"?>\n', "\ufeff"])
def test_a_page_gives_its_main_text_and_what_it_says_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], before: str
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    article = only(read(write(tmp_path / "page.HTML", before + PAGE)))
    assert article.text == PAGE_TEXT
    assert (article.article_id, article.title, article.author) == (
        "page",
        "Harbour strike enters third week",
        "Mara Quill",
    )
    assert (article.outlet, article.url) == ("The Port Ledger", "https://ledger.example/harbour-strike")
    assert (article.published, article.language) == ("2026-03-04", "en-GB")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("page", ["<html><body></body></html>", "no markup", "http://example.com/x", "<!-- -->"])
def test_a_page_without_text(tmp_path: Path, page: str) -> None:
    path = write(tmp_path / "x.htm", page)
    assert complaint(read(path), path) == "x.htm: no sentences: no main text was found in this page"


def test_a_page_over_which_the_extraction_stumbles(tmp_path: Path) -> None:
    path = write(tmp_path / "x.html", "<svg><html><body><article><p>" + "It rained for a week, and so on. " * 9)
    assert (
        complaint(read(path), path) == "x.html: this page cannot be taken apart (AssertionError); save its text as .txt"
    )


def test_a_page_in_another_encoding(tmp_path: Path) -> None:
    path = write(tmp_path / "x.html", PAGE.encode("cp1252"))
    assert complaint(read(path), path).startswith("x.html:7: not UTF-8: 0x93")
