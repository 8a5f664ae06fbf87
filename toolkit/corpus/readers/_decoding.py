"""Bytes of a file as text: strict UTF-8, with the place where it is not."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from toolkit.corpus.drafts import MOST_CHARACTERS, too_long
from toolkit.corpus.readers._paths import printable, why
from toolkit.errors import Fault

MOST_BYTES = 4 * MOST_CHARACTERS + len(codecs.BOM_UTF8)
"""More than this is more than ``MOST_CHARACTERS``, whatever the characters are."""

LONGEST_LINE = 8 * MOST_BYTES
"""A line of a table that is longer is not looked at: JSON may write a character in twelve bytes."""


class PhysicalLine(NamedTuple):
    """A line with its break, counted from 1; what is wrong with it; and the bytes up to its end."""

    number: int
    text: str
    fault: Fault | None
    offset: int


def whole_file(path: Path, *, most_bytes: int = MOST_BYTES) -> str | Fault:
    """The text of a file, exactly but for a byte order mark; a fault where it is none."""
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


def physical_lines(path: Path) -> Iterator[PhysicalLine]:
    """The lines of a file one by one, in constant memory; a line at fault comes with what of it can be read."""
    place = printable(path)
    offset = 0
    number = 0
    try:
        with path.open("rb") as file:
            while raw := file.readline(LONGEST_LINE):
                number += 1
                begin = offset
                offset += len(raw)
                if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
                    while rest := file.readline(LONGEST_LINE):
                        offset += len(rest)
                        if rest.endswith(b"\n"):
                            break
                    too_much = Fault(f"{place}:{number}", f"the line is {offset - begin:,} bytes long; split it")
                    yield PhysicalLine(number, "", too_much, offset)
                    continue
                text = _decoded(raw, place, line=number, offset=begin)
                if isinstance(text, str):
                    yield PhysicalLine(number, text, None, offset)
                else:
                    yield PhysicalLine(number, raw.decode(errors="replace").replace("\0", ""), text, offset)
    except OSError as problem:
        yield PhysicalLine(number + 1, "", Fault(place, why(problem)), offset)


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
