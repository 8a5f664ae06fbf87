"""Nothing is claimed on the page that is not known: what figures are of, what is not shown, what there is none of."""

from __future__ import annotations

import random
import re
from html import unescape
from pathlib import Path

import pytest

from tests.loop.settled_study import settled_study
from tests.report.study_page.written import page_of_table, page_told
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.report import ReportRequest, report_study


def words_of(page: str) -> str:
    """What is read on a page."""
    page = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def coded(level: str = "nominal", n: int = 20) -> list[tuple[str, str, str, str]]:
    """Units coded by three at random."""
    draw = random.Random(3)
    values = ("1", "2", "5") if level == "interval" else ("a", "b", "c")
    return [("q", f"u{unit}", name, draw.choice(values)) for unit in range(n) for name in ("x", "y", "z")]


@pytest.mark.slow
def test_shares_of_right_answers_that_are_of_disputed_sentences_only_are_said_to_be(demo_page: Path) -> None:
    """As ``agree --against adjudicated`` says it of each question: none of the others was decided on."""
    page = unescape(demo_page.read_text(encoding="utf-8"))
    known = page[page.index('id="known"') : page.index('id="letters"')]
    said = "Of attribution, source_type, loaded, frame_primary only sentences in dispute were decided on"
    assert said in known
    assert known.index(said) < known.index("<figure")


def test_spans_of_a_table_are_counted_although_they_are_not_listed(tmp_path: Path) -> None:
    rows = [
        ("q", f"u{unit}", name, "P", f"{unit}", f"{unit + 5}", "99") for unit in range(30) for name in ("x", "y", "z")
    ]
    words = words_of(page_of_table(tmp_path, rows, level="span"))
    assert "30 units, 3 annotators." in words
    assert "The units are not listed" in words


def test_a_table_without_rows_has_no_units_that_could_be_listed(tmp_path: Path) -> None:
    words = words_of(page_of_table(tmp_path, []))
    assert "0 units, 0 annotators." in words
    assert "not listed" not in words
    assert "No question has a target to reach: none was named." in words
    assert "the codebook does not say" not in words


def test_without_intervals_nobody_is_said_to_be_like_the_others(tmp_path: Path) -> None:
    page = unescape(page_of_table(tmp_path, coded(), request=AgreementRequest(replicates=0)))
    assert "There are no intervals." in page
    assert "Away from 0 with the whole interval" not in page
    assert "Away from 0 with the whole interval" in unescape(page_of_table(tmp_path, coded()))
    study = settled_study(tmp_path / "study")
    words = words_of(page_told(tmp_path, report_study(study, ReportRequest(replicates=0))))
    assert (
        "There is no interval, so whether anybody's answers change an alpha by more than chance is not known." in words
    )
    words = words_of(page_told(tmp_path, report_study(study)))
    assert "No interval is wholly beyond 0: that anybody's answers change an alpha is not shown." in words


def test_units_of_a_table_are_no_sentences_and_the_distance_of_numbers_is_squared(tmp_path: Path) -> None:
    words = words_of(page_of_table(tmp_path, coded("interval"), level="interval"))
    said = re.search(r"How alpha \(interval\) came about: (.*?) \(observed\)", words)
    assert said is not None
    assert re.fullmatch(r"two answers to one unit are [\d.]+ apart on average, squared", said[1])
    page = unescape(page_of_table(tmp_path, coded()))
    assert "two answers to one unit are" in page
    assert "apart on average (observed)" in page
    assert "on the same sentences" not in page


def test_limits_speak_of_what_was_resampled_where_anything_was(tmp_path: Path) -> None:
    assert "Intervals are about other units by these" in words_of(page_of_table(tmp_path, coded()))
    clustered = [(*row, f"c{at // 12}") for at, row in enumerate(coded(n=60))]
    assert "Intervals are about other clusters by these" in words_of(page_of_table(tmp_path, clustered, clustered=True))
    without = words_of(page_of_table(tmp_path, coded(), request=AgreementRequest(replicates=0)))
    assert "Intervals are about other" not in without
