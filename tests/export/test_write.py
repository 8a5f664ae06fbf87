from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Waiting
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from toolkit.errors import BadInput
from toolkit.export import write
from toolkit.export.write import INCOMING, write_tables

pq: Any = pyarrow.parquet
NAMES = ("first", "second", "third")


def _tables(value: int) -> dict[str, pa.Table]:
    return {name: pa.table({"n": pa.array([value] * 1000)}) for name in NAMES}


def _value(path: Path) -> int:
    (value,) = set(pq.read_table(path)["n"].to_pylist())
    assert isinstance(value, int)
    return value


# Runs an export of 2s in a process that kills itself at the k-th call of one of the steps below.
_KILLED = """
    import os, signal, sys
    from pathlib import Path
    import pyarrow as pa
    from toolkit.export import write

    folder, step, at = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    calls = 0

    def dying(real):
        def call(*arguments, **options):
            global calls
            calls += 1
            if calls == at:
                if step == "write":
                    arguments[1].write(b"PAR1 half a file")
                    arguments[1].flush()
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **options)
        return call

    if step == "write":
        write._write_parquet = dying(write._write_parquet)
    elif step == "fsync":
        os.fsync = dying(os.fsync)
    elif step == "replace":
        Path.replace = dying(Path.replace)
    elif step == "rmdir":
        Path.rmdir = dying(Path.rmdir)
    write.write_tables(folder, {name: pa.table({"n": pa.array([2] * 1000)}) for name in ("first", "second", "third")})
"""

# which tables are new afterwards: none before the first replace, one more after each
_STAGES = [
    *(("write", at, 0) for at in (1, 2, 3)),
    *(("fsync", at, 0) for at in (1, 3, 4)),
    *(("replace", at, at - 1) for at in (1, 2, 3)),
    ("fsync", 5, 3),
    ("rmdir", 1, 3),
]


@pytest.mark.parametrize(("step", "at", "new"), _STAGES)
def test_a_killed_export_leaves_old_or_new_files_and_the_next_one_cleans_up(
    tmp_path: Path, step: str, at: int, new: int
) -> None:
    write_tables(tmp_path, _tables(1))
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(_KILLED), str(tmp_path), step, str(at)], check=False, timeout=60
    )
    assert killed.returncode == -9
    assert [_value(tmp_path / f"{name}.parquet") for name in NAMES] == [2] * new + [1] * (3 - new)
    assert (tmp_path / INCOMING).exists()

    write_tables(tmp_path, _tables(3))
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{name}.parquet" for name in NAMES]
    assert [_value(tmp_path / f"{name}.parquet") for name in NAMES] == [3, 3, 3]


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tables(tmp_path, _tables(1))

    def full_disk(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, "_write_parquet", full_disk)
    with pytest.raises(BadInput, match="No space left on device"):
        write_tables(tmp_path, _tables(2))
    assert [_value(tmp_path / f"{name}.parquet") for name in NAMES] == [1, 1, 1]


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(BadInput, match="cannot be written"):
        write_tables(tmp_path / "out", _tables(1))
    assert (tmp_path / "out").read_text() == "in the way"


def test_two_exports_into_one_folder_wait_for_each_other(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    with ThreadPoolExecutor() as pool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            second = pool.submit(write_tables, tmp_path, _tables(2))
            with pytest.raises(Waiting):
                second.result(timeout=0.3)
            assert list(tmp_path.iterdir()) == []
        finally:
            os.close(descriptor)
        assert set(second.result(timeout=30)) == set(NAMES)


def test_other_files_in_the_folder_stay(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    write_tables(tmp_path, _tables(1))
    assert (tmp_path / "README.md").read_text() == "mine"


def test_codebooks_are_written_as_they_are_and_those_of_a_former_export_go(tmp_path: Path) -> None:
    first = {"codebook.yaml": "name: new  # é\r\n", "codebook-pilot.yaml": "old", "codebook-wörk_2.yaml": "older"}
    write_tables(tmp_path, _tables(1), codebooks=first)
    assert {name: (tmp_path / name).read_bytes().decode() for name in first} == first
    mine = ("my-codebook.yaml", "codebook-pilot.yaml.bak", "codebook-.yaml", "codebook-a b.yaml", "codebook.yml")
    for name in mine:
        (tmp_path / name).write_text("mine")
    write_tables(tmp_path, _tables(2), codebooks={"codebook.yaml": "newest", "codebook-main.yaml": "new"})
    assert {path.name for path in tmp_path.iterdir()} == {
        *mine,
        *(f"{name}.parquet" for name in NAMES),
        "codebook.yaml",
        "codebook-main.yaml",
    }
    assert (tmp_path / "codebook.yaml").read_text() == "newest"


def test_a_codebook_no_export_wrote_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "codebook.yaml").write_text("mine")
    (tmp_path / "codebook-draft.yaml").write_text("mine too")
    with pytest.raises(BadInput, match="no export put it there"):
        write_tables(tmp_path, _tables(1), codebooks={"codebook.yaml": "new"})
    assert {path.name for path in tmp_path.iterdir()} == {"codebook.yaml", "codebook-draft.yaml"}
    assert (tmp_path / "codebook.yaml").read_text() == "mine"


def test_a_write_that_fails_leaves_the_codebooks_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tables(tmp_path, _tables(1), codebooks={"codebook.yaml": "old", "codebook-pilot.yaml": "old"})

    def full_disk(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, "_write_text", full_disk)
    with pytest.raises(BadInput, match="No space left on device"):
        write_tables(tmp_path, _tables(2), codebooks={"codebook.yaml": "new"})
    assert [(tmp_path / name).read_text() for name in ("codebook.yaml", "codebook-pilot.yaml")] == ["old", "old"]
    assert [_value(tmp_path / f"{name}.parquet") for name in NAMES] == [1, 1, 1]


def test_equal_tables_give_equal_bytes_whatever_their_chunks(tmp_path: Path) -> None:
    # long enough for several pages: how rows fall into pages is where chunks would show
    whole = pa.table({"text": pa.array([f"row {n} 🎉" * 20 for n in range(30_000)])})
    pieces = pa.concat_tables([whole.slice(0, 17), whole.slice(17, 14_000), whole.slice(14_017)])
    paths = [write_tables(tmp_path / name, {"t": table})["t"] for name, table in (("a", whole), ("b", pieces))]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_compression_and_format_are_the_pinned_ones(tmp_path: Path) -> None:
    metadata = pq.ParquetFile(write_tables(tmp_path, _tables(1))["first"]).metadata
    assert metadata.format_version == "2.6"
    assert metadata.row_group(0).column(0).compression == "ZSTD"
    assert metadata.created_by == f"parquet-cpp-arrow version {pa.__version__}"
