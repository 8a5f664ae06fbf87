"""The table of everything that is tried: every fault, the moments at which it can happen, and how to make it happen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from tests.faults import company, disk
from tests.faults.cases import Baseline, Outcome, killed, moments, with_fault
from tests.faults.commands import Command
from tests.faults.kinds import KINDS, Kind
from tests.faults.stage import Stage

At = Callable[[Command, Baseline], Iterable[int]]
Run = Callable[[Stage, Command, int, Baseline], Outcome]


@dataclass(frozen=True, slots=True)
class Fault:
    """One row of the table: what it is, the moments at which it can befall a command (from 1), how to make it so."""

    name: str
    says: str
    at: At
    run: Run


def _requests(_: Command, normal: Baseline) -> Iterable[int]:
    return range(1, len(normal.requests) + 1)


def _events(_: Command, normal: Baseline) -> Iterable[int]:
    return range(1, len(normal.events) + 1)


def _times(number: int) -> Callable[[Command, Baseline], Iterable[int]]:
    return lambda _command, _normal: range(1, number + 1)


def _of_its_database(number: int) -> Callable[[Command, Baseline], Iterable[int]]:
    return lambda command, _normal: () if command.makes_its_study else range(1, number + 1)


def _where_there_are_answers(command: Command, normal: Baseline) -> Iterable[int]:
    # A round that is only being pushed has no answers yet to edit, and is not read while people work.
    return () if command.writes_to_server else _requests(command, normal)


def _events_where_there_are_answers(command: Command, normal: Baseline) -> Iterable[int]:
    return () if command.writes_to_server else _events(command, normal)


_sizes = ", ".join(str(size // 1024) for size in disk.FILE_SIZES)


def _of_kind(kind: Kind) -> Fault:
    def at(_: Command, normal: Baseline) -> Iterable[int]:
        return moments(kind, normal)

    def run(stage: Stage, command: Command, number: int, normal: Baseline) -> Outcome:
        return with_fault(stage, command, kind, number, normal)

    return Fault(kind.name, f"{kind.says}; at each request", at, run)


FAULTS: tuple[Fault, ...] = (
    *map(_of_kind, KINDS),
    Fault("kill -9", "the process is killed; at each transaction, file, connection and answer", _events, killed),
    Fault(
        "kill -9, and people go on",
        "the same, and before the next run people have annotated, edited and deleted",
        _events_where_there_are_answers,
        company.killed_then_work,
    ),
    Fault("disk full", f"no file grows beyond {_sizes} KiB", _times(len(disk.FILE_SIZES)), disk.no_file_grows),
    Fault("database full", "SQLite gets 0 to 7 pages more", _times(len(disk.MORE_PAGES)), disk.database_cannot_grow),
    Fault("database locked", "another program holds it, for writing or altogether", _of_its_database(2), disk.locked),
    Fault("read-only", "the study, or its database, may not be written", _of_its_database(2), disk.read_only),
    Fault("damaged", "the database is empty, something else, half, noise or gone", _of_its_database(5), disk.damaged),
    Fault("newer", "the database was made by a later version", _of_its_database(1), disk.newer),
    Fault(
        "twice at once", "the same command a second time, while each request waits", _requests, company.twice_at_once
    ),
    *(
        Fault(name, "just before each request is answered", _where_there_are_answers, partial(company.meanwhile, name))
        for name in company.HANDS
    ),
)

BY_NAME: Mapping[str, Fault] = {fault.name: fault for fault in FAULTS}

NOT_YET: frozenset[tuple[str, str]] = frozenset()
"""Cases (command, fault) that the slice leaves out, each with what is missing. ``make faults`` tries them."""
