"""What a reader must find in each table: names, types and rows as the export's own documents give them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet

pq: Any = pyarrow.parquet

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of one version: Arrow types by column from ``datapackage.json``, rows counted by ``manifest.json``."""

    name: str
    path: Path
    types: Mapping[str, str]
    n_rows: int
    rows: Sequence[Row]

    def has_nulls(self, column: str) -> bool:
        return any(row[column] is None for row in self.rows)

    def check(self, *, types: Mapping[str, str], called: Callable[[str, str], str], rows: Iterable[Row]) -> None:
        """The reader found these columns in this order, under its own names for their types, and these rows.

        ``called`` gives the reader's name for the type of a column, from the column's name and its Arrow type.
        """
        assert list(types) == list(self.types), self.path
        assert dict(types) == {name: called(name, arrow) for name, arrow in self.types.items()}, self.path
        found = [dict(row) for row in rows]
        assert len(found) == self.n_rows, self.path
        assert found == self.rows, self.path


def tables_of(version: Path) -> list[Table]:
    """Every table that the documents of a version name."""
    package = json.loads((version / "datapackage.json").read_bytes())
    fields = {resource["name"]: resource["schema"]["fields"] for resource in package["resources"]}
    manifest = json.loads((version / "manifest.json").read_bytes())
    return [
        Table(
            name=file["table"],
            path=version / file["path"],
            types={field["name"]: field["arrowType"] for field in fields[file["table"]]},
            n_rows=file["rows"],
            rows=pq.read_table(version / file["path"]).to_pylist(),
        )
        for file in manifest["files"]
        if file["table"] is not None
    ]
