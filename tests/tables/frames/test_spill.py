"""What an engine put on disk is gone at the end, and what a killed run left with the next one; never what is in use."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from toolkit.tables.frames.spill import spill_folder

KILLED = """
import os, signal
from toolkit.tables.frames.spill import spill_folder
with spill_folder() as folder:
    folder.mkdir()
    (folder / "rows").write_text("many")
    print(folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def left(where: Path) -> list[str]:
    return sorted(path.name for path in where.iterdir())


def test_it_is_gone_at_the_end_also_after_an_error(temporary: Path) -> None:
    def work() -> None:
        with spill_folder() as folder:
            folder.mkdir()
            (folder / "rows").write_text("many")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert left(temporary) == []


@pytest.mark.slow
def test_what_a_killed_run_left_goes_with_the_next(temporary: Path) -> None:
    root = str(Path(__file__).parents[3])
    killed = subprocess.run(
        [sys.executable, "-c", KILLED], capture_output=True, text=True, check=False,
        env={**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": root},
    )  # fmt: skip
    assert killed.returncode < 0
    assert (Path(killed.stdout.strip()) / "rows").exists()
    with spill_folder():
        assert len(left(temporary)) == 1
    assert left(temporary) == []


def test_what_is_in_use_or_has_another_name_stays(temporary: Path) -> None:
    (temporary / "intercoder-spill-of-somebody").mkdir()
    (temporary / "intercoder-others").mkdir()
    (temporary / "intercoder-others" / "lock").touch()
    with spill_folder() as one:
        with spill_folder() as other:
            assert one.parent.exists()
            assert other.parent != one.parent
        assert one.parent.exists()
    assert left(temporary) == ["intercoder-others", "intercoder-spill-of-somebody"]


def test_a_link_to_something_else_is_left_alone(temporary: Path) -> None:
    (temporary / "precious").mkdir()
    (temporary / "precious" / "lock").touch()
    (temporary / "intercoder-spill-x").symlink_to(temporary / "precious")
    with spill_folder():
        pass
    assert (temporary / "precious" / "lock").exists()
