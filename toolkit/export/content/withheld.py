"""What an export leaves out when asked: the words of articles."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

WORDS = "text"
"""The column with words of articles, in each of ``OF_ARTICLES``. The ``text`` of answers is the annotators' own."""

OF_ARTICLES = ("articles", "sentences", "spans")
"""Tables whose text is somebody's copyright; their hashes and offsets stay in an export without text."""


OF_ADJUDICATORS = ("adjudications", "suggestion")
"""Table and column of what adjudicators wrote: it quotes articles."""


def without_text(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Return the tables with every word of an article null, and what adjudicators wrote."""
    kept = {name: _emptied(table, WORDS) if name in OF_ARTICLES else table for name, table in tables.items()}
    name, column = OF_ADJUDICATORS
    return {**kept, name: _emptied(kept[name], column)} if name in kept else kept


def _emptied(table: pa.Table, column: str) -> pa.Table:
    place = table.schema.get_field_index(column)
    field = table.schema.field(place)
    return table.set_column(place, field, pa.nulls(table.num_rows, field.type))
