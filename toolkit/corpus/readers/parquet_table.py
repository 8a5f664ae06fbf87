"""Parquet: a row is an article. Rows are read a batch at a time, and only the columns that are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from toolkit.corpus.columns import FIELDS, ColumnMapping
from toolkit.corpus.drafts import Draft, from_row
from toolkit.corpus.readers._paths import printable, why
from toolkit.errors import Fault

SUFFIXES = (".parquet",)

ROWS_AT_ONCE = 256


def read(path: Path, *, columns: ColumnMapping, on_bytes: Callable[[int], None]) -> Iterator[Draft | Fault]:
    """Yield the articles of a Parquet file; places count rows from 1."""
    import pyarrow as pa  # noqa: PLC0415 - only tables pay for it
    from pyarrow import parquet  # noqa: PLC0415 - as above

    file = printable(path)
    try:
        with parquet.ParquetFile(path) as table:
            yield from _articles(table, file, path.stat().st_size, columns, on_bytes)
    except pa.ArrowException as broken:
        yield Fault(file, f"not Parquet, or damaged: {str(broken).splitlines()[0]}")
    except UnicodeDecodeError:
        yield Fault(file, "not Parquet, or damaged: the name of a column is not UTF-8")
    except OSError as problem:
        damaged = problem.errno is None  # Arrow says so of a page that does not unpack
        yield Fault(file, f"damaged: {str(problem).splitlines()[0]}" if damaged else why(problem))


def _articles(
    table: Any,
    file: str,
    size: int,
    columns: ColumnMapping,
    on_bytes: Callable[[int], None],
) -> Iterator[Draft | Fault]:
    names = list(table.schema_arrow.names)
    unusable = list(columns.missing(names, file))
    wanted = [columns.column(field) for field in FIELDS if columns.column(field) in names]
    unusable += [Fault(file, f"more than one column is called '{name}'") for name in wanted if names.count(name) > 1]
    if unusable:
        yield from unusable
        return
    rows = table.metadata.num_rows
    if rows == 0:
        yield Fault(file, "empty: there are no rows")
    number = 0
    for batch in table.iter_batches(batch_size=ROWS_AT_ONCE, columns=wanted):
        for row in range(batch.num_rows):
            number += 1
            yield _row(batch, row, f"{file}: row {number}", columns)
        on_bytes(size * number // rows)


def _row(batch: Any, row: int, place: str, columns: ColumnMapping) -> Draft | Fault:
    values: dict[str, object] = {}
    for name in batch.schema.names:
        try:
            values[name] = batch.column(name)[row].as_py()
        except UnicodeDecodeError as broken:
            return Fault(place, f"not UTF-8: 0x{broken.object[broken.start]:02X} at byte {broken.start} of '{name}'")
        except (OverflowError, ValueError):
            return Fault(place, f"'{name}' holds a moment that no calendar has")
    return from_row(place, values, columns)
