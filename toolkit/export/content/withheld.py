"""What an export leaves out, decided by what the schemas say that columns contain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from toolkit.export.contract.schema import TableSchema

pc: Any = pyarrow.compute
"""Its functions are made when it is imported, so that a type checker cannot see them."""

WORDS = "text"
"""The column with words of articles, in each of ``OF_ARTICLES``."""

_NAMING = ("url", "outlet", "author")
"""What an article is found by; it stays, unless it says so many of its words in a row."""
_RUN = 5
OF_ARTICLES = ("articles", "sentences", "spans")
"""Tables whose text is somebody's copyright; its hashes and offsets stay in an export without text."""


def withheld_columns(schema: TableSchema, *, text: bool, notes: bool) -> Iterator[str]:
    """Yield the columns that are null in an export without ``text`` or without ``notes``.

    What people wrote may quote articles: without text it is not there either. The first schemas say nothing of what
    columns contain: under them only the texts themselves were withheld.
    """
    left_out = {*(["article text", "free text"] if not text else []), *(["free text"] if not notes else [])}
    for column in schema.columns:
        is_text = column.contains is None and schema.name in OF_ARTICLES and column.name == WORDS and not text
        if column.contains in left_out or is_text:
            yield column.name


def withheld(
    tables: Mapping[str, pa.Table], schemas: Mapping[str, TableSchema], *, text: bool, notes: bool
) -> tuple[dict[str, pa.Table], dict[str, int]]:
    """Return the tables with those columns null (in lists as many nulls), and how many values of each are withheld.

    Counts are by table and column, as in ``answers.text``.
    """
    kept, counts = (dict(tables), {}) if text else _not_named_by_their_words(tables)
    for name in tables:
        for column in withheld_columns(schemas[name], text=text, notes=notes):
            counts[f"{name}.{column}"] = n_said(kept[name][column])
            kept[name] = _emptied(kept[name], column)
    return kept, counts


def _not_named_by_their_words(tables: Mapping[str, pa.Table]) -> tuple[dict[str, pa.Table], dict[str, int]]:
    """The tables without what names an article by a run of its own words, as many addresses of pages do."""
    kept, counts = dict(tables), dict[str, int]()
    if "articles" not in tables:
        return kept, counts
    rows = tables["articles"].select(["article_id", "title", WORDS, *_NAMING]).to_pylist()
    quoting = {
        (column, row["article_id"])
        for row in rows
        for column in _NAMING
        if (said := _runs(row[column])) and not said.isdisjoint(_runs(f"{row['title'] or ''}\n{row[WORDS] or ''}"))
    }
    for name, table in tables.items():
        for column in (each for each in _NAMING if each in table.column_names and "article_id" in table.column_names):
            of = zip(table[column].to_pylist(), table["article_id"].to_pylist(), strict=True)
            values = [None if (column, article) in quoting else value for value, article in of]
            if n := table[column].length() - table[column].null_count - sum(value is not None for value in values):
                counts[f"{name}.{column}"] = n
                place = table.schema.get_field_index(column)
                kept[name] = kept[name].set_column(place, table.schema.field(place), pa.array(values, pa.string()))
    return kept, counts


def _runs(text: str | None) -> set[tuple[str, ...]]:
    words = re.findall(r"[^\W_]+", (text or "").casefold())
    return set(zip(*(words[place:] for place in range(_RUN)), strict=False))


def n_said(values: pa.ChunkedArray) -> int:
    """Return how many values there are, of lists their elements; nulls are none."""
    found = pc.list_flatten(values) if pa.types.is_list(values.type) else values
    return len(found) - int(found.null_count)


def _emptied(table: pa.Table, column: str) -> pa.Table:
    place = table.schema.get_field_index(column)
    field = table.schema.field(place)
    return table.set_column(place, field, _nothing(table[column].combine_chunks(), field))


def _nothing(values: pa.Array, field: pa.Field) -> pa.Array:
    if field.nullable:
        return pa.nulls(len(values), field.type)
    ends = np.cumsum(pc.list_value_length(values).to_numpy())
    offsets = pa.array(np.concatenate([[0], ends]), pa.int32())
    n = int(ends[-1]) if len(ends) else 0
    return pa.ListArray.from_arrays(offsets, pa.nulls(n, field.type.value_type), field.type)
