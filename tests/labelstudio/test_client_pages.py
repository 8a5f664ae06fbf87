"""Reading page by page: everything once, or a fault; never a silent part."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.labelstudio.fake_server import DATE, TOKEN, URL, Sentences, answer, answering, connected, row
from toolkit.errors import BadInput, ServerRefused, TransferIncomplete
from toolkit.labelstudio.records import MarkedProject
from toolkit.labelstudio.session import LabelStudio


def read(ls: LabelStudio, page_size: int = 10) -> list[int]:
    return [entry.remote_id for page in ls.pages_changed_since(1, None, page_size=page_size) for entry in page.entries]


@given(ids=st.sets(st.integers(1, 400)), page_size=st.integers(1, 60), largest=st.integers(1, 60))
def test_every_sentence_is_read_once_in_order(ids: set[int], page_size: int, largest: int) -> None:
    assert read(connected(Sentences(sorted(ids), largest_page=largest)), page_size) == sorted(ids)


def test_pages_follow_the_id_so_that_nothing_moves_under_them() -> None:
    sentences = Sentences([3, 5, 8, 13])
    ls = connected(sentences)
    pages = ls.pages_changed_since(1, None, page_size=2)
    next(pages)
    sentences.ids = [5, 8, 13, 21]  # the first is gone, another came
    assert [entry.remote_id for page in pages for entry in page.entries] == [8, 13, 21]
    assert sentences.asked == [0, 5, 13]


def test_an_empty_project_is_one_request() -> None:
    sentences = Sentences([])
    assert read(connected(sentences)) == []
    assert sentences.asked == [0]


@pytest.mark.parametrize("rows", [[], [1], [2, 1, 3], [0, 1, 2]], ids=["none", "one of three", "disorder", "before"])
def test_a_page_that_stays_short_or_disordered_is_incomplete(rows: list[int]) -> None:
    def short(request: httpx.Request) -> httpx.Response:
        size = int(request.url.params["page_size"])
        sent = rows if len(rows) == 3 else rows[: size - 1]
        return answer({"tasks": [row(each) for each in sent], "total": 3})

    with pytest.raises(TransferIncomplete, match="announced 3"):
        read(connected(short))


class Failing(Sentences):
    """A project whose server fails on every page that holds the answers of certain sentences."""

    def __init__(self, ids: list[int], *, on: set[int]) -> None:
        super().__init__(ids)
        self.on = on

    def __call__(self, request: httpx.Request) -> httpx.Response:
        given = super().__call__(request)
        sent = {task["id"] for task in given.json()["tasks"]}
        if request.url.params["fields"] == "all" and sent & self.on:
            return answer({"detail": "broken"}, status=500)
        return given


@pytest.mark.slow
@given(ids=st.sets(st.integers(1, 300), min_size=1), page_size=st.integers(1, 60), data=st.data())
def test_a_sentence_the_server_fails_on_is_named_and_the_others_are_read(
    ids: set[int], page_size: int, data: st.DataObject
) -> None:
    on = data.draw(st.sets(st.sampled_from(sorted(ids)), min_size=1, max_size=6))
    ls = connected(Failing(sorted(ids), on=on))
    seen: list[int] = []
    pages = ls.pages_changed_since(1, None, page_size=page_size)
    with pytest.raises(TransferIncomplete) as caught:
        seen.extend(entry.remote_id for page in pages for entry in page.entries)
    assert seen == sorted(ids - on)
    assert [fault.place for fault in caught.value.faults] == [f"item {each}" for each in sorted(on)]


def test_a_server_that_fails_on_everything_is_soon_given_up() -> None:
    sentences = Failing(list(range(1, 500)), on=set(range(1, 500)))
    with pytest.raises(TransferIncomplete) as caught:
        read(connected(sentences), page_size=100)
    assert len(caught.value.faults) == 20
    assert len(sentences.asked) < 150


def test_a_404_in_the_middle_is_a_fault_not_the_end() -> None:
    ls = answering(answer({"tasks": [row(1), row(2)], "total": 4}), answer({"detail": "not found"}, status=404))
    with pytest.raises(ServerRefused, match="404"):
        read(ls, page_size=2)


@pytest.mark.parametrize(
    "body",
    [
        {"tasks": [row(1)]},
        {"total": 1},
        {"tasks": "x", "total": 1},
        {"tasks": [{**row(1), "id": "1"}], "total": 1},
        {"tasks": [], "total": True},
    ],
)
def test_an_answer_of_another_kind_is_refused(body: dict[str, object]) -> None:
    with pytest.raises(ServerRefused):
        read(answering(answer(body)))


def test_annotations_without_their_answers_are_refused() -> None:
    bare = {**row(1), "annotations": [{"id": 9, "updated_at": "2026-11-22T13:20:23Z"}]}
    with pytest.raises(BadInput, match="answers are missing"):
        read(answering(answer({"tasks": [bare], "total": 1})))


def test_since_is_sent_as_utc_with_microseconds() -> None:
    asked: list[object] = []

    def look(request: httpx.Request) -> httpx.Response:
        items = json.loads(request.url.params["query"])["filters"]["items"]
        asked.extend(item["value"] for item in items if item["filter"] == "filter:tasks:updated_at")
        return answer({"tasks": [], "total": 0})

    india = timezone(timedelta(hours=5, minutes=30))
    list(connected(look).pages_changed_since(1, datetime(2026, 11, 22, 5, 30, tzinfo=india)))
    assert asked == ["2026-11-22T00:00:00.000000Z"]


def test_a_moment_without_a_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="time zone"):
        list(answering().pages_changed_since(1, datetime(2026, 1, 1)))  # noqa: DTZ001 - no zone is what is tried


def test_newest_change_takes_the_servers_clock() -> None:
    moment = answering(answer({"tasks": [row(4)], "total": 7})).newest_change(1)
    assert moment.newest_updated_at == datetime(2026, 11, 22, 13, 20, 23, 689721, tzinfo=UTC)
    assert moment.server_now == datetime(2026, 11, 22, 13, 20, 23, tzinfo=UTC)
    assert moment.n_sentences == 7
    assert DATE.startswith("Sun, 22 Nov 2026")
    assert answering(answer({"tasks": [], "total": 0})).newest_change(1).newest_updated_at is None


def test_an_answer_without_a_clock_is_refused() -> None:
    with pytest.raises(ServerRefused):
        answering(httpx.Response(200, json={"tasks": [], "total": 0})).newest_change(1)


def test_a_mark_is_looked_for_on_every_page() -> None:
    pages = [
        answer({"results": [{"id": 1, "description": None, "task_number": 0}], "next": "…"}),
        answer({"results": [{"id": 2, "description": "Round main [mark]", "task_number": 5}], "next": None}),
    ]
    assert answering(*pages).projects_with("mark") == (MarkedProject(2, 5),)


def test_the_sdks_own_reader_would_have_taken_a_404_for_the_end() -> None:
    """Why its ``tasks.list`` is not used; if this fails, that may be mended."""
    import label_studio_sdk

    pages = iter([answer({"tasks": [row(1), row(2)], "total": 4}), answer({"detail": "not found"}, status=404)])
    http = httpx.Client(transport=httpx.MockTransport(lambda _: next(pages)))
    sdk_class: Any = label_studio_sdk.LabelStudio
    sdk = sdk_class(base_url=URL, api_key=TOKEN, httpx_client=http)
    assert [task.id for task in sdk.tasks.list(project=1, page_size=2)] == [1, 2]
