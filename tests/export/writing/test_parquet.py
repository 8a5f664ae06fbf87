from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from toolkit.export.writing.parquet import ROW_GROUP, TableWriter, write_table

pq: Any = pyarrow.parquet


def test_equal_tables_give_equal_bytes_whatever_their_chunks(tmp_path: Path) -> None:
    # long enough for several pages: how rows fall into pages is where chunks would show
    whole = pa.table({"text": pa.array([f"row {n} 🎉" * 20 for n in range(30_000)])})
    pieces = pa.concat_tables([whole.slice(0, 17), whole.slice(17, 14_000), whole.slice(14_017)])
    write_table(tmp_path / "a", whole)
    write_table(tmp_path / "b", pieces)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("n", [0, 1, ROW_GROUP, ROW_GROUP + 1, 2 * ROW_GROUP + 17])
def test_a_table_that_comes_in_parts_is_the_same_file(tmp_path: Path, n: int) -> None:
    whole = pa.table(
        {
            "n": pa.array(range(n), pa.int64()),
            "code": pa.array([("yes", "no", None)[row % 3] for row in range(n)], pa.string()),
            "codes": pa.array([["a"] * (row % 3) for row in range(n)], pa.list_(pa.field("element", pa.string()))),
        }
    )
    write_table(tmp_path / "whole", whole, metadata={"said": "of it"})
    cuts = sorted({0, n, *random.Random(n).choices(range(n + 1), k=7)})
    with TableWriter(tmp_path / "parts", whole.schema, metadata={"said": "of it"}) as writer:
        for start, stop in pairwise([*cuts, n]):
            writer.add(whole.slice(start, stop - start))
    assert writer.rows == n
    assert (tmp_path / "parts").read_bytes() == (tmp_path / "whole").read_bytes()
    assert pq.read_table(tmp_path / "parts").equals(whole)


def test_compression_format_and_row_groups_are_the_measured_ones(tmp_path: Path) -> None:
    write_table(tmp_path / "t", pa.table({"n": pa.array(range(ROW_GROUP + 1), pa.int32())}))
    metadata = pq.ParquetFile(tmp_path / "t").metadata
    assert metadata.format_version == "2.6"
    assert metadata.row_group(0).column(0).compression == "ZSTD"
    assert [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)] == [ROW_GROUP, 1]
    assert metadata.created_by == f"parquet-cpp-arrow version {pa.__version__}"


def test_what_is_said_of_the_file_joins_what_the_schema_says(tmp_path: Path) -> None:
    table = pa.table({"n": pa.array([1])}).replace_schema_metadata({"intercoder.table": "t"})
    write_table(tmp_path / "t", table, metadata={"intercoder.codebook_hash": "abc"})
    said = pq.ParquetFile(tmp_path / "t").metadata.metadata
    assert (said[b"intercoder.table"], said[b"intercoder.codebook_hash"]) == (b"t", b"abc")


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("there")
    with pytest.raises(FileExistsError):
        write_table(tmp_path / "t", pa.table({"n": [1]}))
    assert (tmp_path / "t").read_text() == "there"


def test_columns_with_few_values_are_dictionaries_and_others_are_not(tmp_path: Path) -> None:
    n = 5_000
    table = pa.table(
        {
            "id": [f"annotation-{number}" for number in range(n)],
            "code": pa.array(["yes", "no", None, "yes"] * (n // 4), pa.string()),
            "codes": pa.array([["a"], ["a", "b"], [], None] * (n // 4), pa.list_(pa.field("element", pa.string()))),
            "names": pa.array([[str(number)] for number in range(n)], pa.list_(pa.field("element", pa.string()))),
        }
    )
    write_table(tmp_path / "t", table)
    group = pq.ParquetFile(tmp_path / "t").metadata.row_group(0)
    columns = (group.column(number) for number in range(group.num_columns))
    encoded = {column.path_in_schema: "RLE_DICTIONARY" in column.encodings for column in columns}
    assert encoded == {"id": False, "code": True, "codes.list.element": True, "names.list.element": False}
    assert pq.read_table(tmp_path / "t").equals(table)


def test_a_table_without_rows_has_its_columns_and_no_row_group(tmp_path: Path) -> None:
    write_table(tmp_path / "t", pa.table({"n": pa.array([], pa.int32())}))
    assert pq.ParquetFile(tmp_path / "t").metadata.num_row_groups == 0
    assert pq.read_schema(tmp_path / "t").field("n").type == pa.int32()
    assert pq.read_table(tmp_path / "t").num_rows == 0
