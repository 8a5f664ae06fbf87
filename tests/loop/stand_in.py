"""A Label Studio that stands in for a real one: projects, people and a clock, all of the test's own.

It answers what a pull asks, through the real client and the real SDK: only the network is replaced.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from typing import Any

import httpx

from tests.labelstudio.fake_server import Answer, connected
from tests.loop.test_answers import choice
from toolkit.labelstudio.session import LabelStudio

BEGIN = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that goes on only while somebody waits; what happens meanwhile is told it beforehand."""

    now: datetime = BEGIN
    meanwhile: list[Callable[[], None]] = field(default_factory=list)
    """What happens during each wait, the first one first; a test that waits once more fails."""
    slept: list[float] = field(default_factory=list)

    def read(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)
        assert self.meanwhile, "nothing is left to happen, and it is waited for more"
        self.meanwhile.pop(0)()


@dataclass
class StandIn:
    """The server: items by project, and what is wrong with it just now."""

    people: Mapping[int, str]
    clock: Clock
    projects: dict[int, dict[int, dict[str, Any]]] = field(default_factory=dict)
    wrong: Callable[[httpx.Request], Answer | None] = lambda _: None
    """What it answers in place of what it would; nothing where it is well."""
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def put(self, project: int, sentences: Mapping[int, str]) -> None:
        """A project with these sentences by their number."""
        self.projects[project] = {
            number: {"id": number, "data": {"sentence_id": name}, "annotations": [], "updated_at": self._moment()}
            for number, name in sentences.items()
        }

    def code(self, project: int, number: int, user: int, **other: Any) -> None:
        """An annotation of this person, made now."""
        item, now = self.projects[project][number], self._moment()
        made = {
            "id": next(self._numbers),
            "completed_by": user,
            "updated_by": None,
            "result": [choice("gate", "broken")],
            "was_cancelled": False,
            "created_at": now,
            "updated_at": now,
            "lead_time": 12.5,
            "parent_prediction": None,
        }
        item["annotations"].append(made | other)
        item["updated_at"] = now

    def open(self, *_: object, **__: object) -> LabelStudio:
        """A connection to it, as ``open_server`` gives one."""
        return connected(self.answer)

    def answer(self, request: httpx.Request) -> Answer:
        wrong = self.wrong(request)
        return wrong if wrong is not None else self._answer(request)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/users/":
            return self._said([{"id": number, "email": email} for number, email in self.people.items()])
        if request.url.path != "/api/tasks":
            there = any(request.url.path == f"/api/projects/{project}/" for project in self.projects)
            assert not there, "nothing that is tested here looks at a project that is there"
            return self._said({"detail": "Not found."}, status=404)
        asked = request.url.params
        if int(asked["project"]) not in self.projects:
            return self._said({"detail": "Not found."}, status=404)
        query = json.loads(asked["query"])
        every = [_row(item) for item in self.projects[int(asked["project"])].values()]
        found = [row for row in every if all(_meets(row, one) for one in query["filters"]["items"])]
        (order,) = query["ordering"]
        name = order.removeprefix("-").removeprefix("tasks:")
        found.sort(key=lambda row: row[name], reverse=order.startswith("-"))
        sent = found[: int(asked["page_size"])]
        n_annotations = sum(row["total_annotations"] for row in every)
        return self._said({"tasks": sent, "total": len(found), "total_annotations": n_annotations})

    def _said(self, body: object, *, status: int = 200) -> httpx.Response:
        date = format_datetime(self.clock.now.replace(microsecond=0), usegmt=True)
        return httpx.Response(status, json=body, headers={"date": date})

    def _moment(self) -> str:
        return self.clock.now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _row(item: Mapping[str, Any]) -> dict[str, Any]:
    n_skips = sum(one["was_cancelled"] for one in item["annotations"])
    return dict(item) | {
        "total_annotations": len(item["annotations"]) - n_skips,
        "cancelled_annotations": n_skips,
    }


def _meets(row: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    value = row[asked["filter"].removeprefix("filter:tasks:")]
    if asked["operator"] == "in_list":
        return value in asked["value"]
    assert asked["operator"] == "greater"
    return bool(value > asked["value"])
