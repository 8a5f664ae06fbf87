"""Whether ``study.db`` can be believed: damage is met here, before it becomes a number or a traceback.

What was pulled and the texts of articles carry a digest. Everything else that agreement rests on stands twice, in its
table and in an index over all of it (see ``migrations``): SQLite's own ``integrity_check`` compares the two.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from toolkit.errors import BadInput, Fault
from toolkit.study import migrations

SMALL = (
    "meta", "codebooks", "rounds", "round_codebooks", "former_projects", "annotators", "round_annotators", "accounts",
    "adoptions", "annotator_attributes", "adjudications", "answer_migrations", "split_rounds",
    "round_endings", "round_names", "removals", "escalations", "blind_periods",
    "seeing_accounts",
)  # fmt: skip
"""Tables that are checked whenever a study is opened: they stay small however much is coded."""

LARGE = (
    "articles",
    "sentences",
    "ledger",
    "annotations",
    "annotation_versions",
    "adopted_items",
    "asked_again",
    "agreed_answers",
    "gold_sentences",
    "escalated_sentences",
    "escalated_labels",
)
"""Tables that are checked once before agreement, status or an export is computed from them."""

WHOLE = 100_000_000
"""Bytes up to which the whole file is checked when it is opened, which takes about an eighth of a second."""

PUT_BACK = "Put back a copy of it; `intercoder doctor --deep` says what is damaged."


def damaged(path: Path, what: str, *, faults: Sequence[Fault] = ()) -> BadInput:
    """Return the error for a study database that is damaged; ``what`` names the place, never what is stored there."""
    return BadInput(f"{path} is damaged: {what}", todo=PUT_BACK, faults=faults)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a database of a version has (tables with their columns and indexes), and what only later ones have."""

    version: int
    has: frozenset[tuple[str, str]]
    has_not: frozenset[tuple[str, str]]


def expected_of(version: int) -> Expected:
    """Return what is expected of a sound database of this version."""
    has = _columns_of(migrations.STEPS[:version])
    later = _columns_of(migrations.STEPS) - has if version < migrations.VERSION else frozenset()
    return Expected(version, has, later)


def check_opened(connection: sqlite3.Connection, path: Path, expected: Expected) -> None:
    """Raise ``BadInput`` if the file is not sound as far as can be told in a moment."""
    have = _columns(connection)
    if have & expected.has_not:
        raise damaged(path, f"it has tables that schema version {expected.version} has not, which it says it is")
    if missing := sorted(expected.has - have):
        faults = [Fault(table, f"has no {column}") for table, column in missing]
        raise damaged(path, "tables or columns are missing", faults=faults)
    if path.stat().st_size <= WHOLE:
        _expect_ok(path, connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    check_tables(connection, path, SMALL)


def check_tables(connection: sqlite3.Connection, path: Path, names: Sequence[str]) -> None:
    """Raise ``BadInput`` if one of these tables does not hold what its indexes hold."""
    have = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    for name in names:
        if name in have:
            _expect_ok(path, connection.execute(f"PRAGMA integrity_check('{name}')").fetchone()[0])


def check_digest(path: Path, place: str, content: object, digest: object) -> None:
    """Raise ``BadInput`` that names the place if this is not the content the digest was made of."""
    if not isinstance(content, str) or hashlib.sha256(content.encode()).hexdigest() != digest:
        raise damaged(path, f"{place} is not what was stored")


def structure(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield what SQLite finds wrong with the whole file, and rows that point at nothing."""
    try:
        for (found,) in connection.execute("PRAGMA integrity_check"):
            if found != "ok":
                yield str(found)
        for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
            yield f"row {row} of {table} points at nothing in {parent}"
    except UnicodeDecodeError:  # of a name of a table, or of a message that has one in it
        yield "cannot be read to its end"
    except sqlite3.DatabaseError as fault:
        yield "cannot be read to its end" if is_of_text(fault) else f"cannot be read to its end ({fault})"


def is_of_text(fault: sqlite3.DatabaseError) -> bool:
    """Return whether the fault is a text that is none; such a message repeats what is stored and must not be shown."""
    return "Could not decode" in str(fault)


def _expect_ok(path: Path, found: object) -> None:
    if found != "ok":
        raise damaged(path, str(found).replace("\n", ": "))


def _columns(connection: sqlite3.Connection) -> frozenset[tuple[str, str]]:
    query = "SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
    indexes = "SELECT tbl_name, 'index ' || name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
    return frozenset((table, column) for each in (query, indexes) for table, column in connection.execute(each))


@cache
def _columns_of(steps: tuple[str, ...]) -> frozenset[tuple[str, str]]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrations.bring_up(connection, to=len(steps))
        return _columns(connection)
