"""A review on paper, in a terminal and as files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.conftest import Command, intercoder
from tests.loop.review.test_review import NOMINAL
from tests.loop.settled_study import settled_study
from tests.terminal.printed import words
from toolkit.cli.streams import plain
from toolkit.codebook.parse import parse
from toolkit.loop.review.review import codebook_review
from toolkit.report.review.as_markdown import review_markdown
from toolkit.study.folder import Study
from toolkit.terminal.codebook_review import codebook_review_text

__all__ = ["intercoder"]


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return settled_study(tmp_path / "study", text=NOMINAL)


def test_in_eighty_columns(study: Study) -> None:
    text = words(codebook_review_text(codebook_review(study)))
    assert "where army was decided, coders said police: 4 (on 3 sentences, 1 slip)" in text
    assert "police given, army decided: Its police asked <fishermen> to wait." in text
    assert "rank: shown after one of police and army only." in text
    assert text.count("“Military police are the army.”") == 2  # once for kind, once for words


def test_in_markdown(study: Study) -> None:
    text = review_markdown(codebook_review(study))
    assert "| police | 1 | 1 | 2 | 1 | – | – | – |" in text
    assert "- police given where army was decided: 4 answers (on 3 sentences, 1 slip)" in text
    assert r"> Its police asked \<fishermen\> to wait." in text
    assert "### Merges to think about, and what they cost" in text
    assert text.rstrip().endswith("\n```")


def test_a_diff_with_fences_in_it_is_fenced_by_more(study: Study) -> None:
    review = codebook_review(study)
    fenced = replace(review, skeleton=replace(review.skeleton, diff="+ ````"))
    assert review_markdown(fenced).endswith("\n`````diff\n+ ````\n`````\n")


def test_json_is_what_the_function_returns_printed_or_written(
    study: Study, intercoder: Command, tmp_path: Path
) -> None:
    ended = intercoder("codebook", "review", "--format", "json", "--study", study.folder)
    assert json.loads(ended.out) == plain(codebook_review(study))
    file = tmp_path / "review.json"
    written = intercoder("codebook", "review", "--format", "json", "--to", file, "--study", study.folder)
    assert (written.out, file.read_text("utf-8")) == ("", ended.out)


@pytest.mark.parametrize("format", ["table", "md"])
def test_a_file_holds_what_is_printed(study: Study, intercoder: Command, tmp_path: Path, format: str) -> None:
    file = tmp_path / "review"
    printed = intercoder("codebook", "review", "--format", format, "--study", study.folder).out
    intercoder("codebook", "review", "--format", format, "--to", file, "--study", study.folder)
    assert file.read_text("utf-8") == printed
    assert codebook_review(study).skeleton.diff in printed


def test_a_skeleton_is_written_to_a_new_file_only(study: Study, intercoder: Command, tmp_path: Path) -> None:
    file = tmp_path / "next.yaml"
    asked = ("codebook", "review", "--skeleton", file, "--study", study.folder)
    assert intercoder(*asked).code == 0
    assert parse(file.read_text("utf-8"), source="new").version == "1.0.1"
    assert intercoder("codebook", "check", file).code == 0
    assert intercoder(*asked).code == 0  # the same again
    file.write_text("mended since", encoding="utf-8")
    again = intercoder(*asked)
    assert (again.code, "exists already" in again.err, file.read_text()) == (2, True, "mended since")
    own = intercoder("codebook", "review", "--skeleton", study.codebook_file, "--study", study.folder)
    assert (own.code, study.codebook_file.read_text("utf-8")) == (2, NOMINAL)


def test_where_a_file_cannot_be_it_is_said(study: Study, intercoder: Command, tmp_path: Path) -> None:
    ended = intercoder("codebook", "review", "--to", tmp_path / "no" / "such", "--study", study.folder)
    assert (ended.code, "cannot be written" in ended.err) == (3, True)
