"""Folders on this machine, and what only looks like one."""

from __future__ import annotations

import re
from pathlib import Path

from toolkit.errors import UsageError

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")  # a path has one slash left of two; one letter is a drive


def refuse_address(folder: Path, *, only: str = "folders of this machine") -> None:
    """Raise ``UsageError`` where an address stands in place of a folder: that of a bucket, say, as in ``s3://…``.

    Else it would become a folder of that name here. ``only`` says where such files are written.
    """
    _refuse(
        folder,
        f"files are written to {only}",
        todo="Write to a folder here and copy it there whole, latest.json last where it has one.",
    )


def refuse_address_to_read(folder: Path, *, only: str) -> None:
    """Raise ``UsageError`` where an address stands in place of a folder that holds an export.

    ``only`` says where exports are read from. Of the address no more than its beginning is repeated: a login may be in
    the rest.
    """
    _refuse(folder, f"exports are read from {only}", todo="Copy the export to a folder here, and name that.")


def _refuse(folder: Path, only: str, *, todo: str) -> None:
    if found := _ADDRESS.match(str(folder)):
        raise UsageError(f"{found[0]}/… is an address, and {only} only", todo=todo)
