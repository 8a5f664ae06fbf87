"""Taking in articles."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.messages.case import Case, Group, Step
from tests.messages.scenes import empty, file, folder, missing_package, with_article
from tests.messages.work import Work


def _parquet(name: str, **columns: list[object]) -> Step:
    def put(work: Work) -> None:
        pq.write_table(pa.table(columns), work.here / name)

    return put


def _lines(name: str, *rows: object) -> Step:
    return file(name, "".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows))


def _with_text_twice(work: Work) -> None:
    table = pa.table([["It rained."], ["It snowed."]], names=["text", "text"])
    pq.write_table(table, work.here / "news.parquet")


def _page_that_cannot_be_taken_apart(work: Work) -> None:
    def stumbles(*_: object, **__: object) -> None:
        raise AttributeError

    work.patch.setattr("trafilatura.bare_extraction", stumbles)


def _not_utf8_in_parquet(work: Work) -> None:
    bad = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xe9\xe9")])
    pq.write_table(pa.table({"text": bad}), work.here / "news.parquet")


def _unreadable(work: Work) -> None:
    path = work.here / "locked.txt"
    path.write_text("It rained.", encoding="utf-8")
    opened = Path.open

    def refused(self: Path, *given: object, **named: object) -> object:
        if self.name == "locked.txt":
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *given, **named)  # type: ignore[call-overload]

    work.patch.setattr(Path, "open", refused)


def _everything_is_too_long(work: Work) -> None:
    work.patch.setattr("toolkit.corpus.readers.html_page.LARGEST_PAGE", 5)
    work.patch.setattr("toolkit.corpus.readers._decoding.LONGEST_LINE", 5)
    work.patch.setattr("toolkit.corpus.drafts.MOST_CHARACTERS", 5)


def _unreadable_tables(work: Work) -> None:
    for name in ("locked.csv", "locked.parquet"):
        (work.here / name).write_bytes(b"text")
    (work.here / "sub").mkdir()
    refused = PermissionError(13, "Permission denied", "sub")
    opened = Path.open

    def refuse(self: Path, *given: object, **named: object) -> object:
        if self.name.startswith("locked"):
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *given, **named)  # type: ignore[call-overload]

    def walk(
        place: object, onerror: Callable[[OSError], None], **_: object
    ) -> Iterator[tuple[str, list[str], list[str]]]:
        onerror(refused)
        return iter(())

    def no_parquet(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    work.patch.setattr(Path, "open", refuse)
    work.patch.setattr("os.walk", walk)
    work.patch.setattr(pq, "ParquetFile", no_parquet)


def _no_moment(work: Work) -> None:
    moments = pa.array([2**62], type=pa.timestamp("us"))
    pq.write_table(pa.table({"text": ["It rained."], "published": moments}), work.here / "news.parquet")


def _no_sentence(work: Work) -> None:
    work.patch.setattr("toolkit.corpus.cutting.cut", lambda *_, **__: ())
    (work.here / "rain.txt").write_text("It rained.", encoding="utf-8")


GROUP = Group(
    20,
    "adding",
    "Adding articles",
    (
        Case("no-such-file", "You misspell the name of a file, a folder or a pattern.", "add rian.txt 'news-*.txt' sub",
             (empty, folder("sub"))),
        Case("other-kinds", "You name files that hold no text.", "add picture.png notes",
             (empty, file("picture.png", b"\x89PNG"), file("notes", "Notes."))),
        Case("unreadable", "A file is not yours to read.", "add locked.txt", (empty, _unreadable)),
        Case("empty-files", "Files hold nothing, or no sentence.",
             "add a.txt b.md c.csv d.jsonl e.parquet f.csv g.html",
             (empty, file("a.txt", ""), file("b.md", "---\ntitle: A\n---\n"), file("c.csv", ""), file("d.jsonl", "\n"),
              _parquet("e.parquet", text=[]), file("f.csv", "text,title\n"), file("g.html", " "))),
        Case("other-encodings", "Files were saved in another encoding, or are no text at all.",
             "add a.txt b.txt c.txt d.csv",
             (empty, file("a.txt", "It rained.".encode("utf-16")), file("b.txt", b"One.\nIt was caf\xe9.\n"),
              file("c.txt", b"It\0rained."), file("d.csv", b"text\ncaf\xe9\n"))),
        Case("column-missing", "A table calls its columns otherwise.", "add news.csv news.jsonl news.parquet",
             (empty, file("news.csv", "body,headline\nIt rained.,Rain\n"), _lines("news.jsonl", {"body": "It rained."}),
              _parquet("news.parquet", body=["It rained."])),
             also="`--column text=body` says what a field is called."),
        Case("column-asked-for", "You name a column that no row has.", "add news.jsonl --column title=headline",
             (empty, _lines("news.jsonl", {"text": "It rained."}))),
        Case("column-pairs", "You say wrongly what columns are called.",
             "add news.csv --column text --column body=text --column title=a --column title=b",
             (empty, file("news.csv", "text\nIt rained.\n"))),
        Case("columns-twice", "Two columns of a table have the same name.", "add news.csv news.parquet",
             (empty, file("news.csv", "text,text\na,b\n"), _with_text_twice)),
        Case("csv-broken", "Rows of a CSV file do not fit its header, or a quote is left open.",
             "add a.csv b.csv c.csv",
             (empty, file("a.csv", "text,title\nIt rained.,Rain,More\n"), file("b.csv", 'text,title\n"It rained.\n'),
              file("c.csv", '"text,"title\nIt rained.\n'))),
        Case("jsonl-broken", "Lines of a JSON Lines file are no objects.", "add news.jsonl",
             (empty, _lines("news.jsonl", "{", "[1, 2]", '"text"', "[" * 100_000, '{"n": ' + "9" * 5000 + "}"))),
        Case("parquet-broken", "A Parquet file is none, or damaged.", "add news.parquet",
             (empty, file("news.parquet", b"PAR1 and then nothing of the kind PAR1")),
             blur=((r"damaged: .*", "damaged: …"),)),
        Case("parquet-not-utf8", "A text in a Parquet file is no text.", "add news.parquet",
             (empty, _not_utf8_in_parquet)),
        Case("front-matter", "The front matter of a Markdown file is no YAML.", "add rain.md",
             (empty, file("rain.md", "---\ntitle: [Rain\n---\nIt rained.\n"))),
        Case("html-needs-a-package", "You add web pages without the extra for them.", "add rain.html",
             (empty, file("rain.html", "<p>It rained.</p>"), missing_package("trafilatura"))),
        Case("html-without-text", "A web page holds no article.", "add rain.html",
             (empty, file("rain.html", "<html><body></body></html>"))),
        Case("html-broken", "A web page cannot be taken apart.", "add rain.html",
             (empty, file("rain.html", "<p>It rained.</p>"), _page_that_cannot_be_taken_apart)),
        Case("fields-wrong", "Rows have dates, ids or texts that cannot be such.", "add news.jsonl",
             (empty, _lines("news.jsonl", {"text": "It rained.", "published": "yesterday", "id": "a b/c"},
                            {"text": 7, "title": ["a"]}, {"text": None}, {"text": "One.", "id": ""}))),
        Case("id-taken", "Two articles have the same id and other texts.", "add news.jsonl a/rain.txt b/rain.txt",
             (empty, _lines("news.jsonl", {"text": "One.", "id": "x"}, {"text": "Two.", "id": "x"}),
              file("a/rain.txt", "It rained."), file("b/rain.txt", "It poured."))),
        Case("id-in-the-study", "The study has an article of that name, with another text.", "add rain.txt",
             (with_article, file("rain.txt", "It poured."))),
        Case("name-without-fields", "The form of the files' names names no field.", "add rain.txt --name 'news_*'",
             (empty, file("rain.txt", "It rained."))),
        Case("name-without-ends", "Nobody can tell where one part of a name ends.",
             "add rain.txt --name '{outlet}{published}'", (empty, file("rain.txt", "It rained."))),
        Case("name-of-an-unknown-field", "The form names a field that articles do not have.",
             "add rain.txt --name '{oulet}_*'", (empty, file("rain.txt", "It rained."))),
        Case("name-twice", "The form names a field twice.", "add rain.txt --name '{outlet}_{outlet}'",
             (empty, file("rain.txt", "It rained."))),
        Case("name-too-long", "The form is longer than any name.", f"add rain.txt --name '{{outlet}}_{'x' * 300}'",
             (empty, file("rain.txt", "It rained.")), blur=(("x{300}", "xxx…"),)),
        Case("name-does-not-fit", "A file's name is not of that form.", "add rain.txt --name '{outlet}_{published}'",
             (empty, file("rain.txt", "It rained."))),
        Case("too-long", "An article is longer than any newspaper's.", "add rain.txt rain.html news.csv",
             (empty, file("rain.txt", "It rained."), file("rain.html", "<p>It rained.</p>"),
              file("news.csv", "text\nIt rained.\n"), _everything_is_too_long)),
        Case("unreadable-tables", "Tables and folders are not yours to read.", "add locked.csv locked.parquet sub",
             (empty, _unreadable_tables)),
        Case("parquet-moments", "A date in a Parquet file is none.", "add news.parquet", (empty, _no_moment)),
        Case("no-sentence", "A text holds no sentence.", "add rain.txt", (empty, _no_sentence)),
    ),
)  # fmt: skip
