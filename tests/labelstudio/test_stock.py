"""Stock exports made up by hand: what is guessed, what counts, and what is said to be left out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from toolkit.errors import BadInput
from toolkit.labelstudio.decode import read_export
from toolkit.labelstudio.stock import StockExport, stock_export
from toolkit.labelstudio.stock_config import controls_of

TEXT = "Police said “no”."
Part = dict[str, Any]


def part(name: str, kind: str, value: Part, **more: object) -> Part:
    return {"from_name": name, "to_name": "text", "type": kind, "value": value, **more}


def choice(name: str, *codes: str) -> Part:
    return part(name, "choices", {"choices": list(codes)})


def submission(number: int, who: int | None, *result: Part, day: int = 1, **more: object) -> Part:
    at = f"2026-01-{day:02}T10:00:00Z"
    return {"id": number, "completed_by": who, "result": list(result), "created_at": at, "updated_at": at, **more}


def read(annotations: Sequence[Part], *, config: str | None = None, data: Part | None = None) -> StockExport:
    task = {"id": 1, "data": data or {"text": TEXT}, "annotations": list(annotations)}
    controls = None if config is None else controls_of(f"<View>{config}</View>", name="label.xml")
    return stock_export(read_export(json.dumps([task])), controls)


def levels(found: StockExport) -> dict[str, str]:
    return {question.question: question.level for question in found.questions}


def test_kinds_come_from_the_results_themselves() -> None:
    found = read([
        submission(
            1, 7, choice("tone", "good"), choice("topics", "a", "b"), part("stars", "rating", {"rating": 3}),
            part("n", "number", {"number": 2.5}), part("tree", "taxonomy", {"taxonomy": [["a", "b"]]}),
            part("pair", "pairwise", {"selected": "left"}),
            part("words", "labels", {"start": 0, "end": 6, "text": "Police", "labels": ["Who"]}),
        )
    ])  # fmt: skip
    assert levels(found) == {
        "tone": "nominal", "topics": "set", "stars": "ordinal", "n": "interval", "tree": "taxonomy", "pair": "nominal",
        "words": "span",
    }  # fmt: skip
    of = {question.question: question for question in found.questions}
    assert of["stars"].categories == ("1", "2", "3")
    assert of["tree"].answers[0].codes == ("a/b",)
    assert of["words"].texts == {"1": TEXT}
    assert all(question.because for question in found.questions)


def test_one_answer_of_several_makes_a_question_one_of_sets() -> None:
    found = read([submission(1, 7, choice("q", "a")), submission(2, 8, choice("q", "a", "b"))])
    assert levels(found) == {"q": "set"}
    assert "1 of 2 answers" in found.questions[0].because


def test_the_configuration_says_what_may_be_answered() -> None:
    config = (
        '<Text name="text" value="$text"/><Choices name="tone" toName="text"><Choice value="Good" alias="good"/>'
        '<Choice value="bad"/></Choices><Choices name="topics" toName="text" choice="multiple"><Choice value="a"/>'
        '</Choices><Rating name="stars" toName="text" maxRating="7"/>'
    )
    given = submission(1, 7, choice("tone", "good"), choice("topics", "a"), part("stars", "rating", {"rating": 2}))
    found = read([given], config=config)
    assert levels(found) == {"tone": "nominal", "topics": "set", "stars": "ordinal"}
    assert [question.categories for question in found.questions] == [
        ("good", "bad"), ("a",), tuple("1234567"),
    ]  # fmt: skip


def test_what_is_not_configured_any_more_still_counts() -> None:
    config = '<Choices name="tone" toName="text"><Choice value="good"/></Choices>'
    found = read([submission(1, 7, choice("tone", "removed"))], config=config)
    assert found.questions[0].categories == ("good", "removed")


def test_annotations_that_do_not_count_are_counted_by_reason() -> None:
    found = read(
        [
            submission(1, 7, choice("q", "first")),
            submission(2, 7, choice("q", "second"), day=2),
            submission(3, 8, was_cancelled=True),
            submission(4, 9, choice("q", "mine"), updated_by=7),
            submission(5, None, choice("q", "whose")),
            submission(6, 10, choice("q", "a"), parent_prediction=4),
        ]
    )
    assert found.excluded == {"revised": 1, "skipped": 1, "edited_by_other": 1, "no_annotator": 1}
    assert found.beside == {"begun_from_a_prediction": 1}
    assert {answer.annotator: answer.codes for answer in found.questions[0].answers} == {
        "annotator 7": ("second",), "annotator 10": ("a",),
    }  # fmt: skip


def test_drafts_and_predictions_are_counted_and_are_no_answers() -> None:
    task = {
        "id": 1, "data": {"text": TEXT}, "annotations": [submission(1, 7, choice("q", "a"))],
        "drafts": [{"result": [choice("q", "b")]}], "predictions": [{"result": []}, {"result": []}],
    }  # fmt: skip
    found = stock_export(read_export(json.dumps([task])))
    assert found.beside == {"drafts": 1, "predictions": 2}
    assert found.questions[0].categories == ("a",)


def test_what_is_asked_of_regions_or_measures_nothing_is_left_out_with_its_reason() -> None:
    marked = part("words", "labels", {"start": 0, "end": 6, "text": "Police", "labels": ["Who"]}, id="r1")
    found = read([
        submission(
            1, 7, marked, part("role", "choices", {"choices": ["x"]}, id="r1"),
            part("why", "textarea", {"text": ["so"]}), part("box", "rectanglelabels", {"rectanglelabels": ["car"]}),
            {"type": "relation", "from_id": "a", "to_id": "b"},
        )
    ])  # fmt: skip
    assert levels(found) == {"words": "span"}
    assert found.left_out.keys() == {"role", "why", "box"}


def test_who_marked_nothing_has_marked_nothing() -> None:
    marked = part("words", "labels", {"start": 0, "end": 6, "text": "Police", "labels": ["Who"]})
    found = read([submission(1, 7, marked), submission(2, 8)])
    assert [(answer.annotator, len(answer.marks)) for answer in found.questions[0].answers] == [
        ("annotator 7", 1), ("annotator 8", 0),
    ]  # fmt: skip


def test_without_a_text_that_fits_the_words_there_is_none() -> None:
    marked = part("words", "labels", {"start": 0, "end": 6, "text": "Police", "labels": ["Who"]})
    found = read([submission(1, 7, marked)], data={"url": "https://example.org/page"})
    assert found.questions[0].texts is None
    assert "not in the export" in found.questions[0].because


def test_several_labels_on_the_same_words_are_several_marks() -> None:
    marked = part("words", "labels", {"start": 0, "end": 6, "text": "Police", "labels": ["Who", "Office"]})
    (answer,) = read([submission(1, 7, marked)]).questions[0].answers
    assert {mark.label for mark in answer.marks} == {"Who", "Office"}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("choices", {"choices": "a"}), ("choices", {"choices": []}), ("choices", {"choices": [1]}), ("choices", {}),
        ("rating", {"rating": 2.5}), ("rating", {"rating": True}), ("rating", {"rating": 0}),
        ("number", {"number": "3"}),
        ("taxonomy", {"taxonomy": [["a"], []]}), ("taxonomy", {"taxonomy": "a"}), ("pairwise", {"selected": None}),
        ("labels", {"start": 0, "end": 6, "labels": []}),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_counted_and_is_no_answer(kind: str, value: Part) -> None:
    good = submission(2, 8, choice("fine", "a"))
    found = read([submission(1, 7, part("q", kind, value)), good])
    assert found.unreadable == {"q": 1}
    assert all(not question.answers or question.question != "q" or kind == "labels" for question in found.questions)


@pytest.mark.parametrize(
    "config",
    ["<View>", "<View/>", '<!DOCTYPE x [<!ENTITY a "b">]><View><Choices name="q" toName="t"/></View>', "plain"],
)
def test_what_is_no_configuration_is_refused(config: str) -> None:
    with pytest.raises(BadInput, match=r"label\.xml"):
        controls_of(config, name="label.xml")


def test_a_stroke_in_a_step_of_a_tree_does_not_make_two_of_it() -> None:
    found = read([submission(1, 7, part("tree", "taxonomy", {"taxonomy": [["and/or", "x"]]}))])
    (code,) = found.questions[0].answers[0].codes
    assert code.count("/") == 1
