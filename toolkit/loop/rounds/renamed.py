"""Calling a round otherwise, in everything that is shown and exported from now on."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import Fault, UsageError
from toolkit.loop.pushing.design import check_round_name
from toolkit.study import adjudications, annotators, round_names, rounds, settings
from toolkit.study.database import Database
from toolkit.study.folder import Study


@dataclass(frozen=True, slots=True)
class RenamedRound:
    """A round's new name, and the ones it had."""

    round: str
    former_names: tuple[str, ...]
    changed: bool
    """Whether it was not called so already."""
    first_name: str
    """The name it was made under, which stays in the mark of its project, in ids of annotations, and in its sample."""


def rename_round(study: Study, round_name: str, new: str) -> RenamedRound:
    """Give a round another name, and its adjudication with it; again changes nothing. The server is not changed.

    Ids of annotations keep the name the round was made under, so that they are the same in every export. Raise
    ``UsageError`` for a name that another round has or had, and for one that people are registered for who would count
    in the round because of it.
    """
    check_round_name(new)
    with study.locked(), study.database() as database:
        # A rename that was stopped has its new name here and its old one in study.yaml.
        done = round_names.called_now(database, round_name) == new
        if not done:
            rounds.get(database, round_name)
            refuse_adjudication(database, round_name)
            if new != round_name:
                renamed = _with_adjudication(database, round_name, new)
                for name, other in renamed.items():
                    _refuse_taken(database, name, other)
                    _refuse_others_to_count(database, name, other)
                round_names.rename(database, renamed)
        settings.rename_round(study.settings_file, round_name, new)
        return RenamedRound(
            round=new,
            former_names=round_names.former_names(database, new),
            changed=not done and new != round_name,
            first_name=round_names.first_name(database, new),
        )


def refuse_adjudication(database: Database, name: str) -> None:
    """Raise ``UsageError`` for a round that decides on another one: it is called, and counts, as that one."""
    if (of_round := adjudications.adjudicated_round(database, name)) is not None:
        raise UsageError(
            f"{name!r} decides on round {of_round!r}, and what becomes of that round becomes of it",
            todo=f"Name {of_round} instead.",
        )


def _with_adjudication(database: Database, name: str, new: str) -> dict[str, str]:
    found = adjudications.find(database, name)
    return {name: new} if found is None else {name: new, found: adjudications.name_of(database, new, of=found)}


def _refuse_others_to_count(database: Database, round_name: str, new: str) -> None:
    """Raise ``UsageError`` where annotators were registered for a name before there was a round of it."""
    here = {one.pseudonym for one in annotators.ever_registered(database, round=round_name)}
    others = [one.pseudonym for one in annotators.ever_registered(database) if new in one.rounds]
    if others := [each for each in others if each not in here]:
        raise UsageError(
            f"annotators are registered for a round {new!r}, which is not there, and would count in {round_name!r}",
            faults=[Fault(each, f"is not registered for {round_name!r}") for each in others],
            todo=f"Choose another name, or register them first: `add_annotators(EMAIL…, round_name={round_name})`.",
        )


def _refuse_taken(database: Database, round_name: str, new: str) -> None:
    if rounds.find(database, new) is not None:
        raise UsageError(f"there is a round {new!r} already", todo="Choose another name.")
    if round_names.called_now(database, new) != round_name:  # a round may have its own former name again
        round_names.refuse_former(database, new)
