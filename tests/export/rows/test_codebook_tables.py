"""The codebook as tables: what was asked, and what each code stands for."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from tests.codebook.samples import codebook
from tests.export.contents import SOURCE
from tests.export.rows.small import BOOK, only, rows, small
from tests.loop.several_rounds import several_rounds
from toolkit.export.writing.write import export_tables
from toolkit.loop.export import export


def test_every_question_of_a_codebook_in_its_order() -> None:
    found = [
        only(row, "codebook_hash", "question", "position", "level", "in_agreement")
        for row in rows("questions", small())
    ]
    assert found == [
        (BOOK.hash, "voice", 1, "nominal", True),
        (BOOK.hash, "rank", 2, "ordinal", True),
        (BOOK.hash, "frames", 3, "set", True),
        (BOOK.hash, "deaths", 4, "ratio", True),
        (BOOK.hash, "marks", 5, "span", True),
        (BOOK.hash, "sure", 6, "nominal", False),
    ]


def test_the_scale_of_an_ordinal_question_and_what_is_outside_one() -> None:
    found = {
        only(row, "question", "code"): only(row, "position", "rank", "missing") for row in rows("categories", small())
    }
    assert found["rank", "high"] == (1, 2, False)
    assert found["rank", "low"] == (2, 1, False)
    assert found["voice", "unclear"] == (3, None, True)
    assert found["frames", "law"] == (1, None, False)


def test_a_tree_a_condition_and_targets(tmp_path: Path) -> None:
    book = codebook()
    place = export_tables(small([], codebooks={book.hash: book}, planned={}), tmp_path, SOURCE).folder
    questions = {row["question"]: row for row in pq.read_table(place / "questions.parquet").to_pylist()}
    categories = {
        (row["question"], row["code"]): row for row in pq.read_table(place / "categories.parquet").to_pylist()
    }
    army = categories["kind", "army"]
    assert only(army, "path", "parent", "title", "choosable", "missing") == ("STATE/army", "STATE", "Army", True, False)
    assert only(categories["kind", "STATE"], "path", "parent", "choosable") == ("STATE", None, False)
    assert json.loads(questions["kind"]["target_of_parts"]) == {"1": 0.8, "2": 0.7}
    assert questions["kind"]["target"] is None
    assert json.loads(questions["rank"]["show_if"]) == {"kind": ["STATE"]}
    assert questions["gate"]["show_if"] is None
    assert only(questions["warmth"], "minimum", "maximum", "required") == (-5.0, 5.0, False)


def test_every_code_that_was_answered_is_found_by_a_join(tmp_path: Path) -> None:
    folder = export(several_rounds(tmp_path / "study"), to=tmp_path / "out", replicates=0).folder
    asked = f"""
        select count(*), count(c.title) from '{folder}/answers.parquet' a
        join '{folder}/annotations.parquet' n using (round, annotation_id)
        left join '{folder}/categories.parquet' c
          on c.codebook_hash = n.codebook_hash and c.question = a.question and c.path = a.code
        where a.code is not null and a.status = 'answered'
    """
    with duckdb.connect() as connection:
        ((answered, with_title),) = connection.execute(asked).fetchall()
    assert answered == with_title > 50
