"""One person's answers and address leave the study for good: the one exception to 'nothing pulled is lost'.

That they are not to come back with the next pull is remembered without remembering who they are: as hashes of the
address and of their account numbers, keyed with the study's own key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from toolkit.study.adjudications import CHOSEN_BY_NOBODY_LEFT, adjudicated_round
from toolkit.study.database import Database, now
from toolkit.study.records import annotation_name
from toolkit.study.round_names import first_name
from toolkit.study.soundness import damaged

_MARK = "erased:"


@dataclass(frozen=True, slots=True)
class Traces:
    """What a study holds of one person."""

    registered: bool
    n_accounts: int
    n_annotations: int
    n_versions: int
    n_edited: int
    """Annotations of others that this person was the last to change: they stay, they are the others'."""
    erased_before: bool
    shown_on_server: Mapping[str, int] = field(default_factory=dict)
    """Sentences sent to adjudicators with their answers on the page, under a letter; by adjudication."""
    decided: bool = False
    """Whether decisions of an adjudication are theirs, which letters to coders may quote."""

    @property
    def any(self) -> bool:
        """Whether there is, or was, anything."""
        return self.registered or bool(self.n_accounts) or self.erased_before


@dataclass(frozen=True, slots=True)
class Erased:
    """Recognises people who were erased, by address and by account number."""

    key: bytes
    marks: frozenset[str]

    def is_address(self, email: str) -> bool:
        """Return whether this address was erased."""
        return self.mark_of(email.casefold()) in self.marks

    def is_account(self, server_url: str, user_id: int) -> bool:
        """Return whether this account belonged to somebody who was erased."""
        return self.mark_of(server_url, str(user_id)) in self.marks

    def mark_of(self, *identity: str) -> str:
        """Return what is kept of an identity: it says nothing to whoever has not both the key and a guess."""
        return _MARK + hmac.new(self.key, "\x1f".join(("erased", *identity)).encode(), hashlib.sha256).hexdigest()


def erased(database: Database) -> Erased:
    """Return who was erased from the study."""
    marks = frozenset(row["key"] for row in database.rows("SELECT key FROM meta WHERE key LIKE ?", (f"{_MARK}%",)))
    return Erased(bytes.fromhex(database.meta("key")), marks)


def remember_accounts(connection: sqlite3.Connection, who: Erased, server_url: str, numbers: Iterable[int]) -> None:
    """Remember account numbers of somebody erased, so that annotations under them are not taken in."""
    connection.executemany(
        "INSERT OR IGNORE INTO meta VALUES (?, '')",
        [(who.mark_of(server_url, str(number)),) for number in numbers],
    )


def traces(database: Database, email: str) -> Traces:
    """Return what the study holds of the person with this address."""
    address, person = email.casefold(), _person(database, email)
    n_accounts = database.one("SELECT count(*) FROM accounts WHERE email = ?", (address,))
    edited = database.one(
        f"SELECT count(*) FROM annotations a JOIN annotation_versions v USING (round, project, annotation_id, version) "
        f"JOIN ({_ACCOUNTS}) p USING (round, project) WHERE p.email = ? "
        "AND json_extract(v.raw, '$.updated_by') = p.user_id AND json_extract(v.raw, '$.completed_by') != p.user_id",
        (address,),
    )
    return Traces(
        registered=database.one("SELECT 1 FROM annotators WHERE email = ?", (address,)) is not None,
        n_accounts=n_accounts[0] if n_accounts else 0,
        n_annotations=len(person),
        n_versions=sum(person.values()),
        n_edited=edited[0] if edited else 0,
        erased_before=erased(database).is_address(address),
        shown_on_server=_shown_on_server(database, person),
        decided=any(adjudicated_round(database, name) is not None for name in {one[0] for one in person}),
    )


def erase(database: Database, email: str) -> None:
    """Erase the person with this address in one transaction, then from the file itself; again finishes what was begun.

    Adjudicators were shown answers of theirs: those go as well, and what a page chose beforehand where nobody who is
    left had given it. That something was chosen stays, and so do answers that all coders agreed on, and decisions of
    others. Nothing of what is deleted stays in the file or in its log.
    """
    address, annotations = email.casefold(), _person(database, email)
    shown = list(_shown_without(database, annotations))
    who = erased(database)
    accounts = [
        tuple(row) for row in database.rows("SELECT server_url, user_id FROM accounts WHERE email = ?", (address,))
    ]
    with database.transaction() as connection:
        connection.execute("PRAGMA secure_delete = ON")
        for table in ("annotation_versions", "annotations", "tombstones"):
            connection.executemany(
                f"DELETE FROM {table} WHERE round = ? AND project = ? AND annotation_id = ?", list(annotations)
            )
        connection.executemany("UPDATE asked_again SET shown = ?, prefilled = ? WHERE rowid = ?", shown)
        for table in ("removals", "annotator_attributes", "round_annotators", "annotators", "accounts"):
            connection.execute(f"DELETE FROM {table} WHERE email = ?", (address,))
        connection.execute("INSERT OR IGNORE INTO meta VALUES (?, '')", (who.mark_of(address),))
        for server_url, user_id in accounts:
            remember_accounts(connection, who, server_url, [user_id])
        if annotations or accounts or not who.is_address(address):
            counts = (now(), len(annotations), sum(annotations.values()))
            connection.execute("INSERT INTO erasures VALUES (?, ?, ?)", counts)
    database.wipe()


_ACCOUNTS = (
    "SELECT r.round, r.project, c.user_id, c.email FROM rounds r JOIN accounts c ON c.server_url = r.server_url "
    "UNION SELECT f.round, f.project, c.user_id, c.email FROM former_projects f "
    "JOIN accounts c ON c.server_url = f.accounts"
)
"""Whose the account numbers are in each project of each round."""


def _person(database: Database, email: str) -> dict[tuple[str, int, int], int]:
    """The annotations of the person with this address, each with how many versions are kept of it."""
    if database.one("SELECT 1 FROM annotation_versions WHERE NOT json_valid(raw)") is not None:
        raise damaged(database.path, "a version of an annotation cannot be read")
    query = (
        "SELECT round, project, annotation_id, count(*) AS n FROM annotation_versions "
        "WHERE (round, project, annotation_id) IN (SELECT v.round, v.project, v.annotation_id "
        f"FROM annotation_versions v JOIN ({_ACCOUNTS}) p USING (round, project) "
        "WHERE p.email = ? AND json_extract(v.raw, '$.completed_by') = p.user_id) "
        "GROUP BY round, project, annotation_id"
    )
    return {(row[0], row[1], row[2]): row["n"] for row in database.rows(query, (email.casefold(),))}


def _shown_of(database: Database, annotations: Collection[tuple[str, int, int]]) -> Iterator[tuple[Any, set[str]]]:
    """What was asked of a round these annotations are of: each row, and what the round's are called there."""
    called: dict[str, set[str]] = {}
    for round_name, project, number in annotations:
        name = annotation_name(first_name(database, round_name), project, number)
        called.setdefault(round_name, set()).add(name)
    query = (
        "SELECT a.rowid AS row, a.round, a.sentence_id, a.shown, a.prefilled, l.remote_id FROM asked_again a "
        "JOIN adjudications d USING (round) LEFT JOIN ledger l USING (round, sentence_id) WHERE d.of_round = ?"
    )
    for round_name, names in called.items():
        for row in database.rows(query, (round_name,)):
            yield row, names


def _shown_without(
    database: Database, annotations: Collection[tuple[str, int, int]]
) -> Iterator[tuple[str, str | None, int]]:
    """What adjudicators were shown, without these annotations, and what was chosen beforehand; of rows that change."""
    for row, names in _shown_of(database, annotations):
        shown = json.loads(row["shown"])
        left = [one for one in shown if one[0] not in names]
        if len(left) < len(shown):
            prefilled = row["prefilled"]
            if prefilled is not None and not any(one[2] == json.loads(prefilled) for one in left):
                prefilled = json.dumps(CHOSEN_BY_NOBODY_LEFT)
            yield json.dumps(left, ensure_ascii=False), prefilled, row["row"]


def _shown_on_server(database: Database, annotations: Collection[tuple[str, int, int]]) -> Mapping[str, int]:
    found: dict[str, set[str]] = {}
    for row, names in _shown_of(database, annotations):
        if row["remote_id"] is not None and any(one[0] in names for one in json.loads(row["shown"])):
            found.setdefault(row["round"], set()).add(row["sentence_id"])
    return {name: len(sentences) for name, sentences in found.items()}
