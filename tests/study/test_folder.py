from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit.errors import BadInput, UsageError
from toolkit.study import folder, settings
from toolkit.study.folder import Study


def made(tmp_path: Path, name: str = "demo") -> Study:
    return folder.create(tmp_path / name, codebook_text="name: x\n")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_study_has_its_parts(tmp_path: Path) -> None:
    study = made(tmp_path, ".demo")
    assert study.folder == tmp_path / ".demo"
    assert study.codebook_file.read_text(encoding="utf-8") == "name: x\n"
    assert settings.read(study.settings_file).name == "demo"
    assert (study.folder / "exports").is_dir()
    with study.database() as opened:
        assert len(opened.meta("study_id")) == 16


def test_only_the_owner_reads_the_database(tmp_path: Path) -> None:
    study = made(tmp_path)
    with study.database() as opened, opened.transaction() as connection:
        connection.execute("INSERT INTO accounts VALUES ('u', 1, 'e')")
        files = sorted(study.folder.glob("study.db*"))
        assert len(files) == 3  # with the write-ahead log and its index
        assert {mode(path) for path in files} == {0o600}


def test_git_ignores_everything_private(tmp_path: Path) -> None:
    study = made(tmp_path)
    (study.folder / "credentials.json").touch()
    (study.folder / "study.db-wal").touch()
    subprocess.run(["git", "init", "--quiet", study.folder], check=True)
    listed = subprocess.run(
        ["git", "-C", study.folder, "ls-files", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert sorted(listed) == [".gitignore", "codebook.yaml", "study.yaml"]


@pytest.mark.parametrize("failing", ["database", "settings"])
def test_a_study_is_made_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    if failing == "database":
        monkeypatch.setattr("toolkit.study.folder.create_database", killed)
    else:
        monkeypatch.setattr(settings, "initial", killed)
    with pytest.raises(KeyboardInterrupt):
        made(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_taken_and_a_used_one_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert made(tmp_path, "empty").settings_file.is_file()
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="exists already"):
        made(tmp_path, "used")
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="exists already"):
        made(tmp_path, "file")
    assert (tmp_path / "used" / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["..", "-x", "a" * 41, "a\nb", "ä/..", "$(rm)"])
def test_a_name_that_would_make_trouble(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name"):
        folder.create(tmp_path / name, codebook_text="")
    assert list(tmp_path.iterdir()) == []


def test_a_place_where_no_folder_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match=r"cannot be made: Not a directory|cannot be made: File exists"):
        folder.create(tmp_path / "file" / "study", codebook_text="")


def test_a_study_is_found_from_anywhere_inside(tmp_path: Path) -> None:
    study = made(tmp_path)
    deep = study.folder / "notes" / "deeper"
    deep.mkdir(parents=True)
    assert folder.find(deep) == study
    assert folder.find(study.folder) == study


def test_the_nearest_study_is_found(tmp_path: Path) -> None:
    made(tmp_path, "outer")
    inner = made(tmp_path / "outer", "inner")
    assert folder.find(inner.folder / "exports") == inner


def test_a_study_yaml_without_a_database_is_no_study(tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text("name: x\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no study"):
        folder.find(tmp_path)
    with pytest.raises(BadInput, match=r"study\.db does not exist"):
        folder.find(tmp_path, chosen=tmp_path).database()


def test_a_chosen_folder_that_is_no_study(tmp_path: Path) -> None:
    made(tmp_path)
    with pytest.raises(UsageError, match="not a study"):
        folder.find(tmp_path / "demo", chosen=tmp_path / "other")


def test_a_second_process_is_told_instead_of_waiting(tmp_path: Path) -> None:
    study = made(tmp_path)
    again = (
        "import sys; from pathlib import Path; from toolkit.study.folder import Study; from toolkit.errors import *\n"
        "try:\n"
        "    with Study(Path(sys.argv[1])).locked(): print('in')\n"
        "except UsageError as e: print(e.what)\n"
    )

    def other() -> str:
        return subprocess.run(
            [sys.executable, "-c", again, study.folder], check=True, capture_output=True, text=True, timeout=60
        ).stdout.strip()

    with study.locked():
        assert other() == "another intercoder command is working on the study demo"
    assert other() == "in"


def test_a_study_in_use_is_told_apart_from_a_misuse(tmp_path: Path) -> None:
    study = made(tmp_path)
    with study.locked():
        with pytest.raises(folder.StudyInUse), study.locked():
            pass
        with pytest.raises(UsageError) as misuse:
            folder.find(tmp_path / "demo", chosen=tmp_path / "other")
    assert not isinstance(misuse.value, folder.StudyInUse)


def test_the_lock_goes_with_the_process_that_is_killed(tmp_path: Path) -> None:
    study = made(tmp_path)
    hold = (
        "import sys, time; from pathlib import Path; from toolkit.study.folder import Study\n"
        "with Study(Path(sys.argv[1])).locked(): print('in', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", hold, study.folder], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "in\n"
        with pytest.raises(UsageError), study.locked():
            pass
        holder.kill()
    with study.locked():
        pass


def test_a_text_that_is_not_one(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes("name: café".encode("latin-1"))
    with pytest.raises(BadInput, match="not UTF-8"):
        folder.read_text(tmp_path / "latin.yaml")
    with pytest.raises(BadInput, match="No such file"):
        folder.read_text(tmp_path / "nothing.yaml")


def test_a_study_that_lost_its_database_is_named(tmp_path: Path) -> None:
    study = made(tmp_path)
    study.database_file.unlink()
    with pytest.raises(UsageError, match=r"demo has a study\.yaml, but no study\.db"):
        folder.find(study.folder / "exports")


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    study = made(tmp_path)
    (study.folder / ".lock").mkdir()
    with pytest.raises(BadInput, match="demo cannot be written to"), study.locked():
        pass
