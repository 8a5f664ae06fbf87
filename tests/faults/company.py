"""What others do meanwhile: the same command a second time, and people at work on the server while it reads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from tests.faults import truth
from tests.faults.cases import Baseline, Outcome, clear, once_more, told
from tests.faults.commands import Command
from tests.faults.proxy import Deal, Exchange, Request, passes
from tests.faults.runner import Running
from tests.faults.stage import Stage

USAGE = frozenset({2})
_PATIENCE = 30.0


def twice_at_once(stage: Stage, command: Command, at: int, normal: Baseline) -> Outcome:
    """While request ``at`` is held back, the same command runs a second time."""
    study = command.scene(stage)
    before = truth.versions(study)
    come, go_on = threading.Event(), threading.Event()

    def held(exchange: Exchange) -> None:
        come.set()
        go_on.wait(_PATIENCE)
        passes(exchange)

    stage.proxy.begin(lambda request: held if request.number == at else passes)
    first = stage.runner.start(stage.spelled(command.arguments, study), study)
    met = _met(come, first)
    second = stage.run(command.arguments, study)
    go_on.set()
    ended = first.wait()
    # Of two that make the same study the one that was quicker has made it.
    right = USAGE if command.makes_its_study else frozenset({0})
    amiss = [f"the first: {line}" for line in told(stage, command, ended, right)]
    amiss += [f"the second: {line}" for line in told(stage, command, second, USAGE if met else frozenset({0}))]
    amiss += once_more(stage, command, study, before, normal)
    clear(stage, command, study)
    return Outcome(command.name, "twice at once", at, second.code, tuple(amiss))


def _met(come: threading.Event, first: Running) -> bool:
    """Whether the request came; a command that was quick may end without it, and then the second comes after it."""
    while not come.wait(0.05):
        if first.has_ended():
            return come.is_set()
    return True


Hand = Callable[[Stage, Path], None]


def _annotates(stage: Stage, study: Path) -> None:
    tasks = stage.tasks(study)
    stage.code(tasks[0], 1, "mixed")
    stage.code(tasks[-1], 0, "mixed")


def _edits(stage: Stage, study: Path) -> None:
    for annotation in (stage.annotations(study)[0], stage.annotations(study)[-1]):
        stage.edit(annotation, f"edited {time.monotonic_ns()}", who=stage.author(study, annotation))


def _deletes(stage: Stage, study: Path) -> None:
    for annotation in (stage.annotations(study)[0], stage.annotations(study)[-1]):
        stage.delete_annotation(annotation)


def _deletes_sentences(stage: Stage, study: Path) -> None:
    for task in (stage.tasks(study)[0], stage.tasks(study)[-1]):
        stage.delete_task(task)


def _changes_page(stage: Stage, study: Path) -> None:
    stage.change_page(stage.project(study))


HANDS: dict[str, Hand] = {
    "people annotate meanwhile": _annotates,
    "people edit meanwhile": _edits,
    "people delete answers meanwhile": _deletes,
    "the lead deletes sentences meanwhile": _deletes_sentences,
    "the lead changes the page meanwhile": _changes_page,
}
_INCOMPLETE = frozenset({7})


def meanwhile(name: str, stage: Stage, command: Command, at: int, normal: Baseline) -> Outcome:
    """Just before request ``at`` is answered, somebody else works on the server."""
    study = command.scene(stage)
    before = truth.versions(study)
    failed: list[BaseException] = []

    def after_others(exchange: Exchange) -> None:
        try:
            HANDS[name](stage, study)
        except BaseException as fault:  # noqa: BLE001 - on the proxy's thread: it is raised where it is seen
            failed.append(fault)
        passes(exchange)

    def plan(request: Request) -> Deal:
        return after_others if request.number == at else passes

    with nullcontext() if command.writes_to_server else stage.put_back(study):
        stage.proxy.begin(plan)
        ended = stage.run(command.arguments, study)
        if failed:
            raise failed[0]
        amiss = [*told(stage, command, ended, _INCOMPLETE)]
        amiss += once_more(stage, command, study, before, normal, same_words=False)
        clear(stage, command, study)
    return Outcome(command.name, name, at, ended.code, tuple(amiss))


def killed_then_work(stage: Stage, command: Command, at: int, normal: Baseline) -> Outcome:
    """The command is killed at its event ``at``; before it runs again, people have annotated, edited and deleted."""
    study = command.scene(stage)
    before = truth.versions(study)
    log = stage.folder / "events"
    log.unlink(missing_ok=True)
    with stage.put_back(study):
        stage.proxy.begin()
        ended = stage.run(command.arguments, study, events=str(log), kill_at=at)
        amiss = [] if ended.code in {0, -9} else [f"ended with {ended.said()}"]
        for hand in (_annotates, _edits, _deletes, _deletes_sentences):
            hand(stage, study)
        amiss += once_more(stage, command, study, before, normal, same_words=False)
        clear(stage, command, study)
    return Outcome(command.name, "kill -9, and people go on", at, ended.code, tuple(amiss))
