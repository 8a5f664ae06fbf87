"""Pulling what was coded, and watching."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import httpx

from tests.loop.test_answers import choice
from tests.messages.case import Case, Group, Step
from tests.messages.label_studio import annotation, said
from tests.messages.scenes import (
    coded,
    database,
    file,
    gated,
    missing_package,
    nobody_there,
    pushed,
    several,
    with_article,
    without_modules_of_reports,
)
from tests.messages.work import Work
from toolkit.loop import watch as watching
from toolkit.study import rounds
from toolkit.study.database import Database


def _export(*entries: dict[str, Any]) -> Step:
    return file("export.json", json.dumps(entries))


def _entry(number: int, sentence_id: str, *annotations: dict[str, Any]) -> dict[str, Any]:
    return {"id": number, "data": {"sentence_id": sentence_id}, "annotations": list(annotations)}


ONE = annotation(11, 11, choice("gate", "broken"))


def _pulled(work: Work) -> None:
    from toolkit.loop.pull import pull

    coded(work)
    pull(work.study)


def _lost_most(work: Work) -> None:
    _many_pulled(work)
    work.server.tasks.clear()


def _many_pulled(work: Work) -> None:
    from toolkit.loop.pull import pull

    coded(work)
    for number in range(5, 41):
        work.server.task(number, 1, {"sentence_id": f"b-{number}"}, annotation(100 + number, 11, choice("gate", "ok")))
    pull(work.study)


def _breaks_a_page(work: Work) -> None:
    """The server fails on every page that holds item 2."""
    coded(work)
    page = work.server.page

    def failing(request: httpx.Request) -> httpx.Response:
        answer = page(request)
        all_fields = request.url.params["fields"] == "all"
        broken = any(one["id"] == 2 for one in answer.json().get("tasks", []))
        return said({"detail": "surrogates not allowed"}, status=500) if all_fields and broken else answer

    work.server.page = failing  # type: ignore[method-assign]


def _short_pages(work: Work) -> None:
    coded(work)
    page = work.server.page

    def short(request: httpx.Request) -> httpx.Response:
        body = page(request).json()
        if request.url.params["fields"] == "all":
            body["tasks"] = body["tasks"][:-1]
        return said(body)

    work.server.page = short  # type: ignore[method-assign]


def _something_else(work: Work) -> None:
    coded(work)
    work.server.tasks[2]["annotations"] = [{"id": None}]


def _elsewhere(opened: Database) -> None:
    rounds.set_project(opened, "pilot", server_url="http://other.example.org", project_id=1)


def _not_pushed(opened: Database) -> None:
    with opened.transaction() as connection:
        connection.execute("UPDATE rounds SET project_id = NULL, server_url = NULL")


def _done(work: Work) -> None:
    """A round that is done: the first pull of a watch is the last."""
    coded(work)
    work.patch.setattr(watching, "watch", partial(watching.watch, sleep=lambda _: None))


GROUP = Group(
    65,
    "pulling",
    "Pulling what was coded",
    (
        Case("nothing-pushed", "Nothing has been pushed.", "pull", (with_article,)),
        Case("no-such-round", "You misspell a round.", "pull --round pliot", (pushed,)),
        Case("nobody-answers", "Nobody answers.", "pull", (pushed, nobody_there)),
        Case("no-project-here", "The round is on another server.", "pull", (pushed, database(_elsewhere))),
        Case("project-gone", "The project was deleted on the server.", "pull",
             (pushed, lambda work: work.server.projects.clear())),
        Case("most-is-gone", "Most of what was pulled is not on the server any more.", "pull", (_lost_most,)),
        Case("item-fails", "The server fails on a sentence.", "pull", (_breaks_a_page,)),
        Case("short-pages", "The server sends fewer sentences than it announces.", "pull", (_short_pages,)),
        Case("not-an-annotation", "The server sends something that is no annotation.", "pull", (_something_else,)),
        Case("file-missing", "You misspell the file.", "pull --from exprt.json", (pushed,)),
        Case("file-of-which-round", "There are several rounds, and you do not say of which the file is.",
             "pull --from export.json", (several, _export())),
        Case("file-of-another-project", "The file is of another project.", "pull --from export.json",
             (pushed, _export(_entry(1, "z-1", ONE)))),
        Case("file-before-push", "The round has no project yet.", "pull --from export.json",
             (pushed, database(_not_pushed), _export(_entry(1, "a-1", ONE)))),
        Case("file-twice", "An annotation is of two sentences.", "pull --from export.json",
             (pushed, _export(_entry(1, "a-1", ONE), _entry(2, "a-2", ONE)))),
        Case("file-of-other-annotations", "The file's annotations are of other sentences than before.",
             "pull --from export.json", (_pulled, _export(_entry(1, "a-1"), _entry(2, "a-2", ONE)))),
        Case("every-what", "The time between two pulls is none.", "pull --every often", (pushed,)),
        Case("every-second", "The time between two pulls is too short.", "pull --every 1s", (pushed,)),
        Case("every-and-once", "What is for one pull is asked of a watch.", "pull --every 10m --full --accept-loss",
             (pushed,)),
        Case("exec-without-every", "A command is to be run when a round is done, and none is watched.",
             "pull --exec 'echo done'", (pushed,)),
        Case("exec-empty", "The command is empty.", "pull --every 10m --exec ' '", (pushed,)),
        Case("exec-failed", "The round is done, and the command you gave failed.", "pull --every 10m --exec 'exit 4'",
             (_done,), prints=True),
        Case("blind-backwards", "The server's clock was set back while it kept annotators apart.", "pull",
             (pushed, gated(duty=("2026-11-22T14:00:00Z", "2026-11-22T13:00:00Z")))),
        Case("report-without-every", "A report is to be written after each pull, and nothing is watched.",
             "pull --report page.html", (pushed,)),
        Case("report-nowhere", "The report has no folder.", "pull --every 10m --report nowhere/page.html", (pushed,)),
        Case("report-cannot-be-drawn", "What draws pictures is not installed.",
             "pull --every 10m --report page.html", (pushed, without_modules_of_reports, missing_package("altair"))),
    ),
)  # fmt: skip
