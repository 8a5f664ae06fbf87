"""Removing an annotator, or putting another in their place: what they did stays, and the lead says if it counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from toolkit.errors import ServerRefused, ServerUnreachable, UsageError
from toolkit.labelstudio.patience import Tell, untold
from toolkit.loop.annotators import AddedAnnotators, check_addresses, handed_over
from toolkit.loop.answers import annotations_of
from toolkit.loop.online.admission import admit_if_reached
from toolkit.loop.online.connection import open_server
from toolkit.loop.pushing.withdrawn import places_in_vain
from toolkit.study import annotators, removals, rounds
from toolkit.study.annotators import Annotator
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.removals import Answers, Removal


@dataclass(frozen=True, slots=True)
class RemovedAnnotator:
    """What becomes of somebody's work, by round, and what their leaving asks of others."""

    annotator: str
    answers: Answers
    """Whether what they did until then counts (kept), or nothing they did (withdrawn)."""
    at: datetime
    """Since when they are removed, by the server's clock."""
    counted: Mapping[str, int]
    """Their annotations that count, by round."""
    withdrawn: Mapping[str, int]
    """Their annotations that do not, because they were withdrawn or came later."""
    wanting: Mapping[str, int]
    """Sentences of open rounds with an annotation by somebody removed that does not count: a push has them coded once
    more."""
    clock_of: str = "server"
    """Whose clock said when: the server's, or this machine's where the server could not be asked."""


@dataclass(frozen=True, slots=True)
class ReplacedAnnotator:
    """Who left and what that means, and what to send to whoever came in their place."""

    removed: RemovedAnnotator
    added: AddedAnnotators


def remove_annotator(study: Study, email: str, *, answers: Answers, tell: Tell = untold) -> RemovedAnnotator:
    """Remove an annotator: no link and no later round is theirs, and nothing they do from now on counts.

    ``answers`` says of what they did until then whether it is ``kept`` and counts, or ``withdrawn``: excluded, with
    that as the reason. All of it stays in the study. Again, it changes what becomes of the answers and nothing else;
    adding them again undoes it. Raise ``UsageError`` where nobody with this address is registered.
    """
    with study.locked(), study.database() as database:
        person = _registered(database, email)
        at, clock_of = _moment(study, tell)
        with database.transaction() as connection:
            removals.remove(connection, person.email, Removal(answers, at))
        admit_if_reached(study, database, tell=tell)
        return _told(database, person.email, clock_of)


def replace_annotator(study: Study, old: str, new: str, *, answers: Answers, tell: Tell = untold) -> ReplacedAnnotator:
    """Remove one annotator and register another for the same rounds, in one step; return what to send to the new one.

    The new one is offered what is not coded as often as planned. With ``answers`` ``withdrawn`` that is, from the next
    push on, also what only the old one had coded. Raise ``UsageError`` where the new one is registered already, or
    was removed.
    """
    check_addresses([new])
    with study.locked(), study.database() as database, open_server(study, tell=tell) as server:
        person = _registered(database, old)
        annotators.refuse_erased(database, [new])
        if new.casefold() in removals.removals(database):
            raise UsageError(
                "the new annotator was removed: what they did would count again",
                todo="If it is to, add them first, `add_annotators(EMAIL…)`, and remove the other one alone: "
                "`remove_annotator(EMAIL)`.",
            )
        others = {one.email for one in annotators.registered(database)} - {person.email}
        if new.casefold() == person.email:
            raise UsageError("nobody can take their own place", todo="Name somebody else as the new annotator.")
        if new.casefold() in others and person.removal is None:
            raise UsageError(
                "the new annotator is registered already, and has work of their own",
                todo="Remove the other one alone: `remove_annotator(EMAIL)`.",
            )
        at, before = _after(server.clock()), {one.email for one in annotators.ever_registered(database)}
        with database.transaction() as connection:
            removals.remove(connection, person.email, Removal(answers, at))
            for round_name in person.rounds:
                annotators.enter(connection, database, new, round=round_name)
        added = handed_over(study, database, server, [new], before=before, round_name=None, tell=tell)
        return ReplacedAnnotator(_told(database, person.email, "server"), added)


def _registered(database: Database, email: str) -> Annotator:
    for person in annotators.ever_registered(database):
        if person.email == email.casefold():
            return person
    raise UsageError(
        "nobody with this address is registered in the study",
        todo="`intercoder annotators list` shows who is, with `identities=True` by address.",
    )


def _after(clock: datetime) -> datetime:
    """The first whole second after: the server's clock has no finer ones, and what came until now counts."""
    return clock.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)


def _moment(study: Study, tell: Tell) -> tuple[datetime, str]:
    """Now, by the clock that annotations are dated with if it can be asked."""
    try:
        with open_server(study, tell=tell, once=True) as server:
            return _after(server.clock()), "server"
    except (ServerUnreachable, ServerRefused, UsageError):
        return _after(datetime.now(UTC)), "this machine"


def _told(database: Database, email: str, clock_of: str) -> RemovedAnnotator:
    removal = removals.removals(database)[email]
    pseudonym = annotators.pseudonym(database, email)
    counted: Counter[str] = Counter()
    withdrawn: Counter[str] = Counter()
    wanting: Counter[str] = Counter()
    for name in rounds.names(database):
        for annotation in annotations_of(database, name, with_answers=False):
            if annotation.annotator == pseudonym:
                counted[name] += annotation.excluded_because is None
                withdrawn[name] += annotation.excluded_because == "withdrawn"
        if rounds.get(database, name).state == "open":
            wanting[name] = len(places_in_vain(database, name))
    return RemovedAnnotator(
        annotator=pseudonym,
        answers=removal.answers,
        at=removal.at,
        counted=dict(+counted),
        withdrawn=dict(+withdrawn),
        wanting=dict(+wanting),
        clock_of=clock_of,
    )
