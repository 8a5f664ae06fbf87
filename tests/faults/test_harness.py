"""The proof proves something only if it can fail: each part of it is shown to see what it is there to see."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults import truth
from tests.faults.cases import baseline, with_fault
from tests.faults.commands import BY_NAME
from tests.faults.kinds import BY_NAME as KINDS
from tests.faults.kinds import Kind
from tests.faults.proxy import Exchange
from tests.faults.runner import ROOT
from tests.faults.scenes import coded
from tests.faults.stage import Stage

pytestmark = [pytest.mark.live, pytest.mark.faults]


def _deleted(stage: Stage, study: Path) -> None:
    stage.delete_task(stage.tasks(study)[0])


def _doubled(stage: Stage, study: Path) -> None:
    stage.execute(
        "INSERT INTO task (data, project_id, created_at, updated_at, is_labeled, overlap, inner_id, total_annotations,"
        " cancelled_annotations, total_predictions, comment_count, unresolved_comment_count) SELECT data, project_id,"
        " created_at, updated_at, 0, overlap, 99, 0, 0, 0, 0, 0 FROM task WHERE id = ?",
        (stage.tasks(study)[0],),
    )


def _other_overlap(stage: Stage, study: Path) -> None:
    stage.execute("UPDATE task SET overlap = 7 WHERE id = ?", (stage.tasks(study)[0],))


def _twin(stage: Stage, study: Path) -> None:
    mark = truth.meta(study, "study_id")
    title = {"title": "A twin", "description": f"please leave this line in place: intercoder:{mark}:pilot"}
    assert stage.server.raw("POST", "/api/projects/", json=title).status_code == 201


@pytest.mark.parametrize("harm", [_deleted, _doubled, _other_overlap, _twin])
def test_what_is_amiss_on_the_server_is_seen(stage: Stage, harm: Callable[[Stage, Path], None]) -> None:
    study = stage.pushed()
    assert truth.transferred(study, stage.server_database) == []
    harm(stage, study)
    assert truth.transferred(study, stage.server_database)
    stage.forget(study)


def _new_answer(stage: Stage, study: Path) -> None:
    stage.code(stage.tasks(study)[1], 0, "mixed")


def _edited(stage: Stage, study: Path) -> None:
    stage.edit(stage.annotations(study)[0], "mixed")


def _gone(stage: Stage, study: Path) -> None:
    stage.delete_annotation(stage.annotations(study)[0])


@pytest.mark.parametrize("work", [_new_answer, _edited, _gone])
def test_what_was_not_pulled_is_seen(stage: Stage, work: Callable[[Stage, Path], None]) -> None:
    study = coded(stage)
    stage.proxy.begin()
    stage.must(["pull"], study)
    assert truth.pulled(study, stage.server_database) == []
    work(stage, study)
    assert truth.pulled(study, stage.server_database)
    stage.forget(study)


def test_a_wrong_exit_code_and_a_message_with_a_token_are_seen(stage: Stage) -> None:
    command = BY_NAME["doctor"]
    normal = baseline(stage, command)
    reached = Kind("403", "", KINDS["403"].does, lambda _: True, frozenset({5}))
    assert any("wrong exit code" in line for line in with_fault(stage, command, reached, 1, normal).amiss)

    def tells(exchange: Exchange) -> None:
        body = f'{{"release": "{stage.server.token}"}}'.encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        exchange.answer(head + body)

    leaky = Kind("a token in an answer that is printed", "", tells, lambda _: True, frozenset())
    assert "it printed a token or a password" in with_fault(stage, command, leaky, 1, normal).amiss


def test_every_sort_of_event_is_counted(stage: Stage) -> None:
    events = set(baseline(stage, BY_NAME["push"]).events)
    assert {"sqlite BEGIN", "sqlite COMMIT", "fsync", "os.rename", "connect", "request POST", "answer POST"} <= events


def test_a_forked_process_says_what_a_fresh_interpreter_says(stage: Stage) -> None:
    command = BY_NAME["status"]
    study = command.scene(stage)
    stage.proxy.begin()
    forked = stage.run(command.arguments, study)
    program = "import sys; from toolkit.cli import main; sys.argv[0] = 'intercoder'; main()"
    fresh = subprocess.run(
        [sys.executable, "-c", program, *command.arguments],
        cwd=study,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (fresh.returncode, fresh.stdout) == (forked.code, forked.out)
