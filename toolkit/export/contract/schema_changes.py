"""What a reader of one set of schemas meets in tables of another: what came, what went, what is something else now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from toolkit.export.contract.schema import Column, TableSchema

Level = Literal["major", "minor", "patch"]
LEVELS: Final[tuple[Level, ...]] = ("patch", "minor", "major")
"""What readers have to do, least first: nothing; nothing, and there is more to read; look at their own code."""


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """One change of a table, or of a column of it, and what it asks of readers."""

    table: str
    column: str | None
    what: str
    level: Level


def schema_changes(old: Mapping[str, TableSchema], new: Mapping[str, TableSchema]) -> tuple[SchemaChange, ...]:
    """Return every change from the old schemas to the new ones, by table, in the order of columns."""
    return tuple(
        change for name in sorted(old.keys() | new.keys()) for change in _of(name, old.get(name), new.get(name))
    )


def level_of(changes: Iterable[SchemaChange]) -> Level:
    """Return the most that any of the changes asks of readers; ``patch`` where there is none."""
    return max((change.level for change in changes), key=LEVELS.index, default="patch")


def next_version(former: str | None, level: Level) -> str:
    """Return the semantic version after another one; ``former`` is None where there is none.

    >>> next_version(None, "major"), next_version("1.4.2", "major"), next_version("1.4.2", "minor")
    ('1.0.0', '2.0.0', '1.5.0')
    >>> next_version("1.4.2", "patch")
    '1.4.3'
    """
    if former is None:
        return "1.0.0"
    major, minor, patch = map(int, former.split("."))
    match level:
        case "major":
            return f"{major + 1}.0.0"
        case "minor":
            return f"{major}.{minor + 1}.0"
        case _:
            return f"{major}.{minor}.{patch + 1}"


def _of(name: str, old: TableSchema | None, new: TableSchema | None) -> Iterator[SchemaChange]:
    if old is None or new is None:
        yield SchemaChange(name, None, "is new" if old is None else "is gone", "minor" if old is None else "major")
        return
    before, after = _columns(old), _columns(new)
    renamed = renames(old, new)
    for column in before:
        if column in after:
            yield from _of_column(name, before[column], after[column])
        elif column in renamed:
            yield SchemaChange(name, column, f"is called {renamed[column]}", "major")
            yield from _of_column(name, before[column], after[renamed[column]])
        else:
            yield SchemaChange(name, column, "is gone", "major")
    for column in after:
        if column not in before and column not in renamed.values():
            yield SchemaChange(name, column, f"is new ({after[column].arrow_type})", "minor")
    if old.primary_key != tuple(_formerly(new.primary_key, renamed)):
        yield SchemaChange(name, None, f"its rows are told apart by {', '.join(new.primary_key)}", "major")
    for gone in {_key(key.fields, key.reference.resource) for key in old.foreign_keys} - {
        _key(_formerly(key.fields, renamed), key.reference.resource) for key in new.foreign_keys
    }:
        yield SchemaChange(name, None, f"{gone} is promised no more", "major")


def renames(old: TableSchema, new: TableSchema) -> dict[str, str]:
    """Return what columns are called now, by what they were called."""
    before, after = _columns(old), _columns(new)
    return {
        column.formerly: name
        for name, column in after.items()
        if column.formerly in before and name not in before and column.formerly not in after
    }


def _of_column(table: str, old: Column, new: Column) -> Iterator[SchemaChange]:
    def change(what: str, level: Level) -> SchemaChange:
        return SchemaChange(table, new.name, what, level)

    if old.arrow_type != new.arrow_type:
        yield change(f"is {new.arrow_type}, was {old.arrow_type}", "major")
    if old.unit != new.unit:
        yield change(f"counts {new.unit or 'nothing'}, counted {old.unit or 'nothing'}", "major")
    if old.constraints.required != new.constraints.required:
        yield change("is never null", "minor") if new.constraints.required else change("may be null", "major")
    values, known = set(new.constraints.enum or ()), set(old.constraints.enum or ())
    if known and (more := [value for value in new.constraints.enum or () if value not in known]):
        yield change(f"may be {', '.join(more)}", "minor")
    if known and values and (less := sorted(known - values)):
        yield change(f"is never {', '.join(less)}", "minor")
    if known and not values:
        yield change("may be any value", "major")


def _columns(schema: TableSchema) -> dict[str, Column]:
    return {column.name: column for column in (*schema.columns, *schema.templates)}


def _formerly(names: Sequence[str], renamed: Mapping[str, str]) -> Iterator[str]:
    was = {now: before for before, now in renamed.items()}
    return (was.get(name, name) for name in names)


def _key(fields: Iterable[str], resource: str) -> str:
    return f"{' + '.join(fields)} → {resource}"
