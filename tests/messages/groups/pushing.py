"""Pushing a round."""

from __future__ import annotations

import json

import httpx

from tests.messages.case import Case, Group, Step
from tests.messages.label_studio import said
from tests.messages.scenes import (
    answers,
    carried_over,
    changed,
    counts_another_number,
    database,
    empty,
    file,
    folder,
    nobody_there,
    on_its_server,
    pushed,
    refuses,
    settled,
    with_article,
)
from tests.messages.work import Work
from toolkit.study import round_names, rounds
from toolkit.study.database import Database

TWO = "--annotators-per-sentence 2"


def _ready(work: Work) -> None:
    with_article(work)
    on_its_server(work)


def _ended(state: str) -> Step:
    def end(work: Work) -> None:
        from toolkit.loop.rounds import ended

        getattr(ended, state)(work.study, "pilot")

    return end


def _renamed(work: Work) -> None:
    with work.study.database() as opened:
        round_names.rename(opened, {"pilot": "first"})


def _copies(work: Work) -> None:
    for number in (11, 12):
        work.server.task(number, 1, {"sentence_id": f"a-{number - 10}"})


def _elsewhere(opened: Database) -> None:
    rounds.set_project(opened, "pilot", server_url="http://other.example.org", project_id=1)


def _never_arrive(work: Work) -> None:
    """An import that says it took the sentences, and did not."""
    work.server.tasks.clear()

    def wrong(request: httpx.Request) -> httpx.Response | None:
        if not request.url.path.endswith("/import"):
            return None
        n = len(json.loads(request.content))
        return said({"task_ids": list(range(1000, 1000 + n))}, status=201)

    work.server.wrong = wrong


def _some_arrive(work: Work) -> None:
    work.server.tasks.clear()
    answers(said({"task_ids": [1, 1]}, status=201), to="/import")(work)


def _queued_in_vain(work: Work) -> None:
    work.server.tasks.clear()

    def wrong(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("/import"):
            return said({"import": 5}, status=201)
        return said({"status": "failed"}) if "/imports/5" in request.url.path else None

    work.server.wrong = wrong


def _queued_for_ever(work: Work) -> None:
    work.server.tasks.clear()

    def wrong(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("/import"):
            return said({"import": 5}, status=201)
        return said({"status": "created"}) if "/imports/5" in request.url.path else None

    work.server.wrong = wrong


def _without_ids(work: Work) -> None:
    work.server.tasks.clear()
    answers(said({"task_count": 4}, status=201), to="/import")(work)


def _stays_edited(work: Work) -> None:
    work.server.projects[1]["expert_instruction"] = "<p>Hurry.</p>"
    answers(said({"id": 1}), method="PATCH")(work)


def _two_projects(work: Work) -> None:
    """A push that was stopped left two projects, and both hold sentences."""
    pushed(work)
    work.server.project(2, description=work.server.projects[1]["description"])
    work.server.task(20, 2, {"sentence_id": "a-1"})
    with work.study.database() as opened, opened.transaction() as connection:
        connection.execute("UPDATE rounds SET project_id = NULL, server_url = NULL")


def _copy_that_stays(work: Work) -> None:
    _copies(work)
    refuses(404, "Not found.", to="/api/tasks/1", method="DELETE")(work)


_LOST = refuses(500, "", to="/import", method="POST")


def _more_articles(work: Work) -> None:
    from tests.study.small import numbered
    from toolkit.study import articles

    with work.study.database() as opened:
        articles.add(opened, [numbered("b", 6)], splitter="by hand", splitter_version="1")


GROUP = Group(
    60,
    "pushing",
    "Pushing a round",
    (
        Case("no-articles", "The study has no articles yet.", f"push {TWO}", (empty,)),
        Case("server-not-running", "The embedded Label Studio does not run.", f"push {TWO}", (with_article,)),
        Case("how-many-annotators", "Nobody is registered, and you do not say how many are to code.", "push",
             (with_article,)),
        Case("design-wrong", "What you ask of the round does not go together.",
             "push --round 'a b' --articles 1 --sentences 2 --reliability-sample 200% --share 150% --gold 0% "
             "--repeat-of nobody --fresh --ids ids.txt",
             (with_article, file("ids.txt", "rain\n"))),
        Case("design-half", "The reliability sample is half said.",
             "push --round pilot --reliability-sample 15% --share 10%", (with_article,)),
        Case("repeats-itself", "The round is to repeat itself.", f"push --round again --repeat-of again --fresh {TWO}",
             (pushed,)),
        Case("share-what", "A share is none.", "push --share half", (with_article,)),
        Case("too-few-in-the-sample", "The reliability sample has no more annotators than the rest.",
             "push --reliability-sample 50% --reliability-annotators 2 --annotators-per-sentence 2", (with_article,)),
        Case("design-kept", "The round was made otherwise.", "push --seed 7 --sentences 3 --annotators-per-sentence 3",
             (pushed,)),
        Case("ids-unknown", "The file lists what the study does not have.", f"push --ids ids.txt {TWO}",
             (with_article, file("ids.txt", "rain\nrian\nsnow-1\n"))),
        Case("ids-missing", "You misspell the file.", f"push --ids isd.txt {TWO}", (with_article,)),
        Case("ids-no-utf8", "The file was saved in another encoding.", f"push --ids ids.txt {TWO}",
             (with_article, file("ids.txt", b"caf\xe9\n"))),
        Case("ids-empty", "The file is empty.", f"push --ids ids.txt {TWO}", (with_article, file("ids.txt", ""))),
        Case("ids-folder", "The file is a folder.", f"push --ids ids {TWO}", (with_article, folder("ids"))),
        Case("nothing-new", "Every article is in an earlier round.", f"push --round second --fresh {TWO}", (pushed,)),
        Case("no-repeats-hidden", "There is nothing new to hide repeats among.",
             f"push --round second --repeat-of pilot --share 10% {TWO}", (pushed,)),
        Case("too-many-repeats", "The earlier round has fewer sentences than are to be repeated.",
             f"push --round second --repeat-of pilot --share 90% {TWO}",
             (pushed, _more_articles)),
        Case("gold-for-nobody", "Gold goes to everybody, and nobody is registered.", f"push --gold 10% {TWO}",
             (with_article,)),
        Case("gold-too-little", "Fewer answers are known than are to be gold.", "push --round second --gold 50%",
             (pushed, file("gold.csv", "sentence_id,question,code\na-1,gate,ok\n"))),
        Case("gold-missing", "There is no gold.csv.", "push --round second --gold 50%", (pushed,)),
        Case("codebook-answers-lost", "codebook.yaml changed so that answers would not survive it.", "push",
             (pushed, changed("codebook.yaml", "{code: police,", "{code: officers,"))),
        Case("codebook-same-version", "codebook.yaml changed, and its version did not.", "push",
             (pushed, changed("codebook.yaml", "One whole sentence.", "A whole sentence."))),
        Case("codebook-unasked", "codebook.yaml is a new version that nobody asked to bring to annotators.", "push",
             (pushed, changed("codebook.yaml", "One whole sentence.", "A whole sentence."),
              changed("codebook.yaml", "version: 1.0.0", "version: 1.0.1"))),


        Case("round-closed", "The round was closed.", "push", (pushed, _ended("close_round"))),
        Case("round-discarded", "The round was discarded.", "push", (pushed, _ended("discard_round"))),
        Case("round-renamed", "The round is called otherwise now.", "push --round pilot", (pushed, _renamed)),
        Case("adjudication", "The round is an adjudication.", "push --round pilot-adjudication", (settled,)),
        Case("again-nothing", "There is no such round to be made anew.", "push --round second --again", (pushed,)),
        Case("again-still-there", "The project is there still.", "push --again", (pushed,)),
        Case("other-server", "The round is on another server.", "push", (pushed, database(_elsewhere))),
        Case("nobody-answers", "Nobody answers.", "push", (pushed, nobody_there)),
        Case("project-gone", "The project was deleted on the server.", "push",
             (pushed, lambda work: work.server.projects.clear())),
        Case("two-projects", "Two projects hold sentences of the round.", "push", (_two_projects,)),
        Case("copies", "Sentences are on the server twice.", "push", (pushed, _copies)),
        Case("copy-that-stays", "The server says that a copy is not there, and lists it.", "push --remove-copies",
             (pushed, _copy_that_stays)),
        Case("counts-differ", "The server lists another number than it counts.", "push",
             (pushed, counts_another_number)),
        Case("did-not-arrive", "The server says that it took the sentences, and did not.", "push",
             (pushed, _never_arrive)),
        Case("some-arrived", "The server took fewer sentences than were sent.", "push", (pushed, _some_arrive)),
        Case("answer-lost", "The connection breaks while sentences are sent.", "push",
             (pushed, lambda work: work.server.tasks.clear(),
              answers(httpx.ReadError("Connection reset by peer"), to="/import"))),
        Case("server-failed", "The server fails while sentences are sent.", "push",
             (pushed, lambda work: work.server.tasks.clear(), _LOST)),
        Case("answer-unreadable", "The server takes the sentences, and its answer cannot be read.", "push",
             (pushed, lambda work: work.server.tasks.clear(),
              answers(httpx.Response(201, text="<html>"), to="/import"))),
        Case("queued-in-vain", "The server queues the sentences, and fails to take them in.", "push",
             (pushed, _queued_in_vain)),
        Case("queued-for-ever", "The server queues the sentences, and does not finish.", "push",
             (pushed, _queued_for_ever)),
        Case("without-ids", "The server takes the sentences without saying under which numbers.", "push",
             (pushed, _without_ids)),
        Case("page-edited-again", "The page was mended, and differs still.", "push --mend-page",
             (pushed, _stays_edited)),
        Case("codebook-carried-over", "Answers under this version were carried over to a later one.",
             f"push --round main {TWO} --dry-run", (settled, carried_over)),
    ),
)  # fmt: skip
