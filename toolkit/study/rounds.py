"""Rounds: what was decided, which sentences belong, and which item on the server each of them is (the ledger)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from toolkit.codebook.model import Codebook
from toolkit.errors import UsageError
from toolkit.study import gold_sentences, pulled_files, round_names
from toolkit.study.database import Database, now
from toolkit.study.pulled_files import PulledFile, PulledFrom
from toolkit.study.round_endings import State, asks_again, state
from toolkit.study.soundness import damaged

SampleKind = Literal["all", "articles", "sentences", "listed"]


@dataclass(frozen=True, slots=True)
class Decision:
    """How a round is designed. Frozen at its first push: a changed design is another round."""

    annotators_per_sentence: int
    sample: SampleKind = "all"
    sample_size: int | None = None
    reliability_share: float | None = None
    reliability_annotators: int | None = None
    seed: int = 0
    fresh: bool = False
    """Whether it takes only articles that were in no earlier round."""
    repeat_of: str | None = None
    """The earlier round whose sentences it has again."""
    share: float | None = None
    """How much of it those are, where they are hidden among new sentences; it is all of them where None."""
    gold: float | None = None
    """The share that sentences with known answers are to have of what each annotator sees."""
    listed: str | None = None
    """SHA-256 of the ids of its sentences, sorted, where they were listed one by one."""

    @property
    def grows(self) -> bool:
        """Whether it takes in articles added later; a sample, a list and a repeat stay as they are."""
        return self.sample == "all" and self.repeat_of is None


@dataclass(frozen=True, slots=True)
class Round:
    """One pass of coding: one Label Studio project, bound to one codebook at a time."""

    name: str
    decision: Decision
    server_url: str | None
    project_id: int | None
    watermark: datetime | None
    newest_seen: datetime | None
    pulled_at: str | None
    codebook_hash: str
    project: int = 1
    """Which of its projects the round has now, counted from 1: it may have been made anew."""
    server_asked_at: datetime | None = None
    """The server's clock when the last complete sweep began."""
    asked_at: datetime | None = None
    """This machine's clock at that moment."""
    state: State = "open"
    """Whether it is open, closed (no more work is asked for) or discarded (it counts for nothing)."""
    first_name: str = ""
    """The name it was made under."""
    file: PulledFile | None = None
    """The file that was pulled into it last; None where none was."""

    @property
    def last_pull(self) -> str | None:
        """When it was pulled last, from the server or a file, by this machine's clock; None where it never was."""
        moments = (self.pulled_at, self.file.pulled_at if self.file is not None else None)
        return max((each for each in moments if each is not None), default=None)

    @property
    def up_to(self) -> tuple[datetime | None, PulledFrom | None]:
        """Up to which moment of the server's clock it is known, and what from.

        Up to the watermark everything is; what is newer in a file is that file's word, and what that lacks nobody
        knows.
        """
        newest = self.file.newest if self.file is not None else None
        if newest is not None and (self.watermark is None or newest > self.watermark):
            return newest, "file"
        return self.watermark, "server" if self.watermark is not None else None


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One sentence of a round; ``remote_id`` is None until it is known to be on the server."""

    sequence: int
    sentence_id: str
    article_id: str
    annotators_wanted: int
    remote_id: int | None


@dataclass(frozen=True, slots=True)
class CodebookVersion:
    """A codebook version of a round, in force from ``since`` on (the server's clock; None: from the start)."""

    hash: str
    version: str
    document: str
    since: datetime | None


_ROUND = (
    "SELECT r.*, (SELECT hash FROM round_codebooks c WHERE c.round = r.round ORDER BY sequence DESC LIMIT 1) AS hash "
    "FROM rounds r"
)


def names(database: Database, *, adjudications: bool = False, discarded: bool = False) -> tuple[str, ...]:
    """Return names of the rounds that are coded and count, oldest first.

    With ``adjudications`` also of those that decide on one of them, with ``discarded`` also of those that were.
    """
    chosen = (
        "SELECT r.round FROM rounds r LEFT JOIN adjudications a USING (round) "
        "LEFT JOIN split_rounds s ON s.round = coalesce(a.of_round, r.round) WHERE true"
    )
    if not adjudications:
        chosen += " AND a.of_round IS NULL"
    if not discarded:  # what decides on a round, or asks it again, goes with it
        ended = "(SELECT round FROM round_endings WHERE ending = 'discarded')"
        chosen += f" AND r.round NOT IN {ended} AND coalesce(s.of_round, a.of_round, r.round) NOT IN {ended}"
    return tuple(row["round"] for row in database.rows(f"{chosen} ORDER BY r.sequence"))


def find(database: Database, name: str) -> Round | None:
    """Return the round of that name, or None."""
    row = database.one(f"{_ROUND} WHERE r.round = ?", (name,))
    if row is None:
        return None
    try:
        decision = Decision(**json.loads(row["decision"]))
    except (TypeError, ValueError):
        raise damaged(database.path, f"the design of round {name!r} cannot be read") from None
    return Round(
        name=row["round"],
        decision=decision,
        server_url=row["server_url"],
        project_id=row["project_id"],
        watermark=_moment(row["watermark"]),
        newest_seen=_moment(row["newest_seen"]),
        pulled_at=row["pulled_at"],
        codebook_hash=row["hash"],
        project=row["project"],
        server_asked_at=_moment(row["server_asked_at"]),
        asked_at=_moment(row["asked_at"]),
        state=state(database, name),
        first_name=round_names.first_name(database, name),
        file=pulled_files.find(database, name),
    )


def get(database: Database, name: str) -> Round:
    """Return the round of that name; a UsageError that names the existing ones otherwise."""
    found = find(database, name)
    if found is None:
        if (now_called := round_names.called_now(database, name)) is not None:
            raise UsageError(f"round {name!r} is called {now_called!r} now", todo="Use that name.")
        have = ", ".join(names(database, discarded=True)) or "none yet"
        raise UsageError(f"there is no round {name!r} (rounds: {have})", todo="Make it with `push(round_name=NAME)`.")
    return found


def none_to_work_on(database: Database) -> UsageError:
    """Return what to say where there is no round that counts."""
    if every := [name for name in names(database, discarded=True) if asks_again(database, name) is None]:
        return UsageError(
            f"every round was discarded: {', '.join(every)}",
            todo=f"Name one of them with `round_name=NAME`, or take it back: `discard_round({every[-1]}, undo=True)`.",
        )
    return UsageError("no round has been pushed yet", todo="Send the sentences with `intercoder push`.")


def create(
    database: Database,
    name: str,
    decision: Decision,
    codebook: Codebook,
    *,
    document: str,
    wanted: Iterable[tuple[str, int]] = (),
    gold: Mapping[str, bool] | None = None,
) -> None:
    """Record a new round, its design, the codebook it starts with, and the sentences it begins with (see ``plan``).

    Raise ``UsageError`` for a name that another round had before.
    """
    with database.transaction() as connection:
        insert(connection, name, decision, codebook, document=document)
        insert_planned(connection, name, wanted)
        gold_sentences.record(connection, name, gold or {})


def insert(connection: sqlite3.Connection, name: str, decision: Decision, codebook: Codebook, *, document: str) -> None:
    """Record a new round as part of the transaction that is open. Raise ``UsageError`` for a name another one had."""
    round_names.refuse_former_in(connection, name)
    sequence = connection.execute("SELECT coalesce(max(sequence), 0) + 1 FROM rounds").fetchone()[0]
    connection.execute(
        "INSERT INTO rounds (round, sequence, decision, created_at) VALUES (?, ?, ?, ?)",
        (name, sequence, json.dumps(asdict(decision)), now()),
    )
    insert_codebook(connection, codebook, document)
    connection.execute("INSERT INTO round_codebooks VALUES (?, 1, ?, NULL)", (name, codebook.hash))


def set_project(database: Database, name: str, *, server_url: str, project_id: int) -> None:
    """Bind a round to its project on a server."""
    with database.transaction() as connection:
        connection.execute(
            "UPDATE rounds SET server_url = ?, project_id = ? WHERE round = ?", (server_url, project_id, name)
        )


def change_codebook(database: Database, name: str, codebook: Codebook, *, document: str, since: datetime) -> None:
    """Record a new codebook version of a running round, in force from ``since`` (the server's clock) on."""
    with database.transaction() as connection:
        insert_codebook(connection, codebook, document)
        connection.execute(
            "INSERT INTO round_codebooks SELECT ?, max(sequence) + 1, ?, ? FROM round_codebooks WHERE round = ?",
            (name, codebook.hash, since.isoformat(), name),
        )


def replace_codebook(database: Database, name: str, codebook: Codebook, *, document: str) -> None:
    """Have everything in a round read with another codebook than before, from its start on."""
    with database.transaction() as connection:
        insert_codebook(connection, codebook, document)
        connection.execute("UPDATE round_codebooks SET hash = ? WHERE round = ?", (codebook.hash, name))


def insert_codebook(connection: sqlite3.Connection, codebook: Codebook, document: str) -> None:
    """Keep a codebook version with its text, inside the transaction that is open; kept already, nothing changes."""
    connection.execute(
        "INSERT OR IGNORE INTO codebooks VALUES (?, ?, ?, ?, ?)",
        (codebook.hash, codebook.name, codebook.version, document, now()),
    )


def codebook_versions(database: Database, name: str) -> tuple[CodebookVersion, ...]:
    """Return every codebook version of a round, oldest first; the last one is in force now."""
    query = (
        "SELECT r.hash, c.version, c.document, r.since FROM round_codebooks r JOIN codebooks c USING (hash) "
        "WHERE r.round = ? ORDER BY r.sequence"
    )
    return tuple(
        CodebookVersion(row["hash"], row["version"], row["document"], _moment(row["since"]))
        for row in database.rows(query, (name,))
    )


def plan(
    database: Database, name: str, wanted: Iterable[tuple[str, int]], *, gold: Mapping[str, bool] | None = None
) -> None:
    """Add sentences with the number of annotators each is to have; the ones already planned stay as they are.

    ``gold`` are those with known answers, each with whether the round has it in any case.
    """
    with database.transaction() as connection:
        insert_planned(connection, name, wanted)
        gold_sentences.record(connection, name, gold or {})


def want_more(database: Database, name: str, wanted: Mapping[str, int]) -> None:
    """Have sentences of the round coded by so many annotators, where that is more than were planned."""
    with database.transaction() as connection:
        connection.executemany(
            "UPDATE ledger SET annotators_wanted = max(annotators_wanted, ?) WHERE round = ? AND sentence_id = ?",
            [(n, name, sentence_id) for sentence_id, n in wanted.items()],
        )


def want(database: Database, name: str, wanted: Mapping[str, int]) -> None:
    """Have sentences of the round coded by so many annotators, be that more or fewer than were planned."""
    with database.transaction() as connection:
        connection.executemany(
            "UPDATE ledger SET annotators_wanted = ? WHERE round = ? AND sentence_id = ?",
            [(n, name, sentence_id) for sentence_id, n in wanted.items()],
        )


def insert_planned(connection: sqlite3.Connection, name: str, wanted: Iterable[tuple[str, int]]) -> None:
    """Add sentences to a round as part of the transaction that is open."""
    (start,) = connection.execute("SELECT coalesce(max(sequence), 0) FROM ledger WHERE round = ?", (name,)).fetchone()
    connection.executemany(
        "INSERT INTO ledger (round, sequence, sentence_id, annotators_wanted) VALUES (?, ?, ?, ?)",
        [(name, start + step, sentence_id, n) for step, (sentence_id, n) in enumerate(wanted, start=1)],
    )


def ledger(database: Database, name: str, *, reading_order: bool = False) -> Iterator[LedgerEntry]:
    """Yield the sentences of a round in the order they were planned; or article by article, as these were added."""
    query = (
        "SELECT l.sequence, l.sentence_id, s.article_id, l.annotators_wanted, l.remote_id "
        "FROM ledger l JOIN sentences s USING (sentence_id) JOIN articles a USING (article_id) WHERE l.round = ? "
        f"ORDER BY {'a.sequence, ' if reading_order else ''}l.sequence"
    )
    for row in database.rows(query, (name,)):
        yield LedgerEntry(*row)


def record_remote(database: Database, name: str, remote_ids: Mapping[str, int | None]) -> None:
    """Record which item on the server each sentence is (None: it is not there any more)."""
    with database.transaction() as connection:
        # Two passes, so that an id can move between sentences without breaking the ledger's uniqueness on the way.
        connection.executemany(
            "UPDATE ledger SET remote_id = NULL WHERE round = ? AND sentence_id = ?",
            [(name, sentence_id) for sentence_id in remote_ids],
        )
        connection.executemany(
            "UPDATE ledger SET remote_id = ? WHERE round = ? AND sentence_id = ?",
            [(remote_id, name, sentence_id) for sentence_id, remote_id in remote_ids.items()],
        )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
