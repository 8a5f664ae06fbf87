from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from toolkit.errors import BadInput
from toolkit.study import database as files
from toolkit.study.database import Database


def accounts(opened: Database) -> list[int]:
    return [row["user_id"] for row in opened.rows("SELECT user_id FROM accounts ORDER BY user_id")]


def test_a_transaction_happens_whole_or_not_at_all(database: Database) -> None:
    def killed() -> None:
        with database.transaction() as connection:
            connection.execute("INSERT INTO accounts VALUES ('u', 1, 'e')")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    assert accounts(database) == []
    with database.transaction() as connection:
        connection.execute("INSERT INTO accounts VALUES ('u', 2, 'e')")
    assert accounts(database) == [2]


def test_a_transaction_that_ended_by_itself_shows_its_own_error(database: Database) -> None:
    def failing() -> None:
        with database.transaction() as connection:
            connection.execute("ROLLBACK")  # as SQLite does where the disk is full
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    with database.transaction():
        pass


def test_another_reader_sees_nothing_before_the_commit(tmp_path: Path, database: Database) -> None:
    with Database(tmp_path / "study.db") as other:
        with database.transaction() as connection:
            connection.execute("INSERT INTO accounts VALUES ('u', 1, 'e')")
            assert accounts(other) == []
        assert accounts(other) == [1]


def test_foreign_keys_hold(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"), database.transaction() as connection:
        connection.execute("INSERT INTO ledger VALUES ('no such round', 1, 'a-1', 1, NULL)")


def test_making_it_again_leaves_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    files.create(path)
    with files.open_database(path) as opened:
        before = opened.meta("study_id"), opened.meta("key")
    files.create(path)
    with files.open_database(path) as opened:
        assert (opened.meta("study_id"), opened.meta("key")) == before
        with pytest.raises(KeyError):
            opened.meta("no such fact")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b"this is no database, but it is long " * 40, "not a study database"), (b"", "is empty")],
)
def test_what_is_no_study_database(tmp_path: Path, content: bytes, complaint: str) -> None:
    (tmp_path / "study.db").write_bytes(content)
    with pytest.raises(BadInput, match=complaint):
        files.open_database(tmp_path / "study.db")
    assert (tmp_path / "study.db").read_bytes() == content


def test_a_database_of_the_future_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    files.create(path)
    with Database(path) as opened, opened.transaction() as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(BadInput, match="schema version 99"):
        files.open_database(path)


def test_a_database_damaged_inside_is_said_so_wherever_it_is_met(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    files.create(path)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xaa" * (path.stat().st_size - 4096))

    def use(statement: str) -> None:
        with files.open_database(path) as opened, opened.transaction() as connection:
            connection.execute(statement)

    def read() -> None:
        with files.open_database(path) as opened:
            accounts(opened)

    for using in (read, lambda: use("INSERT INTO accounts VALUES ('u', 1, 'e')"), lambda: use("SELECT * FROM meta")):
        with pytest.raises(BadInput, match=r"study\.db .* damaged"):
            using()


def test_a_full_disk_is_said_so_and_undoes_the_transaction(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    files.create(path)

    def write(opened: Database) -> None:
        with opened.transaction() as connection:
            connection.execute("PRAGMA max_page_count = 1")  # no page more than there is
            connection.execute("INSERT INTO accounts VALUES ('u', 1, ?)", ("e" * 1_000_000,))

    with files.open_database(path) as opened, pytest.raises(BadInput, match="cannot be read or written") as raised:
        write(opened)
    assert "disk full" in raised.value.todo
    with files.open_database(path) as opened:
        assert accounts(opened) == []


def test_a_fault_in_a_statement_of_ours_stays_a_bug(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    files.create(path)
    with files.open_database(path) as opened, pytest.raises(sqlite3.OperationalError):
        opened.one("SELECT nothing FROM nowhere")


def test_what_others_write_is_not_seen_within_a_snapshot(tmp_path: Path, database: Database) -> None:
    def titles() -> list[str | None]:
        return [row["title"] for row in database.rows("SELECT title FROM articles ORDER BY sequence")]

    before = titles()
    with database.snapshot():
        assert titles() == before
        with files.open_database(database.path) as other, other.transaction() as connection:
            connection.execute("UPDATE articles SET title = 'new'")
        assert titles() == before
    assert titles() == ["new", "new"]


def test_a_snapshot_that_ended_by_itself_shows_what_ended_it(database: Database) -> None:
    def failing() -> None:
        with database.snapshot():
            database._connection.execute("ROLLBACK")  # as SQLite does where it cannot read on
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    with database.transaction() as connection:
        connection.execute("UPDATE articles SET title = 'new'")


def test_a_read_that_is_left_unfinished_may_outlive_the_database(database: Database) -> None:
    reading = database.rows("SELECT * FROM articles")
    next(reading)
    with database:
        pass
    del reading  # an error there would be one that nobody can catch, which fails a test here
