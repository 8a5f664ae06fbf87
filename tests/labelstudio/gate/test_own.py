"""What is left of an answer: their own, whatever else it holds and however it is nested."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.labelstudio.gate import own
from toolkit.labelstudio.gate.own import Eyes

ANNA, BEN = 2, 3
ANNAS = Eyes(ANNA)


def annotation(number: int, whose: object, answer: str, **more: object) -> dict[str, Any]:
    return {
        "id": number,
        "completed_by": whose,
        "result": [answer],
        "updated_at": f"2026-11-29T0{number}:00:00Z",
    } | more


def sentence(**more: object) -> dict[str, Any]:
    """A sentence as Label Studio answers it, with what two people and a model said of it."""
    return {
        "id": 7,
        "data": {"sentence": "Prices rose."},
        "created_at": "2026-11-29T00:00:00Z",
        "project": 1,
        "annotations": [
            annotation(1, {"id": ANNA, "email": "anna@example.org"}, "anna said"),
            annotation(2, BEN, "ben said"),
        ],
        "drafts": [
            {"id": 5, "user": "ben@example.org", "created_username": "ben@example.org, 3", "result": ["ben thinks"]}
        ],
        "predictions": [{"result": ["a model said"]}],
        "annotators": [ANNA, BEN],
        "annotations_results": "ben said",
        "annotations_ids": "1,2",
        "updated_by": [{"user_id": BEN}],
        "updated_at": "2026-11-29T05:00:00Z",
        "completed_at": "2026-11-29T02:00:00Z",
        "total_annotations": 2,
        "is_labeled": True,
        "avg_lead_time": 3.5,
        "agreement": 0.5,
        "comment_authors": [BEN],
    } | more


def test_a_sentence_has_their_own_answers_and_nothing_that_tells_of_others() -> None:
    left = own.task(sentence(), ANNAS)
    said = json.dumps(left)
    assert "anna said" in said
    assert not [word for word in ("ben", "model said", "avg_lead_time", "agreement", "05:00", "02:00") if word in said]
    assert (left["annotators"], left["total_annotations"], left["is_labeled"]) == ([ANNA], 1, True)
    assert (left["data"], left["project"], left["updated_at"]) == (
        {"sentence": "Prices rose."},
        1,
        "2026-11-29T01:00:00Z",
    )


def test_a_sentence_only_others_answered_looks_like_one_that_nobody_did() -> None:
    nobody = sentence(annotations=[], drafts=[], annotators=[], annotations_ids="", total_annotations=0, updated_by=[])
    assert own.task(sentence(), Eyes(4)) == own.task(nobody, Eyes(4))


def test_predictions_are_shown_where_the_project_shows_them_to_everybody() -> None:
    assert own.task(sentence(), ANNAS)["predictions"] == []
    assert own.task(sentence(), Eyes(ANNA, predictions=True))["predictions"] == [{"result": ["a model said"]}]


def test_a_skip_counts_as_one() -> None:
    left = own.task(sentence(annotations=[annotation(1, ANNA, "", was_cancelled=True)]), ANNAS)
    assert (left["cancelled_annotations"], left["total_annotations"], left["is_labeled"]) == (1, 0, False)


@pytest.mark.parametrize("whose", [BEN, {"id": BEN}, None, "anna@example.org", True, "2"])
def test_an_annotation_of_somebody_else_or_of_nobody_is_not_theirs(whose: object) -> None:
    assert own.owned([annotation(1, whose, "said")], ANNAS) == []
    assert own.one_owned(annotation(1, whose, "said"), ANNAS) == {}


def test_a_draft_is_told_by_the_number_behind_its_name() -> None:
    drafts = [
        {"user": "x", "created_username": "Anna, 3 anna@example.org, 2", "result": []},
        {"user": "x", "created_username": "ben@example.org, 3", "result": []},
        {"user": "x", "result": []},
    ]
    assert own.owned(drafts, ANNAS) == drafts[:1]


def test_lists_come_bare_or_as_results() -> None:
    mine = annotation(1, ANNA, "said")
    assert own.owned({"results": [mine, annotation(2, BEN, "said")]}, ANNAS) == [mine]


def test_what_is_no_answer_at_all_is_left_out() -> None:
    assert own.one_owned({"detail": "somebody answered this"}, ANNAS) == {}


def test_a_project_tells_no_counts_and_nobodys_address() -> None:
    left = own.project(
        {
            "id": 1,
            "title": "Pilot",
            "created_by": {"email": "lead@localhost"},
            "total_annotations_number": 12,
            "task_count": 4,
        },
        ANNAS,
    )
    assert (left["title"], left["total_annotations_number"], left["task_count"]) == ("Pilot", None, None)
    assert "lead@localhost" not in json.dumps(left)
    assert left["can_delete_tasks"] is False


def test_of_all_accounts_their_own_without_the_leads_address() -> None:
    everybody = [{"id": each, "active_organization_meta": {"email": "lead@localhost"}} for each in (1, ANNA, BEN)]
    assert own.people(everybody, ANNAS) == [{"id": ANNA}]


def test_a_page_is_told_what_it_may_offer() -> None:
    left = own.myself({"id": ANNA, "permissions": ["projects.delete", "annotations.create"]}, ANNAS)
    assert left["permissions"] == ["annotations.create"]


def test_columns_come_without_the_people_one_could_choose() -> None:
    left = own.columns({"columns": [{"id": "annotators", "schema": {"items": [1, 2, 3]}}]}, ANNAS)
    assert left == {"columns": [{"id": "annotators"}]}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "annotations", "drafts", "completed_by", "user", "result", "columns"]), inner
        )
    ),
    max_leaves=12,
)


def answers_in(left: Any) -> list[Any]:
    """Whatever of an answer is an annotation or a draft, however deep."""
    if isinstance(left, list):
        return [found for one in left for found in answers_in(one)]
    if not isinstance(left, dict):
        return []
    return [left] * ("completed_by" in left) + [found for one in left.values() for found in answers_in(one)]


@given(answer=JSON)
def test_whatever_a_server_answers_nothing_of_others_is_left(answer: Any) -> None:
    for filtered in (own.task, own.owned, own.one_owned, own.project, own.columns, own.people, own.myself, own.release):
        for one in answers_in(filtered(answer, ANNAS)) if filtered not in (own.columns, own.people, own.myself) else ():
            assert one["completed_by"] == ANNA or one["completed_by"] == {"id": ANNA}
