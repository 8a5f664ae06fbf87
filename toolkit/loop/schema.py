"""Schemas: what an export of another version asks of those who read this one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit import __version__
from toolkit.errors import BadInput

if TYPE_CHECKING:
    from toolkit.export.contract.schema import TableSchema
    from toolkit.export.contract.schema_changes import Level, SchemaChange


@dataclass(frozen=True, slots=True)
class SchemaDifference:
    """What changed between the schemas of two exports, and the most that it asks of readers."""

    old: str
    new: str
    level: Level
    changes: tuple[SchemaChange, ...]


def schema_difference(old: Path, new: Path | None = None) -> SchemaDifference:
    """Return what a reader of the old export meets in the new one; in one of this program where none is named.

    Each is a version, or a folder of versions: then its newest. Raise ``BadInput`` where there is no table that can be
    read.
    """
    from toolkit.export.contract.schema_changes import level_of, schema_changes
    from toolkit.export.writing.numbering import newest_schemas
    from toolkit.export.writing.versions import version_folder

    before = _schemas(old)
    after = newest_schemas(version_folder(old)) if new is None else _schemas(new)
    changes = schema_changes(before, after)
    return SchemaDifference(
        old=str(version_folder(old)),
        new=str(version_folder(new)) if new is not None else f"intercoder {__version__}",
        level=level_of(changes),
        changes=changes,
    )


def _schemas(folder: Path) -> Mapping[str, TableSchema]:
    from toolkit.export.writing.numbering import written_schemas
    from toolkit.export.writing.versions import version_folder

    found = written_schemas(version_folder(folder))
    if not found:
        raise BadInput(
            f"{folder} holds no export that can be read",
            todo="Name the folder `intercoder export` wrote to, or one of its versions; `intercoder validate` says "
            "what is wrong with it.",
        )
    return found
