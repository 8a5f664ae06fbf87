"""A long table somebody else made, as an Arrow table: Parquet, CSV or JSON lines, nothing guessed from its content."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from toolkit.errors import BadInput, Fault
from toolkit.files.csv_records import broken_record, csv_records, quotes_are_doubtful, record_lines
from toolkit.files.text_lines import broken_lines, check_there_is_something, line_numbers, undecodable_lines, unreadable
from toolkit.tables.columns import NAME_COLUMNS, missing_columns
from toolkit.tables.json_lines import object_lines, read_json_lines
from toolkit.tables.rows import Origin

_BLOCK = 1 << 24
_BYTES_OF_A_PLACE = 1
_REPLACED = "\ufffd"
_AS_CSV = "save it as CSV (comma-separated, UTF-8)"


def read_long_table(path: Path, *, columns: Sequence[str] | Mapping[str, str]) -> pa.Table:
    """Return the named columns of a ``.parquet``, ``.csv`` or ``.jsonl`` file, each once, in the order they are named.

    CSV is UTF-8 (with or without byte order mark), separated by commas, with a header. All its fields are text as it
    is written there (``007``, ``nan``, ``None``, ``NA``); an empty field is null. JSON lines are objects, their values
    text, numbers, true or false, null, or lists of those; a key that is not there is null, and so is NaN. A column of
    both numbers and text becomes text. Blank lines are passed over. Where ``columns`` maps their names to texts, faults
    name a column by its text.

    Raises:
        BadInput: on another kind of file, a file that is empty or cannot be read, columns that are not there, and lines
            that are broken, each listed with its number.

    """
    wanted = dict(columns) if isinstance(columns, Mapping) else {name: name for name in columns}
    readers = {".parquet": _parquet, ".csv": _csv, ".jsonl": _json_lines}
    read = readers.get(path.suffix.lower())
    if read is None:
        todo = f"Accepted are {', '.join(readers)}: {_AS_CSV}."
        raise BadInput(f"{path} is none of the tables that can be read", todo=todo)
    try:
        check_there_is_something(path)
        return read(path, wanted)
    except OSError as problem:
        raise unreadable(path, problem) from problem


def origin_of(path: Path) -> Origin:
    """Return how faults name the table and its rows: by line of a CSV or JSON-lines file, which is read again for
    the first.

    Rows of a Parquet file are counted from 1.
    """
    lines = {".csv": record_lines, ".jsonl": object_lines}.get(path.suffix.lower())
    return Origin(name=str(path), line_of=None if lines is None else line_numbers(partial(lines, path)))


def _parquet(path: Path, wanted: Mapping[str, str]) -> pa.Table:
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            _check_columns(path, wanted, file.schema_arrow.names)
            metadata, few = file.metadata, _of_few_texts(file, wanted)
        with ParquetFile(path, metadata=metadata, read_dictionary=few) as file:
            table = file.read(columns=list(wanted)).select(list(wanted))
        table.validate(full=True)  # a text that is not UTF-8 is only met when it is looked at
    except (pa.ArrowException, UnicodeDecodeError) as problem:
        raise BadInput(f"{path} is not a Parquet file that can be read: {problem}", todo="Write it anew.") from problem
    return table


def _of_few_texts(file: Any, wanted: Iterable[str]) -> list[str]:
    """Those of the columns that are stored as places in a list of few texts, which are read as such: they are looked
    up once each, not row by row.
    """
    of_text = {name for name in wanted if pa.types.is_string(file.schema_arrow.field(name).type)}
    groups = [file.metadata.row_group(place) for place in range(file.num_row_groups)]
    size_of: Counter[str] = Counter()
    for group in groups:
        for chunk in map(group.column, range(group.num_columns)):
            size_of[chunk.path_in_schema] += chunk.total_uncompressed_size
    return [name for name in of_text if 0 < size_of[name] <= file.metadata.num_rows * _BYTES_OF_A_PLACE]


def _csv(path: Path, wanted: Mapping[str, str]) -> pa.Table:
    from pyarrow.csv import ConvertOptions, ParseOptions, ReadOptions, read_csv

    if mark := _other_separator(path, wanted):
        seems = Fault("line 1", f"columns seem to be separated by {mark!r}")
        raise BadInput(f"{path} is not a CSV table.", faults=[seems], todo=f"{_AS_CSV[0].upper()}{_AS_CSV[1:]}.")
    header, has_rows = _csv_header(path)
    if quotes_are_doubtful(path) and (faults := _broken_records(path, len(header))):
        raise _not_csv(path, [*undecodable_lines(path), *faults])
    _check_columns(path, wanted, header)
    if not has_rows:
        return pa.table({name: pa.array([], type=pa.string()) for name in wanted})
    try:
        # no handler of invalid rows: Arrow reads a row that is not UTF-8 to it, and prints a traceback of its own
        return read_csv(
            path,
            read_options=ReadOptions(block_size=_BLOCK),
            parse_options=ParseOptions(newlines_in_values=True),
            convert_options=ConvertOptions(
                include_columns=list(wanted),
                column_types=dict.fromkeys(wanted, pa.string()),
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid as problem:
        faults = [*undecodable_lines(path), *_broken_records(path, len(header))] or [Fault("", _of_arrow(problem))]
        raise _not_csv(path, faults) from problem


def _other_separator(path: Path, wanted: Mapping[str, str]) -> str:
    """A semicolon or tab, where the first line has one but is a single field, and none that is asked for."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        line = next((line for line in file if line.strip()), "")
    if len(line) > csv.field_size_limit():
        return ""
    header = next(csv.reader([line]), [])
    if len(header) != 1 or wanted.keys() <= set(header):
        return ""
    return next((mark for mark in ";\t" if mark in header[0]), "")


def _csv_header(path: Path) -> tuple[list[str], bool]:
    """The names of the columns, and whether any record follows them."""
    records = csv_records(path)
    try:
        _, header = next(records, (1, []))
    except csv.Error as problem:
        raise _not_csv(path, [*undecodable_lines(path), broken_record(problem)]) from problem
    try:
        has_rows = next(records, None) is not None
    except csv.Error:
        has_rows = True
    records.close()
    if any(_REPLACED in name for name in header) and (faults := undecodable_lines(path)):
        raise _not_csv(path, faults)
    return header, has_rows


def _broken_records(path: Path, n_columns: int) -> list[Fault]:
    """Records of another number of fields than the header, by the line on which they begin, up to one without end."""
    faults = []
    try:
        for begins, record in csv_records(path):
            if len(record) != n_columns:
                faults.append(Fault(f"line {begins}", f"{len(record)} fields, but the header has {n_columns}"))
    except csv.Error as problem:
        return [*broken_lines(faults), broken_record(problem)]
    return broken_lines(faults)


def _of_arrow(problem: pa.ArrowInvalid) -> str:
    return f"a field of more than {_BLOCK >> 20} MB" if "straddling" in str(problem) else str(problem)


def _not_csv(path: Path, faults: Sequence[Fault]) -> BadInput:
    return BadInput(
        f"{path} is not a CSV table in UTF-8.", faults=faults, todo="Mend the lines, or save it anew as such."
    )


def _json_lines(path: Path, wanted: Mapping[str, str]) -> pa.Table:
    table = read_json_lines(path, columns=tuple(wanted))
    _check_columns(path, wanted, table.column_names)
    return table.select(list(wanted))


def _check_columns(path: Path, wanted: Mapping[str, str], present: Sequence[str]) -> None:
    faults = missing_columns(wanted, present)
    several = "there are several columns of this name"
    faults += [Fault(place, several) for name, place in wanted.items() if present.count(name) > 1]
    if faults:
        raise BadInput(f"{path} does not have the columns that are asked for.", faults=faults, todo=NAME_COLUMNS)
