"""What is wrong with which lines of a text file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from toolkit.errors import Fault

FAULTS_SHOWN = 20
"""Broken lines that are listed before the rest is only counted."""


def undecodable_lines(path: Path) -> list[Fault]:
    """The lines of a file that are not UTF-8, by number."""
    faults = []
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode()
            except UnicodeDecodeError as problem:
                faults.append(not_utf8(number, problem))
    return broken_lines(faults)


def not_utf8(number: int, problem: UnicodeDecodeError) -> Fault:
    """What is said about a line that is not UTF-8."""
    return Fault(f"line {number}", f"not UTF-8: byte {problem.object[problem.start]:#04x} at byte {problem.start + 1}")


def broken_lines(faults: Sequence[Fault]) -> list[Fault]:
    """The first of the faults, and how many more there are."""
    rest = len(faults) - FAULTS_SHOWN
    return [*faults[:FAULTS_SHOWN], *([Fault("", f"and {rest:,} more")] if rest > 0 else [])]
