"""What a request may say: the next sentence as it comes, an answer in one's own name, on what its address names."""

from __future__ import annotations

from typing import Any

import pytest

from toolkit.labelstudio.gate import asked
from toolkit.labelstudio.gate.asked import Refusal

AS_THE_PAGE = {
    "ordering": [],
    "selectedItems": {"all": False, "included": []},
    "filters": {"conjunction": "and", "items": []},
    "project": "1",
}
ANSWER = {
    "lead_time": 3.5, "result": [{"value": {"choices": ["writer"]}}], "draft_id": 0, "parent_prediction": None,
    "parent_annotation": None, "started_at": "2026-11-29T06:41:58.897Z", "unique_id": "86edd6b1", "project": "1",
}  # fmt: skip


def refused(what: str, call: Any, *given: object) -> None:
    with pytest.raises(Refusal) as refusal:
        call(*given)
    assert refusal.value.what == what


def test_what_the_page_sends_is_let_through() -> None:
    asked.next_sentence(AS_THE_PAGE)
    asked.next_sentence({})
    asked.answer(ANSWER, 2)
    asked.answer(ANSWER | {"completed_by": 2, "was_cancelled": True}, 2)
    asked.same_place(ANSWER, {"project": 1, "task": 5})
    asked.same_place({"project": "1", "task": 5, "annotation": None}, {"project": 1, "task": 5})


@pytest.mark.parametrize(
    "more",
    [
        {
            "filters": {
                "conjunction": "and",
                "items": [{"filter": "filter:tasks:annotations_results", "value": "writer"}],
            }
        },
        {"filters": {"conjunction": "or", "items": []}},
        {"selectedItems": {"all": True, "excluded": []}},
        {"selectedItems": {"all": False, "included": [3]}},
        {"ordering": ["tasks:annotations_results"]},
        {"query": "{}"},
        {"filters": None},
    ],
)
def test_the_next_sentence_cannot_be_chosen_by_what_others_answered(more: dict[str, object]) -> None:
    refused("answers", asked.next_sentence, AS_THE_PAGE | more)


@pytest.mark.parametrize("name", ["completed_by", "user", "updated_by"])
@pytest.mark.parametrize("who", [3, "3", "ben@example.org", {"id": 2}, True, [2]])
def test_nobody_answers_in_the_name_of_somebody_else(name: str, who: object) -> None:
    refused("answers", asked.answer, ANSWER | {name: who}, 2)


def test_an_answer_is_no_more_than_that() -> None:
    refused("lead", asked.answer, ANSWER | {"ground_truth": True}, 2)
    for name in ("created_at", "updated_at", "import_id", "bulk_created", "last_action", "anything"):
        refused("form", asked.answer, ANSWER | {name: None}, 2)


@pytest.mark.parametrize(
    "given", [{"project": 2}, {"project": "01x"}, {"task": 6}, {"annotation": 9}, {"project": [1]}]
)
def test_a_body_names_no_other_place_than_the_address(given: dict[str, object]) -> None:
    refused("form", asked.same_place, given, {"project": 1, "task": 5})


def test_numbers_are_read_as_a_query_or_json_has_them() -> None:
    assert [asked.number(each) for each in (5, "5", "0x5", "", None, True, "٥", 5.0)] == [
        5,
        5,
        None,
        None,
        None,
        None,
        None,
        None,
    ]


def test_whose_an_answer_is_is_not_handed_on_but_known() -> None:
    given = {"result": [], "lead_time": 2.0, "task": None, "project": "", "completed_by": 2, "user": 2, "id": 7}
    assert asked.answer(given, 2) == {"result": [], "lead_time": 2.0}


@pytest.mark.parametrize(
    "more",
    [{"result": "[]"}, {"result": [[]]}, {"result": None}, {"lead_time": float("inf")}, {"lead_time": "2"}],
)
def test_what_is_no_answer_is_not_saved(more: dict[str, object]) -> None:
    refused("form", asked.answer, ANSWER | more, 2)


@pytest.mark.parametrize("told", [10**18, -(10**18), "9" * 19, "9" * 5000, "١", "1_0", "", True, 1.0, None])
def test_what_no_database_holds_is_no_number(told: object) -> None:
    assert asked.number(told) is None
    assert asked.number("9" * 18) == 10**18 - 1
