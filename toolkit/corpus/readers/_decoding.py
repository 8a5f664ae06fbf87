"""Bytes of a file as text: strict UTF-8, with the place where it is not."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from toolkit.corpus.drafts import MOST_CHARACTERS, too_long
from toolkit.corpus.readers._paths import printable, why
from toolkit.errors import Fault

MOST_BYTES = 4 * MOST_CHARACTERS + len(codecs.BOM_UTF8)
"""More than this is more than ``MOST_CHARACTERS``, whatever the characters are."""

LONGEST_LINE = 8 * MOST_BYTES
"""A line of a table that is longer is not looked at: JSON may write a character in twelve bytes."""

_BLOCK = 1 << 20


class PhysicalLine(NamedTuple):
    """A line with its break, counted from 1; what is wrong with it; and the bytes up to its end."""

    number: int
    text: str
    fault: Fault | None
    offset: int


def whole_file(path: Path, *, most_bytes: int = MOST_BYTES) -> str | Fault:
    """Return the text of a file, exactly but for a byte order mark; a fault where it is none."""
    place = printable(path)
    try:
        with path.open("rb") as file:
            raw = file.read(most_bytes + 1)
            size = path.stat().st_size
    except OSError as problem:
        return Fault(place, why(problem))
    if len(raw) > most_bytes:
        return Fault(place, too_long(f"{size:,} bytes"))
    return _decoded(raw, place, line=1, offset=0)


def physical_lines(path: Path, *, ends_at_cr: bool = False) -> Iterator[PhysicalLine]:
    """Yield the lines of a file one by one, in constant memory; a line at fault comes with what of it can be read.

    A line ends at LF; with ``ends_at_cr`` also at a CR alone, as old Macs and some spreadsheets write it.
    """
    place = printable(path)
    offset = 0
    number = 0
    try:
        with path.open("rb") as file:
            for raw, size in _cut_at_cr(file) if ends_at_cr else _cut_at_lf(file):
                number += 1
                begin = offset
                offset += size
                if raw is None:
                    too_much = Fault(f"{place}:{number}", f"the line is {size:,} bytes long; split it")
                    yield PhysicalLine(number, "", too_much, offset)
                    continue
                text = _decoded(raw, place, line=number, offset=begin)
                if isinstance(text, str):
                    yield PhysicalLine(number, text, None, offset)
                else:
                    yield PhysicalLine(number, raw.decode(errors="replace").replace("\0", ""), text, offset)
    except OSError as problem:
        yield PhysicalLine(number + 1, "", Fault(place, why(problem)), offset)


def first_break_is_cr(path: Path) -> bool:
    """Return whether the first line of a file ends in a CR without an LF; False also where the file cannot be read."""
    try:
        with path.open("rb") as file:
            last = b""
            while block := file.read(_BLOCK):
                found = re.search(rb"\r\n|\r(?=.)|\n", last + block, re.DOTALL)
                if found is not None:
                    return found[0] == b"\r"
                last = block[-1:] if block.endswith(b"\r") else b""
            return last == b"\r"
    except OSError:
        return False  # who reads it next says why


_Raw = tuple[bytes | None, int]
"""A line with its break and its length in bytes; without what is in it where that is too long to be looked at."""


def _cut_at_lf(file: BinaryIO) -> Iterator[_Raw]:
    while raw := file.readline(LONGEST_LINE):
        size = len(raw)
        if size < LONGEST_LINE or raw.endswith(b"\n"):
            yield raw, size
            continue
        while rest := file.readline(LONGEST_LINE):
            size += len(rest)
            if rest.endswith(b"\n"):
                break
        yield None, size


def _cut_at_cr(file: BinaryIO) -> Iterator[_Raw]:
    parts: list[bytes] = []
    size = 0
    while block := file.read(_BLOCK):
        if block.endswith(b"\r"):
            block += file.read(1)  # CR and LF stay together
        for line in block.splitlines(keepends=True):
            size += len(line)
            parts.append(line)
            if size > LONGEST_LINE:
                parts.clear()
            if line.endswith((b"\r", b"\n")):
                yield (b"".join(parts) if size <= LONGEST_LINE else None), size
                parts, size = [], 0
    if size:
        yield (b"".join(parts) if size <= LONGEST_LINE else None), size


def _decoded(raw: bytes, place: str, *, line: int, offset: int) -> str | Fault:
    """The text of these bytes; ``line`` and ``offset`` say where in the file they begin."""
    if offset == 0 and raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Fault(place, "not UTF-8 but UTF-16; save it as UTF-8")
    if (nul := raw.find(b"\0")) >= 0:
        where = f"{place}:{line + raw.count(10, 0, nul)}"
        return Fault(where, f"binary: a NUL at byte {offset + nul}; this is not a text file")
    mark = len(codecs.BOM_UTF8) if offset == 0 and raw.startswith(codecs.BOM_UTF8) else 0
    try:
        return raw[mark:].decode()
    except UnicodeDecodeError as broken:
        at = mark + broken.start
        where = f"{place}:{line + raw.count(10, 0, at)}"
        return Fault(where, f"not UTF-8: 0x{raw[at]:02X} at byte {offset + at}; save it as UTF-8")
