"""`disagreements`: its JSON is the function's result, its other formats hold the same, and faults come before work."""

from __future__ import annotations

import csv
import io
import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.expected import absent
from tests.loop.seed_study import seed_study
from toolkit.cli.streams import plain
from toolkit.loop.disagreement.request import DisagreementRequest
from toolkit.loop.disagreements import disagreements
from toolkit.study.folder import Study


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return seed_study(tmp_path_factory.mktemp("seeds") / "study")


@pytest.fixture(autouse=True)
def _in_it(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(study.folder)


def test_json_is_what_the_function_returns(study: Study, intercoder: Command) -> None:
    ended = intercoder(
        "disagreements", "--question", "loaded", "--question", "spans", "--limit", "4", "--format", "json"
    )
    request = DisagreementRequest(questions=("loaded", "spans"), limit=4)
    assert json.loads(ended.out) == json.loads(json.dumps(plain(disagreements(study, request))))
    everything = json.loads(intercoder("disagreements", "--format", "json").out)
    assert everything == json.loads(json.dumps(plain(disagreements(study))))


def test_the_table_shows_ten_unless_told_otherwise(intercoder: Command) -> None:
    text = intercoder("disagreements", "--round", "pilot").out
    assert "the worst 10" in text
    assert max(map(len, text.splitlines())) <= 80
    assert "@example.org" not in text
    assert "the worst 2" in intercoder("disagreements", "--limit", "2").out


def test_csv_has_a_row_per_sentence_and_question_and_a_column_per_annotator(study: Study, intercoder: Command) -> None:
    rows = list(csv.DictReader(io.StringIO(intercoder("disagreements", "--format", "csv").out)))
    found = disagreements(study)
    assert [(row["article_id"], int(row["position"]), row["question"]) for row in rows] == [
        (one.article_id, one.position, each.question) for one in found.sentences for each in one.questions
    ]
    assert set(found.annotators) < set(rows[0])
    first = next(row for row in rows if row["question"] == "frame_primary" and row["disputed"] == "True")
    assert {first[name] for name in found.annotators} == {"human", "policy"}
    raw = intercoder("disagreements", "--format", "csv", "--raw-csv")
    assert raw.code == 0


def test_a_workbook_goes_to_a_file(study: Study, intercoder: Command, tmp_path: Path) -> None:
    if find_spec("xlsxwriter") is None:
        absent("xlsxwriter", "XlsxWriter is not installed: it comes with the extra xlsx")
    ended = intercoder("disagreements", "--format", "xlsx", "--to", tmp_path / "disputes.xlsx")
    assert (ended.code, ended.out) == (0, "")
    assert "Written to" in ended.err
    assert (tmp_path / "disputes.xlsx").read_bytes().startswith(b"PK")


def test_the_hand_out_has_sentences_answers_and_definitions(intercoder: Command, tmp_path: Path) -> None:
    text = intercoder("disagreements", "--question", "loaded", "--format", "md").out
    assert text.startswith("# Where we differ: pilot\n")
    assert "every pair of categories (3) that annotators took for each other" in text
    assert "> To **\\[**rush**\\]** it now would be to hand its **\\[**enemies**\\]** their proof." in text
    assert (
        "| loaded | **source\\_only** (Only in a source's words): Loaded wording occurs, but only inside words "
        "credited to a source. | **writer** (In the writer's words): At least one loaded word, or one contested label "
        "taken for granted, is in the writer's own voice. |"
    ) in text
    assert "annotator-" not in text
    ended = intercoder("disagreements", "--question", "loaded", "--format", "md", "--to", tmp_path / "training.md")
    assert (tmp_path / "training.md").read_text(encoding="utf-8") == text
    assert ended.out == ""


def test_a_table_in_a_file_is_what_is_printed(intercoder: Command, tmp_path: Path) -> None:
    intercoder("disagreements", "--limit", "1", "--to", tmp_path / "worst.txt")
    assert (tmp_path / "worst.txt").read_text(encoding="utf-8") == intercoder("disagreements", "--limit", "1").out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--categories", "none"], "--categories names two, with a comma between them"),
        (["--categories", "none,nonsense"], "category 'nonsense'"),
        (["--between", "A", "Z"], "annotator 'Z'"),
        (["--annotator", "nobody@example.org"], "an annotator named by address"),
        (["--question", "loadad"], "did you mean 'loaded'?"),
        (["--to", "no/such/folder/x.csv"], "there is no such folder"),
        (["--raw-csv"], "--raw-csv is for CSV"),
    ],
)
def test_what_cannot_be_asked_is_a_usage_error(intercoder: Command, options: list[str], said: str) -> None:
    ended = intercoder("disagreements", *options)
    assert (ended.code, ended.out) == (2, "")
    assert said in " ".join(ended.err.split())
    assert "nobody@example.org" not in ended.err
