"""What coders differ on: looking at it, deciding, feedback, and asking one annotator more."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime

import pytest

from tests.messages.case import Case, Group
from tests.messages.label_studio import URL
from tests.messages.scenes import (
    carried_over,
    counts_another_number,
    database,
    file,
    folder,
    missing_package,
    on_its_server,
    pushed,
    replaced,
    settled,
    several,
)
from tests.messages.work import Work
from toolkit.errors import TransferIncomplete
from toolkit.loop.escalate import escalate
from toolkit.study import removals, rounds
from toolkit.study.database import Database
from toolkit.study.removals import Removal


def _removed(opened: Database) -> None:
    with opened.transaction() as connection:
        removals.remove(connection, "ben@example.org", Removal("kept", datetime(2026, 3, 1, tzinfo=UTC)))


def _elsewhere(work: Work) -> None:
    """The adjudication's project is on the embedded server, and the study uses another one now."""
    settled(work)
    on_its_server(work)
    with work.study.database() as opened:
        rounds.set_project(opened, "pilot", server_url=URL, project_id=1)


def _unwritable(work: Work) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    work.patch.setattr("toolkit.report.feedback.files.write_private", refused)


def _full_disk(work: Work) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    work.patch.setattr("toolkit.report.review.files.write_whole", full)


def _nothing_settled(work: Work) -> None:
    settled(work)
    with work.study.database() as opened, opened.transaction() as connection:
        connection.execute("DELETE FROM annotation_versions WHERE round = 'pilot-adjudication'")
        connection.execute("DELETE FROM annotations WHERE round = 'pilot-adjudication'")


def _closed(work: Work) -> None:
    from toolkit.study import round_endings

    pushed(work)
    with work.study.database() as opened:
        round_endings.end(opened, "pilot", "closed")


def _not_pushed(opened: Database) -> None:
    with opened.transaction() as connection:
        connection.execute("UPDATE rounds SET project_id = NULL, server_url = NULL")


def _is_a_terminal(work: Work) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

    work.patch.setattr("toolkit.cli.streams._data", Terminal)


TEXT_ONLY = """\
name: notes
version: 1.0.0
language: en
instructions: [Read the sentence once.]
questions:
  - {id: note, text: Note, level: text}
"""


def _with_project(work: Work) -> None:
    with work.study.database() as opened:
        rounds.set_project(opened, "pilot-adjudication", server_url=URL, project_id=2)


def _text_only(work: Work) -> None:
    from tests.messages.label_studio import PEOPLE
    from tests.study.small import numbered
    from toolkit.codebook.parse import parse
    from toolkit.loop.init import init
    from toolkit.study import annotators, articles
    from toolkit.study.rounds import Decision

    text = TEXT_ONLY + "  - {id: other, text: Other, level: span, categories: [{code: A, title: A, definition: A.}]}\n"
    made = init(work.folder)
    with made.database() as opened:
        articles.add(opened, [numbered("a", 2)], splitter="by hand", splitter_version="1")
        annotators.register(opened, [PEOPLE[11]], round=None)
        rounds.create(opened, "pilot", Decision(1), parse(text, source="book"), document=text)
        rounds.set_project(opened, "pilot", server_url="embedded", project_id=1)
        rounds.plan(opened, "pilot", [("a-1", 1)])


def _in_dispute(work: Work, *, missing: bool = False, unmoved: bool = False) -> None:
    """Ana and Ben differ on every other sentence; Cem may be asked as well."""
    from tests.loop.test_answers import choice
    from tests.messages.label_studio import PEOPLE, annotation, said
    from toolkit.loop.pull import pull
    from toolkit.study import annotators

    pushed(work)
    with work.study.database() as opened:
        annotators.register(opened, [PEOPLE[13]], round=None)
    for number in range(1, 5):
        given = ("broken", "broken" if number % 2 else "ok")
        work.server.tasks[number]["annotations"] = [
            annotation(10 * number + who, 11 + who, choice("gate", code)) for who, code in enumerate(given)
        ]
    pull(work.study)
    if missing or unmoved:
        work.server.wrong = lambda request: said({"id": 1}) if request.method == "PATCH" else None
    if missing:  # an escalation that was stopped is gone on with, and its sentences were deleted meanwhile
        with pytest.raises(TransferIncomplete):
            escalate(work.study, budget=1)
        work.server.tasks = {number: one for number, one in work.server.tasks.items() if number % 2}


GROUP = Group(
    85,
    "adjudication",
    "What coders differ on",
    (
        Case("disputes-of-what", "You ask for disputes of what the round does not have.",
             "disagreements --question knid --question note --between ana@example.org zoe@example.org "
             "--categories army,pliece --annotator annotator-7", (settled,)),
        Case("disputes-of-two-questions", "The categories are of two questions.", "disagreements --categories ok,army",
             (settled,)),
        Case("disputes-of-one-category", "You name one category twice.", "disagreements --categories army,army",
             (settled,)),
        Case("disputes-of-one-annotator", "You name one annotator twice.",
             "disagreements --between ana@example.org ana@example.org", (settled,)),
        Case("categories-not-two", "You do not name two categories.", "disagreements --categories army", (settled,)),
        Case("disputes-nowhere", "The file has no folder.", "disagreements --to nowhere/disputes.csv --format csv",
             (settled,)),
        Case("disputes-to-a-folder", "The file is a folder.", "disagreements --to there --format csv",
             (settled, folder("there"))),
        Case("workbook-without-package", "A workbook is asked for without the extra for it.",
             "disagreements --format xlsx --to disputes.xlsx", (settled, missing_package("xlsxwriter"))),
        Case("workbook-to-a-screen", "A workbook is to be printed on a screen.", "disagreements --format xlsx",
             (settled, _is_a_terminal)),
        Case("workbook-too-long", "There are more rows than a sheet holds.",
             "disagreements --format xlsx --to disputes.xlsx",
             (settled, replaced("toolkit.files.workbook.MOST_ROWS", 1))),
        Case("nothing-coded", "Nothing has been coded yet.", "adjudicate start", (pushed,)),
        Case("start-wrong", "You ask for what cannot be decided on.",
             "adjudicate start --question note --sample 200% --round pilot", (several,)),
        Case("start-otherwise", "The adjudication was started otherwise.",
             "adjudicate start --seed 8 --where all --per-sentence 2", (settled,)),
        Case("start-with-removed", "Who is to decide was removed.", "adjudicate start --adjudicator ben@example.org",
             (settled, database(_removed))),
        Case("start-elsewhere", "The adjudication is on another server.", "adjudicate start", (_elsewhere,)),
        Case("start-project-gone", "The adjudication's project was deleted.", "adjudicate start",
             (_elsewhere, _with_project)),
        Case("start-after-migration", "Categories were carried over since it began.", "adjudicate start",
             (settled, carried_over)),
        Case("status-of-nothing", "Nothing of the round is adjudicated.", "adjudicate status --round pilot",
             (several,)),
        Case("accept-what", "You accept answers to what is not measured.", "adjudicate accept-agreed --question note",
             (settled,)),
        Case("feedback-both", "You ask for all letters and for one.", "feedback --all --annotator annotator-7",
             (settled,)),
        Case("feedback-to-nobody", "Nobody of that name coded the round.", "feedback --annotator annotator-7",
             (settled,)),
        Case("feedback-to-no-address", "Nobody with that address coded the round.",
             "feedback --annotator zoe@example.org", (settled,)),
        Case("feedback-refused", "The folder is not yours to write to.", "feedback", (settled, _unwritable)),
        Case("feedback-to-an-address", "Letters are to go to a bucket.", "feedback --to s3://bucket/letters",
             (settled,)),
        Case("review-too-early", "Nothing is settled yet.", "codebook review", (_nothing_settled,)),
        Case("review-skeleton-there", "The file for the skeleton is there.", "codebook review --skeleton next.yaml",
             (settled, file("next.yaml", "mine"))),
        Case("review-disk-full", "The disk is full.", "codebook review --skeleton next.yaml", (settled, _full_disk)),
        Case("escalate-how-many", "You do not say how many annotations more.", "escalate", (settled,)),
        Case("escalate-report-and-more", "A report changes nothing.", "escalate --report --budget 3", (settled,)),
        Case("escalate-wrong", "What you ask for cannot be.", "escalate --budget 0 --least-gain -1",
             (settled,)),
        Case("escalate-what", "A question's label is no category.",
             "escalate --budget 3 --dry-run --question words --question x",
             (settled,)),
        Case("escalate-nothing", "No question of the round has a category as its label.",
             "escalate --budget 3 --dry-run",
             (_text_only,)),
        Case("escalate-closed", "The round was closed.", "escalate --budget 3", (_closed,)),
        Case("escalate-not-pushed", "The round has no project.", "escalate --budget 3",
             (pushed, database(_not_pushed))),
        Case("escalate-missing", "Sentences that are to have one annotator more are not on the server.",
             "escalate --budget 1", (lambda work: _in_dispute(work, missing=True),)),
        Case("escalate-unmoved", "The server does not take the number of annotators.", "escalate --budget 1",
             (lambda work: _in_dispute(work, unmoved=True),)),
        Case("escalate-counts-differ", "The server lists another number than it counts.", "escalate --budget 1",
             (_in_dispute, counts_another_number)),
    ),
)  # fmt: skip
