"""What the server holds is what the study holds, whatever the watermark says: clocks, backups, answers cut short."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from itertools import count
from typing import Any

import httpx
import pytest

from tests.live.loop.conftest import GOVERNMENT, WRITER, LiveStudy
from tests.live.loop.test_pull import known, part, pulled, stored
from toolkit.errors import ServerRefused, TransferIncomplete
from toolkit.labelstudio.patience import ASKING_ONCE
from toolkit.labelstudio.session import LabelStudio, connect
from toolkit.loop import pull as module
from toolkit.loop.pull import pull
from toolkit.study import server_items, stored_annotations

pytestmark = pytest.mark.live

Mend = Callable[[httpx.Request, httpx.Response], httpx.Response]
DAY = timedelta(days=1)


class Between(httpx.BaseTransport):
    """A network that lets ``mend`` change answers on their way."""

    def __init__(self, mend: Mend) -> None:
        self._real = httpx.HTTPTransport()
        self._mend = mend

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._real.handle_request(request)
        answer.read()
        return self._mend(request, answer)

    def close(self) -> None:
        self._real.close()


@contextmanager
def between(study: LiveStudy, monkeypatch: pytest.MonkeyPatch, mend: Mend) -> Iterator[None]:
    """Everything a pull asks goes through ``mend`` while this lasts."""

    def opened(*_: object, **__: object) -> LabelStudio:
        return connect(
            study.server.url, study.server.token, http=httpx.Client(transport=Between(mend)), patience=ASKING_ONCE
        )

    with monkeypatch.context() as patch:
        patch.setattr(module, "open_server", opened)
        yield


def changed(answer: httpx.Response, body: object) -> httpx.Response:
    return httpx.Response(answer.status_code, json=body, headers={"date": answer.headers["date"]})


def is_listing(request: httpx.Request) -> bool:
    return request.method == "GET" and request.url.path == "/api/tasks"


def is_sweep(request: httpx.Request) -> bool:
    return is_listing(request) and request.url.params["fields"] == "all"


def server_database(study: LiveStudy) -> sqlite3.Connection:
    return sqlite3.connect(study.server.folder / "data" / "label_studio.sqlite3", timeout=60)


def tables_of(connection: sqlite3.Connection, remote_ids: list[int]) -> dict[str, list[Any]]:
    places = ",".join(map(str, remote_ids))
    return {
        "task": list(connection.execute(f"SELECT * FROM task WHERE id IN ({places})")),
        "task_completion": list(connection.execute(f"SELECT * FROM task_completion WHERE task_id IN ({places})")),
    }


def is_even(study: LiveStudy, lead: LabelStudio) -> bool:
    """Whether study and server hold the same annotations, compared one by one."""
    there = {
        int(str(raw["id"])): raw["result"]
        for page in lead.pages_changed_since(study.project_id(), None)
        for entry in page.entries
        for raw in entry.annotations
    }
    with study.study.database() as database:
        here = {
            one.annotation_id: one.raw["result"] for one in stored_annotations.newest(database, "pilot") if not one.gone
        }
    return here == there and len(here) > 0


def ahead_by(offset: timedelta) -> Mend:
    """A server whose clock is ahead: what it says of the time, and of every change."""

    def later(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: shifted(inner) if key == "updated_at" else later(inner) for key, inner in value.items()}
        return [later(each) for each in value] if isinstance(value, list) else value

    def shifted(text: str) -> str:
        return (datetime.fromisoformat(text) + offset).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def mend(_: httpx.Request, answer: httpx.Response) -> httpx.Response:
        date = format_datetime(parsedate_to_datetime(answer.headers["date"]) + offset, usegmt=True)
        try:
            body = later(answer.json())
        except ValueError:
            body = None
        return httpx.Response(answer.status_code, json=body, headers={"date": date})

    return mend


@pytest.fixture
def coded(pushed: LiveStudy) -> LiveStudy:
    """Every sentence coded by two, and pulled."""
    for sentence in range(5):
        for email in pushed.emails:
            pushed.code(email, sentence, WRITER)
    return pushed


# ------------------------------------------------------------------ a clock once ahead


def test_answers_given_after_a_clock_was_mended_are_pulled(
    pushed: LiveStudy, lead: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, ben = pushed.emails
    pushed.code(anna, 0, WRITER)
    with between(pushed, monkeypatch, ahead_by(DAY)):
        pulled(pushed)
    pushed.code(ben, 0, GOVERNMENT)
    report = pulled(pushed)
    assert report.tally.new == 1
    assert "clock" in str(report.read_all_because)
    assert is_even(pushed, lead)


def test_an_edit_made_behind_a_watermark_of_the_future_is_pulled(
    pushed: LiveStudy, lead: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Totals stay equal: only the clock tells."""
    anna = pushed.emails[0]
    annotation_id = pushed.code(anna, 0, WRITER)
    with between(pushed, monkeypatch, ahead_by(DAY)):
        pulled(pushed)
    lead._client.sdk.annotations.update(annotation_id, result=[part("segment_ok", "not_article")])
    assert pulled(pushed).tally.edited == 1
    assert is_even(pushed, lead)
    again = pulled(pushed)
    assert (again.changed, again.read_all_because) == (False, None)


def test_a_sentence_dated_tomorrow_hides_nothing(pushed: LiveStudy, lead: LabelStudio) -> None:
    """The clock was right at every pull, but once ahead in between: one sentence carries tomorrow's date for ever."""
    anna, ben = pushed.emails
    pushed.code(anna, 0, WRITER)
    pulled(pushed)
    tomorrow = (datetime.now(UTC) + DAY).strftime("%Y-%m-%d %H:%M:%S.%f")
    with server_database(pushed) as connection:
        connection.execute("UPDATE task SET updated_at = ? WHERE id = ?", (tomorrow, pushed.ledger()[4].remote_id))
    pulled(pushed)
    edited = pushed.code(ben, 1, WRITER)
    assert pulled(pushed).tally.new == 1
    lead._client.sdk.annotations.update(edited, result=[part("segment_ok", "not_article")])
    assert pulled(pushed).tally.edited == 1
    assert is_even(pushed, lead)


def here(minutes_ahead: int) -> datetime:
    return datetime.now(UTC) + timedelta(minutes=minutes_ahead)


def test_clocks_that_come_apart_mean_read_all(pushed: LiveStudy) -> None:
    pushed.code(pushed.emails[0], 0, WRITER)
    pull(pushed.study)
    for minutes in (5, -5):
        (report,) = pull(pushed.study, clock=partial(here, minutes))
        assert "was set" in str(report.read_all_because)
    pull(pushed.study)
    (report,) = pull(pushed.study)
    assert report.read_all_because is None


# ------------------------------------------------------------------ what comes back


def test_what_a_restored_backup_brings_back_is_back(coded: LiveStudy, lead: LabelStudio) -> None:
    pulled(coded)
    before = known(coded)
    gone = [entry.remote_id for entry in coded.ledger()[:2] if entry.remote_id is not None]
    with server_database(coded) as connection:
        backup = tables_of(connection, gone)
    for remote_id in gone:
        assert coded.server.raw("DELETE", f"/api/tasks/{remote_id}/").status_code == 204
    report = pulled(coded)
    assert (report.tally.gone, report.vanished_items) == (4, 2)
    with server_database(coded) as connection:
        for table, rows in backup.items():
            for row in rows:
                connection.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)
    assert pulled(coded).tally.back == 4
    assert known(coded) == before
    assert is_even(coded, lead)
    with coded.study.database() as database:
        assert len(list(database.rows("SELECT 1 FROM tombstones"))) == 4  # that they were gone once stays on record


def test_an_annotation_that_comes_back_on_its_sentence_is_back(coded: LiveStudy, lead: LabelStudio) -> None:
    pulled(coded)
    remote_id = coded.ledger()[0].remote_id
    with server_database(coded) as connection:
        backup = tables_of(connection, [remote_id or 0])
    annotation_id = backup["task_completion"][0][0]
    lead._client.sdk.annotations.delete(annotation_id)
    assert pulled(coded).tally.gone == 1
    with server_database(coded) as connection:
        for table, rows in backup.items():
            for row in rows:
                connection.execute(f"INSERT OR REPLACE INTO {table} VALUES ({','.join('?' * len(row))})", row)
    assert pulled(coded).tally.back == 1
    assert is_even(coded, lead)


# ------------------------------------------------------------------ a false answer


def emptied(which: Callable[[httpx.Request], bool], *, announces: bool = False, times: int = 1000) -> Mend:
    """Answers to requests of a kind are empty, the first so many times."""
    left = iter(range(times))

    def mend(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if not which(request) or next(left, None) is None:
            return answer
        body = answer.json()
        totals = {"total": 0, "total_annotations": 0, "total_predictions": 0}
        return changed(answer, {**body, **({} if announces else totals), "tasks": []})

    return mend


def test_one_false_empty_answer_buries_nothing(
    coded: LiveStudy, lead: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulled(coded)
    before = stored(coded)
    for number in range(1, 5):
        with between(coded, monkeypatch, emptied(nth(number))):
            pulled(coded)
        assert stored(coded) == before, number
    assert is_even(coded, lead)


def nth(number: int) -> Callable[[httpx.Request], bool]:
    """Whether a request is the ``number``-th of the listings."""
    listings = count(1)
    return lambda request: is_listing(request) and next(listings) == number


def test_a_first_page_that_is_falsely_empty_misses_nothing(
    coded: LiveStudy, lead: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    with between(coded, monkeypatch, emptied(is_sweep, times=1)):
        assert pulled(coded).tally.new == 10
    assert is_even(coded, lead)


def test_an_edit_that_a_falsely_empty_sweep_hides_is_found(
    coded: LiveStudy, lead: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Totals stay equal; but the newest change that was announced was not met."""
    pulled(coded)
    (first, *_), *_ = (
        entry.annotations for page in lead.pages_changed_since(coded.project_id(), None) for entry in page.entries
    )
    lead._client.sdk.annotations.update(first["id"], result=[part("segment_ok", "not_article")])
    with between(coded, monkeypatch, emptied(is_sweep, times=1)):
        assert pulled(coded).tally.edited == 1
    assert is_even(coded, lead)


def test_a_sweep_that_is_cut_short_after_its_first_page_is_noticed(
    coded: LiveStudy, lead: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest change is on the first page: only the number that page announced tells that the rest is missing."""
    pulled(coded)
    entries = [entry for page in lead.pages_changed_since(coded.project_id(), None) for entry in page.entries]
    for entry in (entries[3], entries[0]):
        lead._client.sdk.annotations.update(entry.annotations[0]["id"], result=[part("segment_ok", "not_article")])
    sweeps = count(1)
    with between(coded, monkeypatch, emptied(lambda request: is_sweep(request) and next(sweeps) == 2)):
        (report,) = pull(coded.study, page_size=1)
    assert report.tally.edited == 2
    assert is_even(coded, lead)


def test_a_server_that_keeps_saying_it_is_empty_is_not_believed_without_being_told_to(
    coded: LiveStudy, lead: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulled(coded)
    before = stored(coded)
    with between(coded, monkeypatch, emptied(is_listing)):
        with pytest.raises(TransferIncomplete, match="nothing was marked as gone") as refused:
            pull(coded.study)
        assert "10 of 10" in str(refused.value)
        assert "`pull(accept_loss=True)`" in refused.value.todo
        assert stored(coded) == before
        (report,) = pull(coded.study, accept_loss=True)
        assert (report.tally.gone, report.vanished_items) == (10, 5)
        assert known(coded) == []
    assert pulled(coded).tally.back == 10
    assert is_even(coded, lead)


def test_annotations_left_out_of_every_page_are_not_believed_gone(
    coded: LiveStudy, lead: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bare(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if not is_sweep(request):
            return answer
        body = answer.json()
        return changed(answer, {**body, "tasks": [{**task, "annotations": []} for task in body["tasks"]]})

    pulled(coded)
    before = stored(coded)
    with between(coded, monkeypatch, bare), pytest.raises(TransferIncomplete, match="most of round"):
        pull(coded.study, full=True)
    assert stored(coded) == before
    assert not pulled(coded).changed
    assert is_even(coded, lead)


def test_what_the_server_cannot_announce_is_refused(coded: LiveStudy, monkeypatch: pytest.MonkeyPatch) -> None:
    def odd(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        return changed(answer, {"tasks": [], "total": "none"}) if is_listing(request) else answer

    with between(coded, monkeypatch, odd), pytest.raises(ServerRefused):
        pull(coded.study)


# ------------------------------------------------------------------ stopped, and gone on with


def test_a_pull_that_was_stopped_goes_on_after_the_last_stored_page(
    coded: LiveStudy, lead: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def breaking(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if is_sweep(request):
            filters = json.loads(request.url.params["query"])["filters"]["items"]
            asked.append(next(each["value"] for each in filters if each["filter"] == "filter:tasks:id"))
            if len(asked) == 4:
                raise httpx.ReadError("reset", request=request)
        return answer

    with between(coded, monkeypatch, breaking):
        with pytest.raises(Exception, match="broke"):
            pull(coded.study, page_size=1)
        pushed_ids = [entry.remote_id for entry in coded.ledger()]
        assert asked == [0, *pushed_ids[:3]]
        coded.code_again(coded.emails[0], 0, GOVERNMENT)  # on a page already read
        (report,) = pull(coded.study, page_size=1)
    assert asked[4] == pushed_ids[2]
    assert report.tally.new == 5  # two sentences of two, and the one on a page already read
    assert is_even(coded, lead)
    assert not pulled(coded).changed


def test_a_pull_with_nothing_new_asks_three_small_questions_and_the_gate_two(
    coded: LiveStudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulled(coded)
    asked: list[httpx.Request] = []

    def counting(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        asked.append(request)
        return answer

    with between(coded, monkeypatch, counting):
        assert not pulled(coded).changed
    with coded.study.database() as database:
        let_in = f"/intercoder/gate/studies/{database.meta('study_id')}"
        paths = [request.url.path for request in asked]
        assert paths == ["/api/users/", let_in, *["/api/tasks"] * 3, "/intercoder/gate"]
        assert server_items.held(database, "pilot") == server_items.Held(5, 10)
