"""What a backup holds, what it does not, and how to put it back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def backup_lines(path: Path, size: int, looked_at: Sequence[str], *, study_file: Path) -> list[str]:
    """Return what to know about a backup, a line each."""
    return [
        f"Copied and compared: {', '.join(looked_at)} ({size / 1e6:,.1f} MB).",
        "It holds addresses and the key of the pseudonyms; only you can read it. Keep a copy on another disk.",
        "Not in it: study.yaml, codebook.yaml, credentials.json, server/.",
        f"To put it back, with no command running: remove {study_file.name}-wal and {study_file.name}-shm,",
        f"  copy {path.name} to {study_file}, then pull.",
    ]
