"""A file of known answers: by which columns it is read, and every fault of it at once, by its place."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.tables.test_questions import COLUMNS
from toolkit.agreement.coded_question import CodedQuestion
from toolkit.errors import BadInput, UsageError
from toolkit.tables.known_answers import OF_A_STUDY, KnownColumns, Truth, read_known_answers
from toolkit.tables.questions import coded_questions
from toolkit.tables.rows import LongColumns
from toolkit.tables.values import ValueRules

OWN = KnownColumns(unit="unit", value="value")
ASKED = KnownColumns(unit="unit", question="question", value="value")


@pytest.fixture
def one() -> tuple[CodedQuestion, ...]:
    table = pa.table({"unit": ["s1", "s2"], "annotator": ["ann", "ann"], "value": [1, 2]})
    return coded_questions(table, COLUMNS, ValueRules(level="nominal"))


def two(level: str = "nominal") -> tuple[CodedQuestion, ...]:
    table = pa.table(
        {
            "unit": ["s1", "s2", "s1"],
            "annotator": ["ann"] * 3,
            "value": ["1", "2", "3"],
            "question": ["tone", "tone", "rank"],
        }
    )
    columns = LongColumns(unit="unit", annotator="annotator", value="value", question="question")
    return coded_questions(table, columns, ValueRules(level=level))


def read(path: Path, questions: tuple[CodedQuestion, ...], *columns: KnownColumns, text: str | None = None) -> Truth:
    if text is not None:
        path.write_text(text, encoding="utf-8")
    return read_known_answers(path, questions, columns, units={"s1", "s2"}, off_scale="List them.")


def test_csv_jsonl_and_parquet_say_the_same(tmp_path: Path, one: tuple[CodedQuestion, ...]) -> None:
    """A category is the same however its number is written."""
    expected = {"value": {"s1": "2", "s2": "1"}}
    pa.parquet.write_table(pa.table({"unit": ["s1", "s2"], "value": [2.0, 1.0]}), tmp_path / "k.parquet")
    assert read(tmp_path / "k.parquet", one, OWN) == expected
    assert read(tmp_path / "k.csv", one, OWN, text="value,unit\n2.0,s1\n1,s2\n") == expected
    lines = '{"unit": "s1", "value": 2}\n{"unit": "s2", "value": "1"}\n'
    assert read(tmp_path / "k.jsonl", one, OWN, text=lines) == expected


def test_the_names_of_a_study_do_as_well(tmp_path: Path) -> None:
    text = "sentence_id,question,code\ns1,tone,2\ns1,rank,3\n"
    assert read(tmp_path / "k.csv", two(), ASKED, OF_A_STUDY, text=text) == {"tone": {"s1": "2"}, "rank": {"s1": "3"}}
    with pytest.raises(BadInput) as problem:  # in what it says, the columns are those that were named first
        read(tmp_path / "k.csv", two(), ASKED, OF_A_STUDY, text="sentence_id,code\ns1,2\n")
    assert [fault.place for fault in problem.value.faults] == [
        "unit, column 'unit'", "question, column 'question'", "known answer, column 'value'",
    ]  # fmt: skip


def test_every_fault_at_once_with_its_line(tmp_path: Path) -> None:
    text = "unit,question,value\ns1,tone,1\ns9,tone,1\ns1,tune,1\ns2,tone,7\n,tone,1\ns2,,\ns1,tone,2\ns1,tone,1\n"
    with pytest.raises(BadInput) as problem:
        read(tmp_path / "k.csv", two(), ASKED, text=text)
    assert sorted(map(str, problem.value.faults)) == [
        "line 3: there is no unit 's9'",
        "line 4: there is no question 'tune', only tone, rank. Did you mean 'tone'?",
        "line 5: unit 's2': '7' is no category of 'tone' (1, 2)",
        "line 6: no unit in column 'unit'",
        "line 7: no question in column 'question', value in column 'value'",
        "lines 2, 8: unit 's1', question 'tone' has two known answers: '1' and '2'",
    ]
    assert problem.value.todo == "List them."


def test_of_many_faults_of_a_kind_some_are_listed(tmp_path: Path, one: tuple[CodedQuestion, ...]) -> None:
    text = "unit,value\n" + "".join(f"x{n},1\n" for n in range(25))
    with pytest.raises(BadInput) as problem:
        read(tmp_path / "k.csv", one, OWN, text=text)
    assert len(problem.value.faults) == 21
    assert problem.value.faults[-1].message == "and 5 more"


def test_sets_and_numbers_have_no_known_answers(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as problem:
        read(tmp_path / "k.csv", two("interval"), ASKED, text="unit,question,value\ns1,tone,1\n")
    (fault,) = problem.value.faults
    assert fault.message == "question 'tone' is of level interval: known answers are single categories"


@pytest.mark.parametrize("word", ["adjudicated", "gold"])
def test_a_word_is_no_file(word: str, one: tuple[CodedQuestion, ...]) -> None:
    with pytest.raises(UsageError, match="names no file") as problem:
        read_known_answers(Path(word), one, [OWN], units=())
    assert "Parquet, CSV or JSON-lines file" in problem.value.todo


def test_which_question_must_be_said_where_there_are_several(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="does not say which question"):
        read(tmp_path / "k.csv", two(), OWN, text="unit,value\ns1,1\n")


def test_nothing_known_is_a_fault(tmp_path: Path, one: tuple[CodedQuestion, ...]) -> None:
    with pytest.raises(BadInput, match="holds no known answer"):
        read(tmp_path / "k.csv", one, OWN, text="unit,value\n")
