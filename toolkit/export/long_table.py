"""A long table somebody else made, as an Arrow table: Parquet, CSV or JSON lines, nothing guessed from its content."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from toolkit.agreement.long_table.columns import missing_columns
from toolkit.errors import BadInput, Fault
from toolkit.export.json_lines import read_json_lines
from toolkit.export.text_lines import broken_lines, undecodable_lines

_BLOCK = 1 << 24


def read_long_table(path: Path, *, columns: Sequence[str]) -> pa.Table:
    """The named columns of a ``.parquet``, ``.csv`` or ``.jsonl`` file, each once, in the order they are named.

    CSV is UTF-8 (with or without byte order mark), separated by commas, with a header. All its fields are text as it
    is written there (``007``, ``nan``, ``None``, ``NA``); an empty field is null. JSON lines are objects, their values
    text, numbers, true or false, null, or lists of those; a key that is not there is null, and so is NaN. A column of
    both numbers and text becomes text. Blank lines are passed over.

    Raises:
        BadInput: on another kind of file, a file that cannot be read, columns that are not there, and lines that are
            broken, each listed with its number.

    """
    wanted = tuple(dict.fromkeys(columns))
    readers = {".parquet": _parquet, ".csv": _csv, ".jsonl": _json_lines}
    read = readers.get(path.suffix.lower())
    if read is None:
        raise BadInput(f"{path} is none of the tables that can be read", todo=f"Accepted are {', '.join(readers)}.")
    try:
        return read(path, wanted)
    except OSError as problem:
        raise BadInput(f"{path} cannot be read: {problem.strerror or problem}") from problem


def _parquet(path: Path, wanted: tuple[str, ...]) -> pa.Table:
    try:
        with pa.parquet.ParquetFile(path) as file:
            _check_columns(path, wanted, file.schema_arrow.names)
            return file.read(columns=list(wanted)).select(list(wanted))
    except pa.ArrowInvalid as problem:
        raise BadInput(f"{path} is not a Parquet file that can be read: {problem}") from problem


def _csv(path: Path, wanted: tuple[str, ...]) -> pa.Table:
    header = _csv_header(path)
    _check_columns(path, wanted, header)
    ragged: list[pa.csv.InvalidRow] = []

    def noted(row: pa.csv.InvalidRow) -> str:
        ragged.append(row)
        return "skip"

    try:
        table = pa.csv.read_csv(
            path,
            read_options=pa.csv.ReadOptions(block_size=_BLOCK),
            parse_options=pa.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=noted),
            convert_options=pa.csv.ConvertOptions(
                include_columns=list(wanted),
                column_types=dict.fromkeys(wanted, pa.string()),
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid as problem:
        faults = [*undecodable_lines(path), *_ragged_lines(path, len(header))] or [Fault("", str(problem))]
        raise _not_csv(path, faults) from problem
    if ragged:
        counted = f"{len(ragged):,} lines have another number of fields than the header"
        raise _not_csv(path, _ragged_lines(path, len(header)) or [Fault("", counted)])
    return table


def _csv_header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        header = next(csv.reader(file), [])
    try:
        "".join(header).encode()
    except UnicodeEncodeError as problem:
        raise _not_csv(path, undecodable_lines(path)) from problem
    return header


def _ragged_lines(path: Path, n_columns: int) -> list[Fault]:
    """Records of another number of fields than the header, by the line on which they begin."""
    faults = []
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        records = csv.reader(file)
        begins = 1
        try:
            for record in records:
                if record and len(record) != n_columns:
                    faults.append(Fault(f"line {begins}", f"{len(record)} fields, but the header has {n_columns}"))
                begins = records.line_num + 1
        except csv.Error as problem:
            faults.append(Fault(f"line {begins}", str(problem)))
    return broken_lines(faults)


def _not_csv(path: Path, faults: Sequence[Fault]) -> BadInput:
    return BadInput(
        f"{path} is not a CSV table in UTF-8.", faults=faults, todo="Mend the lines, or save it anew as such."
    )


def _json_lines(path: Path, wanted: tuple[str, ...]) -> pa.Table:
    table = read_json_lines(path, columns=wanted)
    _check_columns(path, wanted, table.column_names)
    return table.select(list(wanted))


def _check_columns(path: Path, wanted: Sequence[str], present: Sequence[str]) -> None:
    faults = missing_columns(wanted, present)
    faults += [Fault(name, "there are several columns of this name") for name in wanted if present.count(name) > 1]
    if faults:
        mark = next((mark for mark in ";\t" if len(present) == 1 and mark in present[0]), "")
        todo = f"The fields seem to be separated by {mark!r}: save the table with commas." if mark else ""
        raise BadInput(f"{path} does not have the columns that are asked for.", faults=faults, todo=todo)
