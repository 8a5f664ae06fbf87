from __future__ import annotations

import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from toolkit.errors import BadInput, UsageError
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree
from toolkit.loop.backup import backup
from toolkit.study import annotators
from toolkit.study.folder import Study

FROZEN = Path(__file__).parents[1] / "frozen" / "v1" / "study"


@pytest.fixture
def study(tmp_path: Path) -> Study:
    made = Study(Path(shutil.copytree(FROZEN, tmp_path / "study")))
    with made.database():
        pass
    return made


def day() -> date:
    return date(2026, 11, 24)


def journal(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


def test_by_default_it_lies_where_git_ignores_it_and_nobody_else_reads_it(study: Study) -> None:
    made = backup(study, today=day)
    assert made.path == study.folder / "study.db.2026-11-24"
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert made.bytes == made.path.stat().st_size > 600_000
    assert "218 versions of annotations" in made.looked_at
    assert journal(made.path) == "delete"  # one file holds all of it


def test_in_a_folder_it_is_named_after_study_and_day(study: Study, tmp_path: Path) -> None:
    (tmp_path / "safe").mkdir()
    assert backup(study, to=tmp_path / "safe", today=day).path == tmp_path / "safe" / "study-2026-11-24.db"
    assert [path.name for path in (tmp_path / "safe").iterdir()] == ["study-2026-11-24.db"]


def test_nothing_is_overwritten(study: Study, tmp_path: Path) -> None:
    (tmp_path / "mine.db").write_text("mine", encoding="utf-8")
    for target in (tmp_path / "mine.db", study.database_file):
        with pytest.raises(UsageError, match="exists already"):
            backup(study, to=target)
    assert (tmp_path / "mine.db").read_text(encoding="utf-8") == "mine"
    backup(study, today=day)
    with pytest.raises(UsageError, match="exists already"):
        backup(study, today=day)


def test_a_folder_that_is_not_there_is_named(study: Study, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere is no folder"):
        backup(study, to=tmp_path / "nowhere" / "x.db")


def test_it_is_made_while_another_command_writes_and_holds_what_was_committed(study: Study, tmp_path: Path) -> None:
    with study.locked(), study.database() as database:
        annotators.learn_accounts(database, "elsewhere", {1: "committed@example.org"})
        with database.transaction() as connection:
            connection.execute("INSERT INTO accounts VALUES ('elsewhere', 2, 'not yet')")
            made = backup(study, to=tmp_path / "copy.db")
    with closing(sqlite3.connect(made.path)) as copy:
        found = copy.execute("SELECT email FROM accounts WHERE server_url = 'elsewhere'").fetchall()
    assert found == [("committed@example.org",)]


def test_of_a_damaged_study_no_backup_is_kept(study: Study, tmp_path: Path) -> None:
    with closing(sqlite3.connect(study.database_file)) as connection:
        connection.execute("UPDATE annotation_versions SET raw = raw || ' ' WHERE annotation_id = 190")
        connection.commit()
    (tmp_path / "safe").mkdir()
    with pytest.raises(BadInput, match="no backup was kept") as refused:
        backup(study, to=tmp_path / "safe")
    assert [fault.place for fault in refused.value.faults] == ["versions"]
    assert list((tmp_path / "safe").iterdir()) == []


def test_put_back_it_works_and_is_written_ahead_again(study: Study, tmp_path: Path) -> None:
    before = agree(study, AgreementRequest(round_name="main", replicates=5)).estimates
    made = backup(study, to=tmp_path / "copy.db")
    shutil.copy(made.path, study.database_file)
    assert agree(study, AgreementRequest(round_name="main", replicates=5)).estimates == before
    assert journal(study.database_file) == "wal"
    with study.database() as database:
        annotators.register(database, ["new@example.org"], round=None)
        assert len(annotators.registered(database)) == 4
