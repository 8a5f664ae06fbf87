"""Tables with other values than the manifest has hashes of: which columns, or that only their rows changed places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from toolkit.codebook.model import Codebook, Question
from toolkit.export.contract.content_hash import column_hashes
from toolkit.export.contract.schema import TableSchema
from toolkit.export.contract.templates import newest_first
from toolkit.export.pages.manifest import Manifest
from toolkit.files.arrays import IntArray

pc: Any = pyarrow.compute
"""Its functions are made when it is imported, so that a type checker cannot see them."""

_IN_ORDER_OF = {"article_id": "articles", "sentence_id": "sentences", "annotation_id": "annotations"}
"""What is in the order of another table, and of which."""
_NAMED = 3


def other_values(
    manifest: Manifest,
    tables: Mapping[str, pa.Table],
    schemas: Mapping[str, TableSchema],
    codebooks: Iterable[Codebook],
) -> Iterator[tuple[str, int | None, str | None, str]]:
    """Yield table, row (counted from 1), column and fault of every table that says something else than was written.

    Nothing is said of a table with more or fewer rows, or of another schema: that is a fault of its own.
    """
    wanted = {name: file.columns for name, file in manifest.tables.items() if file.columns is not None}
    same_rows = {
        name: tables[name] for name in wanted if name in tables and tables[name].num_rows == manifest.tables[name].rows
    }
    found, scales = column_hashes(same_rows), [each for book in newest_first(codebooks) for each in book.questions]
    sound = dict(tables)
    first = ("articles", "sentences", "annotations")
    for name in (*first, *(each for each in sorted(same_rows) if each not in first)):
        if name not in same_rows or found[name].keys() != wanted[name].keys():
            continue
        if not (others := [column for column, hash_ in wanted[name].items() if found[name][column] != hash_]):
            continue
        moved = _usual_order(name, sound, schemas.get(name), scales)
        if moved is not None:
            before = same_rows[name].take(pa.array(moved))
            if column_hashes({name: before})[name] == wanted[name]:
                sound[name] = before
                row = int(np.flatnonzero(moved != np.arange(len(moved)))[0]) + 1
                yield name, row, None, "from here on rows are in another order than they were written in"
                continue
        if len(others) > _NAMED:
            yield name, None, None, f"has other values than when it was written, in {len(others)} of its columns"
        else:
            yield from (
                (name, None, column, "has another value somewhere than when it was written") for column in others
            )


def _usual_order(
    name: str, tables: Mapping[str, pa.Table], schema: TableSchema | None, scales: list[Question]
) -> IntArray | None:
    """The rows in the order the schema says; None where it says none, or they are in it."""
    if name == "articles" and "sentences" in tables:
        keys = [_ranked(tables[name]["article_id"], tables["sentences"]["article_id"].unique())]
    elif schema is None or not schema.row_order:
        return None
    else:
        keys = [_ranks(name, column, tables, scales) for column in schema.row_order]
    order: IntArray = np.lexsort(keys[::-1])
    return None if (order == np.arange(len(order))).all() else order


def _ranks(name: str, column: str, tables: Mapping[str, pa.Table], scales: list[Question]) -> IntArray:
    values = tables[name][column]
    of = _IN_ORDER_OF.get(column)
    if column == "sentence_id" and name == "annotations":  # one that is not in the round, but in the study, counts here
        values = pc.coalesce(values, tables[name]["named_sentence"])
    if of is not None and of != name and of in tables:
        return _ranked(values, tables[of][column])
    if column == "question":
        return _ranked(values, pa.array(list(dict.fromkeys(each.id for each in scales)), pa.string()))
    if column == "code":
        codes = [each.stored(code) if each.level == "taxonomy" else code for each in scales for code in each.scale]
        return _ranked(values, pa.array(list(dict.fromkeys(codes)), pa.string()))
    ranks: IntArray = pc.rank(values, tiebreaker="dense").to_numpy().astype(np.int64)
    return ranks


def _ranked(values: pa.ChunkedArray, order: Any) -> IntArray:
    """The place of each value in the order; what is not in it comes last."""
    places = pc.index_in(values, value_set=order if isinstance(order, pa.Array) else order.combine_chunks())
    found: IntArray = pc.fill_null(places, len(order)).to_numpy().astype(np.int64)
    return found
