"""One case: a scene, a fault, the command, and the command once more; and everything that is then not as it must be."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import ndiff
from pathlib import Path
from typing import Any

from tests.faults import truth
from tests.faults.commands import Command
from tests.faults.kinds import Kind, planned
from tests.faults.proxy import Request
from tests.faults.runner import Ended
from tests.faults.stage import Stage

DOCUMENTED = frozenset({0, 2, 3, 4, 5, 6, 7})
USAGE, INCOMPLETE = 2, 7


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a command asks for, prints and does when nothing goes wrong."""

    requests: tuple[Request, ...]
    out: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one case."""

    command: str
    fault: str
    at: int
    code: int
    amiss: tuple[str, ...]

    def __str__(self) -> str:
        listed = "".join(f"\n      {line}" for line in self.amiss)
        return f"{self.command} · {self.fault} · at {self.at} · exit {self.code}{listed}"


def baseline(stage: Stage, command: Command) -> Baseline:
    """The command without faults, through the same proxy and with its events counted."""
    study = command.scene(stage)
    log = stage.folder / "events"
    log.unlink(missing_ok=True)
    before = truth.versions(study)
    stage.proxy.begin()
    ended = stage.run(command.arguments, study, events=str(log))
    requests = tuple(stage.proxy.requests)
    amiss = [*told(stage, command, ended, frozenset({0})), *in_the_end(stage, command, study, before)]
    if ended.code != 0 or amiss:
        raise AssertionError(f"{command.name} does not work without faults either: {ended.said()} {amiss}")
    clear(stage, command, study)
    return Baseline(requests, ended.out, tuple(log.read_text(encoding="utf-8").splitlines()))


def moments(kind: Kind, normal: Baseline) -> Iterator[int]:
    """The requests of a command that a fault of this kind can befall."""
    return (request.number for request in normal.requests if kind.befalls(request))


def with_fault(stage: Stage, command: Command, kind: Kind, at: int, normal: Baseline) -> Outcome:
    """The command with the fault at request ``at``, and once more without."""
    study = command.scene(stage)
    before = truth.versions(study)
    stage.proxy.begin(planned(kind, at), gone_from=at if kind.gone else None)
    ended = stage.run(command.arguments, study, impatient=kind.short_of_patience)
    asked = stage.proxy.requests
    amiss = [*told(stage, command, ended, kind.codes)]
    if not kind.gone and len(asked) >= at and asked[at - 1].method != normal.requests[at - 1].method:
        amiss.append(f"request {at} was {asked[at - 1].method} {asked[at - 1].path}: the case is not what it says")
    if ended.code == 0:
        amiss += [f"exit 0, although {line}" for line in in_the_end(stage, command, study, before)]
    if kind.late != "clean":
        stage.proxy.deliver_late()
    late = list(stage.proxy.late)
    amiss += once_more(stage, command, study, before, normal)
    if late:
        stage.proxy.late = late
        stage.proxy.deliver_late()
        amiss += [f"after the late request: {line}" for line in once_more(stage, command, study, before, normal)]
    clear(stage, command, study)
    return Outcome(command.name, kind.name, at, ended.code, tuple(amiss))


def killed(stage: Stage, command: Command, at: int, normal: Baseline) -> Outcome:
    """The command killed at its event ``at``, and once more to the end."""
    study = command.scene(stage)
    before = truth.versions(study)
    log = stage.folder / "events"
    log.unlink(missing_ok=True)
    stage.proxy.begin()
    ended = stage.run(command.arguments, study, events=str(log), kill_at=at)
    amiss = [] if ended.code in {0, -9} else [f"ended with {ended.said()}"]
    amiss += [f"after the kill: {line}" for line in truth.damage(study)]
    amiss += once_more(stage, command, study, before, normal)
    clear(stage, command, study)
    return Outcome(command.name, "kill -9", at, ended.code, tuple(amiss))


def clear(stage: Stage, command: Command, study: Path) -> None:
    """Leave the stage as it was found: what commands say of the server must not depend on the cases before."""
    stage.forget_newcomers()
    if command.writes_to_server:
        stage.forget(study)
    else:
        shutil.rmtree(study)


def once_more(
    stage: Stage, command: Command, study: Path, before: set[Any], normal: Baseline, *, same_words: bool = True
) -> list[str]:
    """What is amiss after the command was run again without faults; copies it names are removed as it says."""
    stage.proxy.begin()
    arguments = command.arguments
    clean = stage.run(arguments, study)
    if clean.code == USAGE and command.goes_on:
        arguments = command.goes_on
        clean = stage.run(arguments, study)
    way_out = re.search(r"`intercoder ([^`]+ --remove-copies)`", clean.err)
    if clean.code == INCOMPLETE and "more than once" in clean.err and way_out is not None:
        removed = stage.run(way_out[1].split(), study)
        if removed.code != 0:
            return [f"copies on the server, and no way out: {removed.said()}"]
        clean = stage.run(arguments, study)
    amiss = [*told(stage, command, clean, command.once_done)]
    amiss = [f"once more without faults: {line}" for line in amiss]
    if clean.code == 0 and command.says and same_words and clean.out != normal.out:
        differ = [line for line in ndiff(normal.out.splitlines(), clean.out.splitlines()) if line[0] in "-+"]
        amiss.append("it says something else than without faults: " + " / ".join(differ))
    return amiss + in_the_end(stage, command, study, before)


def in_the_end(stage: Stage, command: Command, study: Path, before: set[Any]) -> list[str]:
    """What is wrong with a study whose command has ended well."""
    lost = set() if command.erases else before - truth.versions(study)
    gone = [f"version of annotation {number} was lost" for _, number, _ in lost]
    return [*truth.damage(study), *gone, *command.amiss(stage, study)]


def told(stage: Stage, command: Command, ended: Ended, right: frozenset[int]) -> Iterator[str]:
    """What is wrong with how a command ended and what it said."""
    if ended.code not in DOCUMENTED or "Traceback" in ended.err:
        yield ended.said()
    elif ended.code not in right | {0} | command.also:
        yield f"the wrong exit code: {ended.said()}"
    elif ended.code != 0 and not re.search(r"Error: |problem", ended.err + ended.out):
        yield f"no word on what is wrong: {ended.said()}"
    for secret in stage.secrets():
        if secret in ended.out + ended.err:
            yield "it printed a token or a password"
    for address in stage.addresses():
        if address in ended.err or (address in ended.out and not command.prints_addresses):
            yield "it printed an e-mail address"
