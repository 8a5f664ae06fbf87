"""The gate in front of a study's Label Studio, tried: does it keep an annotator from what is not theirs?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.errors import BadInput
from toolkit.study import annotators, rounds, stored_annotations
from toolkit.study.database import Database

if TYPE_CHECKING:
    from toolkit.labelstudio.session import LabelStudio


@dataclass(frozen=True, slots=True)
class Trial:
    """What was asked for as an annotator, by pseudonym, and what of it they would get."""

    annotator: str
    asked: tuple[str, ...]
    answered: tuple[str, ...]


def try_gate(database: Database, server: LabelStudio, identity: str, *, leads: Collection[int]) -> Trial | None:
    """Ask for what is not theirs, as the server treats one of the annotators; nothing is changed by it.

    Somebody else's answer is asked for where one was pulled. None where no registered annotator has an account that is
    not one of ``leads``.
    """
    accounts = {person.user_id: person.email for person in server.people() if person.user_id not in leads}
    for name in rounds.names(database, adjudications=True):
        current = rounds.get(database, name)
        if current.project_id is None or current.server_url != identity:
            continue
        emails = {one.email for one in annotators.registered(database, round=name)}
        for user_id in sorted(user_id for user_id, email in accounts.items() if email.casefold() in emails):
            found = server.gate.tried(user_id, current.project_id, _of_somebody_else(database, current, user_id))
            answered = tuple(what for what, is_answered in found.items() if is_answered)
            return Trial(annotators.pseudonym(database, accounts[user_id]), tuple(found), answered)
    return None


def _of_somebody_else(database: Database, current: rounds.Round, user_id: int) -> tuple[int, int] | None:
    """The numbers of a sentence and an answer to it on the server."""
    from toolkit.labelstudio.decode import read_annotation

    for one in stored_annotations.newest(database, current.name):
        if one.gone or one.project != current.project:
            continue
        try:
            whose = read_annotation(one.raw).user_id
        except BadInput:
            continue
        if whose not in {user_id, None}:
            return one.remote_id, one.annotation_id
    return None
