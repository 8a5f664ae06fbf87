from __future__ import annotations

import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from toolkit.errors import BadInput
from toolkit.study import annotators, blind_periods, migrations
from toolkit.study import database as files
from toolkit.study.blind_periods import BlindPeriod

OLD = Path(__file__).parents[1] / "frozen" / "v1" / "study" / "study.db"
MORE = "CREATE TABLE more (n INTEGER) STRICT;\n-- a comment; with a semicolon\nINSERT INTO more VALUES (1);\n"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database of version 1."""
    return Path(shutil.copy(OLD, tmp_path / "study.db"))


@pytest.fixture
def one_step_more(monkeypatch: pytest.MonkeyPatch) -> int:
    """A program that knows one step more than this one; the version it makes."""
    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, MORE))
    monkeypatch.setattr(migrations, "VERSION", len(migrations.STEPS))
    return migrations.VERSION


def schema(path: Path) -> set[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {
            (name, *map(str, row[1:])) for name in tables for row in connection.execute(f"PRAGMA table_info({name})")
        }


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_an_older_database_gets_the_tables_of_a_new_one(old: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.db"
    files.create(new)
    with files.open_database(old):
        pass
    assert schema(old) == schema(new)
    assert version(old) == version(new) == migrations.VERSION


def test_as_it_was_it_stays_beside_it(old: Path, one_step_more: int) -> None:
    before, was = schema(old), version(old)
    with files.open_database(old) as opened:
        assert opened.one("SELECT n FROM more") is not None
    backup = old.with_name(f"study.db.v{was}")
    assert (schema(backup), version(backup)) == (before, was)
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert sorted(path.name for path in old.parent.iterdir() if "-" not in path.name) == ["study.db", backup.name]
    with closing(sqlite3.connect(OLD)) as original, closing(sqlite3.connect(backup)) as copy:
        assert list(copy.iterdump()) == list(original.iterdump())


def test_a_step_that_fails_changes_nothing(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    was = version(old)
    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, MORE + "INSERT INTO more VALUES ('no number');\n"))
    monkeypatch.setattr(migrations, "VERSION", len(migrations.STEPS))
    before = schema(old)
    with pytest.raises(sqlite3.IntegrityError):
        files.open_database(old)
    assert (schema(old), version(old)) == (before, was)


def test_opening_it_again_does_nothing_more(old: Path, one_step_more: int) -> None:
    for _ in range(2):
        with files.open_database(old) as opened:
            assert [row["n"] for row in opened.rows("SELECT n FROM more")] == [1]


def test_a_database_of_a_newer_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    files.create(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(BadInput, match=r"newer intercoder.*version 99") as refused:
        files.open_database(path)
    assert "pip install --upgrade" in refused.value.todo
    assert path.read_bytes() == before


def test_in_a_study_of_before_blindness_was_never_enforced(tmp_path: Path) -> None:
    """What was made by a program that kept no periods opens, with what it held, and takes them from now on."""
    path = tmp_path / "study.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrations.bring_up(connection, to=6)
        connection.execute("INSERT INTO accounts VALUES ('embedded', 1, 'ana@example.org')")
    began = datetime(2026, 3, 1, 9, tzinfo=UTC)
    with files.open_database(path) as opened:
        assert annotators.accounts(opened, "embedded") == {1: "ana@example.org"}
        assert blind_periods.periods(opened, "embedded") == ()
        blind_periods.record(opened, "embedded", [(began, began)])
    assert version(path) == migrations.VERSION
    assert version(path.with_name("study.db.v6")) == 6
    with files.open_database(path) as again:
        assert blind_periods.periods(again, "embedded") == (BlindPeriod(began, began),)
