"""A table of a real PostgreSQL, by its address: what the same rows are as a file, and no login in what is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.postgres import Cluster, cluster, installed
from tests.tables.frames.engines import long_table
from toolkit.agreement.measures import measures
from toolkit.errors import IntercoderError
from toolkit.loop.agreement.frame import agree_source
from toolkit.loop.agreement.report import AgreementReport
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.table import TableScale, agree_table
from toolkit.tables.rows import LongColumns

psycopg = pytest.importorskip("psycopg", reason="psycopg is missing: pip install 'psycopg[binary]'")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(installed() is None, reason="PostgreSQL is missing (on Debian: apt-get install postgresql)"),
    pytest.mark.filterwarnings("ignore:The 'future.infer_string' option"),  # what Ibis asks of pandas
]

COLUMNS = LongColumns(unit="sentence", annotator="coder", value="label", cluster="article")
REQUEST = AgreementRequest(replicates=200, measures=tuple(one.id for one in measures()), by=("article",))


@pytest.fixture(scope="module")
def at() -> Iterator[Cluster]:
    with cluster() as there:
        yield there


def rows() -> pa.Table:
    values = ["x", "y", "z", None]
    return long_table([[values[(place * 7 + unit) % 4] for place in range(3)] for unit in range(30)], shuffled=1)


def put(at: Cluster, name: str, table: pa.Table) -> str:
    """The rows in a table of the database, and its address."""
    with psycopg.connect(
        host="127.0.0.1", port=at.port, dbname=at.database, user=at.user, password=at.password
    ) as connection:
        columns = ", ".join(f"{column} text" for column in table.column_names)
        connection.execute(f"CREATE TABLE {name} ({columns})")
        with connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
            for row in table.to_pylist():
                copy.write_row(list(row.values()))
    return f"postgres://{at.user}:{at.password}@127.0.0.1:{at.port}/{at.database}::{name}"


def told(report: AgreementReport) -> list[tuple[object, ...]]:
    return [
        (
            one.measure, one.level, one.group, one.category, one.annotator, one.n_units, one.n_pairable,
            *(None if number is None else round(number, 11) for number in (one.value, one.ci_low, one.ci_high)),
        )
        for one in report.estimates
    ]  # fmt: skip


def test_figures_are_those_of_the_file(at: Cluster, tmp_path: Path) -> None:
    pq.write_table(rows(), tmp_path / "rows.parquet")
    scale = TableScale(level="nominal")
    expected = agree_table(tmp_path / "rows.parquet", COLUMNS, scale, REQUEST)
    found = agree_source(put(at, "answers", rows()), None, COLUMNS, scale, REQUEST)
    assert told(found) == told(expected)
    assert len(told(found)) > 50
    assert found.source == "answers"


def test_a_fault_names_its_rows_and_no_login(at: Cluster) -> None:
    twice = pa.concat_tables([rows(), rows().slice(0, 2)])
    address = put(at, "twice", twice)
    with pytest.raises(IntercoderError) as refused:
        agree_source(address, None, COLUMNS, TableScale(level="nominal"), REQUEST)
    assert at.password not in str(refused.value)
    assert at.user not in str(refused.value)
    assert len(refused.value.faults) in {1, 2}


def test_who_is_not_let_in_is_told_without_the_login(at: Cluster) -> None:
    address = f"postgres://{at.user}:wrong-{at.password}@127.0.0.1:{at.port}/{at.database}::answers"
    with pytest.raises(IntercoderError) as refused:
        agree_source(address, None, COLUMNS, TableScale(level="nominal"), REQUEST)
    assert at.password not in str(refused.value)
