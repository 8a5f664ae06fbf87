"""What the session wrote: to its streams and logs, into files, and into the list of processes."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Literal

import pytest

Stream = Literal["stdout", "stderr", "log", "process list"]
_SMALL = 1 << 20
_WORD = re.compile(r"[\w@.+-]{8,}")


@dataclass(frozen=True, slots=True)
class Written:
    """Where each word of at least eight characters was written: by which test, on what, as which kind of text."""

    words: dict[str, set[tuple[Stream, str, bool]]] = field(default_factory=dict)

    def note(self, stream: Stream, text: str | bytes | None, *, test: str | None = None) -> None:
        """Keep what was written; ``shown`` says whether the text is one of those that hand a login over."""
        if not text:
            return
        text = text.decode(errors="replace") if isinstance(text, bytes) else text
        where = stream, test or running(), stream == "stdout" and HANDS_OVER.search(text) is not None
        for word in set(_WORD.findall(text)):
            self.words.setdefault(word.strip("."), set()).add(where)


HANDS_OVER = re.compile(r"^ *(password|first) +\S", re.MULTILINE)
"""What is printed to be passed on: ``annotators add``, and ``server status --password``."""


def running() -> str:
    """The test that runs now."""
    return os.environ.get("PYTEST_CURRENT_TEST", "between tests").partition(" (")[0]


@contextmanager
def listening(written: Written, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Note what tests read of their own output, what programs they start are called with, and what those print."""
    with patch.context() as patched:
        fixture = pytest.CaptureFixture
        patched.setattr(fixture, "readouterr", _read(written, fixture.readouterr))
        patched.setattr(subprocess.Popen, "__init__", _started(written, subprocess.Popen.__init__))
        patched.setattr(subprocess.Popen, "communicate", _printed(written, subprocess.Popen.communicate))
        yield


def _read(written: Written, read: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(read)
    def noted(self: object) -> Any:
        found = read(self)
        written.note("stdout", found.out)
        written.note("stderr", found.err)
        return found

    return noted


def _started(written: Written, init: Callable[..., None]) -> Callable[..., None]:
    @wraps(init)
    def noted(self: object, args: Any, *more: Any, **given: Any) -> None:
        words = [args] if isinstance(args, str | bytes | os.PathLike) else list(args)
        written.note("process list", " ".join(os.fsdecode(word) for word in words))
        init(self, args, *more, **given)

    return noted


def _printed(written: Written, communicate: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(communicate)
    def noted(self: object, *given: Any, **named: Any) -> Any:
        out, err = communicate(self, *given, **named)
        written.note("stdout", out)
        written.note("stderr", err)
        return out, err

    return noted


def in_files(folder: Path, values: Iterable[str]) -> Iterator[tuple[Path, str]]:
    """Yield each file below a folder with each of the values that is in it, whatever kind of file it is."""
    wanted = "\n".join(values)
    if not wanted:
        return
    with NamedTemporaryFile() as patterns:
        patterns.write(wanted.encode())
        patterns.flush()
        found = subprocess.run(
            ["xargs", "-0", "grep", "-aoFH", "--null", "-f", patterns.name, os.devnull],
            input=b"\0".join(os.fsencode(path) for path in _files(folder)),
            capture_output=True,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
    assert found.returncode in {0, 1, 123}, found.stderr  # of some call of grep: nothing found, or a file went away
    seen = set()
    for line in found.stdout.splitlines():
        name, _, value = line.partition(b"\0")
        seen.add((Path(os.fsdecode(name)), value.decode(errors="replace")))
    yield from sorted(seen)


def _files(folder: Path) -> Iterator[Path]:
    """Every file that holds what was written to it; of one that is mostly a hole a test only wanted the size."""
    for above, _, names in os.walk(folder):
        for path in (Path(above, name) for name in names):
            try:
                about = path.lstat()
            except FileNotFoundError:  # somebody still tidies up
                continue
            if stat.S_ISREG(about.st_mode) and about.st_size < 2 * 512 * about.st_blocks + _SMALL:
                yield path
