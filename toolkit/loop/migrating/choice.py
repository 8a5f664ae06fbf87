"""Which rounds a migration concerns: those that run with the codebook it leads from, unless others share it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.codebook.diff import compare, keeps_answers
from toolkit.codebook.migration.map_of_codes import stored_map
from toolkit.codebook.migration.translated import Step
from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import parse
from toolkit.errors import ContractViolated, Fault, UsageError
from toolkit.loop.answers import codebook_of
from toolkit.loop.init import codebook_text
from toolkit.study import adoptions, answer_migrations, rounds
from toolkit.study.database import Database

_VERSION = re.compile(r"\d+\.\d+\.\d+")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A round, the step its answers take, and whether that was recorded before."""

    name: str
    step: Step
    sequence: int | None
    """Which version of its codebook the step led to, counted from 1; None where it has not been taken."""


def earlier_codebook(database: Database, old: str) -> Codebook:
    """Return the codebook a migration leads from: of a file, a shipped name, or the version that a round ran with."""
    if not _VERSION.fullmatch(old) or Path(old).exists():
        return parse(codebook_text(old), source=old)
    ran = {
        version.hash: version
        for name in rounds.names(database)
        if answer_migrations.split_round(database, name) is None
        for version in rounds.codebook_versions(database, name)
    }
    found = [version for version in ran.values() if version.version == old]
    if len(found) != 1:
        have = ", ".join(sorted({version.version for version in ran.values()})) or "none"
        several = f"several codebooks of this study have version {old}" if found else f"no round ran with version {old}"
        raise UsageError(
            several, todo=f"Name a file with the codebook as it was. Versions that rounds ran with: {have}."
        )
    return parse(found[0].document, source=f"codebook {old}")


def chosen_rounds(database: Database, step: Step, round_name: str | None) -> tuple[Chosen, ...]:
    """Return the rounds that a migration concerns, or was applied to: the one named, or every one.

    Raise ``UsageError`` where there is none, for an adopted round, and where a round that is left out was coded under
    the same version: in an export every version is read in one way. Raise ``ContractViolated`` where the round named
    runs with another codebook.
    """
    names = [name for name in rounds.names(database) if answer_migrations.split_round(database, name) is None]
    if round_name is not None:
        rounds.get(database, round_name)
        if adoptions.find(database, round_name) is not None:
            raise UsageError(
                f"round {round_name!r} was adopted: its codes stand for what its project stores, and stay",
                todo="Levels, texts and titles can be mended: `pull(update_codebook=True)`.",
            )
    found = [one for name in names if (one := _chosen(database, name, step)) is not None]
    of_name = [one for one in found if round_name in {None, one.name}]
    if not of_name:
        raise _none(database, step, names if round_name is None else [round_name])
    _refuse_divided(database, of_name, found, names)
    return tuple(of_name)


def _chosen(database: Database, name: str, step: Step) -> Chosen | None:
    if adoptions.find(database, name) is not None:
        return None
    current = codebook_of(database, name)
    for taken in answer_migrations.of_round(database, name):
        if taken.to_hash == step.new.hash and stored_map(taken.codes) == step.codes:
            return Chosen(name, step, taken.sequence)
    if current.hash != step.new.hash and keeps_answers(compare(current, step.old)):
        return Chosen(name, Step(current, step.new, step.codes), None)
    return None


def _none(database: Database, step: Step, names: Sequence[str]) -> UsageError | ContractViolated:
    if not names:
        return UsageError(
            "no round has been pushed yet, so there are no answers to carry over",
            todo="Put the new codebook in codebook.yaml, then `intercoder push`.",
        )
    faults = []
    for name in names:
        changes = compare(codebook_of(database, name), step.old)
        faults += [
            Fault(f"{name}, {one.place}", f"{one.what}: {one.because}") for one in changes if not one.keeps_answers
        ]
    which = f"round {names[0]!r} does not run" if len(names) == 1 else "no round runs"
    return ContractViolated(
        f"{which} with {step.old.name} {step.old.version}, nor with one that it keeps the answers of",
        faults=faults,
        todo="Name the codebook it runs with as the one before: a file, or its version.",
    )


def _refuse_divided(
    database: Database, chosen: Sequence[Chosen], found: Sequence[Chosen], names: Sequence[str]
) -> None:
    """Where one of two rounds under one version is migrated, an export could not say how to read that version."""
    mine = {one.name for one in chosen}
    hashes = {version.hash for name in mine for version in rounds.codebook_versions(database, name)}
    taken = {one.name for one in found if one.sequence is not None}
    others = [
        name
        for name in names
        if name not in mine | taken
        and hashes.intersection(version.hash for version in rounds.codebook_versions(database, name))
    ]
    if others:
        could = {one.name for one in found}
        todo = (
            "Migrate them together: leave `round_name=` out."
            if set(others) <= could
            else "Bring them to the same codebook first: `push(update_codebook=True)`."
        )
        raise UsageError(
            f"round {', '.join(others)} was coded under a version that {', '.join(sorted(mine))} was coded under, too, "
            "and in an export every version of a codebook is read in one way",
            todo=todo,
        )
