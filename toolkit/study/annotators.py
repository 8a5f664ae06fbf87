"""The register of annotators: who counts, under which pseudonym. E-mail addresses never leave it unasked."""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from toolkit.errors import Fault, ServerRefused, UsageError
from toolkit.study.annotator_attributes import attributes
from toolkit.study.database import Database, now
from toolkit.study.erasure import erased, remember_accounts
from toolkit.study.removals import Removal, removals, take_back


@dataclass(frozen=True, slots=True)
class Annotator:
    """A registered annotator; the address is kept out of ``repr`` so that no log or traceback shows it."""

    pseudonym: str
    email: str = field(repr=False)
    rounds: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the lead said of them, by name."""
    removal: Removal | None = None
    """That they were removed: they are registered no more, in the rounds they were registered for."""


def pseudonym(database: Database, identity: str) -> str:
    """Return the name a person has in this study's output: stable here, meaningless and unlinkable elsewhere."""
    digest = hmac.new(bytes.fromhex(database.meta("key")), identity.casefold().encode(), hashlib.sha256)
    return f"annotator-{digest.hexdigest()[:8]}"


EVERY_ROUND = "*"


def register(
    database: Database, emails: Iterable[str], *, round: str | None, reinstate: bool = False
) -> tuple[str, ...]:
    """Register annotators for a round, or for every one, present and future; registering again changes nothing.

    With ``reinstate`` somebody who was removed is so no more, and what they did counts as if they had never been;
    return their pseudonyms. Raise ``UsageError`` for somebody who was erased, and without it for somebody who was
    removed.
    """
    emails = list(emails)
    refuse_erased(database, emails)
    if not reinstate:
        refuse_removed(database, emails)
    gone = removals(database)
    back = [email for email in dict.fromkeys(email.casefold() for email in emails) if email in gone]
    with database.transaction() as connection:
        for email in emails:
            enter(connection, database, email, round=round)
        for email in back:
            take_back(connection, email)
    return tuple(pseudonym(database, email) for email in back)


def refuse_removed(database: Database, emails: Iterable[str]) -> None:
    """Raise ``UsageError`` for somebody who was removed: that they count again is not to be a side effect."""
    gone = removals(database)
    if removed := [email for email in emails if email.casefold() in gone]:
        raise UsageError(
            "somebody who was removed is named: what they did would count again",
            faults=[Fault(email, "was removed; add them first") for email in removed],
            todo="If it is to count, add them: `add_annotators(EMAIL…)`. Otherwise name somebody else.",
        )


def refuse_erased(database: Database, emails: Iterable[str]) -> None:
    """Raise ``UsageError`` for somebody who was erased."""
    gone = erased(database)
    if again := [email for email in emails if gone.is_address(email)]:
        raise UsageError(
            "somebody who was erased from this study cannot be registered in it again",
            faults=[Fault(email, "was erased") for email in again],
            todo="Whoever agrees to take part again needs another address, and an account under it.",
        )


def enter(connection: sqlite3.Connection, database: Database, email: str, *, round: str | None) -> None:
    """Register one annotator within the transaction that is open; whoever was removed stays so."""
    connection.execute(
        "INSERT OR IGNORE INTO annotators VALUES (?, ?, ?)",
        (email.casefold(), pseudonym(database, email), now()),
    )
    connection.execute("INSERT OR IGNORE INTO round_annotators VALUES (?, ?)", (round or EVERY_ROUND, email.casefold()))


def registered(database: Database, *, round: str | None = None) -> tuple[Annotator, ...]:
    """Return annotators of a round (or of the whole study), ordered by pseudonym, without those who were removed.

    Whoever codes every round does not decide on their own answers for that: adjudicators are registered by name.
    """
    return tuple(annotator for annotator in ever_registered(database, round=round) if annotator.removal is None)


def ever_registered(database: Database, *, round: str | None = None) -> tuple[Annotator, ...]:
    """Return the same with those who were removed: of a round, those who were registered for it."""
    found: dict[str, Annotator] = {}
    decides = database.one("SELECT 1 FROM adjudications WHERE round = ?", (round or "",)) is not None
    counts_in = {round} if decides else {round, EVERY_ROUND}
    known, removed = attributes(database), removals(database)
    query = (
        "SELECT a.email, a.pseudonym, r.round FROM annotators a LEFT JOIN round_annotators r USING (email) "
        "ORDER BY a.pseudonym, r.round"
    )
    for row in database.rows(query):
        before = found.get(row["email"])
        rounds = (*(before.rounds if before else ()), *([row["round"]] if row["round"] else ()))
        found[row["email"]] = Annotator(
            row["pseudonym"], row["email"], rounds, known.get(row["pseudonym"], {}), removed.get(row["email"])
        )
    return tuple(annotator for annotator in found.values() if round is None or counts_in.intersection(annotator.rounds))


def other_people(database: Database, server_url: str, seen: Mapping[int, str]) -> tuple[int, ...]:
    """Return account numbers that belong to others on this server than the study knows: it is not the server it was."""
    known = accounts(database, server_url)
    return tuple(number for number, email in seen.items() if known.get(number, email.casefold()) != email.casefold())


def learn_accounts(database: Database, server_url: str, seen: Mapping[int, str]) -> None:
    """Record which account number on a server belongs to which address.

    Raise ``ServerRefused`` where a number belongs to somebody else than before: annotations pulled under it would
    change hands. Of somebody who was erased the number is remembered as a keyed hash, and not the address.
    """
    gone = erased(database)
    theirs = [user_id for user_id, email in seen.items() if gone.is_address(email)]
    if not all(gone.is_account(server_url, user_id) for user_id in theirs):
        with database.transaction() as connection:
            remember_accounts(connection, gone, server_url, theirs)
    seen = {user_id: email for user_id, email in seen.items() if user_id not in theirs}
    known = accounts(database, server_url)
    if all(known.get(user_id) == email.casefold() for user_id, email in seen.items()):
        return
    if others := other_people(database, server_url, seen):
        numbers = ", ".join(map(str, others))
        raise ServerRefused(
            f"account {numbers} on the server belongs to somebody else than before: this is another server than the "
            "study knows, one restored from another time, or an address was changed there",
            todo="Nothing was changed. If the address was changed, change it back; if it is another server, make the "
            "rounds anew there: `push(again=True)`.",
        )
    with database.transaction() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO accounts VALUES (?, ?, ?)",
            [(server_url, user_id, email.casefold()) for user_id, email in seen.items()],
        )


def accounts(database: Database, server_url: str) -> Mapping[int, str]:
    """Return the address by account number, as learnt from a server."""
    rows = database.rows("SELECT user_id, email FROM accounts WHERE server_url = ?", (server_url,))
    return {row["user_id"]: row["email"] for row in rows}
