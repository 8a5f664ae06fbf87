"""A Label Studio that stands in for a real one: what it is asked through the real client it answers from memory.

Only the network is replaced. ``wrong`` makes it answer as a server that is ill, too old, or none at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

URL = "http://localhost:8080"
TOKEN = "0123456789abcdef0123456789abcdef01234567"
DATE = "Sun, 22 Nov 2026 13:20:23 GMT"
MOMENT = "2026-11-22T13:20:23.689721Z"
PEOPLE = {1: "lead@example.org", 11: "ana@example.org", 12: "ben@example.org", 13: "cem@example.org"}
_FORM = '<input type="hidden" name="csrfmiddlewaretoken" value="a-hidden-value">'

Reply = httpx.Response | Exception | None


@dataclass
class StandIn:
    """The server: projects with their tasks, people, and what is wrong with it just now."""

    projects: dict[int, dict[str, Any]] = field(default_factory=dict)
    tasks: dict[int, dict[str, Any]] = field(default_factory=dict)
    people: dict[int, str] = field(default_factory=lambda: dict(PEOPLE))
    wrong: Callable[[httpx.Request], Reply] = lambda _: None
    """What it answers in place of what it would; None where it is well."""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        reply = self.wrong(request)
        if isinstance(reply, Exception):
            raise reply
        return reply if reply is not None else self._answer(request)

    def project(self, number: int, *, description: str = "", config: str = "<View/>") -> None:
        self.projects[number] = {
            "id": number,
            "title": f"Project {number}",
            "description": description,
            "label_config": config,
            "expert_instruction": "",
            "maximum_annotations": 2,
        }

    def task(self, number: int, project: int, data: dict[str, Any], *annotations: dict[str, Any]) -> None:
        self.tasks[number] = {
            "id": number,
            "project": project,
            "data": data,
            "annotations": list(annotations),
            "updated_at": MOMENT,
            "overlap": 2,
            "is_labeled": False,
        }

    def _answer(self, request: httpx.Request) -> httpx.Response:  # noqa: PLR0911, C901 - a line an address
        path, method = request.url.path.rstrip("/"), request.method
        parts = path.split("/")
        if path == "/health":
            return said({"status": "UP"})
        if path == "/api/version":
            return said({"release": "1.23.2", "edition": "Community"})
        if path == "/api/current-user/whoami":
            return said({"id": 1, "email": PEOPLE[1]})
        if path == "/api/users":
            return said([{"id": number, "email": email} for number, email in self.people.items()])
        if path == "/api/invite":
            return said({"invite_url": "/user/signup/?token=an-invitation"})
        if path.startswith("/user/"):
            return httpx.Response(302 if method == "POST" else 200, text=_FORM)
        if path == "/api/projects":
            return self._projects(request)
        if path.startswith("/api/projects/") and parts[3].isdigit() and int(parts[3]) in self.projects:
            return self._project(request, int(parts[3]), parts[4:])
        if path == "/api/tasks":
            return self.page(request)
        if path.startswith("/api/tasks/") and int(parts[3]) in self.tasks:
            return self._task(request, int(parts[3]), parts[4:])
        return said({"detail": "Not found."}, status=404)

    def _projects(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            number = max(self.projects, default=0) + 1
            self.project(number)
            self.projects[number] |= json.loads(request.content)
            return said({"id": number}, status=201)
        return said({"results": [self._shown(number) for number in self.projects], "next": None})

    def _project(self, request: httpx.Request, number: int, below: list[str]) -> httpx.Response:
        if below == ["import"]:
            first = max(self.tasks, default=0) + 1
            sent = json.loads(request.content)
            for place, one in enumerate(sent, start=first):
                self.task(place, number, one["data"])
            return said({"task_ids": list(range(first, first + len(sent)))}, status=201)
        if request.method == "PATCH":
            self.projects[number] |= json.loads(request.content)
        if request.method == "DELETE":
            del self.projects[number]
            return httpx.Response(204)
        return said(self._shown(number))

    def _shown(self, number: int) -> dict[str, Any]:
        return self.projects[number] | {"task_number": sum(one["project"] == number for one in self.tasks.values())}

    def _task(self, request: httpx.Request, number: int, below: list[str]) -> httpx.Response:
        if below == ["drafts"]:
            return said([])
        if request.method == "PATCH":
            self.tasks[number] |= json.loads(request.content)
        if request.method == "DELETE":
            del self.tasks[number]
            return httpx.Response(204)
        return said(_row(self.tasks[number]))

    def page(self, request: httpx.Request) -> httpx.Response:
        asked = request.url.params
        if int(asked["project"]) not in self.projects:
            return said({"detail": "Not found."}, status=404)
        query = json.loads(asked["query"])
        every = [_row(one) for one in self.tasks.values() if one["project"] == int(asked["project"])]
        found = [row for row in every if all(_meets(row, one) for one in query["filters"]["items"])]
        (order,) = query["ordering"]
        name = order.removeprefix("-").removeprefix("tasks:")
        found.sort(key=lambda row: row[name], reverse=order.startswith("-"))
        n_annotations = sum(row["total_annotations"] for row in every)
        sent = found[: int(asked["page_size"])]
        return said({"tasks": sent, "total": len(found), "total_annotations": n_annotations})


def said(body: object, *, status: int = 200) -> httpx.Response:
    """An answer with the headers a real one has, a live session's cookie among them."""
    return httpx.Response(status, json=body, headers={"date": DATE, "set-cookie": "sessionid=a-live-session"})


def annotation(number: int, user: int, *result: dict[str, Any], **other: Any) -> dict[str, Any]:
    """An annotation as the server lists it."""
    return {
        "id": number,
        "completed_by": user,
        "updated_by": None,
        "result": list(result),
        "was_cancelled": False,
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "lead_time": 12.5,
        "parent_prediction": None,
    } | other


def _row(item: dict[str, Any]) -> dict[str, Any]:
    n_skips = sum(bool(one.get("was_cancelled")) for one in item["annotations"])
    return item | {"total_annotations": len(item["annotations"]) - n_skips, "cancelled_annotations": n_skips}


def _meets(row: dict[str, Any], asked: dict[str, Any]) -> bool:
    name = asked["filter"].removeprefix("filter:tasks:")
    if name not in row:
        return False  # drafts, and who has annotated: nobody is at work here
    if asked["operator"] == "in_list":
        return row[name] in asked["value"]
    return bool(row[name] > asked["value"])
