"""What an answer or a decision says, as one text, so that two of them can be shown beside each other."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from toolkit.export.contract.keys import locate
from toolkit.export.difference.sides import pc
from toolkit.files.arrays import BoolArray, IntArray

_MARK = "mark"


@dataclass(frozen=True, slots=True)
class ShownSpans:
    """The marked words of each answer that has any, as text, by the answer's key."""

    table: pa.Table
    key: Sequence[str]

    def of(self, answers: pa.Table, rows: IntArray) -> pa.Table:
        """Return a table of one column: what is marked under each of the rows; null where nothing is."""
        at = locate(answers.select(list(self.key)).take(pa.array(rows, pa.int64())), self.key, self.table, self.key)
        return pa.table({_MARK: self.table[_MARK].take(pa.array(at, mask=at < 0))})


def shown_spans(spans: pa.Table, key: Sequence[str]) -> ShownSpans:
    """Return the marked words of an export; spans of one answer in their order, as ``Cue 4–8, Source 9–12``."""
    ordered = spans.sort_by([*((name, "ascending") for name in key), ("span_number", "ascending")])
    borders = pc.binary_join_element_wise(
        ordered["start_offset"].cast(pa.string()), ordered["end_offset"].cast(pa.string()), "–"
    )
    marks = pc.binary_join_element_wise(ordered["label"], borders, " ")
    whose = ordered.select(list(key)).append_column(_MARK, marks)
    grouped = whose.group_by(list(key), use_threads=False).aggregate([(_MARK, "list")])
    joined = pc.binary_join(grouped[f"{_MARK}_list"].combine_chunks(), ", ")
    return ShownSpans(grouped.select(list(key)).append_column(_MARK, joined), key)


def texts(answers: pa.Table, rows: IntArray, spans: ShownSpans) -> pa.Array:
    """Return what each of the answers says: its value as text, or its status where it has none."""
    part = answers.take(pa.array(rows, pa.int64()))
    columns = {name: part[name].combine_chunks() for name in part.column_names}
    chosen = pc.binary_join(columns["codes"], ", ") if pa.types.is_list(columns["codes"].type) else columns["codes"]
    values = [
        pc.if_else(pc.equal(chosen, ""), "none of them", chosen),
        columns["code"],
        columns["number"].cast(pa.string()),
        spans.of(answers, rows)[_MARK].combine_chunks(),
        *([columns["text"]] if "text" in columns else []),
    ]
    answered = pc.coalesce(*values, pc.if_else(pc.equal(columns["level"], "text"), "withheld", "no span"))
    with_code = pc.binary_join_element_wise(columns["status"], " (", columns["code"], ")", "")
    otherwise = pc.if_else(columns["code"].is_valid(), with_code, columns["status"])
    return pc.if_else(pc.equal(columns["status"], "answered"), answered, otherwise)


def differing(old: pa.Table, new: pa.Table) -> BoolArray:
    """Return whether a row of two equally long tables has another value in any column; null equals null only."""
    differs = np.zeros(old.num_rows, bool)
    for name in old.column_names:
        a, b = (_flat(table[name].combine_chunks()) for table in (old, new))
        nulls = a.is_null().to_numpy(zero_copy_only=False) != b.is_null().to_numpy(zero_copy_only=False)
        values = pc.fill_null(pc.not_equal(a, b), pa.scalar(value=False)).to_numpy(zero_copy_only=False)
        differs |= nulls | values
    return differs


def decided(row: Mapping[str, Any]) -> str:
    """Return what a decision says: its outcome where it has no value of its own."""
    if row["outcome"] != "decided":
        return str(row["outcome"])
    if row["codes"] is not None:
        return ", ".join(row["codes"]) or "none of them"
    if row["spans"] is not None:
        return ", ".join(f"{label} {start}–{end}" for label, start, end in json.loads(row["spans"])) or "no span"
    value = row["code"] if row["code"] is not None else row["number"]
    return f"{value:g}" if isinstance(value, float) else str(value)


def _flat(array: Any) -> Any:
    return pc.binary_join(array, "\x1f") if pa.types.is_list(array.type) else array
