"""Answers side by side, against cases written out, and against what is said to be in dispute."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.codebook.samples import codebook
from tests.loop.settled_study import SENTENCES, settled_study
from tests.loop.test_disputes import BROKEN, OK, by, chose, marked
from tests.study.small import article
from toolkit.agreement.coded_question import CodedQuestion
from toolkit.agreement.ratings import Ratings
from toolkit.codebook.answers import Response
from toolkit.loop.agreement.rounds_source import pulled
from toolkit.loop.disputes import disputes_in, outcome
from toolkit.loop.report import ReportRequest, report_study
from toolkit.loop.reporting.answers_side_by_side import (
    MARKED,
    MOST_CELLS,
    NOBODY,
    NOT_COMPARED,
    OUTCOMES,
    AnswersSideBySide,
    ListedQuestion,
    ListedValue,
    answers_side_by_side,
    ratings_side_by_side,
)
from toolkit.study.decisions import Settled
from toolkit.study.records import Annotation
from toolkit.tables.questions import coded_questions
from toolkit.tables.rows import LongColumns
from toolkit.tables.values import ValueRules

BOOK = codebook()
FROZEN, CUT = article("a", "“Go,” said the army.", "It rains, the army said.", "Nobody came.")
TITLED = replace(FROZEN, title="The army", outlet="Daily")


def listed(*groups: Sequence[Annotation], settled: Sequence[Settled] = (), links: Any = None) -> AnswersSideBySide:
    """The first sentences of the article, each as coded by one group."""
    every = [
        replace(one, sentence_id=sentence.sentence_id)
        for sentence, group in zip(CUT, groups, strict=False)
        for one in group
    ]
    return answers_side_by_side(
        every,
        BOOK,
        sentences={one.sentence_id: one for one in CUT},
        articles={"a": TITLED},
        links=links or {},
        settled=settled,
    )


def of(found: AnswersSideBySide, question: str) -> ListedQuestion:
    (one,) = (each for each in found.questions if each.question == question)
    return one


def said(found: AnswersSideBySide, question: str, row: int = 0) -> list[str | None]:
    one = of(found, question)
    return [None if place == NOBODY else one.values[place].name for place in one.given[row].tolist()]


def says(question: str, value: object, **other: Any) -> Settled:
    return Settled(sentence_id="a-1", question=question, outcome="decided", value=value, because="split", **other)


def test_annotators_stand_by_pseudonym_and_who_did_not_code_a_sentence_is_nobody() -> None:
    found = listed([by("zoe", OK), by("abe", BROKEN)], [by("zoe", OK)])
    assert found.annotators == ("abe", "zoe")
    assert said(found, "gate") == ["broken", "ok"]
    assert said(found, "gate", 1) == [None, "ok"]
    assert of(found, "gate").outcomes.tolist() == [OUTCOMES.index("tie"), OUTCOMES.index("too_few")]


def test_sentences_have_their_article_their_place_and_their_link() -> None:
    found = listed([by("a", OK)], [by("a", OK)], links={"a-2": "https://example.org/?task=2"})
    assert [(one.article_id, one.title, one.outlet) for one in found.articles] == [("a", "The army", "Daily")]
    assert [(one.article, one.position, one.text, one.link) for one in found.sentences] == [
        (0, 1, CUT[0].text, None),
        (0, 2, CUT[1].text, "https://example.org/?task=2"),
    ]


def test_an_article_of_which_nothing_is_known_is_there_by_its_name() -> None:
    one = replace(by("a", OK), sentence_id="a-1")
    found = answers_side_by_side([one], BOOK, sentences={"a-1": CUT[0]}, articles={}, links={}, settled=[])
    assert [(each.article_id, each.title) for each in found.articles] == [("a", None)]


def test_what_does_not_count_is_not_listed_and_makes_no_annotator() -> None:
    left_out = replace(by("b", BROKEN), excluded_because="gold")
    found = listed([by("a", OK), left_out], [left_out])
    assert (found.annotators, len(found.sentences)) == (("a",), 1)


def test_nobody_coded_anything() -> None:
    found = listed()
    assert (found.annotators, found.articles, found.sentences) == ((), (), ())
    assert [one.question for one in found.questions] == [one.id for one in BOOK.questions]
    assert all(one.given.shape == (0, 0) and not one.values for one in found.questions)


def test_every_kind_of_answer_has_a_name_and_a_status() -> None:
    everything = [
        by(
            "a",
            OK,
            chose("kind", "army"),
            chose("rank", "none_given"),
            chose("topics", "law", "war"),
            marked("Source", 15, 19),
            Response("warmth", numbers=(2.0,)),
            Response("note", texts=("Hm.",)),
        ),
        by("b", BROKEN, chose("topics"), Response("warmth", numbers=(99.0,)), Response("deaths", numbers=(2.5,))),
        by("c", chose("gate", "unclear")),
    ]
    found = listed(everything)
    names = {one.question: said(found, one.question) for one in found.questions}
    assert names == {
        "gate": ["ok", "broken", "unclear"],
        "kind": ["STATE/army", "not shown", "not shown"],
        "rank": ["none_given", "not shown", "not shown"],
        "topics": ["{law, war}", "{}", "{}"],
        "words": [MARKED, "not shown", "not shown"],
        "warmth": ["2", "not valid", "unanswered"],
        "deaths": ["unanswered", "2.5", "unanswered"],
        "note": ["Hm.", "unanswered", "unanswered"],
    }
    statuses = {value.name: value.status for one in found.questions for value in one.values}
    assert statuses["unclear"] == statuses["none_given"] == "cannot_be_judged"
    assert (statuses["not valid"], statuses["not shown"], statuses["unanswered"]) == (
        "rejected",
        "not_shown",
        "unanswered",
    )


def test_who_marked_nothing_is_said_to_have_marked_nothing() -> None:
    found = listed([by("a", OK, marked("Cue", 0, 3)), by("b", OK)])
    assert said(found, "words") == [MARKED, "nothing marked"]
    assert {place: [mark.text for mark in marks] for place, marks in of(found, "words").spans.items()} == {
        (0, 0): [CUT[0].text[:3]]
    }


@pytest.mark.parametrize(("one", "other"), [(1234567.0, 1234568.0), (0.1, 0.1000001), (1e16, 1e17)])
def test_two_numbers_are_never_one_answer(one: float, other: float) -> None:
    found = listed([by("a", OK, Response("deaths", numbers=(one,))), by("b", OK, Response("deaths", numbers=(other,)))])
    first, second = said(found, "deaths")
    assert first != second
    assert of(found, "deaths").outcomes.tolist() == [OUTCOMES.index("tie")]


def test_a_question_kept_out_of_agreement_is_listed_and_not_compared() -> None:
    found = listed([by("a", OK, Response("note", texts=("Hm.",))), by("b", OK, Response("note", texts=("Aha.",)))])
    assert of(found, "note").outcomes.tolist() == [NOT_COMPARED]


ONE_CODER = st.tuples(
    st.sampled_from([OK, BROKEN, chose("gate", "unclear"), chose("gate", "nonsense")]),
    st.sampled_from([chose("kind", "army"), chose("kind", "paper"), chose("kind")]),
    st.sampled_from([chose("topics", "war"), chose("topics", "war", "law"), chose("topics")]),
    st.sampled_from([Response("deaths", numbers=(1.0,)), Response("deaths", numbers=(2.0,)), Response("deaths")]),
    st.sampled_from([marked("Cue", 0, 3), marked("Source", 0, 3), Response("words")]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(ONE_CODER, min_size=1, max_size=4), min_size=1, max_size=3))
def test_outcomes_are_what_is_in_dispute_and_equal_answers_are_one(coded: list[list[tuple[Response, ...]]]) -> None:
    groups = [[by(f"p{n}", *answers) for n, answers in enumerate(group)] for group in coded]
    found = listed(*groups)
    for row, group in enumerate(groups):
        expected = disputes_in(group, BOOK)
        for name, told in expected.items():
            assert OUTCOMES[of(found, name).outcomes[row]] == told
        for one in found.questions:
            for column, annotation in enumerate(group):
                (answer,) = (each for each in annotation.answers if each.question == one.question)
                assert one.values[one.given[row, column]].status == answer.status
    for one in found.questions:
        assert len(set(one.values)) == len(one.values)


def test_a_decision_is_called_as_the_answer_that_says_the_same() -> None:
    coded = [by("a", OK, chose("kind", "army"), chose("topics", "law", "war"), Response("deaths", numbers=(2.0,)))]
    decisions = [
        says("gate", "ok"),
        says("kind", "STATE/army"),
        says("topics", ["war", "law"]),
        says("deaths", 2),
        says("words", []),
    ]
    found = listed(coded, settled=decisions)
    for one in decisions:
        assert [of(found, one.question).decided[0]] == said(found, one.question), one.question


def test_marked_words_that_were_decided_on_are_there_in_the_order_of_the_text() -> None:
    found = listed([by("a", OK)], settled=[says("words", [["Cue", 6, 10], ["Source", 0, 5]])])
    assert of(found, "words").decided == {0: MARKED}
    (marks,) = of(found, "words").decided_spans.values()
    assert [(one.label, one.text) for one in marks] == [("Source", "“Go,”"), ("Cue", "said")]


def test_decisions_that_name_no_answer_say_so_and_the_reason_stands_with_the_sentence() -> None:
    both = replace(says("kind", None, reason="ambiguous"), outcome="both_defensible")
    hidden = replace(says("rank", None), outcome="not_shown")
    found = listed([by("a", OK)], settled=[both, hidden])
    assert (of(found, "kind").decided, of(found, "rank").decided) == ({0: "both defensible"}, {0: "not shown"})
    assert found.reasons == {0: "ambiguous"}


def test_what_settles_nothing_or_was_not_asked_is_no_decision() -> None:
    taken_over = replace(says("gate", "ok"), outcome="agreed", because=None)
    open_ = replace(says("kind", None), outcome="open")
    elsewhere = replace(says("gate", "ok"), sentence_id="a-3")
    found = listed([by("a", OK)], settled=[taken_over, open_, elsewhere, says("gone", "x")])
    assert not any(one.decided or one.decided_spans for one in found.questions)
    assert found.reasons == {}


def test_of_an_adjudicated_study_each_decision_stands_beside_its_answers(tmp_path: Path) -> None:
    study = settled_study(tmp_path / "study")
    found = report_study(study, ReportRequest(replicates=0)).answers
    names = [one.sentence_id for one in found.sentences]
    assert names == list(SENTENCES)
    kind = of(found, "kind")
    with study.database() as database:
        settled = [one for one in pulled(study, database).settled("pilot") if one.because is not None]
    assert {names[row]: said_ for row, said_ in kind.decided.items()} == {
        one.sentence_id: one.value or "both defensible" for one in settled if one.question == "kind"
    }
    assert {names[row]: reason for row, reason in found.reasons.items()} == {
        name: one.reason for name, one in SENTENCES.items() if one.reason is not None
    }


def table(*rows: tuple[str, str, object], level: str = "nominal", **other: Any) -> tuple[CodedQuestion, ...]:
    import pyarrow as pa

    units, annotators, values = (list(column) for column in zip(*rows, strict=True))
    made = pa.table({"u": units, "a": annotators, "v": values})
    return coded_questions(made, LongColumns(unit="u", annotator="a", value="v"), ValueRules(level=level, **other))


def test_a_table_has_its_units_in_order_and_its_values_as_they_stand_there() -> None:
    found = ratings_side_by_side(
        table(("u2", "zoe", "yes"), ("u2", "abe", "no"), ("u1", "abe", "yes"), ("u3", "abe", None))
    )
    assert [one.sentence_id for one in found.sentences] == ["u2", "u1", "u3"]
    assert found.annotators == ("abe", "zoe")
    assert [said(found, "v", row) for row in range(3)] == [["no", "yes"], ["yes", None], [None, None]]
    assert [OUTCOMES[place] for place in of(found, "v").outcomes] == ["tie", "too_few", "too_few"]


def test_in_a_table_too_cannot_be_judged_is_an_answer_that_differs_from_others() -> None:
    found = ratings_side_by_side(
        table(
            ("u", "a", "yes"), ("u", "b", "unclear"), ("w", "a", "unclear"), ("w", "b", "unclear"), missing=["unclear"]
        )
    )
    assert of(found, "v").values == (ListedValue("yes", "answered"), ListedValue("unclear", "cannot_be_judged"))
    assert said(found, "v") == ["yes", "unclear"]
    assert [OUTCOMES[place] for place in of(found, "v").outcomes] == ["tie", "agreed"]


def test_sets_and_numbers_of_a_table() -> None:
    sets = ratings_side_by_side(
        table(("u", "a", "x;y"), ("u", "b", "y;x"), ("u", "c", "x"), level="set", set_separator=";")
    )
    assert said(sets, "v") == ["{x, y}", "{x, y}", "{x}"]
    assert OUTCOMES[of(sets, "v").outcomes[0]] == "split"
    numbers = ratings_side_by_side(table(("u", "a", "1234567"), ("u", "b", "1234568.5"), level="interval"))
    assert said(numbers, "v") == ["1234567", "1234568.5"]


def test_a_table_without_questions_of_values_lists_nothing() -> None:
    found = ratings_side_by_side([])
    assert (found.annotators, found.sentences, found.questions) == ((), (), ())


@settings(max_examples=80)
@given(st.dictionaries(st.tuples(st.integers(0, 4), st.sampled_from("abcde")), st.sampled_from("xyz"), min_size=1))
def test_outcomes_of_a_table_are_those_of_the_same_answers_in_a_study(given_: dict[tuple[int, str], str]) -> None:
    rows = [(f"u{unit}", who, value) for (unit, who), value in given_.items()]
    found = ratings_side_by_side(table(*rows))
    for row, sentence in enumerate(found.sentences):
        answers = {who: value for unit, who, value in rows if unit == sentence.sentence_id}
        assert OUTCOMES[of(found, "v").outcomes[row]] == outcome(answers)


def test_a_table_of_as_many_numbers_as_units_takes_no_table_of_both() -> None:
    """A hundred thousand by a hundred thousand would be 80 GB."""
    n = 100_000
    unit, annotator = np.repeat(np.arange(n), 2), np.tile(np.arange(2), n)
    ratings = Ratings(range(n), ["a", "b"], tuple(map(float, range(n))), unit, annotator, unit * (1 - annotator % 2))
    began = time.monotonic()
    found = ratings_side_by_side([CodedQuestion(question="v", level="interval", ratings=ratings)])
    assert time.monotonic() - began < 20
    outcomes = np.bincount(found.questions[0].outcomes, minlength=len(OUTCOMES))
    assert outcomes.tolist() == [1, 0, n - 1, 0]


def test_of_a_crowd_whose_people_hardly_met_nothing_is_listed() -> None:
    n = 8_000
    each = np.arange(n)
    names = [f"p{number}" for number in each]
    ratings = Ratings([f"u{number}" for number in each], names, ("x",), each, each, np.zeros(n, dtype=np.int64))
    crowd = CodedQuestion(question="v", level="nominal", ratings=ratings, scale=("x",))
    assert n * n > MOST_CELLS
    assert ratings_side_by_side([crowd]).sentences == ()
