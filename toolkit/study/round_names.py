"""Names of a round: the one it has, the one it was made under, and that no other round may ever take one of them.

The first name stays where it cannot be changed or must not: in the mark of the round's project on the server, in the
ids of annotations that were handed out, and in what its sample is drawn with.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping

from toolkit.errors import UsageError
from toolkit.study.database import Database


def first_name(database: Database, name: str) -> str:
    """Return the name a round was made under."""
    row = database.one("SELECT name FROM round_names WHERE round = ? ORDER BY sequence", (name,))
    return str(row["name"]) if row is not None else name


def former_names(database: Database, name: str) -> tuple[str, ...]:
    """Return the other names a round has had, oldest first."""
    rows = database.rows("SELECT name FROM round_names WHERE round = ? ORDER BY sequence", (name,))
    return tuple(row["name"] for row in rows if row["name"] != name)


def called_now(database: Database, former: str) -> str | None:
    """Return what the round that once had this name is called now; None where no round was renamed from it."""
    row = database.one("SELECT round FROM round_names WHERE name = ? AND round != ?", (former, former))
    return str(row["round"]) if row is not None else None


def ever_had(database: Database) -> frozenset[str]:
    """Return every name that any round has or ever had, discarded ones and those that decide on another included."""
    query = "SELECT round AS name FROM rounds UNION SELECT name FROM round_names"
    return frozenset(row["name"] for row in database.rows(query))


def refuse_former(database: Database, name: str) -> None:
    """Raise ``UsageError`` for a name that a round had before: what carries it is that round's for ever."""
    if (now_called := called_now(database, name)) is not None:
        raise _was_a_name(name, now_called)


def refuse_former_in(connection: sqlite3.Connection, name: str) -> None:
    """Raise the same as part of the transaction that is open."""
    query = "SELECT round FROM round_names WHERE name = ? AND round != ?"
    if (row := connection.execute(query, (name, name)).fetchone()) is not None:
        raise _was_a_name(name, row[0])


def _was_a_name(name: str, now_called: str) -> UsageError:
    return UsageError(
        f"{name!r} was the name of round {now_called!r}, and no other round can have it", todo="Choose another name."
    )


def rename(database: Database, renamed: Mapping[str, str]) -> None:
    """Give rounds other names, everywhere in one transaction."""
    with database.transaction() as connection:
        connection.execute("PRAGMA defer_foreign_keys = ON")  # until this transaction ends
        for name, new in renamed.items():
            _rename(connection, name, new)


def _rename(connection: sqlite3.Connection, name: str, new: str) -> None:
    (count,) = connection.execute("SELECT count(*) FROM round_names WHERE round = ?", (name,)).fetchone()
    if not count:
        connection.execute("INSERT INTO round_names VALUES (?, ?, 1)", (name, name))
    connection.execute(
        "INSERT OR IGNORE INTO round_names SELECT ?, ?, max(sequence) + 1 FROM round_names WHERE round = ?",
        (new, name, name),
    )
    connection.execute(
        "UPDATE rounds SET decision = json_set(decision, '$.repeat_of', ?) "
        "WHERE json_extract(decision, '$.repeat_of') = ?",
        (new, name),
    )
    # Annotators may be registered for a name before there is a round of it.
    connection.execute(
        "DELETE FROM round_annotators WHERE round = ? "
        "AND email IN (SELECT email FROM round_annotators WHERE round = ?)",
        (new, name),
    )
    for table, column in list(_name_columns(connection)):
        connection.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE "{column}" = ?', (new, name))


def _name_columns(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Every column that holds the name of a round: those that refer to one, and those called so."""
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    for table in tables:
        refer = {row[3] for row in connection.execute(f"PRAGMA foreign_key_list('{table}')") if row[2] == "rounds"}
        called = {row[1] for row in connection.execute(f"PRAGMA table_info('{table}')") if row[1] == "round"}
        yield from ((table, column) for column in sorted(refer | called))
