"""Tables of distances from files: the same distances however they are written, and every fault by its names."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from toolkit.errors import BadInput
from toolkit.tables.distances import read_distance_table

DISTANCES = ",far,mid,near\nfar,0,0.5,1\nmid,0.5,0,.25\nnear,1,0.25,0\n"
EXPECTED = (("far", "mid", "near"), [[0, 0.5, 1], [0.5, 0, 0.25], [1, 0.25, 0]])


def read(path: Path) -> tuple[tuple[str, ...], list[list[float]]]:
    names, distances = read_distance_table(path)
    return names, distances.tolist()


def written(folder: Path, content: str | bytes, name: str = "d.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def faults_of(path: Path) -> list[str]:
    with pytest.raises(BadInput) as refused:
        read_distance_table(path)
    return [str(fault) for fault in refused.value.faults]


def test_distances(tmp_path: Path) -> None:
    assert read(written(tmp_path, DISTANCES)) == EXPECTED


def test_weights_of_agreement_are_one_less_the_distance(tmp_path: Path) -> None:
    weights = "w,far,mid,near\nfar,1,0.5,0\nmid,0.5,1,0.75\nnear,0,0.75,1.0\n"
    assert read(written(tmp_path, weights)) == EXPECTED


def test_rows_may_come_in_another_order_than_columns(tmp_path: Path) -> None:
    lines = DISTANCES.splitlines()
    mixed = "\r\n".join(["\ufeff" + lines[0], "", lines[3], lines[1], lines[2]])
    assert read(written(tmp_path, mixed)) == EXPECTED


def test_parquet_holds_the_same(tmp_path: Path) -> None:
    table = {"name": ["near", "mid", "far"], "far": [1, 0.5, 0], "mid": [0.25, 0, 0.5], "near": [0, 0.25, 1]}
    pa.parquet.write_table(pa.table(table), tmp_path / "d.parquet")
    assert read(tmp_path / "d.parquet") == EXPECTED


def test_categories_that_are_numbers(tmp_path: Path) -> None:
    table = pa.table({"name": [1.0, 2.0], "1": [0, 3], "2": [3, 0]})
    pa.parquet.write_table(table, tmp_path / "d.parquet")
    assert read(tmp_path / "d.parquet") == (("1", "2"), [[0, 3], [3, 0]])


def test_distances_may_be_above_one_and_zero_between_categories(tmp_path: Path) -> None:
    assert read(written(tmp_path, ",a,b,c\na,0,0,9\nb,0,0,9\nc,9,9,0\n"))[1] == [[0, 0, 9], [0, 0, 9], [9, 9, 0]]


def test_all_faults_at_once_by_their_names(tmp_path: Path) -> None:
    content = ",a,b,c,d\na,0,1,2,3\nb,1.5,1,x,\nc,2,nan,0,-1\ne,3,3,3,0\na,0,1,1e999,3\n"
    assert faults_of(written(tmp_path, content)) == [
        "first column: 'a' more than once",
        "not square: 5 rows, but 4 columns of categories",
        "row 'e': no column of this name",
        "column 'd': no row of this name",
        "row 'b', column 'c': 'x' is not a number",
        "row 'b', column 'd': nothing",
        "row 'c', column 'b': 'nan' is not a number",
        "row 'c', column 'd': -1 is below 0",
        "row 'a', column 'c': '1e999' is not a number",
        "row 'a', column 'b': 1, but 1.5 in row 'b', column 'a'",
        "row 'a', column 'a': 0 on the diagonal",
        "row 'b', column 'b': 1 on the diagonal",
        "row 'c', column 'c': 0 on the diagonal",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name\n", "header: there are no categories"),
        (",a,b\n", "not square: 0 rows, but 2 columns of categories"),
        (",a,\na,0,1\nb,1,0\n", "header: a category without a name"),
        (",a,a\na,0,1\nb,1,0\n", "header: 'a' more than once"),
        (",a,b\na,0.5,1\nb,1,0.5\n", "row 'a', column 'a': 0.5 on the diagonal"),
        (",a,b\na,1,1.5\nb,1.5,1\n", "row 'b', column 'a': 1.5 is above 1, as no weight is"),
        (",a,b\na,0,1,1\nb,1\n", "line 2: 4 fields, but the header has 3"),
        (",a,b\na,0,1e101\nb,1e101,0\n", "row 'a', column 'b': 1e101 is above 1e+100, too far to be computed with"),
        (',a,b\na,0,1\nb,"1,0\n', "line 3: a quoted field that never ends"),
        (",a,b\na,0,1\n\nb,1\n", "line 4: 2 fields, but the header has 3"),
        (b",a,b\na,0,1\n\xe9,1,0\n", "line 3: not UTF-8: byte 0xe9 at byte 1"),
    ],
)
def test_what_is_no_such_table(tmp_path: Path, content: str | bytes, said: str) -> None:
    assert said in faults_of(written(tmp_path, content))


def test_ragged_lines_and_cells_are_listed_together(tmp_path: Path) -> None:
    assert faults_of(written(tmp_path, ",a,b,c\na,0,1\nb,x,0,2\nc,1,2,0,5\n")) == [
        "line 2: 3 fields, but the header has 4",
        "line 4: 5 fields, but the header has 4",
        "row 'b', column 'a': 'x' is not a number",
    ]


def test_a_table_of_many_faults_lists_twenty_of_a_kind(tmp_path: Path) -> None:
    names = [f"c{place}" for place in range(10)]
    rows = [",".join([name, *("0" if name == other else "x" for other in names)]) for name in names]
    faults = faults_of(written(tmp_path, "\n".join([",".join(["", *names]), *rows])))
    assert len(faults) == 21
    assert faults[-1] == "and 70 more"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path, said in (
        (tmp_path / "none.csv", "No such file"),
        (written(tmp_path, "\n", "empty.csv"), "the file is empty"),
        (tmp_path, "none of the tables"),
        (written(tmp_path, "", "d.txt"), "Accepted are .csv, .parquet"),
        (written(tmp_path, "x", "d.parquet"), "not a Parquet file"),
    ):
        with pytest.raises(BadInput, match=said):
            read_distance_table(path)
    pa.parquet.write_table(pa.table({"name": ["a"], "a": [[0]]}), tmp_path / "lists.parquet")
    assert "lists" in faults_of(tmp_path / "lists.parquet")[0]
