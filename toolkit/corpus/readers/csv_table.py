"""CSV: a row is an article, the first row names the columns; comma, semicolon or tab between them.

Places name the physical line a row begins on, since a quoted text may hold line breaks.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from toolkit.corpus.columns import ColumnMapping
from toolkit.corpus.drafts import Draft, from_row
from toolkit.corpus.readers._decoding import LONGEST_LINE, PhysicalLine, physical_lines
from toolkit.corpus.readers._paths import printable
from toolkit.errors import Fault

SUFFIXES = (".csv",)


def read(path: Path, *, columns: ColumnMapping, on_bytes: Callable[[int], None]) -> Iterator[Draft | Fault]:
    """The articles of a CSV file; blank lines are nothing, empty cells are missing values."""
    file = printable(path)
    source = _Source(physical_lines(path), on_bytes)
    first = next(source, None)
    if first is None:
        yield Fault(file, "empty: there are no rows")
        return
    if source.faults:
        yield from source.faults
        return
    with _large_fields():
        header, rows = _opened(first, source, columns.column("text"))
        yield from _articles(file, header, rows, source, columns)


class _Source:
    """Physical lines as the csv module wants them, with the faults met on the way."""

    def __init__(self, lines: Iterator[PhysicalLine], on_bytes: Callable[[int], None]) -> None:
        self._lines = lines
        self._on_bytes = on_bytes
        self.faults: list[Fault] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number = line.number
        self._on_bytes(line.offset)
        if line.fault is not None:
            self.faults.append(line.fault)
        return line.text


def _opened(first: str, source: _Source, text_column: str) -> tuple[list[str] | Fault, Iterator[list[str]]]:
    raise NotImplementedError


@contextmanager
def _large_fields() -> Iterator[None]:
    """The csv module's limit for a field is one setting for the whole process: lent, and given back."""
    before = csv.field_size_limit(LONGEST_LINE)
    try:
        yield
    finally:
        csv.field_size_limit(before)
