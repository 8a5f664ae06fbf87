"""The hash of what an export says: blind to how rows lie in memory, and to nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest

from toolkit.export.contract.content_hash import column_hash, column_hashes, content_hash

MOMENT = datetime(2026, 3, 1, tzinfo=UTC)
COLUMNS: dict[str, tuple[pa.DataType, list[Any]]] = {
    "text": (pa.string(), ["a", None, "", "ab", "🎉"]),
    "codes": (pa.list_(pa.string()), [["a", "b"], [], None, ["ab"], [""]]),
    "number": (pa.float64(), [1.5, None, 0.0, -2.0, 1e-300]),
    "whole": (pa.int32(), [1, 2, None, 4, -5]),
    "flag": (pa.bool_(), [True, False, None, True, True]),
    "at": (pa.timestamp("us", "UTC"), [MOMENT, None, MOMENT, MOMENT, MOMENT]),
}


def table(**changed: list[Any]) -> pa.Table:
    return pa.table({name: pa.array(changed.get(name, values), type_) for name, (type_, values) in COLUMNS.items()})


def table_hash(name: str, one: pa.Table) -> str:
    return content_hash({name: one}, {}, column_hashes({name: one}))


def test_chunks_slices_and_what_stands_under_a_null_make_no_difference() -> None:
    expected = table_hash("t", table())
    pieces = pa.concat_tables([table().slice(0, 2), table().slice(2)])
    longer = pa.concat_tables([table(), table()]).combine_chunks().slice(5)
    assert table_hash("t", pieces) == table_hash("t", longer) == expected
    under_null = pa.Array.from_buffers(
        pa.int32(), 5, [pa.py_buffer(bytes([0b11011])), pa.array([1, 2, 99, 4, -5], pa.int32()).buffers()[1]]
    )
    place = table().column_names.index("whole")
    assert table_hash("t", table().set_column(place, "whole", under_null)) == expected


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_that_comes_in_chunks_has_the_hash_of_the_whole(column: str) -> None:
    kind, values = COLUMNS[column]
    wanted = column_hashes({"t": table()})["t"][column]
    for cuts in ([5], [0, 5], [1, 3, 5], [1, 2, 3, 4, 5]):
        chunks = [pa.array(values[start:stop], kind) for start, stop in pairwise([0, *cuts])]
        assert column_hash("t", kind, partial(iter, chunks)) == wanted


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("text", ["a", "", None, "ab", "🎉"]),  # what is null, and what is empty
        ("text", ["aa", None, "", "b", "🎉"]),  # the same letters, cut elsewhere
        ("codes", [["a"], ["b"], None, ["ab"], [""]]),
        ("codes", [["ab"], [], None, ["a", "b"], [""]]),
        ("number", [1.5, None, 0.0, -2.0, 2e-300]),
        ("number", [1.5, 0.0, 0.0, -2.0, 1e-300]),
        ("whole", [1, 2, 0, 4, -5]),
        ("flag", [True, False, False, True, True]),
        ("at", [MOMENT, None, MOMENT, MOMENT, MOMENT.replace(microsecond=1)]),
    ],
)
def test_any_other_value_makes_another_hash(column: str, values: list[Any]) -> None:
    assert table_hash("t", table(**{column: values})) != table_hash("t", table())


def test_name_order_of_rows_and_schema_belong_to_it() -> None:
    assert table_hash("u", table()) != table_hash("t", table())
    assert table_hash("t", table().take([1, 0, 2, 3, 4])) != table_hash("t", table())
    other = table().replace_schema_metadata({"intercoder.schema_sha256": "f" * 64})
    assert table_hash("t", other) != table_hash("t", table())


def test_codebooks_belong_to_it_by_name_and_text() -> None:
    hashes = {
        content_hash({"t": table()}, books, column_hashes({"t": table()}))
        for books in ({}, {"codebook.yaml": "a"}, {"codebook.yaml": "b"}, {"codebook-x.yaml": "a"})
    }
    assert len(hashes) == 4


def test_only_what_is_computed_is_compared_to_twelve_digits() -> None:
    exact = pa.table({"value": [0.1 + 0.2, 1e10 / 3, -1e-9 / 7, 0.0, 5e-324, 1.7e308, 1.6e-300]})
    nearly = pa.table({"value": [0.3, 1e10 / 3 * (1 + 4e-16), -1e-9 / 7, -0.0, 5e-324, 1.7e308, 1.6e-300]})
    moved = pa.table({"value": [0.30000000001, 1e10 / 3, -1e-9 / 7, 0.0, 5e-324, 1.7e308, 1.6e-300]})
    assert table_hash("agreement", exact) == table_hash("agreement", nearly) != table_hash("agreement", moved)
    assert table_hash("answers", exact) != table_hash("answers", nearly)


def test_replicates_do_not_count_in_agreement_and_only_there() -> None:
    columns = {"value": [0.5], "ci_low": [0.1], "seed": [1], "share_below_0_8": [0.5], "interval_method": ["bca"]}
    drawn = {**columns, "ci_low": [0.2], "seed": [2], "share_below_0_8": [0.6], "interval_method": ["percentile"]}
    one, other = pa.table(columns), pa.table(drawn)
    assert table_hash("agreement", one) == table_hash("agreement", other)
    assert table_hash("answers", one) != table_hash("answers", other)
