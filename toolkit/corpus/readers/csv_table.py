"""CSV: a row is an article, the first row names the columns; comma, semicolon or tab between them.

Places name the physical line a row begins on, since a quoted text may hold line breaks.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from toolkit.corpus.columns import FIELDS, ColumnMapping
from toolkit.corpus.drafts import Draft, from_row
from toolkit.corpus.readers._decoding import LONGEST_LINE, PhysicalLine, first_break_is_cr, physical_lines
from toolkit.corpus.readers._paths import printable
from toolkit.errors import Fault

SUFFIXES = (".csv",)

_Cells = Iterator[list[str]]


def read(path: Path, *, columns: ColumnMapping, on_bytes: Callable[[int], None]) -> Iterator[Draft | Fault]:
    """Yield the articles of a CSV file; blank lines are nothing, empty cells are missing values."""
    file = printable(path)
    source = _Source(physical_lines(path, ends_at_cr=first_break_is_cr(path)), on_bytes)
    first = next(source, None)
    if first is None:
        yield Fault(file, "empty: there are no rows")
        return
    if source.faults:
        yield from source.faults
        return
    with _large_fields():
        delimiter = _delimiter(first, columns.column("text"))
        yield from _articles(
            file, csv.reader(chain([first], source), delimiter=delimiter, strict=True), source, columns
        )


def _articles(file: str, rows: _Cells, source: _Source, columns: ColumnMapping) -> Iterator[Draft | Fault]:
    try:
        header = [name.strip() for name in next(rows)]
    except csv.Error as broken:
        yield Fault(f"{file}:1", f"the row of column names is not CSV: {_why(broken)}")
        return
    unusable = [*columns.missing(header, f"{file}:1"), *_named_twice(header, columns, f"{file}:1")]
    if unusable:
        yield from unusable
        return
    empty = True
    for item in _rows(file, rows, header, source):
        empty = False
        yield item if isinstance(item, Fault) else from_row(*item, columns)
    if empty:
        yield Fault(file, "empty: there are no rows under the column names")


def _rows(
    file: str, rows: _Cells, header: list[str], source: _Source
) -> Iterator[tuple[str, Mapping[str, object]] | Fault]:
    """Every row by column name with its place, or what is wrong with it."""
    while True:
        begin = source.number + 1
        place = f"{file}:{begin}"
        source.faults.clear()
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as broken:
            yield from source.faults
            yield Fault(place, f"not CSV: {_why(broken)}")
            if source.number > begin:
                return  # where the next row begins is anybody's guess
            continue
        if source.faults:
            yield from source.faults
        elif cells and len(cells) != len(header):
            yield Fault(place, f"{_count(len(cells), 'cell')} under {_count(len(header), 'column')}")
        elif cells:
            yield place, {name: cell or None for name, cell in zip(header, cells, strict=True)}


def _delimiter(header: str, text_column: str) -> str:
    """The first of comma, semicolon and tab that shows the text column; else the one that shows most columns."""
    columns = {delimiter: _names(header, delimiter) for delimiter in ",;\t"}
    holding = [delimiter for delimiter, names in columns.items() if text_column in map(str.strip, names)]
    return holding[0] if holding else max(columns, key=lambda delimiter: len(columns[delimiter]))


def _names(header: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([header], delimiter=delimiter), [])
    except csv.Error:  # said with its place when the row is read
        return []


def _named_twice(header: Sequence[str], columns: ColumnMapping, place: str) -> Iterator[Fault]:
    for field in FIELDS:
        if header.count(columns.column(field)) > 1:
            yield Fault(place, f"more than one column is called '{columns.column(field)}'")


def _why(broken: csv.Error) -> str:
    if "unexpected end of data" in str(broken):
        return "a quotation mark opened in this row is never closed; the rows after it were not read"
    if "new-line character" in str(broken):
        return "a line break (CR) in the middle of a line, outside quotation marks; save it with one kind of line ends"
    return str(broken)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


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


@contextmanager
def _large_fields() -> Iterator[None]:
    """The csv module's limit for a field is one setting for the whole process: lent, and given back."""
    before = csv.field_size_limit(LONGEST_LINE)
    try:
        yield
    finally:
        csv.field_size_limit(before)
