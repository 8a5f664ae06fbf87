"""A folder for what an engine cannot keep in memory: gone at the end, or, of a killed run, with the next one."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

_PREFIX = "intercoder-spill-"
_LOCK = "lock"


@contextmanager
def spill_folder() -> Iterator[Path]:
    """Yield a folder that nobody has yet; before, take away those whose runs are no more."""
    _tidy_up(Path(gettempdir()))
    with TemporaryDirectory(prefix=_PREFIX) as made:
        folder = Path(made)
        with (folder / "locking").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            (folder / "locking").rename(folder / _LOCK)  # never there unlocked, or somebody would take it away
            yield folder / "engine"


def _tidy_up(where: Path) -> None:
    for left in where.glob(f"{_PREFIX}*/{_LOCK}"):
        try:
            if left.parent.lstat().st_uid != os.getuid():
                continue
            with left.open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left.parent)
        except OSError:  # its run goes on, or somebody else tidies up
            continue
