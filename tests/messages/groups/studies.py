"""Making a study, finding it, and what is wrong with its files."""

from __future__ import annotations

import errno
import fcntl
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.messages.case import Case, Group
from tests.messages.scenes import empty, file, gone, settled, sql, with_article
from tests.messages.work import Work
from toolkit.study import read_only


def _held_by_another(work: Work) -> None:
    held = work.study.locked()
    held.__enter__()
    work.closing.append(lambda: held.__exit__(None, None, None))


def _read_by_another(work: Work) -> None:
    """Somebody else reads study.db, and what was deleted cannot leave its log while they do."""
    connect = sqlite3.connect
    work.patch.setattr(sqlite3, "connect", lambda path, **named: connect(path, **named | {"timeout": 0.01}))
    connection = sqlite3.connect(work.folder / "study.db")
    connection.execute("BEGIN")
    connection.execute("SELECT * FROM meta").fetchone()
    work.closing.append(connection.close)


def _no_lock_to_be_had(work: Work) -> None:
    opened = os.open

    def refused(path: str | Path, *given: object, **named: object) -> int:
        if str(path).endswith(".lock"):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return opened(path, *given, **named)  # type: ignore[arg-type]

    work.patch.setattr("toolkit.study.folder.os.open", refused)


def _read_only(work: Work) -> None:
    work.patch.setattr(read_only, "is_writable", lambda _: False)


def _no_database(work: Work) -> None:
    (work.folder / "study.db").write_bytes(b"not SQLite at all, but longer than a header of one hundred bytes" * 9)


def _half(work: Work) -> None:
    path = work.folder / "study.db"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _without_a_table(work: Work) -> None:
    with closing(sqlite3.connect(work.folder / "study.db")) as connection, connection:
        connection.execute("ALTER TABLE meta RENAME COLUMN value TO something")


def _unreadable_folder(work: Work) -> None:
    def refused(*_: object, **__: object) -> str:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    work.patch.setattr("toolkit.study.folder.tempfile.mkdtemp", refused)


def _full_disk(work: Work) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(work.folder / "study.db"))

    work.patch.setattr(fcntl, "flock", full)


_SETTINGS = """name: study
labelstudio: {embedded: true}
rounds: 3
label_studio: {embedded: maybe}
"""

GROUP = Group(
    10,
    "studies",
    "Making and finding a study",
    (
        Case("no-study-here", "You run a command outside of any study.", "status"),
        Case("not-a-study", "You name a folder that is no study.", "status --study elsewhere"),
        Case("no-database", "The folder has a study.yaml, and its study.db is gone.", "status",
             (empty, gone("study.db"))),
        Case("no-database-named", "The same, with the folder named.", "status --study .", (empty, gone("study.db"))),
        Case("name-taken", "You make a study where there is something already.", "init taken",
             (file("taken/notes.txt", "mine"),)),
        Case("name-impossible", "You give a study a name that no folder should have.", "init 'a/b?c'"),
        Case("no-such-codebook", "You misspell the codebook.", "init study --codebook source-framng"),
        Case("codebook-with-faults", "The codebook you begin with has faults.", "init study --codebook mine.yaml",
             (file("mine.yaml", "name: Mine\nversion: 1\n"),)),
        Case("folder-refused", "The place is not yours to write to.", "init study", (_unreadable_folder,)),
        Case("study-in-use", "Another command is at work in the study.", "add rain.txt",
             (with_article, _held_by_another)),
        Case("cannot-lock", "The study lies on a disk that cannot be written to.", "add rain.txt",
             (with_article, _no_lock_to_be_had)),
        Case("read-only", "The study can be read and not written, as on a stick that is locked.",
             "add rain.txt", (with_article, _read_only)),
        Case("disk-full", "The disk is full, or refuses.", "add rain.txt", (with_article, _full_disk)),
        Case("settings-with-faults", "You mistype something in study.yaml.", "status",
             (empty, file("study.yaml", _SETTINGS))),
        Case("settings-no-yaml", "study.yaml is no YAML.", "status", (empty, file("study.yaml", "name: [study\n"))),
        Case("settings-no-mapping", "study.yaml holds something else.", "status",
             (empty, file("study.yaml", "- study\n"))),
        Case("settings-no-utf8", "study.yaml was saved in another encoding.", "status",
             (empty, file("study.yaml", b"name: caf\xe9\n"))),
        Case("codebook-gone", "codebook.yaml is gone.", "push --annotators-per-sentence 2",
             (with_article, gone("codebook.yaml"))),
        Case("codebook-no-utf8", "codebook.yaml was saved in another encoding.", "push --annotators-per-sentence 2",
             (with_article, file("codebook.yaml", b"name: caf\xe9\n"))),
        Case("database-empty", "study.db holds nothing.", "status", (empty, file("study.db", b""))),
        Case("database-of-a-newer-intercoder", "The study was used with a newer intercoder.", "status",
             (empty, sql("PRAGMA user_version = 99")),
             blur=((r"up to version \d+", "up to version N"),)),
        Case("database-of-another-program", "study.db is a database of something else.", "status",
             (empty, sql("PRAGMA user_version = 0"))),
        Case("database-no-sqlite", "study.db was overwritten.", "status", (empty, _no_database)),
        Case("database-cut-off", "study.db is cut off, as by a copy that broke off.", "status", (settled, _half),
             blur=((r"\(database disk.*\)", "(…)"),)),
        Case("database-lacks-a-column", "Somebody changed study.db with another program.", "status",
             (empty, _without_a_table)),
        Case("no-backup-of-damage", "You back up a study that is damaged.", "backup kept.db",
             (settled, sql("UPDATE sentences SET text = 'Something else.' WHERE sentence_id = 'h-1'"))),
        Case("backup-exists", "A backup of that name is there.", "backup kept.db", (empty, file("kept.db", "mine"))),
        Case("backup-nowhere", "The folder for the backup is not there.", "backup nowhere/kept.db", (empty,)),
        Case("erased-while-read", "Another program reads study.db while you erase somebody.",
             "annotators erase ana@example.org --yes", (settled, _read_by_another)),
        Case("database-with-a-bad-text", "A text in study.db is none.", "agree --bootstrap 0",
             (settled, sql("UPDATE sentences SET text = CAST(x'ff' AS TEXT) WHERE sentence_id = 'h-1'"))),
        Case("codebook-in-the-database-changed", "A codebook kept in study.db is not what was stored.", "status",
             (settled, sql("UPDATE codebooks SET document = 'name: other'"))),
    ),
)  # fmt: skip
