"""From a study's content to Parquet files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from toolkit.export.codebook_files import codebook_files
from toolkit.export.conform import conform
from toolkit.export.content import StudyContent, in_reading_order
from toolkit.export.rows import builders
from toolkit.export.schema import table_schemas
from toolkit.export.write import write_tables


@dataclass(frozen=True, slots=True)
class ExportResult:
    """Where each table was written and how many rows it has, by table name; and where the codebooks are."""

    paths: Mapping[str, Path]
    rows: Mapping[str, int]
    codebooks: tuple[Path, ...] = ()


def build_tables(content: StudyContent) -> dict[str, pa.Table]:
    """Every table of the contract as an Arrow table, rows in their fixed order.

    Raises:
        ContractViolated: when the content breaks the contract; every fault is listed.

    """
    ordered = in_reading_order(content)
    columns = {name: build(ordered) for name, build in builders().items()}
    return conform(columns, schemas=table_schemas(), codebooks=content.codebooks)


def export_tables(content: StudyContent, folder: Path) -> ExportResult:
    """Where the tables and codebooks of a study were written; all of them, or none if a table breaks the contract.

    Raises:
        ContractViolated: when the content breaks the contract; nothing was written.
        BadInput: when the folder cannot be written, or has codebook files that no export put there.

    """
    tables = build_tables(content)
    codebooks = codebook_files(content.documents)
    paths = write_tables(folder, tables, codebooks=codebooks)
    return ExportResult(
        paths=paths,
        rows={name: table.num_rows for name, table in tables.items()},
        codebooks=tuple(folder / name for name in codebooks),
    )
