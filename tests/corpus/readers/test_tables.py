"""JSON Lines, CSV and Parquet: a row is an article."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.corpus.readers.reading import TEXT, complaint, complaints, only, read, write
from toolkit.corpus.article import Article
from toolkit.corpus.readers import ColumnMapping, column_mapping, read_articles
from toolkit.corpus.readers.parquet_table import ROWS_AT_ONCE
from toolkit.errors import UsageError

ROW = {
    "text": "“Sí,” he said.\r\nThen, “no”; 👍.",
    "id": " urn:a/7 ",
    "title": "Sí",
    "outlet": "Ledger",
    "url": "https://ledger.example/7",
    "author": "Mara Quill",
    "published": "2026-03-04T09:30:00+01:00",
    "language": "en",
}


def save_parquet(table: pa.Table, path: Path, *, use_dictionary: bool = True) -> None:
    parquet.write_table(table, path, use_dictionary=use_dictionary)


def save(folder: Path, kind: str, rows: list[dict[str, str]]) -> Path:
    path = folder / f"x.{kind}"
    if kind == "jsonl":
        return write(path, "".join(json.dumps(row) + "\n" for row in rows))
    if kind == "csv":
        out = io.StringIO()
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        return write(path, out.getvalue())
    save_parquet(pa.Table.from_pylist(rows), path)
    return path


@pytest.fixture(params=["jsonl", "csv", "parquet"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_field_of_a_row(tmp_path: Path, kind: str) -> None:
    text = ROW["text"]
    assert only(read(save(tmp_path, kind, [ROW]))) == Article(
        article_id="urn:a/7",
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        title="Sí",
        outlet="Ledger",
        url="https://ledger.example/7",
        author="Mara Quill",
        published="2026-03-04T09:30:00+01:00",
        language="en",
    )


def test_columns_of_other_names(tmp_path: Path, kind: str) -> None:
    path = save(tmp_path, kind, [{"full.body": TEXT, "paper": "Ledger", "outlet": "not this"}])
    article = only(read(path, text="full.body", outlet="paper"))
    assert (article.text, article.outlet) == (TEXT, "Ledger")
    assert article.article_id == "a" + hashlib.sha256(TEXT.encode()).hexdigest()[:12]


def test_a_missing_text_column_names_the_columns_there_are(tmp_path: Path, kind: str) -> None:
    path = save(tmp_path, kind, [{"Body": TEXT, "paper": "Ledger"}])
    said = complaint(read(path), path)
    assert "no column 'text' for the text; there are: Body, paper; say `columns=text=Body`" in said


def test_names_of_columns_are_shown_as_they_can_be_printed(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", '{"id": "a", "\\ud800": 1, "Te\\u001b[31mxt": 2}')
    said = complaint(read(path), path)
    assert r"there are: id, '\ud800', 'Te\x1b[31mxt'" in said
    assert said.isprintable()


def test_a_column_asked_for_must_be_there(tmp_path: Path, kind: str) -> None:
    path = save(tmp_path, kind, [{"text": TEXT, "paper": "Ledger"}])
    assert "column 'source' for the outlet" in complaint(read(path, outlet="source"), path)


def test_one_id_for_two_texts_names_both_places(tmp_path: Path, kind: str) -> None:
    path = save(tmp_path, kind, [{"id": "7", "text": TEXT}, {"id": "7", "text": TEXT + " More."}])
    said = complaint(read(path), path)
    first, second = {"jsonl": ("1", "2"), "csv": ("2", "3"), "parquet": (" row 1", " row 2")}[kind]
    assert said.startswith(f"x.{kind}:{second}: the id '7' already names another text, at ")
    assert f"x.{kind}:{first};" in said


def test_the_same_row_twice_is_a_repeat(tmp_path: Path, kind: str) -> None:
    result = read(save(tmp_path, kind, [ROW, ROW]))
    assert only(result).article_id == "urn:a/7"
    assert [repeat.article_id for repeat in result.repeats] == ["urn:a/7"]


@pytest.mark.parametrize("bad", ["x" * 121, "a\nb", "a\x1b[31m"])
def test_an_id_nobody_could_use(tmp_path: Path, kind: str, bad: str) -> None:
    path = save(tmp_path, kind, [{"id": bad, "text": TEXT}])
    assert "the id " in complaint(read(path), path)


@pytest.mark.parametrize(
    "bad",
    ["../../etc/passwd", "..", ".", "a/../b", "a\\..\\b", "./a", "a/..", "/etc/passwd", "\\\\host\\a", "C:\\a", "c:/a"],
)
def test_an_id_that_is_a_path_to_elsewhere(tmp_path: Path, kind: str, bad: str) -> None:
    path = save(tmp_path, kind, [{"id": bad, "text": TEXT}])
    place, _, said = complaint(read(path), path).partition(": the id ")
    assert place == {"jsonl": "x.jsonl:1", "csv": "x.csv:2", "parquet": "x.parquet: row 1"}[kind]
    assert said == f"{bad!r} reads as a path to another folder; use another"
    result = read_articles([path], columns=ColumnMapping(), ids="content")
    assert only(result).article_id.startswith("a")


@pytest.mark.parametrize(
    "good", ["urn:a/7", "https://ledger.example/2026/a", "a..b", "...", "a/b\\c", "~a", "a: b", "ab:/c"]
)
def test_an_id_that_leads_nowhere_is_kept(tmp_path: Path, kind: str, good: str) -> None:
    assert only(read(save(tmp_path, kind, [{"id": good, "text": TEXT}]))).article_id == good


def test_a_bad_row_does_not_hide_the_good_ones(tmp_path: Path, kind: str) -> None:
    path = save(
        tmp_path,
        kind,
        [{"text": TEXT, "published": "?"}, {"text": "…", "published": ""}, {"text": "Yes.", "published": ""}],
    )
    result = read(path)
    assert [d.article.text for d in result.articles] == ["Yes."]
    assert len(result.faults) == 2


def test_bad_json_lines_are_all_reported(tmp_path: Path) -> None:
    rows = [
        '{"text": "Good one."}', "", "{not json", "[1, 2]", "null", '{"text": null}', '{"text": 12}', '{"title": "x"}',
        '{"text": "a\\u0000b"}', '{"text": "a\\ud800b"}', '{"text": "T.", "title": ["a"]}', "[" * 100_000,
        '{"text": "U.", "id": true}', '{"text": "V.", "id": 7}', '{"text": "W.", "n": ' + "9" * 5000 + "}",
    ]  # fmt: skip
    path = write(tmp_path / "x.jsonl", b"\xef\xbb\xbf" + "\r\n".join(rows).encode() + b'\n{"text": "\xff"}')
    result = read(path)
    assert [d.article.article_id for d in result.articles][1] == "7"
    assert [d.article.text for d in result.articles] == ["Good one.", "V."]
    said = complaints(result, path)
    assert [one.split(": ")[0] for one in said] == [f"x.jsonl:{line}" for line in (*range(3, 14), 15, 16)]
    for expected, one in zip(
        ["not JSON", "not an object", "not an object", "text is missing", "a number (12)", "no column 'text'", "NUL",
         "surrogate", "a list", "too deeply", "true or false", "not JSON", "not UTF-8: 0xFF"],
        said, strict=True,
    ):  # fmt: skip
        assert expected in one


def test_a_table_without_rows(tmp_path: Path) -> None:
    for name, content in {"a.jsonl": "\n\n", "b.csv": "", "c.csv": "text,id\n", "d.jsonl": ""}.items():
        path = write(tmp_path / name, content)
        assert complaint(read(path), path).startswith(f"{name}: empty: there are no rows")
    path = tmp_path / "e.parquet"
    save_parquet(pa.table({"text": pa.array([], pa.string())}), path)
    assert complaint(read(path), path) == "e.parquet: empty: there are no rows"


def test_csv_places_are_physical_lines(tmp_path: Path) -> None:
    content = 'id,text\n1,"Two\nlines."\n2\n3,"Three\n\nlines.",extra\n\n4,\n5,Fine.\n6,"a"b\n7,Last.\n'
    path = write(tmp_path / "x.csv", content)
    result = read(path)
    assert [(d.article.article_id, d.article.text) for d in result.articles] == [
        ("1", "Two\nlines."), ("5", "Fine."), ("7", "Last."),
    ]  # fmt: skip
    assert [d.place.rpartition(":")[2] for d in result.articles] == ["2", "10", "12"]
    said = complaints(result, path)
    assert said[:3] == [
        "x.csv:4: 1 cell under 2 columns",
        "x.csv:5: 3 cells under 2 columns",
        "x.csv:9: the text is missing",
    ]
    assert said[3].startswith("x.csv:11: not CSV")
    assert len(said) == 4


def test_a_quotation_mark_never_closed(tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", 'text\nGood.\n"Bad.\nmore\nand more\n')
    result = read(path)
    assert [d.article.text for d in result.articles] == ["Good."]
    assert complaint(result, path).startswith("x.csv:3: not CSV: a quotation mark opened in this row is never closed")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_csv_as_spreadsheets_write_it(tmp_path: Path, delimiter: str, ending: str) -> None:
    content = "\ufeff" + ending.join([delimiter.join(["id", '"text"']), delimiter.join(["7", '"Said: ""no"", then."'])])
    article = only(read(write(tmp_path / "x.csv", content)))
    assert (article.article_id, article.text) == ("7", 'Said: "no", then.')


def test_a_csv_line_that_is_not_utf8_costs_its_row_only(tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", b'id,text\n1,"One\nCaf\xe9"\n2,Two\n')
    result = read(path)
    assert only(type(result)(result.articles, ())).article_id == "2"
    assert complaint(result, path) == "x.csv:3: not UTF-8: 0xE9 at byte 18; save it as UTF-8"


def test_a_large_csv_field_is_read_and_the_limit_given_back(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    path = write(tmp_path / "x.csv", "text\n" + "word " * 300_000 + "\n" + "x" * 2_000_001 + "\nSmall.\n")
    result = read(path)
    assert [len(d.article.text) for d in result.articles] == [1_500_000, 6]
    assert "x.csv:3: larger than 2,000,000 characters (2,000,001)" in complaint(result, path)
    assert csv.field_size_limit() == before


def test_csv_whose_lines_end_in_cr(tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", b'id,text\r1,"Two\rlines."\r2\r\r3,Caf\xe9.\r4,"a"b\r5,Last.')
    result = read(path)
    assert [(d.article.article_id, d.article.text, d.place.rpartition(":")[2]) for d in result.articles] == [
        ("1", "Two\rlines.", "2"), ("5", "Last.", "8"),
    ]  # fmt: skip
    said = complaints(result, path)
    assert said[:2] == ["x.csv:4: 1 cell under 2 columns", "x.csv:6: not UTF-8: 0xE9 at byte 31; save it as UTF-8"]
    assert said[2].startswith("x.csv:7: not CSV")


def test_a_cr_in_the_middle_of_a_line_costs_its_row_only(tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", 'text\n"One\rtwo."\nThree\rfour.\nFive.\n')
    result = read(path)
    assert [d.article.text for d in result.articles] == ["One\rtwo.", "Five."]
    assert complaint(result, path).startswith("x.csv:3: not CSV: a line break (CR) in the middle of a line")


def test_lines_that_end_in_cr_are_read_in_pieces(tmp_path: Path) -> None:
    long = "word " * 300_000
    path = write(tmp_path / "x.csv", f"text\r{long}\r\nSmall.\r" + "x" * 70_000_000 + "\rLast.\r")
    result = read(path)
    assert [len(d.article.text) for d in result.articles] == [1_500_000, 6, 5]
    assert complaint(result, path) == "x.csv:4: the line is 70,000,001 bytes long; split it"


@pytest.mark.parametrize("names", ["x" * 200_000, "x" * 200_000 + ";id", '"id'])
def test_a_row_of_names_nobody_wrote(tmp_path: Path, names: str) -> None:
    path = write(tmp_path / "x.csv", f"{names}\nOne.\n")
    assert complaint(read(path), path).startswith("x.csv:1: ")


def test_a_very_long_name_beside_the_text_is_no_fault(tmp_path: Path) -> None:
    assert only(read(write(tmp_path / "x.csv", f"{'x' * 200_000},text\n,Fine.\n"))).text == "Fine."


def test_a_column_named_twice(tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", "text,text\na,b\n")
    assert complaint(read(path), path) == "x.csv:1: more than one column is called 'text'"


def test_parquet_dates_numbers_and_dictionaries(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    moment = dt.datetime(2026, 3, 4, 9, 30, tzinfo=dt.UTC)
    columns = {
        "text": pa.array(["One.", "Two.", None]).dictionary_encode(),
        "id": pa.array([7, 8, 9]),
        "published": pa.array([moment, moment, None], pa.timestamp("us", tz="UTC")),
    }
    save_parquet(pa.table(columns), path)
    result = read(path)
    assert [(d.article.article_id, d.article.published) for d in result.articles] == [
        ("7", "2026-03-04T09:30:00+00:00"), ("8", "2026-03-04T09:30:00+00:00"),
    ]  # fmt: skip
    assert complaint(result, path) == "x.parquet: row 3: the text is missing"


def test_parquet_rows_are_counted_over_batches(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    save_parquet(pa.table({"text": [f"Row {n}." for n in range(ROWS_AT_ONCE + 2)] + [None]}), path)
    result = read(path)
    assert len(result.articles) == ROWS_AT_ONCE + 2
    assert complaint(result, path) == f"x.parquet: row {ROWS_AT_ONCE + 3}: the text is missing"


def test_parquet_text_that_is_a_number_or_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    save_parquet(pa.table({"text": [1]}), path)
    assert complaint(read(path), path) == "x.parquet: row 1: the text is a number (1); it must be text"
    raw = pa.array([b"caf\xe9", b"Fine."], pa.binary())
    save_parquet(pa.table({"text": pa.Array.from_buffers(pa.string(), 2, raw.buffers())}), path)
    result = read(path)
    assert [d.article.text for d in result.articles] == ["Fine."]
    assert complaint(result, path) == "x.parquet: row 1: not UTF-8: 0xE9 at byte 3 of 'text'"


@pytest.mark.parametrize("content", [b"", b"text,id\n", b"PAR1" + b"x" * 100 + b"PAR1"])
def test_parquet_that_is_none(tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path / "x.parquet", content)
    assert complaint(read(path), path).startswith("x.parquet: not Parquet, or damaged: ")


def test_parquet_whose_columns_have_names_that_are_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    save_parquet(pa.table({"text": ["One."], "naming": ["x"]}), path)
    path.write_bytes(path.read_bytes().replace(b"naming", b"\xffaming"))
    assert complaint(read(path), path).startswith("x.parquet: not Parquet, or damaged")


def test_parquet_damaged_in_the_middle(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    save_parquet(pa.table({"text": [f"Sentence {n} of them." for n in range(2000)]}), path, use_dictionary=False)
    raw = bytearray(path.read_bytes())
    raw[4:2000] = b"\xff" * 1996
    path.write_bytes(raw)
    assert "damaged" in complaints(read(path), path)[-1]


def test_pairs_for_columns() -> None:
    assert column_mapping(["text=body", " outlet = paper name "]) == ColumnMapping(text="body", outlet="paper name")
    with pytest.raises(UsageError) as refused:
        column_mapping(["text", "body=text", "text=a", "text=b", "=x"])
    assert len(refused.value.faults) == 4


def test_memory_of_a_json_lines_file_is_that_of_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    with path.open("wb") as file:
        file.write(b'{"text": "Good one."}\n')
        file.truncate(200_000_000)
        file.seek(0, 2)
        file.write(b'\n{"text": "Good two."}\n')
    result = read(path)
    assert [d.article.text for d in result.articles] == ["Good one.", "Good two."]
    assert complaint(result, path).startswith("x.jsonl:2: the line is 1")


def test_a_parquet_moment_no_calendar_has(tmp_path: Path) -> None:
    table = pa.table({"text": [TEXT], "published": pa.array([1 << 62], pa.timestamp("us"))})
    save_parquet(table, tmp_path / "t.parquet")
    assert complaints(read(tmp_path / "t.parquet"), tmp_path / "t.parquet") == [
        "t.parquet: row 1: 'published' holds a moment that no calendar has"
    ]
