"""Tables somebody else made: what is written there is what is read, and broken lines are named."""

from __future__ import annotations

import csv
import io
import json
import os
import random
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from toolkit.agreement.ratings import MISSING
from toolkit.errors import BadInput
from toolkit.files import csv_records
from toolkit.files.csv_records import quotes_are_doubtful
from toolkit.tables import read as long_table
from toolkit.tables.questions import coded_questions
from toolkit.tables.read import origin_of, read_long_table
from toolkit.tables.rows import LongColumns
from toolkit.tables.values import ValueRules


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(folder: Path, name: str, content: str | bytes, columns: Sequence[str] = ("a", "b")) -> dict[str, list[object]]:
    found: dict[str, list[object]] = read_long_table(written(folder, name, content), columns=columns).to_pydict()
    return found


def faults_of(path: Path, columns: Sequence[str] = ("a", "b")) -> list[str]:
    with pytest.raises(BadInput) as refused:
        read_long_table(path, columns=columns)
    return [str(fault) for fault in refused.value.faults]


def test_csv_fields_stay_as_they_are_written(tmp_path: Path) -> None:
    content = 'a,skipped,b\n007,x,nan\nNone,x,NA\n"1,5",x,2020-01-01\n true,x,""\n,x,"line\none"\n'
    assert read(tmp_path, "t.csv", content) == {
        "a": ["007", "None", "1,5", " true", None],
        "b": ["nan", "NA", "2020-01-01", None, "line\none"],
    }


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_csv_with_and_without_byte_order_mark(tmp_path: Path, start: bytes, end: bytes) -> None:
    content = start + end.join([b"a,b", "é,ü".encode(), b""])
    assert read(tmp_path, "T.CSV", content) == {"a": ["é"], "b": ["ü"]}


def test_columns_come_once_and_as_named(tmp_path: Path) -> None:
    for name, content in (("t.csv", "a,b\n1,2\n"), ("t.jsonl", '{"a": "1", "b": "2"}\n')):
        table = read_long_table(written(tmp_path, name, content), columns=["b", "a", "b"])
        assert table.column_names == ["b", "a"]
    pa.parquet.write_table(pa.table({"a": [1], "b": [2], "c": [3]}), tmp_path / "t.parquet")
    assert read_long_table(tmp_path / "t.parquet", columns=["b", "a", "b"]).to_pydict() == {"b": [2], "a": [1]}


def test_lines_that_are_not_utf8_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, "t.csv", b"a,b\nx,y\n\xe9,y\nx,y\ny,\xfc\n")
    assert faults_of(path) == ["line 3: not UTF-8: byte 0xe9 at byte 1", "line 5: not UTF-8: byte 0xfc at byte 3"]


def test_a_file_in_utf16_is_refused(tmp_path: Path) -> None:
    assert "line 1: not UTF-8" in faults_of(written(tmp_path, "t.csv", "a,b\nx,y\n".encode("utf-16")))[0]


def test_ragged_lines_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, "t.csv", 'a,b\n1,2\n1,2,3\n"two\nlines",2\n1\n\n1,2\n')
    assert faults_of(path) == [
        "line 3: 3 fields, but the header has 2",
        "line 6: 1 fields, but the header has 2",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('a,b\n1,2\n3,"x\n4,5\n6,7\n', "line 3: a quoted field that never ends"),
        ('a,b\n1,2\n3,"x\n4,5\n6,"y\n', "line 3: a quoted field that never ends"),
        ('"a","b"\n"1","2"\n"3","x\n"4","5"\n', "line 3: a quoted field that never ends"),
        ('a,b\nx"y,"z\n4,5\n', "line 2: a quoted field that never ends"),
        ('a,b\n1,"y', "line 2: a quoted field that never ends"),
        ('a,b\n1,"', "line 2: a quoted field that never ends"),
        ('a,"b\n1,2\n', "line 1: a quoted field that never ends"),
        ('a,b\n"two\nlines",2\n1,"y"\n1,"z', "line 5: a quoted field that never ends"),
        ('a,b\n"x"y,2\n', "line 2: a quoted field goes on after its closing quote"),
    ],
)
def test_a_quoted_field_that_never_ends_swallows_nothing(tmp_path: Path, content: str, said: str) -> None:
    (fault,) = faults_of(written(tmp_path, "t.csv", content))
    assert fault.startswith(said)


def test_quotes_that_are_in_order_are_read(tmp_path: Path) -> None:
    content = '\ufeff"a",b\r\n"x ""y""",5" disk\r\n"""","two\r\nlines"\r\n"",a"b"c\r\n"1,2","z"'
    assert read(tmp_path, "t.csv", content) == {
        "a": ['x "y"', '"', None, "1,2"],
        "b": ['5" disk', "two\r\nlines", 'a"b"c', "z"],
    }


def test_quotes_are_followed_from_block_to_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fine = written(tmp_path, "fine.csv", 'a,"b"\n"x ""y""","1,\n2"\n"",""\n')
    open_ended = written(tmp_path, "open.csv", 'a,"b"\n"x ""y""","1,\n2"\n"",""\n"1,2\n')
    for size in range(1, 40):
        monkeypatch.setattr(csv_records, "_AT_ONCE", size)
        assert not quotes_are_doubtful(fine)
        assert quotes_are_doubtful(open_ended)


@pytest.mark.parametrize("size", [1, 5, 1 << 24])
def test_doubtful_quotes_are_at_least_those_a_strict_reader_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(csv_records, "_AT_ONCE", size)
    rng = random.Random(size)
    outcomes = set()
    for _ in range(400):
        content = "".join(rng.choices('",x\n', k=rng.randint(1, 9)))
        try:
            list(csv.reader(io.StringIO(content, newline=""), strict=True))
            refused = False
        except csv.Error:
            refused = True
        doubtful = quotes_are_doubtful(written(tmp_path, "t.csv", content))
        assert doubtful or not refused, content
        outcomes.add((doubtful, refused))
    assert len(outcomes) == 3


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl"])
def test_rows_are_named_by_the_line_on_which_they_begin(tmp_path: Path, name: str) -> None:
    if name == "t.csv":
        path, lines = written(tmp_path, name, 'a,b\n1,2\n\n"two\nlines",2\n1,2\n'), [2, 4, 6]
    else:
        path, lines = written(tmp_path, name, '\n{"a": 1}\n  \n{"a": 2}\n{"a": 3}'), [2, 4, 5]
    line_of = origin_of(path).line_of
    assert line_of is not None
    assert [line_of(row) for row in range(3)] == lines
    assert len(read_long_table(path, columns=["a"])) == 3


def test_rows_of_parquet_are_counted(tmp_path: Path) -> None:
    assert origin_of(tmp_path / "t.parquet").place(0, 4) == "rows 1, 5"


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    for end in ("", "\n", "\r\n", "\n\n"):
        assert read(tmp_path, "t.csv", "a,b" + end) == {"a": [], "b": []}
        assert read(tmp_path, "t.csv", "\n\na,b" + end) == {"a": [], "b": []}


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.parquet"])
@pytest.mark.parametrize("content", ["", "\ufeff", " \n\n", "\ufeff\r\n", " " * 100_000])
def test_an_empty_file_is_called_so(tmp_path: Path, name: str, content: str) -> None:
    with pytest.raises(BadInput, match="the file is empty"):
        read_long_table(written(tmp_path, name, content), columns=["a"])


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "t.csv")
    with pytest.raises(BadInput, match="no regular file"):
        read_long_table(tmp_path / "t.csv", columns=["a"])


def test_long_fields(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = "x" * 300_000
    assert read(tmp_path, "t.csv", f'a,b\n"{long}",5" disk\n') == {"a": [long], "b": ['5" disk']}
    monkeypatch.setattr(long_table, "_BLOCK", 1 << 20)
    too_long = written(tmp_path, "t.csv", f"a,b\n1,2\n{long * 10},2\n1,2\n")
    assert faults_of(too_long) == ["a field of more than 1 MB"]


def test_many_broken_lines_are_counted(tmp_path: Path) -> None:
    csv = written(tmp_path, "t.csv", "a,b\n" + "1\n" * 30)
    jsonl = written(tmp_path, "t.jsonl", "{]\n" * 30)
    for path in (csv, jsonl):
        faults = faults_of(path)
        assert len(faults) == 21
        assert faults[-1] == "and 10 more"


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.parquet"])
def test_columns_that_are_not_there_are_named_with_the_closest(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "t.parquet":
        pa.parquet.write_table(pa.table({"unit": ["x"], "value": ["y"]}), path)
    else:
        written(tmp_path, name, "unit,value\nx,y\n" if name == "t.csv" else '{"unit": "x", "value": "y"}\n')
    assert faults_of(path, ["unti", "value", "zz"]) == [
        "unti: there is no such column, only unit, value. Did you mean 'unit'?",
        "zz: there is no such column, only unit, value.",
    ]


def test_a_column_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    assert faults_of(written(tmp_path, "t.csv", "a,b,a\n1,2,3\n")) == ["a: there are several columns of this name"]


@pytest.mark.parametrize("mark", [";", "\t"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_another_separator_is_noticed(tmp_path: Path, mark: str, quote: str) -> None:
    names = mark.join(f"{quote}{name}{quote}" for name in ("unit", "value"))
    path = written(tmp_path, "t.csv", f"{names}\n{names}\n")
    with pytest.raises(BadInput) as refused:
        read_long_table(path, columns=["unit"])
    assert [str(fault) for fault in refused.value.faults] == [f"line 1: columns seem to be separated by {mark!r}"]
    assert "Save it as CSV (comma-separated, UTF-8)" in refused.value.todo
    assert "Did you mean" not in str(refused.value)


def test_a_column_with_a_semicolon_in_its_name(tmp_path: Path) -> None:
    assert read(tmp_path, "t.csv", "a;b\n1\n", ["a;b"]) == {"a;b": ["1"]}


@pytest.mark.parametrize("name", ["t.xlsx", "t", "t.json", "t.tsv", "t.csv.gz"])
def test_other_kinds_of_file_are_refused_with_those_accepted(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match=r"\.parquet, \.csv, \.jsonl: save it as CSV \(comma-separated, UTF-8\)"):
        read_long_table(written(tmp_path, name, "a,b\n"), columns=["a"])


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.parquet"])
def test_files_that_are_not_there_folders_and_empty_files(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_long_table(tmp_path / name, columns=["a"])
    with pytest.raises(BadInput):
        read_long_table(written(tmp_path, name, b""), columns=["a"])
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / name).mkdir()
    with pytest.raises(BadInput, match="cannot be read"):
        read_long_table(tmp_path / "folder" / name, columns=["a"])


def test_parquet_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="not a Parquet file"):
        read_long_table(written(tmp_path, "t.parquet", b"a,b\n1,2\n" * 20), columns=["a"])


@pytest.mark.parametrize(
    ("values", "expected", "kind"),
    [
        (["1", None, "x"], ["1", None, "x"], pa.string()),
        ([1, None, 2**60], [1, None, 2**60], pa.int64()),
        ([1, 2.5, None], [1.0, 2.5, None], pa.float64()),
        ([1, "1", 1.0, 2.5, True, None], ["1", "1", "1", "2.5", "true", None], pa.string()),
        ([True, False], [True, False], pa.bool_()),
        ([2**70, 1], [str(2**70), "1"], pa.string()),
        ([["a", 1], [], "b", None], [["a", "1"], [], ["b"], None], pa.list_(pa.string())),
        (["2020-01-01", "2020-01-02"], ["2020-01-01", "2020-01-02"], pa.string()),
        ([float("nan"), 1.5], [None, 1.5], pa.float64()),
    ],
)
def test_json_values(tmp_path: Path, values: list[object], expected: list[object], kind: pa.DataType) -> None:
    lines = "".join(json.dumps({"a": value}) + "\n" for value in values)
    table = read_long_table(written(tmp_path, "t.jsonl", "\ufeff" + lines), columns=["a"])
    assert table["a"].type == kind
    assert table["a"].to_pylist() == expected


def test_broken_json_lines_are_all_named(tmp_path: Path) -> None:
    lines = [
        b'{"a": 1, "b": 2}',
        b"{'a': 1}",
        b"",
        b"[1]",
        b'{"a": {"x": 1}, "b": [[1]]}',
        b'{"a": "\xe9"}',
        b'{"b": 3} {"b": 4}',
        b"7",
    ]
    faults = faults_of(written(tmp_path, "t.jsonl", b"\n".join(lines)))
    assert sorted(int(fault.split(":")[0].removeprefix("line ")) for fault in faults) == [2, 4, 5, 5, 6, 7, 8]


def test_objects_over_lines_and_two_objects_on_one_are_not_taken_for_each_other(tmp_path: Path) -> None:
    """Together these are as many objects as lines."""
    path = written(tmp_path, "t.jsonl", '{"a":1},{"a":2}\n{"a":3,"b":\n{}}\n')
    assert [fault.partition(":")[0] for fault in faults_of(path)] == ["line 1", "line 2", "line 3"]


@pytest.mark.parametrize("content", ['[{"a": 1}, {"a": 2}]', '\ufeff\n[\n{"a": 1},\n{"a": 2}\n]\n', "[]"])
def test_one_array_is_called_so(tmp_path: Path, content: str) -> None:
    assert faults_of(written(tmp_path, "t.jsonl", content)) == ["this is one JSON array, not one object per line"]


def test_json_that_cannot_be_taken_as_it_is(tmp_path: Path) -> None:
    lines = ['{"a": 1, "b": 2, "a": 1}', '{"a": {"x": 1, "x": 2}}', '{"a": 1}', '{"a": ' + "1" * 5000 + "}"]
    lines += ['{"a": ' + "[" * 100_000 + "]" * 100_000 + "}"]
    faults = faults_of(written(tmp_path, "t.jsonl", "\n".join(lines)))
    assert faults[0] == "line 1: an object with the key 'a' more than once"
    assert faults[1] == "line 2: an object with the key 'x' more than once"
    assert [fault.partition(":")[0] for fault in faults[2:]] == ["line 4", "line 5"]


def test_a_number_too_large_for_one_stays_as_it_is_written(tmp_path: Path) -> None:
    assert read(tmp_path, "t.jsonl", '{"a": 1e400}\n{"a": -2.50}\n', ["a"]) == {"a": ["1e400", "-2.5"]}


def test_faults_say_how_a_column_was_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path, "t.csv", "a,b,b\n1,2,3\n")
    with pytest.raises(BadInput) as refused:
        read_long_table(path, columns={"zz": "--unit zz", "b": "--value b"})
    assert [fault.place for fault in refused.value.faults] == ["--unit zz", "--value b"]


def test_keys_that_are_not_there_are_null_and_blank_lines_passed_over(tmp_path: Path) -> None:
    assert read(tmp_path, "t.jsonl", '{"a": "x"}\n\n{"b": "y"}\n') == {"a": ["x", None], "b": [None, "y"]}


ROWS = [
    ("s1", "ann", "1"),
    ("s1", "bo", "nan"),
    ("s2", "ann", "None"),
    ("s2", "bo", None),
    ("s3", "ann", "2"),
    ("s3", "bo", "007"),
]


@pytest.mark.parametrize("level", ["nominal", "ordinal", "set"])
def test_the_three_kinds_of_file_give_the_same_ratings(tmp_path: Path, level: str) -> None:
    names = ("unit", "annotator", "value")
    columns = dict(zip(names, map(list, zip(*ROWS, strict=True)), strict=True))
    csv = "".join(",".join(field or "" for field in row) + "\n" for row in [names, *ROWS])
    jsonl = "".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in ROWS)
    pa.parquet.write_table(pa.table(columns), tmp_path / "t.parquet")
    order = ["2", 1, "007", "nan", "None"] if level == "ordinal" else []
    found = []
    for path in (tmp_path / "t.parquet", written(tmp_path, "t.csv", csv), written(tmp_path, "t.jsonl", jsonl)):
        table = read_long_table(path, columns=names)
        (question,) = coded_questions(
            table,
            LongColumns(unit="unit", annotator="annotator", value="value"),
            ValueRules(level=level, order=order, set_separator="|" if level == "set" else None),
        )
        ratings = question.ratings
        named = [MISSING if code == MISSING else ratings.domain[code] for code in ratings.value.tolist()]
        found.append((list(ratings.units), list(ratings.annotators), ratings.unit.tolist(), named, question.scale))
    assert found[0] == found[1] == found[2]
    assert len(found[0][4]) == 5


def test_numbers_and_sets_are_the_same_from_every_kind_of_file(tmp_path: Path) -> None:
    names = ("unit", "annotator", "number", "set")
    numbers, sets = [1.0, 2.5, None, 10.0], [["a", "b"], [], None, ["b"]]
    pa.parquet.write_table(
        pa.table({"unit": ["x", "x", "y", "y"], "annotator": [1, 2, 1, 2], "number": numbers, "set": sets}),
        tmp_path / "t.parquet",
    )
    jsonl = [
        json.dumps({"unit": unit, "annotator": annotator, "number": number, "set": members})
        for unit, annotator, number, members in zip("xxyy", [1, 2, 1, 2], [1, 2.5, None, "10"], sets, strict=True)
    ]
    csv = "unit,annotator,number,set\nx,1,1,a|b\nx,2,2.5,|\ny,1,,\ny,2,10.0,b\n"
    found = []
    files = (tmp_path / "t.parquet", written(tmp_path, "t.jsonl", "\n".join(jsonl)), written(tmp_path, "t.csv", csv))
    for path in files:
        table = read_long_table(path, columns=names)
        numeric = LongColumns(unit="unit", annotator="annotator", value="number")
        members = LongColumns(unit="unit", annotator="annotator", value="set")
        (first,) = coded_questions(table, numeric, ValueRules(level="ratio"))
        (second,) = coded_questions(table, members, ValueRules(level="set", set_separator="|"))
        of_both = [(q.ratings.domain, q.ratings.value.tolist(), list(q.ratings.annotators)) for q in (first, second)]
        found.append(of_both)
    assert found[0] == found[1] == found[2]
    assert found[0][0][0] == (1.0, 2.5, 10.0)
    assert found[0][1][0] == (frozenset(), frozenset("ab"), frozenset("b"))


def test_parquet_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    texts = pa.array([b"caf\xe9", b"fine"], pa.binary())
    table = pa.table({"a": pa.Array.from_buffers(pa.string(), 2, texts.buffers()), "naming": ["x", "y"]})
    path = tmp_path / "t.parquet"
    pa.parquet.write_table(table, path)
    with pytest.raises(BadInput, match="UTF8"):
        read_long_table(path, columns=["a"])
    path.write_bytes(path.read_bytes().replace(b"naming", b"\xffaming"))
    with pytest.raises(BadInput, match="not a Parquet file that can be read"):
        read_long_table(path, columns=["a"])


def test_few_texts_of_many_rows_are_what_was_written_and_looked_up_once_each(tmp_path: Path) -> None:
    rng, n = random.Random(1), 6000
    early, late = ("a", "b", "", None), ("c", "a", "é")
    given: dict[str, list[str | None]] = {
        "unit": [f"unit {row // 3}" for row in range(n)],
        "annotator": [("Bo", "Ann", "Cy")[row % 3] for row in range(n)],
        "value": [rng.choice(early if row < n // 2 else late) for row in range(n)],
    }
    pa.parquet.write_table(pa.table(given), tmp_path / "t.parquet", row_group_size=n // 4)
    table = read_long_table(tmp_path / "t.parquet", columns=list(given))
    assert {name: table[name].to_pylist() for name in given} == given
    assert [name for name in given if pa.types.is_dictionary(table[name].type)] == ["annotator", "value"]
    (question,) = coded_questions(
        table, LongColumns(unit="unit", annotator="annotator", value="value"), ValueRules(level="nominal")
    )
    ratings = question.ratings
    assert question.scale == ("a", "b", "c", "é")
    assert ratings.annotators == ["Ann", "Bo", "Cy"]
    found = [None if code == MISSING else ratings.domain[code] for code in ratings.value.tolist()]
    assert found == [text or None for text in given["value"]]
    assert [ratings.units[code] for code in ratings.unit.tolist()] == given["unit"]


def test_few_texts_of_many_rows_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    n = 3000
    texts = pa.array([b"caf\xe9" if row == n - 1 else b"fine" for row in range(n)], pa.binary())
    table = pa.table({"a": pa.Array.from_buffers(pa.string(), n, texts.buffers())})
    pa.parquet.write_table(table, tmp_path / "t.parquet")
    with pytest.raises(BadInput, match="UTF8"):
        read_long_table(tmp_path / "t.parquet", columns=["a"])


def test_json_can_spell_what_is_no_text(tmp_path: Path) -> None:
    path = written(tmp_path, "t.jsonl", b'{"a": "x"}\n\n{"a": "\\ud800"}\n{"a": ["y", "\\udfff"]}\n')
    said = "'a' holds half a surrogate pair, which is no text"
    assert faults_of(path) == [f"line 3: {said}", f"line 4: {said}"]
    path = written(tmp_path, "t.jsonl", b'{"a": "x", "\\ud800": 1}\n')
    assert faults_of(path) == ["the name of a key holds half a surrogate pair, which is no text"]
