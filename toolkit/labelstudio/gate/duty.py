"""When the gate was on duty: kept so that an annotation can be said to have been made while it was."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final

from toolkit.labelstudio.gate.register import Register

_OFTEN: Final = 30.0
"""Seconds after which it is written down again that the gate is still there."""


@cache
def duty_of(folder: Path) -> Duty:
    """Return this process's time on duty: one, however often the middleware is made."""
    return Duty(Register(folder))


class Duty:
    """Time on duty, from when this was made."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._begin = self._kept = datetime.now(UTC)
        self._lock = Lock()
        register.on_duty(_told(self._begin), _told(self._begin))

    def seen(self, *, now: bool = False) -> None:
        """Write down that the gate is there: now and then, or ``now``, after somebody saved an answer."""
        at = datetime.now(UTC)
        with self._lock:
            if not now and (at - self._kept).total_seconds() < _OFTEN:
                return
            self._kept = at
        with suppress(sqlite3.Error):  # what is not written down is not said to have been blind: nobody waits for it
            self._register.on_duty(_told(self._begin), _told(at))


def _told(at: datetime) -> str:
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")
