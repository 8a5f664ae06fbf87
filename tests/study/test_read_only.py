"""A study on read-only media: what only reads works, what writes says that it cannot, and nothing is left anywhere."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from toolkit.errors import BadInput
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree
from toolkit.study import annotators, migrations, read_only
from toolkit.study import database as files
from toolkit.study.folder import Study

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
FROZEN = ROOT / "tests" / "frozen" / "v1" / "study"
ENTRY = "from toolkit.cli import main; main()"
MOUNTED = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'
UNSHARE = ["unshare", "--map-root-user", "--mount", "sh", "-c", MOUNTED, "sh"]


def on_read_only_media(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command where the folder is on a file system mounted read-only, also for root."""
    return subprocess.run(
        [*UNSHARE, folder, *command],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder.parent / "tmp")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The frozen study as it is: of schema version 1."""
    if shutil.which("unshare") is None or on_read_only_media(tmp_path, "true").returncode:
        pytest.skip("nothing can be mounted here")
    (tmp_path / "tmp").mkdir()
    return Path(shutil.copytree(FROZEN, tmp_path / "study"))


def bring_up(folder: Path) -> None:
    with Study(folder).database():
        pass
    (folder / "study.db.v1").unlink()


def run(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return on_read_only_media(folder, sys.executable, "-c", ENTRY, *arguments, "--study", folder)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file but those SQLite keeps beside a database where it can."""
    files = (path for path in folder.iterdir() if path.is_file() and not path.name.startswith("study.db-"))
    return {path.name: path.read_bytes() for path in files}


@pytest.mark.parametrize("older", [True, False], ids=["older", "of today"])
def test_what_only_reads_works(folder: Path, older: bool) -> None:
    if not older:
        bring_up(folder)
    before = contents(folder)
    for arguments in (
        ["status"],
        ["agree", "--round", "main", "--bootstrap", "0"],
        ["export", "--to", folder.parent / "elsewhere", "--bootstrap", "0"],
        ["annotators", "list"],
        ["doctor", "--deep"],
        ["backup", folder.parent / "copy.db"],
    ):
        done = run(folder, *arguments)
        assert done.returncode == (5 if arguments[0] == "doctor" else 0), (arguments, done.stderr)  # no server runs
        assert "Traceback" not in done.stderr
    assert (folder.parent / "elsewhere" / "v1" / "answers.parquet").is_file()
    assert contents(folder) == before
    assert list((folder.parent / "tmp").iterdir()) == []


def test_what_writes_says_that_it_cannot(folder: Path) -> None:
    (folder.parent / "one.txt").write_text("One sentence.", encoding="utf-8")
    for arguments in (["add", folder.parent / "one.txt"], ["push"], ["pull"], ["backup"]):
        done = run(folder, *arguments)
        assert done.returncode == 3, (arguments, done.stderr)
        assert "cannot be written" in done.stderr
        assert "Traceback" not in done.stderr


def test_what_was_committed_but_lies_in_the_log_is_read(folder: Path) -> None:
    bring_up(folder)
    # As a process leaves it that was killed: what it committed last is in the log only.
    killed = (
        "import os, sys; from pathlib import Path; from toolkit.study import annotators; "
        "from toolkit.study.folder import Study; database = Study(Path(sys.argv[1])).database(); "
        "annotators.register(database, ['late@example.org'], round=None); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", killed, folder], cwd=ROOT, check=False)
    assert (folder / "study.db-wal").stat().st_size > 0
    for without in ((), ("study.db-shm",)):
        for name in without:
            (folder / name).unlink()
        done = run(folder, "annotators", "list", "--identities")
        assert "late@example.org" in done.stdout, done.stderr
        assert list((folder.parent / "tmp").iterdir()) == []


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    """The frozen study in a folder of somebody else's, as this process sees it."""
    study = Study(Path(shutil.copytree(FROZEN, tmp_path / "study")))
    monkeypatch.setattr(os, "access", lambda *_: False)
    return study


def test_an_older_one_is_read_through_a_copy_of_today(read: Study) -> None:
    before = contents(read.folder)
    with read.database() as database:
        row = database.one("PRAGMA user_version")
        assert row is not None
        assert row[0] == migrations.VERSION
        assert not database.writable
    assert agree(read, AgreementRequest(round_name="main", replicates=0)).estimates
    assert contents(read.folder) == before


def test_a_write_is_refused_before_it_begins(read: Study) -> None:
    with read.database() as database, pytest.raises(BadInput, match="can be read only") as refused:
        annotators.register(database, ["new@example.org"], round=None)
    assert "Copy the study's folder" in refused.value.todo


def test_damage_is_met_there_too(read: Study) -> None:
    with closing(sqlite3.connect(read.database_file)) as connection:
        connection.execute("DROP TABLE meta")
    with pytest.raises(BadInput, match="tables or columns are missing"):
        read.database()
    read.database_file.write_bytes(b"nothing of the kind " * 100)
    with pytest.raises(BadInput, match="not a study database"):
        read.database()


def test_who_may_write(tmp_path: Path) -> None:
    files.create(tmp_path / "study.db")
    assert read_only.is_writable(tmp_path / "study.db")
