"""What is in dispute on one sentence, against cases written out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.codebook.samples import FULL, codebook
from toolkit.agreement.answer_rows import Recoded
from toolkit.codebook.accepted_answers import check_answers
from toolkit.codebook.answers import Mark, Response
from toolkit.loop.disputes import comparable_answers, disputes_in
from toolkit.study.records import Annotation

BOOK = codebook()
TEXT = "“Go,” said the army."
AT = datetime(2026, 3, 1, tzinfo=UTC)


def by(annotator: str, *responses: Response) -> Annotation:
    """What an annotator submitted on one sentence, through the codebook's own check."""
    return Annotation(
        annotation_id=f"pilot-{annotator}",
        sentence_id="a-1",
        article_id="a",
        round="pilot",
        annotator=annotator,
        created_at=AT,
        updated_at=AT,
        seconds_spent=None,
        skipped=False,
        edited_by_other=False,
        from_prediction=False,
        repeat=False,
        codebook_version=BOOK.version,
        codebook_hash=BOOK.hash,
        excluded_because=None,
        answers=check_answers(BOOK, responses, sentence=TEXT),
    )


def chose(question: str, *codes: str) -> Response:
    return Response(question, codes=codes)


def marked(label: str, start: int, end: int) -> Response:
    return Response("words", marks=(Mark(label, start, end, None),))


OK, BROKEN = chose("gate", "ok"), chose("gate", "broken")


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (["ok", "ok"], "agreed"),
        (["ok", "broken"], "tie"),
        (["ok", "ok", "broken"], "split"),
        (["ok", "broken", "unclear"], "tie"),
        (["ok", "ok", "broken", "broken", "unclear"], "tie"),
        (["ok"], "too_few"),
        ([], "too_few"),
        (["ok", "unclear"], "tie"),
        (["unclear", "unclear"], "agreed"),
        (["ok", "no such category"], "too_few"),
    ],
)
def test_one_question(given: list[str], outcome: str) -> None:
    everybody = [by(f"annotator-{place}", chose("gate", code)) for place, code in enumerate(given)]
    assert disputes_in(everybody, BOOK)["gate"] == outcome


def test_every_measured_question_and_no_other() -> None:
    found = disputes_in([by("a", OK), by("b", OK)], BOOK)
    assert list(found) == ["gate", "kind", "rank", "topics", "words", "warmth", "deaths"]
    talkative = [by("a", OK, Response("note", texts=("Hm.",))), by("b", OK, Response("note", texts=("Aha.",)))]
    assert "note" not in disputes_in(talkative, BOOK)


def test_annotations_that_do_not_count_are_not_looked_at() -> None:
    left_out = replace(by("b", BROKEN), excluded_because="revised")
    assert disputes_in([by("a", OK), left_out, by("c", OK)], BOOK)["gate"] == "agreed"


def test_sets_are_compared_whole_and_without_order() -> None:
    one, same, more = (chose("topics", *codes) for codes in (("war", "law"), ("law", "war"), ("war", "law", "trade")))
    assert disputes_in([by("a", OK, one), by("b", OK, same)], BOOK)["topics"] == "agreed"
    assert disputes_in([by("a", OK, one), by("b", OK, more)], BOOK)["topics"] == "tie"
    assert disputes_in([by("a", OK, one), by("b", OK, same), by("c", OK)], BOOK)["topics"] == "split"


def test_numbers() -> None:
    numbers = [by(str(number), OK, Response("deaths", numbers=(number,))) for number in (3.0, 3.5)]
    assert disputes_in(numbers, BOOK)["deaths"] == "tie"


def test_spans_are_the_same_only_with_label_and_both_ends() -> None:
    army = marked("Source", 15, 19)
    assert disputes_in([by("a", OK, army), by("b", OK, army)], BOOK)["words"] == "agreed"
    assert disputes_in([by("a", OK, army), by("b", OK, marked("Source", 11, 19))], BOOK)["words"] == "tie"
    assert disputes_in([by("a", OK, army), by("b", OK, marked("Cue", 15, 19))], BOOK)["words"] == "tie"
    assert disputes_in([by("a", OK, army), by("b", OK, army), by("c", OK)], BOOK)["words"] == "split"


def test_what_was_hidden_by_a_disputed_answer_is_not_in_dispute_itself() -> None:
    found = disputes_in([by("a", BROKEN), by("b", OK, chose("kind", "army")), by("c", OK, chose("kind", "army"))], BOOK)
    assert (found["gate"], found["kind"], found["words"]) == ("split", "agreed", "agreed")


def test_nor_is_what_was_hidden_by_that_in_turn() -> None:
    """Rank depends on kind, which is agreed by the two that were asked, and kind on gate, which is in dispute."""
    ranked = (OK, chose("kind", "army"))
    everybody = [by("a", BROKEN), by("b", *ranked, chose("rank", "low")), by("c", *ranked, chose("rank", "high"))]
    found = disputes_in(everybody, BOOK)
    assert (found["gate"], found["kind"], found["rank"]) == ("split", "agreed", "tie")
    assert disputes_in(everybody[:2], BOOK)["rank"] == "too_few"


def test_where_all_were_not_shown_a_question_they_agree() -> None:
    assert disputes_in([by("a", BROKEN), by("b", BROKEN)], BOOK)["kind"] == "agreed"


def test_hidden_by_a_rejected_answer_says_nothing() -> None:
    found = disputes_in([by("a", chose("gate", "nonsense")), by("b", OK, chose("kind", "army"))], BOOK)
    assert (found["gate"], found["kind"]) == ("too_few", "too_few")


def test_hidden_is_in_dispute_where_nobody_settles_what_hid_it() -> None:
    """A question kept out of agreement is not settled, so that what it hides is the only place to see a difference."""
    gate = "level: nominal\n    categories:\n      - {code: ok,"
    assert FULL.count(gate) == 1
    unmeasured = codebook(FULL.replace(gate, gate.replace("nominal", "nominal\n    agreement: false")))
    everybody = [by("a", BROKEN), by("b", OK, chose("kind", "army"))]
    assert comparable_answers(everybody, unmeasured)["kind"] == {"a": Recoded.NOT_SHOWN, "b": "STATE/army"}
    found = disputes_in(everybody, unmeasured)
    assert "gate" not in found
    assert found["kind"] == "tie"
    assert found["rank"] == "too_few"
