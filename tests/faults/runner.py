"""Runs commands in processes forked from a warm one, and says how each of them ended."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_LONGEST = 90.0
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code (negative: the signal that killed it) and all it printed."""

    arguments: tuple[str, ...]
    code: int
    out: str = field(repr=False)
    err: str = field(repr=False)

    def said(self) -> str:
        """What it printed, shortened, for a report of a failure."""
        return f"exit {self.code}: {' '.join((self.out + ' ' + self.err).split())[-700:]}"


class Runner:
    """The warm process, and the commands it was told to run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LABEL_STUDIO_")}
        environment |= {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "COLUMNS": "200"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.warm"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._orders, self._answers = self._process.stdin, self._process.stdout
        assert self._answers.readline() == "ready\n"
        self._waiting: dict[int, queue.Queue[int]] = {}
        self._number = 0
        self._lock = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the warm process."""
        with contextlib.suppress(BrokenPipeError):  # it has ended by itself
            self._orders.close()
        self._process.wait(timeout=10)
        self._answers.close()

    def _listen(self) -> None:
        for line in self._answers:
            answer = json.loads(line)
            self._waiting.pop(answer["number"]).put(answer["code"])
        for waiting in self._waiting.values():  # the warm process has ended: so have its commands
            waiting.put(-1)

    def start(self, arguments: Sequence[str], folder: Path, **order: Any) -> Running:
        """Begin a command in ``folder``; see ``warm.py`` for what an order may hold."""
        with self._lock:
            self._number += 1
            number = self._number
            out, err = (self._folder / f"{number}.{name}" for name in ("out", "err"))
            done: queue.Queue[int] = queue.Queue()
            self._waiting[number] = done
            order |= {"number": number, "arguments": [*arguments], "folder": str(folder)}
            order |= {"out": str(out), "err": str(err)}
            self._orders.write(json.dumps(order) + "\n")
            self._orders.flush()
        return Running(tuple(arguments), out, err, done)

    def run(self, arguments: Sequence[str], folder: Path, **order: Any) -> Ended:
        """Run a command in ``folder`` to its end."""
        return self.start(arguments, folder, **order).wait()


@dataclass(frozen=True, slots=True)
class Running:
    """A command under way."""

    arguments: tuple[str, ...]
    out: Path
    err: Path
    done: queue.Queue[int]

    def has_ended(self) -> bool:
        """Whether it has."""
        return not self.done.empty()

    def wait(self) -> Ended:
        """How it ended."""
        code = self.done.get(timeout=_LONGEST)
        said = [path.read_text(encoding="utf-8", errors="replace") for path in (self.out, self.err)]
        for path in (self.out, self.err):
            path.unlink()
        return Ended(self.arguments, code, *said)
