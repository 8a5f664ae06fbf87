"""Stock exports made up by hand: what is guessed, what counts, and what is said to be left out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from toolkit.errors import BadInput
from toolkit.labelstudio.export_file import read_export
from toolkit.labelstudio.stock.config import controls_of
from toolkit.labelstudio.stock.export import StockExport, stock_export

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


def test_one_annotation_that_is_there_twice_is_a_fault_of_the_file() -> None:
    with pytest.raises(BadInput, match="annotation 1: it is there twice"):
        read([submission(1, 7, choice("q", "a")), submission(1, 7, choice("q", "b"))])


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


def test_the_latest_submission_decides_also_where_it_does_not_count() -> None:
    found = read([
        submission(1, 7, choice("q", "a")), submission(2, 7, was_cancelled=True, day=2),
        submission(3, 8, choice("q", "a")), submission(4, 8, choice("q", "b"), updated_by=7, day=2),
        submission(5, 9, choice("q", "c")),
    ])  # fmt: skip
    assert found.excluded == {"revised": 2, "skipped": 1, "edited_by_other": 1}
    assert [answer.annotator for answer in found.questions[0].answers] == ["annotator 9"]


def test_who_may_not_have_been_asked_to_mark_has_not_marked_nothing() -> None:
    config = (
        '<Text name="text" value="$text"/>'
        '<Choices name="gate" toName="text"><Choice value="a"/><Choice value="b"/></Choices>'
        '<Labels name="who" toName="text" visibleWhen="choice-selected" whenTagName="gate" whenChoiceValue="a">'
        '<Label value="Who"/></Labels>'
    )
    marked = part("who", "labels", {"start": 0, "end": 6, "text": "Police", "labels": ["Who"]})
    found = read([submission(1, 7, choice("gate", "a"), marked), submission(2, 8, choice("gate", "b"))], config=config)
    spans = next(question for question in found.questions if question.level == "span")
    assert [answer.annotator for answer in spans.answers] == ["annotator 7"]


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


def test_marks_in_a_text_that_is_not_in_the_export_are_left_out() -> None:
    """How much was left unmarked is not known, and expected disagreement lives from that."""
    marked = part("words", "labels", {"start": 0, "end": 6, "text": "Police", "labels": ["Who"]})
    found = read([submission(1, 7, marked)], data={"html": "<p>Police said no.</p>"})
    assert found.questions == ()
    assert "not known" in found.left_out["words"]


@pytest.mark.parametrize(
    "value",
    [
        {"start": 0.5, "end": 3.25, "channel": 0, "original_length": 60.0, "labels": ["Speech"]},
        {"start": 0, "end": 3, "channel": 0, "original_length": 60.0, "labels": ["Speech"]},
        {"start": "0", "end": "1", "paragraphlabels": ["Speech"]},
    ],
)
def test_marks_of_sound_are_no_words(value: Part) -> None:
    found = read([submission(1, 7, part("l", "labels", value)), submission(2, 8)], data={"audio": "talk.wav"})
    assert (found.questions, set(found.left_out)) == ((), {"l"})


def words(start: int, end: int, text: str) -> Part:
    return part("words", "labels", {"start": start, "end": end, "text": text, "labels": ["Who"]})


def test_who_made_a_mark_that_does_not_fit_is_missing_there_and_has_not_marked_nothing() -> None:
    good = [submission(n, n, words(0, 6, "Police")) for n in range(1, 20)]
    found = read([*good, submission(30, 30, words(3, 9, "no such"))])
    (question,) = found.questions
    assert {answer.annotator for answer in question.answers} == {f"annotator {n}" for n in range(1, 20)}
    assert found.unreadable == {"words": 1}


def test_a_text_in_which_many_marks_do_not_fit_is_not_the_one() -> None:
    found = read([submission(1, 7, words(5, 16, "ple tex")), submission(2, 8, words(0, 6, "Police"))])
    assert found.questions == ()


def test_a_mark_across_a_line_break_fits() -> None:
    data = {"text": "first line\nsecond line"}
    across = words(6, 17, "line\\nsecond")
    (question,) = read([submission(1, 7, across), submission(2, 8, words(6, 10, "line"))], data=data).questions
    assert [[(mark.start, mark.end) for mark in answer.marks] for answer in question.answers] == [[(6, 17)], [(6, 10)]]


def test_nothing_chosen_of_several_is_the_empty_set_unless_the_configuration_says_otherwise() -> None:
    given = [submission(1, 7, choice("q", "a", "b")), submission(2, 8)]
    (question,) = read(given).questions
    assert [answer.codes for answer in question.answers] == [("a", "b"), ()]
    assert "empty set" in question.because
    for more in ('required="true"', 'visibleWhen="choice-selected" whenTagName="p"'):
        config = (
            f'<Choices name="q" toName="t" choice="multiple" {more}><Choice value="a"/><Choice value="b"/></Choices>'
        )
        (question,) = read(given, config=config).questions
        assert [answer.codes for answer in question.answers] == [("a", "b")]
        assert question.n_unanswered == 1
        assert "1 without an answer" in question.because


def test_answers_about_boxes_are_about_regions() -> None:
    box = part("box", "rectanglelabels", {"x": 1, "y": 1, "rectanglelabels": ["Car"]}, id="r")
    colour = part("colour", "choices", {"x": 1, "y": 1, "choices": ["red"]}, id="r")
    alone = part("shape", "choices", {"choices": ["round"]}, id="r")
    found = read([submission(1, 7, box, colour, alone)])
    assert found.questions == ()
    assert set(found.left_out) == {"box", "colour", "shape"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (choice("q", "a"), part("q", "number", {"number": 3})),
        (part("q", "rating", {"rating": 3}), choice("q", "a")),
        (choice("q", "a"), part("q", "labels", {"start": 0, "end": 6, "text": "Police", "labels": ["Who"]})),
        (part("q", "labels", {"start": 0, "end": 6, "text": "Police", "labels": ["Who"]}), choice("q", "a")),
        (choice("q", "a"), part("q", "taxonomy", {"taxonomy": [["a"]]})),
    ],
)
def test_a_control_that_was_another_one_before_is_left_out(one: Part, other: Part) -> None:
    found = read([submission(1, 7, one), submission(2, 8, other)])
    assert found.questions == ()
    assert "answered as" in found.left_out["q"]


def test_two_values_of_one_submission_are_none() -> None:
    found = read([submission(1, 7, choice("q", "a"), choice("q", "b")), submission(2, 8, choice("q", "a"))])
    assert [answer.annotator for answer in found.questions[0].answers] == ["annotator 8"]
    assert found.unreadable == {"q": 1}


@pytest.mark.parametrize(
    ("inside", "categories"),
    [
        ('<View><Choice value="a"/><Choice value="b"/></View>', ("a", "b")),
        ('<Choice value="a"><Choice value="b"/></Choice>', ("a", "b")),
    ],
)
def test_choices_are_configured_however_deep_they_stand(inside: str, categories: tuple[str, ...]) -> None:
    config = f'<choices name="q" toName="t">{inside}</choices>'
    assert read([submission(1, 7, choice("q", "a"))], config=config).questions[0].categories == categories


def test_inner_steps_of_a_tree_that_cannot_be_chosen_are_no_categories() -> None:
    config = '<Taxonomy name="q" toName="t" leafsOnly="true"><Choice value="A"><Choice value="a1"/></Choice></Taxonomy>'
    given = submission(1, 7, part("q", "taxonomy", {"taxonomy": [["A", "a1"]]}))
    assert read([given], config=config).questions[0].categories == ("A/a1",)


def test_categories_that_come_with_the_data_are_those_in_use() -> None:
    config = '<Choices name="q" toName="t" value="$options"/>'
    assert "those in use" in read([submission(1, 7, choice("q", "a"))], config=config).questions[0].because


def test_what_is_not_in_the_configuration_is_said() -> None:
    config = '<Choices name="q" toName="t"><Choice value="z"/></Choices>'
    assert "and 1 that are not" in read([submission(1, 7, choice("q", "a"))], config=config).questions[0].because


def test_comments_and_styles_are_no_declarations() -> None:
    config = '<!-- <!-- --><Style><![CDATA[.a {}]]></Style><Choices name="q" toName="t"><Choice value="a"/></Choices>'
    assert controls_of(f"<View>{config.replace('<!-- <!--', '<!-- <!')}</View>", name="label.xml")


@pytest.mark.parametrize(
    "odd",
    [
        choice("q", "a") | {"id": ["x"]},
        part("q", "labels", {"start": 0, "end": 6, "labels": ["L"]}, id={"a": 1}),
        choice("q", "9" * 5000),
        choice("\x1b[31mq", "a\x07"),
        {"type": "choices", "value": {"choices": ["a"]}},
    ],
)
def test_odd_parts_break_nothing_and_steer_no_terminal(odd: Part) -> None:
    found = read([submission(1, 7, odd), submission(2, 8, choice("fine", "a"))])
    said = json.dumps([[one.question, *one.categories] for one in found.questions])
    assert "\\u001b" not in said
    assert "\\u0007" not in said


def test_parts_without_a_name_are_counted() -> None:
    found = read([submission(1, 7, {"type": "choices", "value": {}}, choice("q", "a"))])
    assert found.beside == {"parts_without_a_name": 1}


def test_no_field_is_taken_for_the_text_that_may_be_something_else() -> None:
    data = {"text": "Short.", "submitted_by": "Jane Doe <jane@example.org>"}
    assert read([submission(1, 7, choice("q", "a"))], data=data).texts == {"1": "Short."}
    assert read([submission(1, 7, choice("q", "a"))], data={"submitted_by": "Jane"}).texts == {}


def test_a_configuration_nested_without_end_is_refused() -> None:
    inner = '<Choice value="a">' * 3000 + "</Choice>" * 3000
    with pytest.raises(BadInput, match="nested too deeply"):
        controls_of(f'<View><Taxonomy name="q" toName="t">{inner}</Taxonomy></View>', name="label.xml")


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
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_counted_and_is_no_answer(kind: str, value: Part) -> None:
    good = submission(2, 8, choice("fine", "a"))
    found = read([submission(1, 7, part("q", kind, value)), good])
    assert found.unreadable == {"q": 1}
    assert [question.question for question in found.questions] == ["fine"]


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
