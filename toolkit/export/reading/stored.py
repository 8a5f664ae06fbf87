"""An export as it lies in its folder: the tables, checked against their schemas again, and the codebooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import parse
from toolkit.errors import ContractViolated
from toolkit.export.contract.conform import typed_tables
from toolkit.export.contract.faults import Faults
from toolkit.export.contract.released import released_schema
from toolkit.export.contract.renamed import in_todays_words, names_in
from toolkit.export.contract.schema import TableSchema, table_schemas
from toolkit.export.pages.codebook_files import NEWEST, of_round

COMPUTED = "agreement"

WORDED = ("articles", "sentences", "spans")
"""The tables whose texts an export may leave out; a study is not read back without them."""


def stored_tables(folder: Path, used: Mapping[str, Sequence[str]], faults: Faults) -> dict[str, pa.Table]:
    """Return the tables in the folder, each with the columns ``used`` of it; whatever is wrong with them is a fault.

    Each must be what the schema says that it was written under. Of a later program's tables, what is known is read.
    """
    found: dict[str, Mapping[str, pa.ChunkedArray]] = {}
    readable: dict[str, TableSchema] = {}
    for name, columns in used.items():
        if (table := _stored(folder, name, columns, faults)) is not None:
            found[name] = {column: table[column] for column in table.column_names}
            schema = _written_under(table)
            readable[name] = schema.narrowed(names_in(name, [each.name for each in schema.columns], columns))
    among = Faults()
    typed = {
        name: in_todays_words(name, table)
        for name, table in typed_tables(found, schemas=readable, faults=among).items()
    }
    for fault in among.listed:
        table_name, comma, rest = fault.place.partition(",")
        faults.add(f"{table_name}.parquet{comma}{rest}", fault.message)
    faults.count += among.count - len(among.listed)
    for name, table in typed.items():
        if name in WORDED and table["text"].null_count:
            faults.add(f"{name}.parquet", "holds no texts: the export was made without them")
    if "annotations" in typed:
        _check_sentences(typed["annotations"], faults)
    return typed


def stored_rounds(folder: Path, faults: Faults) -> list[str]:
    """Return names of the rounds that agreement was computed for, also where nobody has coded yet."""
    table = _stored(folder, COMPUTED, ["round"], faults)
    if table is None:
        return []
    if "round" not in table.column_names or not pa.types.is_string(table["round"].type):
        faults.add(f"{COMPUTED}.parquet, column round", "column is missing, or holds no text")
        return []
    return sorted(table["round"].drop_null().unique().to_pylist())


def stored_codebooks(folder: Path, rounds: Iterable[str], faults: Faults) -> dict[str, Codebook]:
    """Return the codebook in force in each round, as far as there is one."""
    files: dict[str, Codebook | None] = {}
    of: dict[str, Codebook] = {}
    for name in rounds:
        file = of_round(name) if (folder / of_round(name)).exists() else NEWEST
        if file not in files:
            files[file] = _codebook(folder, file, faults)
        if (codebook := files[file]) is not None:
            of[name] = codebook
    return of


def _check_sentences(annotations: pa.Table, faults: Faults) -> None:
    """What the schema only says in words: who is on no sentence is excluded for that."""
    excluded = annotations["excluded_because"].to_pylist()
    for row, (sentence, because) in enumerate(zip(annotations["sentence_id"].to_pylist(), excluded, strict=True)):
        if (sentence is None) != (because == "unknown_sentence"):
            faults.at(
                "annotations.parquet", row, "sentence_id", f"is {sentence!r}, and excluded_because is {because!r}"
            )


def _stored(folder: Path, name: str, columns: Iterable[str], faults: Faults) -> pa.Table | None:
    """Those of the columns that the file has; None where it is no table of that name."""
    path = folder / f"{name}.parquet"
    try:
        with path.open("rb") as file, pq.ParquetFile(file) as stored:
            named = (stored.schema_arrow.metadata or {}).get(b"intercoder.table", b"").decode("utf-8", "replace")
            if named != name:
                whose = f"the table {named!r} of an export" if named else "no table of an export"
                faults.add(path.name, f"this is {whose}, not {name!r}")
                return None
            return stored.read(names_in(name, stored.schema_arrow.names, columns))
    except FileNotFoundError:
        faults.add(path.name, "table is missing")
    except (OSError, pa.ArrowException) as why:
        faults.add(path.name, f"cannot be read as Parquet ({type(why).__name__})")
    return None


def _written_under(table: pa.Table) -> TableSchema:
    metadata = table.schema.metadata
    name = metadata[b"intercoder.table"].decode()
    schema = released_schema(name, metadata)
    return table_schemas()[name] if isinstance(schema, str) else schema


def _codebook(folder: Path, file: str, faults: Faults) -> Codebook | None:
    try:
        return parse((folder / file).read_text(encoding="utf-8"), source=file)
    except FileNotFoundError:
        faults.add(file, "codebook is missing; an export made with this version of intercoder has it")
    except (OSError, UnicodeDecodeError) as why:
        faults.add(file, f"cannot be read as text ({type(why).__name__})")
    except ContractViolated as why:
        for fault in why.faults:
            faults.add(fault.place, fault.message)
    return None
