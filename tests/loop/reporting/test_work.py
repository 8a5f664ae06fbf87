"""How the work went, by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.export.contents import BLANK, MONDAY
from toolkit.loop.reporting.work import DayOfWork, RoundCoverage, coverage_of, days_of_work
from toolkit.study.records import Annotation, Deleted, Exclusion


def done(sentence: str, who: str, *, day: int = 0, because: Exclusion | Deleted | None = None) -> Annotation:
    return replace(
        BLANK,
        sentence_id=sentence,
        annotator=who,
        created_at=MONDAY + timedelta(days=day),
        excluded_because=because,
    )


WORK = [
    done("s1", "ann"),
    done("s1", "bo", day=1),
    done("s2", "ann", day=1),
    done("s2", "bo", because="skipped"),
    done("s3", "ann", day=1, because="gold"),
    done("s3", "bo", because="revised"),
    done("s4", "bo", because="withdrawn"),
]


def test_sentences_are_done_with_as_many_annotations_as_planned_and_gold_is_work_too() -> None:
    assert coverage_of(WORK, {"s1": 2, "s2": 2, "s3": 1, "s4": 2, "s5": 2}) == RoundCoverage(
        n_planned=5, n_done=2, n_coded=3, n_several=1, by_number={0: 2, 1: 2, 2: 1}
    )


def test_where_no_plan_is_known_only_what_was_coded_is_counted() -> None:
    found = coverage_of(WORK, None)
    assert (found.n_planned, found.n_done, found.n_coded, found.by_number) == (None, None, 3, {1: 2, 2: 1})


def test_of_nothing_nothing_is_coded() -> None:
    assert coverage_of([], {}) == RoundCoverage(n_planned=0, n_done=0, n_coded=0, n_several=0, by_number={})
    assert coverage_of([], {"s": 1}).by_number == {0: 1}
    assert days_of_work([]) == ()


def test_days_are_by_annotator_and_add_up() -> None:
    first, second = MONDAY.date().isoformat(), (MONDAY + timedelta(days=1)).date().isoformat()
    assert days_of_work(WORK[::-1]) == (
        DayOfWork(annotator="ann", day=first, n=1, total=1),
        DayOfWork(annotator="ann", day=second, n=2, total=3),
        DayOfWork(annotator="bo", day=second, n=1, total=1),
    )
