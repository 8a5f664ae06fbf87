"""A review and its skeleton as files."""

from __future__ import annotations

import os
from pathlib import Path

from toolkit.errors import BadInput, UsageError
from toolkit.files.whole import write_whole
from toolkit.loop.review.records import Skeleton


def write_review(text: str, file: Path) -> None:
    """Write a review, in place of a former one."""
    _write(file, text)


def write_skeleton(skeleton: Skeleton, file: Path) -> None:
    """Write a skeleton to a new file: one that is there may hold what somebody has mended since.

    Raise ``UsageError`` where it does; the same text again is no fault.
    """
    if file.exists() and not (file.is_file() and file.read_bytes() == skeleton.text.encode()):
        raise UsageError(f"{file} exists already, and is not what would be written", todo="Name another file.")
    _write(file, skeleton.text)


def _write(file: Path, text: str) -> None:
    try:
        write_whole(file, text.encode())
    except OSError as fault:
        raise BadInput(
            f"{file} cannot be written: {os.strerror(fault.errno or 0)}",
            todo="Is the folder yours, and is there space? Then run this again.",
        ) from None
