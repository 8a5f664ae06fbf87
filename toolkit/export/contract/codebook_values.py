"""Values that a codebook must know: the hash of a codebook, the id of a question, the code of a category."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from toolkit.codebook.model import Codebook, Question
from toolkit.export.contract.keys import locate
from toolkit.export.contract.schema import Column, TableSchema


def not_in_codebook(
    schema: TableSchema,
    tables: Mapping[str, pa.Table],
    schemas: Mapping[str, TableSchema],
    codebooks: Mapping[str, Codebook],
) -> Iterator[tuple[int, str, str]]:
    """Yield the row (counted from 0), column and fault of every value of a table that its codebook does not know.

    A row's codebook is the one of its annotation; a row without an annotation may draw on any codebook of the study.
    """
    table = tables[schema.name]

    @cache
    def asked(hash_: str | None, question: str) -> tuple[Question, ...]:
        among = codebooks.values() if hash_ is None else [codebooks[hash_]] if hash_ in codebooks else []
        return tuple(codebook.by_id[question] for codebook in among if question in codebook.by_id)

    @cache
    def codes(hash_: str | None, question: str) -> frozenset[str]:
        return frozenset().union(*(_codes(each) for each in asked(hash_, question)))

    for column in _marked(schema, "hash"):
        for row, (value,) in _failing([table[column.name]], lambda value: value in codebooks):
            yield row, column.name, f"{value!r} is not the hash of a codebook of the study"
    for question in _marked(schema, "question"):
        hashes, questions = _hashes(schema, tables, schemas), table[question.name].combine_chunks()
        for row, (_, name) in _failing(
            [hashes, questions], lambda hash_, name: bool(asked(hash_, name)) or hash_ not in {None, *codebooks}
        ):
            yield row, question.name, f"{name!r} is not a question of its codebook"
        for column in _marked(schema, "category"):
            rows, values = _elements(table[column.name].combine_chunks())
            of_each = [hashes.take(rows), questions.take(rows), values]
            for place, (_, name, code) in _failing(
                of_each, lambda hash_, name, code: not asked(hash_, name) or code in codes(hash_, name)
            ):
                yield rows[place].as_py(), column.name, f"{code!r} is not a category of {name} in its codebook"


def _marked(schema: TableSchema, what: str) -> list[Column]:
    return [column for column in schema.columns if column.codebook == what]


def _codes(question: Question) -> frozenset[str]:
    return frozenset(question.stored(category.code) for category in question.choosable)


def _hashes(schema: TableSchema, tables: Mapping[str, pa.Table], schemas: Mapping[str, TableSchema]) -> pa.Array:
    """Codebook hash of every row: its own, or that of the row a foreign key points at; null where there is none."""
    table = tables[schema.name]
    for column in _marked(schema, "hash"):
        return table[column.name].combine_chunks()
    for key in schema.foreign_keys:
        target = key.reference.resource
        if target in tables:
            for column in _marked(schemas[target], "hash"):
                rows = locate(table, key.fields, tables[target], key.reference.fields)
                return tables[target][column.name].combine_chunks().take(pa.array(rows, mask=rows < 0))
    return pa.nulls(table.num_rows, pa.string())


def _elements(values: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Row and value of everything in the column: its values that are not null, or the elements of its lists."""
    if pa.types.is_list(values.type):
        return values.value_parent_indices(), values.flatten()
    rows = pa.array(np.flatnonzero(values.is_valid().to_numpy(zero_copy_only=False)))
    return rows, values.take(rows)


def _failing(columns: Sequence[Any], fine: Callable[..., bool]) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Row and values where ``fine`` says no; it is asked once per distinct combination."""
    arrays = [column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column for column in columns]
    combined = np.zeros(len(arrays[0]), np.int64)
    for array in arrays:
        encoded = array.dictionary_encode(null_encoding="encode")
        combined = combined * max(len(encoded.dictionary), 1) + encoded.indices.to_numpy(zero_copy_only=False)
    _, first, inverse = np.unique(combined, return_index=True, return_inverse=True)
    distinct = [tuple(array[int(row)].as_py() for array in arrays) for row in first]
    wrong = np.array([not fine(*values) for values in distinct], bool)
    for row in np.flatnonzero(wrong[inverse]):
        yield int(row), distinct[inverse[row]]
