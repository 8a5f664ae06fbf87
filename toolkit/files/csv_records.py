"""The records of a CSV file: where each begins, which are broken, and whether every quoted field ends."""

from __future__ import annotations

import csv
import mmap
from array import array
from collections.abc import Generator
from pathlib import Path

import numpy as np

from toolkit.errors import Fault
from toolkit.files.text_lines import BYTE_ORDER_MARK

_LARGEST_FIELD = 2**31 - 1
_AT_ONCE = 1 << 24
_QUOTE = ord('"')
_BESIDE_QUOTES = np.isin(np.arange(256), list(b',\r\n"'))


def csv_records(path: Path) -> Generator[tuple[int, list[str]], None, None]:
    """Yield the line on which each record begins, and its fields; blank lines are passed over.

    Bytes that are not UTF-8 are replaced. Raises csv.Error at a quoted field that does not end before a comma, the end
    of its line or the end of the file: ``broken_record`` says what to make of it.
    """
    before = csv.field_size_limit(_LARGEST_FIELD)
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            records = csv.reader(file, strict=True)
            begins = 1
            while True:
                try:
                    record = next(records, None)
                except csv.Error as problem:
                    raise csv.Error(begins, records.line_num, str(problem)) from problem
                if record is None:
                    return
                if record:
                    yield begins, record
                begins = records.line_num + 1
    finally:
        csv.field_size_limit(before)


def broken_record(problem: csv.Error) -> Fault:
    """Return what is said about the record at which ``csv_records`` cannot go on."""
    begins, line, said = problem.args
    if said == "unexpected end of data" or ("expected after" in said and line > begins):
        return Fault(f"line {begins}", "a quoted field that never ends")
    if "expected after" in said:
        return Fault(f"line {begins}", "a quoted field goes on after its closing quote; a quote within one is doubled")
    return Fault(f"line {begins}", said)


def record_lines(path: Path) -> array[int]:
    """Return the line on which each record after the header begins."""
    lines = array("q", (begins for begins, _ in csv_records(path)))
    return lines[1:]


def quotes_are_doubtful(path: Path) -> bool:
    """Return whether a quote stands where none opens, doubles or closes a field, or is never closed: read the
    records then.

    Quotes are counted off by turns, opening and closing. Where every opening one is the first character of a field or
    follows a closing one, and every closing one the last of a field, that is how any reader of CSV sees them.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        n_quotes = 0
        first = len(BYTE_ORDER_MARK) if content[: len(BYTE_ORDER_MARK)] == BYTE_ORDER_MARK else 0
        if content.find(b'"') < 0:
            return False
        for start in range(first, len(content), _AT_ONCE):
            # a line break stands for what is before the first character and behind the last one
            before = content[start - 1 : start] if start > first else b"\n"
            behind = content[start + _AT_ONCE : start + _AT_ONCE + 1] or b"\n"
            letters = np.frombuffer(before + content[start : start + _AT_ONCE] + behind, dtype=np.uint8)
            quotes = np.flatnonzero(letters[1:-1] == _QUOTE) + 1
            opening, closing = quotes[n_quotes % 2 :: 2], quotes[1 - n_quotes % 2 :: 2]
            if not (_BESIDE_QUOTES[letters[opening - 1]].all() and _BESIDE_QUOTES[letters[closing + 1]].all()):
                return True
            n_quotes += len(quotes)
        return n_quotes % 2 == 1
