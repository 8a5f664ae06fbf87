"""Projects and servers a round had before: let go of in one step, so that what was pulled stays whose it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from toolkit.study.database import Database, now


def leave_project(database: Database, name: str) -> None:
    """Let go of a round's project, so that the round can be made anew: what was pulled from it stays as it is."""
    with database.transaction() as connection:
        _leave(connection, name)


def leave_server(database: Database, server_url: str) -> tuple[str, ...]:
    """Let go of every project on a server that another one has the place of; the rounds these were of.

    The accounts learnt from it are kept under another name, and so is when it enforced blindness. All of it is one
    transaction: with the one and without the other, annotations would belong to nobody, or to whoever has their
    account's number on the new server.
    """
    with database.transaction() as connection:
        rows = connection.execute(
            "SELECT round FROM rounds WHERE server_url = ? AND project_id IS NOT NULL ORDER BY sequence", (server_url,)
        )
        names = tuple(row["round"] for row in rows)
        for name in names:
            _leave(connection, name)
        aside = _unused_name(connection, server_url)
        connection.execute("UPDATE accounts SET server_url = ? WHERE server_url = ?", (aside, server_url))
        connection.execute("UPDATE former_projects SET accounts = ? WHERE accounts = ?", (aside, server_url))
        connection.execute("UPDATE blind_periods SET server_url = ? WHERE server_url = ?", (aside, server_url))
        connection.execute("UPDATE seeing_accounts SET server_url = ? WHERE server_url = ?", (aside, server_url))
    return names


def former_accounts(database: Database, name: str) -> Mapping[int, str]:
    """Return whose accounts the annotations of each former project of the round belong to, by project."""
    rows = database.rows("SELECT project, accounts FROM former_projects WHERE round = ?", (name,))
    return {row["project"]: row["accounts"] for row in rows}


def _leave(connection: sqlite3.Connection, name: str) -> None:
    connection.execute(
        "INSERT INTO former_projects SELECT round, project, server_url, project_id, server_url, ? FROM rounds "
        "WHERE round = ? AND project_id IS NOT NULL",
        (now(), name),
    )
    connection.execute(
        "UPDATE rounds SET project = project + 1, project_id = NULL, server_url = NULL, watermark = NULL, "
        "newest_seen = NULL, server_asked_at = NULL, asked_at = NULL WHERE round = ? AND project_id IS NOT NULL",
        (name,),
    )
    connection.execute("UPDATE ledger SET remote_id = NULL WHERE round = ?", (name,))
    connection.execute("DELETE FROM sweeps WHERE round = ?", (name,))


def _unused_name(connection: sqlite3.Connection, server_url: str) -> str:
    # Of every table: accounts may have been erased, and what was pulled under a name must not get another's.
    every = (
        "SELECT server_url FROM accounts UNION SELECT accounts FROM former_projects "
        "UNION SELECT server_url FROM blind_periods UNION SELECT server_url FROM seeing_accounts"
    )
    used = {row[0] for row in connection.execute(every)}
    number = 1
    while f"{server_url}#{number}" in used:
        number += 1
    return f"{server_url}#{number}"
