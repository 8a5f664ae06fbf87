from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.codebook.answers import Mark, Response
from toolkit.errors import BadInput
from toolkit.labelstudio.decode import (
    MALFORMED,
    read_annotation,
    read_responses,
    read_time,
    strip_personal,
    unreadable_because,
    user_of,
)
from toolkit.labelstudio.export_file import read_export
from toolkit.labelstudio.records import Person

RAW: dict[str, Any] = {
    "id": 11,
    "completed_by": {"id": 4, "email": "anna@example.org", "first_name": "Anna", "last_name": "", "avatar": None},
    "created_username": "Anna anna@example.org, 4",
    "created_ago": "3 minutes",
    "updated_by": 4,
    "was_cancelled": False,
    "created_at": "2026-11-22T13:24:45.465835Z",
    "updated_at": "2026-11-22T14:24:45.465872+01:00",
    "lead_time": 5.003,
    "parent_prediction": None,
    "result": [
        {"from_name": "attribution", "to_name": "sentence", "type": "choices", "value": {"choices": ["writer"]}},
    ],
}
OBJECT = {"from_name": "q", "to_name": "sentence"}


def part(kind: str, value: object, name: str = "q") -> dict[str, object]:
    return {"from_name": name, "to_name": "sentence", "type": kind, "value": value}


def span(start: object, end: object, text: object, labels: object, name: str = "spans") -> dict[str, object]:
    return part("labels", {"start": start, "end": end, "text": text, "labels": labels}, name)


def test_a_submission_is_read_whole() -> None:
    read = read_annotation(RAW)
    assert (read.annotation_id, read.user_id, read.updated_by) == (11, 4, 4)
    assert read.created_at == datetime(2026, 11, 22, 13, 24, 45, 465835, tzinfo=UTC)
    assert read.updated_at == datetime(2026, 11, 22, 13, 24, 45, 465872, tzinfo=UTC)
    assert (read.seconds, read.skipped, read.from_prediction, read.edited_by_other) == (5.003, False, False, False)
    assert read.responses == (Response("attribution", codes=("writer",)),)


def test_what_is_unusual_about_a_submission_is_seen() -> None:
    read = read_annotation(
        {
            **RAW,
            "completed_by": 4,
            "updated_by": 9,
            "was_cancelled": True,
            "parent_prediction": 3,
            "lead_time": None,
            "result": [],
        }
    )
    assert (read.user_id, read.edited_by_other, read.skipped, read.from_prediction) == (4, True, True, True)
    assert read.seconds is None
    assert read.responses == ()


@pytest.mark.parametrize(
    ("submitted", "expected"),
    [
        (part("choices", {"choices": ["a", "b"]}), Response("q", codes=("a", "b"))),
        (part("taxonomy", {"taxonomy": [["EXPERT", "think_tank"]]}), Response("q", codes=("think_tank",))),
        (part("textarea", {"text": ["one", "two"]}), Response("q", texts=("one", "two"))),
        (part("textarea", {"text": "one"}), Response("q", texts=("one",))),
        (part("number", {"number": 42.5}), Response("q", numbers=(42.5,))),
        (part("number", {"number": 2}), Response("q", numbers=(2.0,))),
        (part("rating", {"rating": 4}), Response("q", numbers=(4.0,))),
    ],
)
def test_each_control_is_read_in_its_own_way(submitted: dict[str, object], expected: Response) -> None:
    assert list(read_responses([submitted])) == [expected]


def test_spans_of_a_question_are_gathered_and_kept_apart_from_those_of_others() -> None:
    submitted = [span(0, 4, "Iran", ["source"]), part("choices", {"choices": ["x"]}), span(5, 9, "said", ["cue"])]
    other = span(0, 4, "Iran", ["hedge"], name="hedges")
    assert list(read_responses([*submitted, other])) == [
        Response("q", codes=("x",)),
        Response("spans", marks=(Mark("source", 0, 4, "Iran"), Mark("cue", 5, 9, "said"))),
        Response("hedges", marks=(Mark("hedge", 0, 4, "Iran"),)),
    ]


def test_a_question_answered_twice_stays_answered_twice() -> None:
    twice = [part("choices", {"choices": ["a"]}), part("choices", {"choices": ["b"]})]
    assert list(read_responses(twice)) == [Response("q", codes=("a",)), Response("q", codes=("b",))]


@pytest.mark.parametrize(
    "submitted",
    [
        part("choices", {"choices": "a"}),
        part("choices", {"choices": [1]}),
        part("choices", {"choices": []}),
        part("choices", None),
        part("number", {"number": "2"}),
        part("number", {"number": True}),
        part("taxonomy", {"taxonomy": [[]]}),
        part("taxonomy", {"taxonomy": ["a"]}),
        part("textarea", {"text": [None]}),
        part("rectanglelabels", {"x": 1}),
        part("labels", {"start": "0", "end": 4, "labels": ["a"]}),
        part("labels", {"start": 0, "end": 4, "labels": ["a", "b"]}),
        part("labels", {"start": 0, "end": 4}),
        part("labels", []),
        OBJECT,
    ],
)
def test_what_cannot_be_read_becomes_a_response_no_codebook_accepts(submitted: dict[str, object]) -> None:
    assert list(read_responses([submitted])) == [Response("q", codes=(MALFORMED,))]


@given(
    st.lists(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["from_name", "type", "value", "choices", "labels", "start", "end", "number", "text"]
                    ),
                    inner,
                    max_size=4,
                )
            ),
        ),
        max_size=4,
    )
)
def test_nothing_submitted_makes_reading_fail(result: list[object]) -> None:
    read = read_annotation({**RAW, "result": result})
    assert all(isinstance(response, Response) for response in read.responses)


@pytest.mark.parametrize(
    ("change", "why"),
    [({"id": "x"}, "no id"), ({"result": None}, "answers"), ({"created_at": "yesterday"}, "when")],
)
def test_what_is_no_annotation_is_said_so(change: dict[str, object], why: str) -> None:
    assert why in (unreadable_because({**RAW, **change}) or "")
    with pytest.raises(BadInput, match=why):
        read_annotation({**RAW, **change})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-22T13:00:00Z", datetime(2026, 11, 22, 13, tzinfo=UTC)),
        ("2026-11-22T13:00:00+05:30", datetime(2026, 11, 22, 7, 30, tzinfo=UTC)),
        ("2026-11-22T13:00:00", datetime(2026, 11, 22, 13, tzinfo=UTC)),
        (86400, datetime(1970, 1, 2, tzinfo=UTC)),
        (True, None),
        ("soon", None),
        (None, None),
        (1e300, None),
    ],
)
def test_times(value: object, expected: datetime | None) -> None:
    assert read_time(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (4, 4),
        ({"id": 4, "email": "x@y.z"}, 4),
        ([{"user_id": 4}], 4),
        ({"email": "x@y.z"}, None),
        ("x@y.z", None),
        (None, None),
    ],
)
def test_whose_it_is(value: object, expected: int | None) -> None:
    assert user_of(value) == expected


def test_names_and_mails_are_taken_out_and_answers_left_alone() -> None:
    note = part("textarea", {"text": ["write to me@example.org"], "email": "kept"})
    raw = {
        **RAW,
        "result": [note],
        "reviews": [{"id": 1, "created_by": {"id": 7, "email": "lead@example.org"}, "accepted": True}],
        "draft": {"user": "anna@example.org", "user_email": "anna@example.org"},
        "last_created_by": "anna@example.org",
    }
    kept = strip_personal(raw)
    assert kept["result"] == [note]
    assert (kept["completed_by"], kept["last_created_by"]) == (4, None)
    assert kept["reviews"] == [{"id": 1, "created_by": 7, "accepted": True}]
    assert not {"created_username", "created_ago"} & kept.keys()
    assert "anna" not in json.dumps({**kept, "result": []}).lower()
    assert "lead@" not in json.dumps(kept)
    assert strip_personal(kept) == kept


def export(*tasks: object) -> str:
    return json.dumps(list(tasks))


TASK: dict[str, Any] = {
    "id": 1,
    "data": {"sentence_id": "a:1", "sentence": "x"},
    "annotations": [RAW],
    "updated_at": "2026-11-22T15:00:00Z",
}


def test_an_export_gives_what_a_pull_would() -> None:
    read = read_export(export(TASK, {**TASK, "id": 2, "annotations": []}))
    first, second = read.entries
    assert (first.remote_id, first.sentence_id) == (1, "a:1")
    assert first.updated_at == datetime(2026, 11, 22, 15, tzinfo=UTC)
    assert first.annotations == (strip_personal(RAW),)
    assert second.annotations == ()
    assert read.people == (Person(4, "anna@example.org"),)


def test_old_exports_and_numbers_for_people_are_read() -> None:
    old = {"id": 1, "data": {}, "completions": [{"id": 5, "created_at": 86400, "result": [], "completed_by": 3}]}
    read = read_export(export(old).encode())
    assert read.entries[0].updated_at == datetime(1970, 1, 2, tzinfo=UTC)
    assert read.people == ()
    assert read.entries[0].sentence_id is None


@pytest.mark.parametrize("text", ["", "{", "[1", '"x"', '{"a": 1}', "id,sentence\n1,x"])
def test_what_is_no_export_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match=r"export\.json"):
        read_export(text, name="export.json")


def test_all_faults_of_an_export_are_listed() -> None:
    with pytest.raises(BadInput) as refused:
        read_export(
            export(
                {"id": 1, "attribution": "writer"}, "x", TASK, TASK, {**TASK, "id": 3, "annotations": [{"id": 9}, 5]}
            ),
            name="e.json",
        )
    text = str(refused.value)
    clues = [
        "e.json: sentence 1: no data",
        "no list of annotations",
        "sentence 2: not an object",
        "id 1 occurs twice",
        "annotation 9: its answers are missing",
        "annotation: it is not an object",
    ]
    assert [clue for clue in clues if clue not in text] == []
    assert "Export from Label Studio as JSON" in text


@pytest.mark.parametrize("text", ["[" * 200_000, '[{"id": ' + "9" * 5_000 + "}]"])
def test_json_no_reader_can_hold_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="not JSON"):
        read_export(text, name="x.json")


HOSTILE = {"id": 5, "result": [], "created_at": "2026-01-01T00:00:00Z", "completed_by": 1}


@pytest.mark.parametrize(
    ("task", "annotation", "complaint"),
    [
        ({"id": 1 << 70}, {}, "no id"),
        ({}, {"id": 1 << 70}, "it has no id"),
        ({}, {"created_at": "0001-01-01T00:00:00+14:00"}, "does not say when"),
        ({"data": {"sentence_id": "\ud800"}}, {}, "half a surrogate pair"),
        ({}, {"result": [{"value": {"text": ["\udfff"]}}]}, "half a surrogate pair"),
    ],
)
def test_what_no_database_could_keep_is_a_fault_with_its_place(
    task: dict[str, object], annotation: dict[str, object], complaint: str
) -> None:
    hostile = {"id": 1, "data": {}, "annotations": [HOSTILE | annotation]} | task
    with pytest.raises(BadInput) as raised:
        read_export(json.dumps([hostile]), name="x.json")
    assert "x.json: sentence 1" in str(raised.value)
    assert complaint in str(raised.value)


@pytest.mark.parametrize("number", [10**400, float("inf"), float("nan")])
def test_numbers_that_are_none_are_no_seconds_and_no_answer(number: float) -> None:
    item = {"type": "number", "from_name": "confidence", "value": {"number": number}}
    raw = read_annotation(HOSTILE | {"lead_time": number, "result": [item]})
    assert raw.seconds is None
    assert raw.responses == (Response(question="confidence", codes=(MALFORMED,)),)


def test_an_account_number_no_database_could_keep_is_nobodys() -> None:
    people = {
        "completed_by": {"id": 1 << 70, "email": "b@example.org"},
        "created_username": f"x b@example.org, {10**30}",
    }
    export = read_export(json.dumps([{"id": 1, "data": {}, "annotations": [HOSTILE | people]}]))
    assert export.people == ()


@pytest.mark.parametrize("sent", [-5, -0.001, 30 * 24 * 3600 + 1, 1e300, 10**400])
def test_a_time_no_page_can_have_been_open_is_no_time(sent: float) -> None:
    raw = read_annotation(HOSTILE | {"lead_time": sent})
    assert raw.seconds is None
    assert raw.impossible_seconds == (sent if sent != 10**400 else float("inf"))


@pytest.mark.parametrize("sent", [0, 0.001, 30 * 24 * 3600, None, "12", True])
def test_a_time_that_can_be_or_was_never_sent_is_not_impossible(sent: object) -> None:
    raw = read_annotation(HOSTILE | {"lead_time": sent})
    assert raw.seconds == (sent if type(sent) in {int, float} else None)
    assert raw.impossible_seconds is None
