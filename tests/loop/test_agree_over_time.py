from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.export.contents import BLANK, MONDAY
from tests.loop.several_rounds import ROUNDS, several_rounds
from toolkit.agreement.coded_question import CodedQuestion, CodedSpans
from toolkit.agreement.ratings import ratings_from_rows
from toolkit.agreement.resampling import Resampling
from toolkit.cli.streams import plain
from toolkit.errors import UsageError
from toolkit.loop.agreement.label_studio_file import agree_label_studio
from toolkit.loop.agreement.over_time import QuestionOverTime, drifts_over_time, over_time, pace_of
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree, agree_export
from toolkit.loop.agreement.table import TableScale, agree_table
from toolkit.loop.export import export
from toolkit.study.records import Annotation
from toolkit.tables.rows import LongColumns

ASKED = AgreementRequest(round_name=ROUNDS[1], replicates=50, over_time=True)
PEOPLE = ("p-ana", "p-ben", "p-cem")


def coded(order: Sequence[int], *, articles: int = 12) -> tuple[CodedQuestion, list[Annotation]]:
    """Two sentences an article, coded in this order of the articles; from the seventh coded on, ana contradicts."""
    rows, annotations = [], []
    for minute, article in enumerate(order):
        for place in range(2):
            sentence = f"s{article}-{place}"
            for who in PEOPLE:
                value = ("a", "b")[(article + place + (who == "p-ana" and minute >= 6)) % 2]
                rows.append((sentence, who, value, f"article {article}"))
                made = MONDAY + timedelta(minutes=minute, seconds=place)
                annotations.append(replace(BLANK, sentence_id=sentence, annotator=who, created_at=made))
    units, annotators, values, clusters = zip(*rows, strict=True)
    ratings = ratings_from_rows(units, annotators, values, domain=["a", "b"], clusters=clusters)
    return CodedQuestion(question="voice", level="nominal", ratings=ratings, scale=("a", "b")), annotations[::-1]


def followed(order: Sequence[int]) -> QuestionOverTime:
    question, annotations = coded(order)
    (found,) = over_time([question], annotations, Resampling("article", 50))
    return found


def test_windows_go_by_when_sentences_were_coded_not_by_their_names() -> None:
    """Eight sentences a third: all alike in the first, ana against both others in the last."""
    for order in (range(12), [5, 3, 11, 0, 7, 9, 1, 2, 4, 6, 8, 10]):
        found = followed(order)
        assert [(window.first, window.last) for window in found.windows[::4]] == [(1, 8), (9, 16), (17, 24)]
        assert len(found.windows) == 9
        first, middle, last = found.thirds
        assert first.alpha.value == 1
        assert first.alpha.n_pairable == last.alpha.n_pairable == 8
        assert middle.alpha.value is not None
        assert last.alpha.value is not None
        assert 1 > middle.alpha.value > last.alpha.value
        by_name = {each.annotator: each for each in last.annotators}
        assert by_name["p-ana"].agreement is not None
        assert by_name["p-ana"].agreement < 0
        assert by_name["p-ben"].agreement == by_name["p-cem"].agreement
        drift = next(each for each in found.drifts if each.annotator == "p-ana")
        assert (drift.n_before, drift.n_clusters, drift.before) == (6, 12, 1)
        assert drift.alarm


def test_annotations_that_do_not_count_say_nothing_about_time() -> None:
    question, annotations = coded(range(12))
    late = replace(annotations[0], created_at=MONDAY - timedelta(days=9), excluded_because="revised")
    resampling = Resampling("article", 50)
    assert over_time([question], [*annotations, late], resampling) == over_time([question], annotations, resampling)


def test_what_is_not_followed_says_why() -> None:
    question, annotations = coded(range(12))
    few, _ = coded(range(5))
    spans = CodedSpans(question="marks", labels=("x",), units=[], annotators=[], marks=[], lengths=[], clusters=None)
    found = over_time([few, spans], annotations, Resampling("article", 50))
    assert [one.undefined_because for one in found] == [
        "10 units are too few to follow",
        "spans are not followed over time",
    ]
    alike = replace(question, ratings=question.ratings.recoded(lambda _: "a"), scale=("a",))
    (found_alike,) = over_time([alike], annotations, Resampling("article", 50))
    assert found_alike.undefined_because == "no variation"


def test_pace_is_the_median_in_the_order_of_coding() -> None:
    seconds = [60.0, 50.0, 40.0, 30.0, 20.0, 10.0]
    made = [
        replace(BLANK, created_at=MONDAY + timedelta(minutes=minute), seconds_spent=each)
        for minute, each in enumerate(seconds)
    ]
    unknown = replace(BLANK, annotator="p-ben", seconds_spent=None)
    left_out = replace(BLANK, seconds_spent=9e9, excluded_because="skipped")
    (pace,) = pace_of([*made[::-1], unknown, left_out])
    assert (pace.annotator, pace.n, pace.seconds, pace.thirds) == ("p-ana", 6, 35, (55, 35, 15))
    (short,) = pace_of(made[:2])
    assert short.thirds == ()


def test_of_an_export_as_of_its_study(tmp_path: Path) -> None:
    study = several_rounds(tmp_path / "study")
    export(study, to=tmp_path / "out", replicates=0)
    expected, found = plain(agree(study, ASKED)), plain(agree_export(tmp_path / "out", ASKED))
    assert found["over_time"] == expected["over_time"]
    assert found["pace"] == expected["pace"]
    asked = {one["question"] for one in expected["estimates"]}
    assert {one["question"] for one in expected["over_time"]} == asked
    assert plain(agree(study, replace(ASKED, over_time=False)))["over_time"] == []


def test_what_does_not_say_when_is_refused(tmp_path: Path) -> None:
    columns = LongColumns(unit="u", annotator="w", value="v")
    with pytest.raises(UsageError, match="a table is not followed over time"):
        agree_table(tmp_path / "none.csv", columns, TableScale(level="nominal"), replace(ASKED, round_name=None))
    with pytest.raises(UsageError, match="a project's file is not followed"):
        agree_label_studio(tmp_path / "none.json", replace(ASKED, round_name=None))


def test_the_order_within_a_clock_tick_is_that_of_the_sentences() -> None:
    question, annotations = coded(range(12))
    at_once = [replace(one, created_at=MONDAY) for one in annotations]
    one, other = (over_time([question], made, Resampling("article", 50)) for made in (at_once, at_once[::-1]))
    assert one == other
    assert np.isfinite([window.last for window in one[0].windows]).all()


def test_drifts_without_windows_are_those_with_windows() -> None:
    question, annotations = coded(range(12))
    every = [replace(question, question=name) for name in ("voice", "tone")]
    few = CodedQuestion(
        question="few", level="nominal", ratings=ratings_from_rows(["s"], ["p-ana"], ["a"], domain=["a"]), scale=("a",)
    )
    nobody = CodedSpans(question="words", labels=(), units=[], annotators=[], marks=[], lengths=[], clusters=None)
    asked: list[CodedQuestion | CodedSpans] = [every[0], few, nobody, every[1]]
    windowed = over_time(asked, annotations, Resampling("article", 50, seed=7))
    expected = [(one.question, drift) for one in windowed for drift in one.drifts]
    assert [*drifts_over_time(asked, annotations, seed=7)] == expected
    assert [name for name, _ in expected] == ["voice"] * 3 + ["tone"] * 3
