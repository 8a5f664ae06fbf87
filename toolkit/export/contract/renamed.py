"""Tables of earlier versions in today's words: columns under the names they have now, annotations under whole names."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pyarrow as pa

from toolkit.export.contract.schema import schema_versions, table_schemas

ANNOTATION_ID, STUDY_ID = "annotation_id", "study_id"


def names_in(name: str, there: Collection[str], wanted: Iterable[str]) -> list[str]:
    """Return what the wanted columns, by the names they have now, are called in a table; those it has."""
    former = _formerly(name)
    called = (each if each in there else former.get(each) for each in wanted)
    return [each for each in dict.fromkeys(called) if each is not None and each in there]


def in_todays_words(name: str, table: pa.Table) -> pa.Table:
    """Return the table with the names its columns have now."""
    there = set(table.column_names)
    now = {before: each for each, before in _formerly(name).items() if each not in there}
    return table.rename_columns([now.get(each, each) for each in table.column_names])


def _formerly(name: str) -> dict[str, str]:
    schema = table_schemas().get(name)
    columns = schema.columns if schema is not None else ()
    return {column.name: column.formerly for column in columns if column.formerly is not None}


def columns_of_the_first(name: str) -> frozenset[str]:
    """Return the columns that every version of a table has, by the names they have now."""
    versions = schema_versions().get(name, ())
    now = {before: each for each, before in _formerly(name).items()}
    return frozenset(now.get(column.name, column.name) for first in versions[:1] for column in first.columns)


def without_study(name: str, study_id: str) -> str:
    """Return what an annotation is called in its own study.

    >>> without_study("0123456789abcdef-pilot-12", "0123456789abcdef"), without_study("pilot-12", "")
    ('pilot-12', 'pilot-12')
    """
    return name.removeprefix(f"{study_id}-") if study_id else name
