"""What is wrong with which lines of a text file."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from toolkit.errors import BadInput, Fault

FAULTS_SHOWN = 20
"""Broken lines that are listed before the rest is only counted."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_AT_ONCE = 1 << 16


def check_there_is_something(path: Path) -> None:
    """Raise ``BadInput`` or ``OSError`` unless the path is a regular file that holds more than blanks."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "no regular file"
        raise BadInput(f"{path} cannot be read: it is {what}", todo="Save the table as a file.")
    with path.open("rb") as file:
        block = file.read(_AT_ONCE).removeprefix(BYTE_ORDER_MARK)
        while block:
            if block.strip():
                return
            block = file.read(_AT_ONCE)
    raise BadInput(f"{path} cannot be read: the file is empty", todo="Was it saved, and is it the one you mean?")


def unreadable(path: Path, fault: OSError) -> BadInput:
    """Return what to raise for a file somebody named that is not there, or not theirs to read."""
    return BadInput(
        f"{path} cannot be read: {os.strerror(fault.errno or 0)}",
        todo="Is it there under this name, and may you read it?",
    )


def line_numbers(read: Callable[[], Sequence[int]]) -> Callable[[int], int]:
    """Return the line of a row, from lines that are only read when the first one is asked for."""
    lines: list[Sequence[int]] = []

    def line_of(row: int) -> int:
        if not lines:
            lines.append(read())
        return lines[0][row]

    return line_of


def undecodable_lines(path: Path) -> list[Fault]:
    """Return the lines of a file that are not UTF-8, by number."""
    faults = []
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode()
            except UnicodeDecodeError as problem:
                faults.append(not_utf8(number, problem))
    return broken_lines(faults)


def not_utf8(number: int, problem: UnicodeDecodeError) -> Fault:
    """Return what is said about a line that is not UTF-8."""
    return Fault(f"line {number}", f"not UTF-8: byte {problem.object[problem.start]:#04x} at byte {problem.start + 1}")


def broken_lines(faults: Sequence[Fault]) -> list[Fault]:
    """Return the first of the faults, and how many more there are."""
    rest = len(faults) - FAULTS_SHOWN
    return [*faults[:FAULTS_SHOWN], *([Fault("", f"and {rest:,} more")] if rest > 0 else [])]
