"""Every place in ``toolkit`` where an error is made, found in the source; and the place a running one comes from.

A place is named by file, function and number within the function: it stays the same when lines above it change.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import toolkit
from toolkit.errors import Fault, IntercoderError

PACKAGE = Path(toolkit.__file__).parent
_ERRORS = PACKAGE / "errors.py"


@cache
def classes() -> frozenset[str]:
    """Names of the error classes, those that modules derive for themselves included.

    Read in the source: the gate runs in Label Studio's process, and cannot be imported here.
    """
    derived = [
        (node.name, {_called(base) for base in node.bases})
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    found = {IntercoderError.__name__}
    while more := {name for name, bases in derived if bases & found} - found:
        found |= more
    return frozenset(found)


@cache
def calls_in(file: Path, names: frozenset[str]) -> tuple[tuple[str, int, int], ...]:
    """Calls of these names in a file: the place, its first line and its last."""
    found = []

    def walk(node: ast.AST, where: str, numbers: Iterator[int]) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                walk(child, f"{where}.{child.name}" if where else child.name, count(1))
                continue
            if isinstance(child, ast.Call) and _called(child.func) in names:
                place = f"{file.relative_to(PACKAGE).as_posix()} {where or 'module'} {next(numbers)}"
                found.append((place, child.lineno, child.end_lineno or child.lineno))
            walk(child, where, numbers)

    walk(ast.parse(file.read_text(encoding="utf-8")), "", count(1))
    return tuple(found)


def _called(function: ast.expr) -> str | None:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else None


def places(names: frozenset[str]) -> list[str]:
    """Every place in the package where one of these is made."""
    files = sorted(path for path in PACKAGE.rglob("*.py") if path != _ERRORS)
    return [place for file in files for place, _, _ in calls_in(file, names)]


def errors() -> list[str]:
    """Every place where an error is made."""
    return places(classes())


def faults() -> list[str]:
    """Every place where a fault is made: one line of an error that lists all there are."""
    return places(frozenset({"Fault"}))


def _place_of(frame: FrameType | None, names: frozenset[str]) -> str:
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if file != _ERRORS and file.is_relative_to(PACKAGE):
            within = [(last - first, place) for place, first, last in calls_in(file, names)
                      if first <= frame.f_lineno <= last]  # fmt: skip
            own = f"{file.relative_to(PACKAGE).as_posix()} {frame.f_code.co_qualname.replace('.<locals>', '')}"
            return min(within)[1] if within else f"{own} 0"
        frame = frame.f_back
    return "outside"


@contextmanager
def watched(patch: pytest.MonkeyPatch) -> Iterator[tuple[dict[int, str], list[str]]]:
    """Yield where each error was made, by its id, and where faults were, while this lasts."""
    made_at: dict[int, str] = {}
    of_faults: list[str] = []
    made, made_fault = IntercoderError.__init__, Fault.__init__

    def error(self: IntercoderError, *given: Any, **named: Any) -> None:
        made_at[id(self)] = _place_of(sys._getframe(1), classes())
        made(self, *given, **named)

    def fault(self: Fault, *given: Any, **named: Any) -> None:
        of_faults.append(_place_of(sys._getframe(1), frozenset({"Fault"})))
        made_fault(self, *given, **named)

    with patch.context() as patched:
        patched.setattr(IntercoderError, "__init__", error)
        patched.setattr(Fault, "__init__", fault)
        yield made_at, of_faults
