"""Faults that take more than one command to befall a study, each told from beginning to end.

A story gives what is amiss at its end: nothing, where all is well. A story joins by being listed in ``STORIES``.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from tests.faults import truth
from tests.faults.kinds import BY_NAME, planned
from tests.faults.proxy import Deal, Request
from tests.faults.runner import ROOT
from tests.faults.scenes import coded
from tests.faults.stage import Stage

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Story:
    """What happens, and how to make it happen."""

    says: str
    tell: Callable[[Stage], list[str]]


def _pulled(stage: Stage, study: Path, *, plan: Callable[[Request], Deal] | None = None) -> list[str]:
    """What is amiss after a pull that is expected to end well."""
    before = truth.versions(study)
    if plan is not None:
        stage.proxy.begin(plan)
    else:
        stage.proxy.begin()
    ended = stage.run(["pull"], study)
    said = [] if ended.code == 0 else [f"pull: {ended.said()}"]
    lost = [f"a version of annotation {number} was lost" for _, number, _ in before - truth.versions(study)]
    return said + lost + truth.pulled(study, stage.server_database)


def _end(stage: Stage, study: Path, amiss: list[str]) -> list[str]:
    stage.forget(study)
    return amiss


def _clock_once_ahead(work: Callable[[Stage, Path], None], header: str | None, stage: Stage) -> list[str]:
    """One sentence was changed 'tomorrow' when a pull ran; then the clock is mended and people go on."""
    study = coded(stage)
    stage.age(study, -timedelta(hours=5))
    first = stage.tasks(study)[0]
    tomorrow = (datetime.now(UTC) + _DAY).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    (before,) = (task["updated_at"] for task in truth.of(stage.server_database, study).tasks if task["id"] == first)
    stage.execute("UPDATE task SET updated_at = ? WHERE id = ?", (tomorrow, first))
    amiss = _pulled(stage, study, plan=planned(BY_NAME[header], 1) if header else None)
    stage.execute("UPDATE task SET updated_at = ? WHERE id = ?", (before, first))
    work(stage, study)
    return _end(stage, study, amiss + _pulled(stage, study))


def _more(stage: Stage, study: Path) -> None:
    tasks = stage.tasks(study)
    stage.code(tasks[1], 0, "mixed")
    stage.code(tasks[3], 0, "mixed")


def _edit(stage: Stage, study: Path) -> None:
    stage.edit(stage.annotations(study)[1], "mixed", who=1)


def _swap(stage: Stage, study: Path) -> None:
    """One answer fewer here, one more there: every total is what it was."""
    stage.delete_annotation(stage.annotations(study)[1])
    stage.code(stage.tasks(study)[2], 1, "mixed")


def _comes_back(stage: Stage) -> list[str]:
    study = coded(stage)
    stage.age(study, -timedelta(hours=5))
    amiss = _pulled(stage, study)
    backup = stage.saved(study)
    for task in stage.tasks(study)[:2]:
        stage.delete_task(task)
    amiss += _pulled(stage, study)
    stage.restore(backup)
    return _end(stage, study, amiss + _pulled(stage, study))


def _answers_come_back(stage: Stage) -> list[str]:
    study = coded(stage)
    stage.age(study, -timedelta(hours=5))
    amiss = _pulled(stage, study)
    backup = stage.saved(study)
    for annotation in stage.annotations(study)[:2]:
        stage.delete_annotation(annotation)
    amiss += _pulled(stage, study)
    stage.restore(backup)
    return _end(stage, study, amiss + _pulled(stage, study))


def _older_backup(stage: Stage) -> list[str]:
    study = coded(stage)
    stage.age(study, -timedelta(hours=5))
    amiss = _pulled(stage, study)
    backup = stage.saved(study)
    _more(stage, study)
    _edit(stage, study)
    amiss += _pulled(stage, study)
    stage.restore(backup)
    return _end(stage, study, amiss + _pulled(stage, study))


def _edited_then_restored(stage: Stage) -> list[str]:
    """As above, and every total is what it was: only the answers differ."""
    study = coded(stage)
    stage.age(study, -timedelta(hours=5))
    amiss = _pulled(stage, study)
    backup = stage.saved(study)
    _edit(stage, study)
    amiss += _pulled(stage, study)
    stage.restore(backup)
    ended = stage.run(["pull", "--full"], study)
    amiss += [] if ended.code == 0 else [f"pull --full: {ended.said()}"]
    return _end(stage, study, amiss + truth.pulled(study, stage.server_database))


def _most_is_gone(stage: Stage) -> list[str]:
    study = coded(stage)
    amiss = _pulled(stage, study)
    before = truth.contents(study)["annotations"]
    for task in stage.tasks(study):
        stage.delete_task(task)
    stage.proxy.begin()
    refused = stage.run(["pull"], study)
    if refused.code != 7:
        amiss.append(f"a round that vanished is not refused with 7: {refused.said()}")
    if truth.contents(study)["annotations"] != before:
        amiss.append("a refused pull has changed what counts")
    accepted = stage.run(["pull", "--accept-loss"], study)
    if accepted.code != 0:
        amiss.append(f"pull --accept-loss: {accepted.said()}")
    return _end(stage, study, amiss + truth.pulled(study, stage.server_database))


def _study_put_back(stage: Stage) -> list[str]:
    """A copy of study.db from before a push and a pull is put back."""
    study = stage.bare()
    copy = stage.folder / "earlier.db"
    shutil.copy2(study / "study.db", copy)
    stage.proxy.begin()
    stage.must(["push", "--annotators-per-sentence", "2"], study)
    _more(stage, study)
    amiss = _pulled(stage, study)
    for left in (study / "study.db-wal", study / "study.db-shm"):
        left.unlink(missing_ok=True)
    shutil.copy2(copy, study / "study.db")
    stage.proxy.begin()
    again = stage.run(["push", "--annotators-per-sentence", "2"], study)
    if again.code != 0:
        amiss.append(f"push: {again.said()}")
    amiss += truth.transferred(study, stage.server_database)
    return _end(stage, study, amiss + _pulled(stage, study))


def _sent_again(stage: Stage) -> list[str]:
    """A coded sentence is deleted, the push sends it again, and it is coded again."""
    study = coded(stage)
    amiss = _pulled(stage, study)
    stage.delete_task(stage.tasks(study)[0])
    stage.proxy.begin()
    again = stage.run(["push"], study)
    if again.code != 0:
        amiss.append(f"push: {again.said()}")
    amiss += truth.transferred(study, stage.server_database)
    stage.code(stage.tasks(study)[-1], 0, "mixed")
    return _end(stage, study, amiss + _pulled(stage, study))


def _project_gone(stage: Stage) -> list[str]:
    study = coded(stage)
    amiss = _pulled(stage, study)
    before = truth.contents(study)["annotations"]
    project = stage.project(study)
    stage.server.raw("DELETE", f"/api/projects/{project}/")
    stage.proxy.begin()
    for arguments in (["pull"], ["push"], ["doctor"]):
        ended = stage.run(arguments, study)
        if ended.code not in {6, 7}:
            amiss.append(f"{arguments[0]} on a deleted project: {ended.said()}")
    if truth.contents(study)["annotations"] != before:
        amiss.append("what was pulled has changed")
    again = stage.run(["push", "--again"], study)
    if again.code != 0:
        amiss.append(f"push --again: {again.said()}")
    return _end(stage, study, amiss)


def _brought_up(stage: Stage) -> list[str]:
    """A study of the first version, killed at each event of the command that brings its database up to this one."""
    frozen = ROOT / "tests" / "frozen" / "v1" / "study"
    amiss: list[str] = []
    at, code = 0, -9
    while code == -9:
        at += 1
        study = stage.folder / f"frozen-{at}"
        shutil.copytree(frozen, study)
        before = truth.versions(study)
        code = stage.run(["status"], study, events=str(stage.folder / "events"), kill_at=at).code
        again = stage.run(["status"], study)
        if (code, again.code) not in {(-9, 0), (0, 0)}:
            amiss.append(f"event {at}: {code}, then {again.said()}")
        amiss += [f"event {at}: {line}" for line in truth.damage(study)]
        amiss += [f"event {at}: versions were lost"] if before - truth.versions(study) else []
        shutil.rmtree(study)
    return amiss


STORIES: tuple[Story, ...] = (
    Story("A sentence's time was a day ahead during a pull, then mended; people go on annotating",
          partial(_clock_once_ahead, _more, None)),
    Story("The same, and they only edit: every total is what it was", partial(_clock_once_ahead, _edit, None)),
    Story("The same, and one answer is deleted where another is made", partial(_clock_once_ahead, _swap, None)),
    Story("The whole server was a day ahead during a pull; people go on annotating",
          partial(_clock_once_ahead, _more, "clock a day ahead")),
    Story("The same, and they only edit", partial(_clock_once_ahead, _edit, "clock a day ahead")),
    Story("Annotated sentences are deleted, a pull runs, the server's backup is put back", _comes_back),
    Story("Answers are deleted, a pull runs, the server's backup is put back", _answers_come_back),
    Story("The server's backup that is put back is older than the last pull", _older_backup),
    Story("The same, and every total is what it was: `pull --full` sees it", _edited_then_restored),
    Story("Everything in the project is gone: refused, until `--accept-loss` says that it is meant", _most_is_gone),
    Story("A study.db from before the push is put back", _study_put_back),
    Story("A coded sentence is deleted, sent again by a push, and coded again", _sent_again),
    Story("The project is deleted: plain words, nothing changes, `push --again` makes it anew", _project_gone),
    Story("A study made by the first version is opened, and the process killed at each event of it", _brought_up),
)  # fmt: skip
