from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.terminal.printed import printed, words
from toolkit.loop.gold_scores import GoldProgress, GoldScore
from toolkit.loop.online.live import Refusals
from toolkit.loop.status import AnnotatorProgress, RoundProgress, StudyStatus
from toolkit.study.blindness import Blindness
from toolkit.terminal.status import annotator_rows, status_text

ANA = AnnotatorProgress("annotator-0a1b2c3d", registered=True, done=12345, in_progress=2, skipped=1, seconds=71.6)
STRANGER = AnnotatorProgress("annotator-ffffffff", registered=False, done=1, in_progress=None, skipped=0, seconds=None)
ROUND = RoundProgress(
    round="a-round-with-a-name-of-thirty-c",
    project_id=3,
    codebook="1.0.0",
    sentences=20000,
    done=5000,
    begun=1000,
    in_progress=2,
    skipped=4,
    planned_overlap={1: 17000, 3: 3000},
    actual_overlap={0: 14000, 1: 4000, 2: 1000, 3: 1000},
    excluded={"not_registered": 1, "edited_by_other": 22, "revised": 333},
    annotators=(ANA, STRANGER),
    pulled_at="2026-03-01T12:00:00+00:00",
    newer_on_server=True,
    escalated=40,
    escalated_in=12,
)
STATUS = StudyStatus(1041, 20000, (ROUND,), server_away=None)


def test_every_number_of_a_round_is_there() -> None:
    text = words(status_text(STATUS))
    for said in (
        "1,041 articles, 20,000 sentences",
        "done 5,000 (25%)",
        "begun 1,000",
        "untouched 14,000",
        "2 with unsubmitted answers",
        "17,000 × 1 annotator, 3,000 × 3 annotators",
        "14,000 × 0 annotators",
        "escalated 40 annotations more asked for, 12 in last pull",
        "22 edited by other, 1 not registered, 333 revised",
        "run `intercoder pull`",
        "annotator-0a1b2c3d 12,345 2 1 72",
        "annotator-ffffffff 1 ? 0 – not registered",
    ):
        assert said in text, text


def test_it_is_said_that_blindness_is_not_enforced() -> None:
    assert "does not enforce blindness" in words(status_text(STATUS))


@pytest.mark.parametrize(
    ("found", "since", "said"),
    [
        (None, None, "blind not enforced"),
        (None, "2026-11-29T06:12:00+00:00", "blind since 2026-11-29T06:12:00+00:00: no annotation yet"),
        (Blindness(n_annotations=9, n_blind=0), None, "blind not enforced"),
        (
            Blindness(n_annotations=9, n_blind=0),
            "2026-11-29T06:12:00+00:00",
            "blind not enforced before 2026-11-29T06:12:00+00:00",
        ),
        (
            Blindness(n_annotations=12345, n_blind=1204, since="2026-11-29"),
            "2026-12-01T08:00:00+00:00",
            "blind since 2026-11-29: 1,204 of 12,345 annotations",
        ),
    ],
)
def test_since_when_and_of_how_many_blindness_was_enforced(
    found: Blindness | None, since: str | None, said: str
) -> None:
    shown = replace(STATUS, rounds=(replace(ROUND, blind=found, blind_since=since),))
    assert f" {said} " in words(status_text(shown))
    assert max(map(len, printed(status_text(shown)).splitlines())) <= 80


def test_where_it_is_enforced_it_is_not_said_that_it_is_not() -> None:
    assert "does not enforce" not in words(status_text(replace(STATUS, blindness="")))


def test_a_server_that_is_away_leaves_unknown_what_it_alone_knows() -> None:
    away = replace(ROUND, in_progress=None, newer_on_server=None)
    text = words(status_text(replace(STATUS, rounds=(away,), server_away="nobody answers at http://x")))
    assert "in progress unknown" in text
    assert "nobody answers at http://x" in text
    assert "newer work" not in text


def test_before_the_first_round() -> None:
    text = printed(status_text(StudyStatus(0, 0, (), None)))
    assert "No round yet" in text
    assert "blindness" not in text


def test_a_round_without_sentences_divides_by_nothing() -> None:
    assert "done 0" in words(status_text(replace(STATUS, rounds=(replace(ROUND, sentences=0, done=0, begun=0),))))


def test_rows_for_a_table_program() -> None:
    assert annotator_rows(STATUS)[1] == {
        "round": "a-round-with-a-name-of-thirty-c",
        "annotator": "annotator-ffffffff",
        "registered": False,
        "done": 1,
        "in_progress": None,
        "skipped": 0,
        "median_seconds": None,
    }


SCORES = (
    GoldScore("annotator-0a1b2c3d", None, 15, 11, 11 / 15, 0.4805, 0.8910),
    GoldScore("annotator-0a1b2c3d", "a_question_with_a_name_of_forty_letters_", 14, 13, 13 / 14, 0.685, 0.987),
    GoldScore("annotator-0b1b2c3d", None, 0, 0, None, None, None),
)


def test_how_everybody_does_on_gold() -> None:
    gold = GoldProgress(n_sentences=15, n_only_gold=12, scores=SCORES)
    shown = replace(STATUS, rounds=(replace(ROUND, gold=gold),))
    text = words(status_text(shown))
    for said in (
        "gold 15 sentences, 12 of them in the round only for that",
        "annotator-0a1b2c3d all of the sentence 11 of 15 0.73 0.48 to 0.89",
        "13 of 14 0.93 0.69 to 0.99",
        "annotator-0b1b2c3d all of the sentence 0 of 0 – –",
    ):
        assert said in text, text
    assert max(map(len, printed(status_text(shown)).splitlines())) <= 80
    assert "on gold" not in words(status_text(STATUS))


def test_why_nobody_is_scored_on_gold() -> None:
    gold = GoldProgress(n_sentences=15, n_only_gold=12, scores=(), unknown_because="there is no gold.csv.")
    assert "not scored: there is no gold.csv" in words(
        status_text(replace(STATUS, rounds=(replace(ROUND, gold=gold),)))
    )


def test_who_asked_for_what_is_not_theirs_stands_in_a_line_each() -> None:
    refused = (
        Refusals("annotator-1", "answers", 3, datetime(2026, 11, 29, 8, 12, 30, tzinfo=UTC)),
        Refusals("annotator-1", "lead", 1, datetime(2026, 11, 28, 8, 12, tzinfo=UTC)),
        Refusals("annotator-2", "closed", 1200, datetime(2026, 11, 27, 23, 5, tzinfo=UTC)),
    )
    assert (
        "annotator-1 asked for others' answers 3 times, for what is the lead's once: refused, last on 2026-11-29 at "
        "08:12 UTC annotator-2 asked to code in a closed round 1,200 times: refused, last on 2026-11-27 at 23:05 UTC"
    ) in words(status_text(replace(STATUS, refused=refused)))


def test_that_annotators_are_kept_out_is_said_with_the_command_that_looks_at_it() -> None:
    said = words(status_text(replace(STATUS, kept_out="1.24.0")))
    assert "Annotators are kept out: the gate does not know Label Studio 1.24.0. `intercoder server check`" in said
