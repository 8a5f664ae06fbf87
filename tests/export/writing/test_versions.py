"""Versions of an export: immutable, complete or not there, and never two readings of which is the newest."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Waiting
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import pytest

from tests.export.contents import FULL, SOURCE, SPARSE, study
from toolkit.errors import BadInput
from toolkit.export.checking.validate import validate_export
from toolkit.export.writing import held_rows, parquet
from toolkit.export.writing import write as exporting
from toolkit.export.writing.versions import DRAFT, LATEST, read_pointer, version_folder
from toolkit.export.writing.write import export_tables

pytestmark = pytest.mark.slow

FIRST = study([FULL])
SECOND = study([FULL, SPARSE])


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_version_is_a_folder_of_its_own_and_the_pointer_names_it(tmp_path: Path) -> None:
    first = export_tables(FIRST, tmp_path, SOURCE)
    before = files(tmp_path / "v1")
    second = export_tables(SECOND, tmp_path, SOURCE)
    assert (first.version, first.changed, second.version, second.changed) == (1, True, 2, True)
    assert second.folder == tmp_path / "v2"
    assert {path.parent for path in second.paths.values()} == {tmp_path / "v2"}
    assert sorted(path.name for path in tmp_path.iterdir()) == [LATEST, "v1", "v2"]
    assert json.loads((tmp_path / LATEST).read_bytes()) == {
        "version": 2,
        "folder": "v2",
        "manifest_sha256": sha256((tmp_path / "v2" / "manifest.json").read_bytes()).hexdigest(),
    }
    assert files(tmp_path / "v1") == before


def test_where_nothing_changed_nothing_is_written(tmp_path: Path) -> None:
    made = export_tables(FIRST, tmp_path, SOURCE)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    again = export_tables(FIRST, tmp_path, SOURCE)
    assert again == replace(made, changed=False, licence_missing=False)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_over_a_version_that_is_not_whole_any_more_a_new_one_is_made(tmp_path: Path) -> None:
    made = export_tables(FIRST, tmp_path, SOURCE)
    made.paths["answers"].unlink()
    again = export_tables(FIRST, tmp_path, SOURCE)
    assert (again.version, again.changed) == (2, True)
    assert again.paths["answers"].is_file()


def test_other_replicates_are_no_other_data_but_another_value_is(tmp_path: Path) -> None:
    (one,) = FIRST.estimates["pilot"]
    export_tables(FIRST, tmp_path, SOURCE)
    drawn = replace(
        one, ci_low=0.1, ci_high=0.9, replicates=500, seed=9, interval_method="bca", verdict="undecided",
        interval_undefined_because=None, bootstrap_share_below={"0.667": 0.2, "0.8": 0.5},
    )  # fmt: skip
    same = export_tables(replace(FIRST, estimates={"pilot": [drawn]}), tmp_path, SOURCE)
    assert not same.changed
    other = export_tables(replace(FIRST, estimates={"pilot": [replace(one, value=0.7500001)]}), tmp_path, SOURCE)
    assert (other.version, other.changed) == (2, True)


def test_the_codebooks_belong_to_what_is_compared(tmp_path: Path) -> None:
    from tests.codebook.samples import FULL as YAML

    empty = replace(study([]), estimates={})
    assert export_tables(replace(empty, documents={"pilot": YAML}), tmp_path, SOURCE).version == 1
    reworded = YAML + "# a remark\n"
    assert export_tables(replace(empty, documents={"pilot": reworded}), tmp_path, SOURCE).version == 2


def test_a_version_is_compared_with_the_newest_only(tmp_path: Path) -> None:
    for number, content in enumerate((FIRST, SECOND, FIRST), start=1):
        assert export_tables(content, tmp_path, SOURCE).version == number
    assert files(tmp_path / "v1").keys() == files(tmp_path / "v3").keys()


def test_another_study_is_refused(tmp_path: Path) -> None:
    export_tables(FIRST, tmp_path, SOURCE)
    before = files(tmp_path)
    with pytest.raises(BadInput, match="another study"):
        export_tables(FIRST, tmp_path, replace(SOURCE, study_id="f" * 16))
    assert files(tmp_path) == before


def test_folders_somebody_else_made_stay_and_their_numbers_are_not_used(tmp_path: Path) -> None:
    (tmp_path / "v7").mkdir()
    (tmp_path / "v7" / "mine.txt").write_text("mine")
    (tmp_path / "notes.md").write_text("mine too")
    assert export_tables(FIRST, tmp_path, SOURCE).version == 8
    assert (tmp_path / "v7" / "mine.txt").read_text() == "mine"
    assert version_folder(tmp_path) == tmp_path / "v8"
    assert (tmp_path / "notes.md").exists()


def test_a_folder_is_followed_to_its_newest_version(tmp_path: Path) -> None:
    assert version_folder(tmp_path) == tmp_path
    assert version_folder(tmp_path / "nowhere") == tmp_path / "nowhere"
    export_tables(FIRST, tmp_path, SOURCE)
    export_tables(SECOND, tmp_path, SOURCE)
    assert version_folder(tmp_path) == tmp_path / "v2"
    assert version_folder(tmp_path / "v1") == tmp_path / "v1"
    (tmp_path / LATEST).write_text((tmp_path / LATEST).read_text().replace('"v2"', '"v1"').replace(": 2", ": 1"))
    assert version_folder(tmp_path) == tmp_path / "v1"


@pytest.mark.parametrize(
    "said", ["", "[]", "{}", "not JSON", '{"version": 2, "folder": "../elsewhere", "manifest_sha256": "x"}']
)
def test_a_pointer_that_says_nothing_is_passed_over_and_mended(tmp_path: Path, said: str) -> None:
    export_tables(FIRST, tmp_path, SOURCE)
    export_tables(SECOND, tmp_path, SOURCE)
    (tmp_path / LATEST).write_text(said)
    assert read_pointer(tmp_path) is None
    assert version_folder(tmp_path) == tmp_path / "v2"
    assert not export_tables(SECOND, tmp_path, SOURCE).changed
    pointer = read_pointer(tmp_path)
    assert pointer is not None
    assert pointer.version == 2


# Exports a second version in a process that kills itself at the k-th call of one of the steps below.
_KILLED = """
    import os, signal, sys
    from pathlib import Path
    from tests.export.contents import FULL, SOURCE, SPARSE, study
    from toolkit.export.writing import parquet as write
    from toolkit.export.writing.write import export_tables

    folder, step, at = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    calls = 0

    def dying(real):
        def call(*arguments, **options):
            global calls
            calls += 1
            if calls == at:
                if step == "write":
                    arguments[0].write(b"PAR1 half a file")
                    arguments[0].flush()
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **options)
        return call

    if step == "write":
        write._open_parquet = dying(write._open_parquet)
    elif step == "fsync":
        os.fsync = dying(os.fsync)
    else:
        setattr(Path, step, dying(getattr(Path, step)))
    export_tables(study([FULL, SPARSE]), folder, SOURCE)
    print("DONE", calls)
"""


def _exported_until(folder: Path, step: str, at: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(_KILLED), str(folder), step, str(at)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        check=False,
        timeout=60,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("step", "at"),
    [("write", 1), ("write", 4), ("fsync", 1), ("fsync", 14), ("rename", 1), ("replace", 1), ("mkdir", 2)],
)
def test_a_killed_export_leaves_the_former_version_and_the_next_one_cleans_up(
    tmp_path: Path, step: str, at: int
) -> None:
    export_tables(FIRST, tmp_path, SOURCE)
    before = files(tmp_path)
    killed = _exported_until(tmp_path, step, at)
    assert killed.returncode == -9, killed.stderr
    left = files(tmp_path)
    assert {name: data for name, data in left.items() if name in before} == before
    assert version_folder(tmp_path) == tmp_path / "v1"
    assert validate_export(tmp_path / "v1").folder == tmp_path / "v1"

    after = export_tables(SECOND, tmp_path, SOURCE)
    assert after.version == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == [LATEST, "v1", "v2"]
    assert version_folder(tmp_path) == tmp_path / "v2"
    assert after.changed == (step != "replace")  # there it was complete, and only not yet the newest


def test_killed_at_any_flush_there_is_always_one_newest_version_and_it_is_whole(tmp_path: Path) -> None:
    export_tables(FIRST, tmp_path / "whole", SOURCE)
    done = _exported_until(tmp_path / "whole", "fsync", 10_000)
    flushes = int(done.stdout.split()[-1])
    assert flushes > 15
    newest = set()
    for at in (flushes - 4, flushes - 3, flushes - 2, flushes - 1, flushes):
        folder = tmp_path / str(at)
        export_tables(FIRST, folder, SOURCE)
        assert _exported_until(folder, "fsync", at).returncode == -9
        place = version_folder(folder)
        newest.add(place.name)
        expected = files(tmp_path / "whole" / place.name)
        assert files(place) == expected
        assert export_tables(SECOND, folder, SOURCE).version == 2
        assert files(folder) == files(tmp_path / "whole")
    assert newest == {"v1", "v2"}


def _full_disk(*arguments: object, **options: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("where", "function"),
    [(parquet, "_open_parquet"), (held_rows, "TemporaryFile"), (exporting, "write_flushed"), (exporting, "publish")],
)
def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: ModuleType, function: str
) -> None:
    export_tables(FIRST, tmp_path, SOURCE)
    before = files(tmp_path)
    failing: Callable[..., None] = _full_disk
    monkeypatch.setattr(where, function, failing)
    with pytest.raises(BadInput, match="No space left on device"):
        export_tables(SECOND, tmp_path, SOURCE)
    assert files(tmp_path) == before
    assert not (tmp_path / DRAFT).exists()


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(BadInput, match="cannot be written"):
        export_tables(FIRST, tmp_path / "out", SOURCE)
    assert (tmp_path / "out").read_text() == "in the way"


def test_two_exports_into_one_folder_wait_for_each_other(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    with ThreadPoolExecutor() as pool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            second = pool.submit(export_tables, FIRST, tmp_path, SOURCE)
            with pytest.raises(Waiting):
                second.result(timeout=0.5)
            assert list(tmp_path.iterdir()) == []
        finally:
            os.close(descriptor)
        assert second.result(timeout=30).version == 1
