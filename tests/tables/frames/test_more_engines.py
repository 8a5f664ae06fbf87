"""Engines that take their time to start, on fewer designs: PySpark, Dask, and SQLite through Ibis."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stdout
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.published.tables import KRIPPENDORFF_2011
from tests.spark import started
from tests.tables.frames.engines import in_lists, long_table
from tests.tables.frames.test_summed import scores
from toolkit import api as ic
from toolkit.agreement.measures import measures
from toolkit.loop.agreement.frame import agree_source
from toolkit.loop.agreement.table import TableScale
from toolkit.tables.frames.asking import collected
from toolkit.tables.rows import LongColumns

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:The inplace keyword"),  # what narwhals asks of pandas for Dask
    pytest.mark.filterwarnings("ignore:The 'future.infer_string' option"),  # what Ibis asks of it
]

Held = Callable[[Path], Any]
PUBLISHED = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849, "ratio": 0.797}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with started(tmp_path_factory.mktemp("started"), tmp_path_factory.mktemp("warehouse")) as made:
        yield made


@pytest.fixture(params=["spark", "dask", "ibis"])
def held(request: pytest.FixtureRequest, tmp_path: Path) -> Held:
    """What holds the rows of a Parquet file on an engine."""
    if request.param == "spark":
        spark = request.getfixturevalue("session")
        return lambda file: spark.read.parquet(str(file))
    if request.param == "ibis":
        return partial(_in_sqlite, tmp_path / "rows.db")
    import dask.dataframe as dd

    read: Held = dd.read_parquet
    return read


def _in_sqlite(database: Path, file: Path) -> Any:
    import ibis

    with closing(sqlite3.connect(database)) as connection:
        pq.read_table(file).to_pandas().to_sql(file.stem, connection, index=False, if_exists="replace")
    return ibis.sqlite.connect(database).table(file.stem)


def agreement(frame: Any, level: Any = "nominal", **more: Any) -> ic.Agreement:
    given = {"replicates": 40, "unit": "sentence", "annotator": "coder", "value": "label", **more}
    return ic.agreement(frame, level=level, **given)


def test_the_published_alphas(held: Held, tmp_path: Path) -> None:
    """Krippendorff (2011), section C and the levels after it."""
    design = [
        [None if field == "." else int(field) for field in line.split()]
        for line in KRIPPENDORFF_2011.split("\n")
        if line
    ]
    pq.write_table(long_table(design), tmp_path / "t.parquet")
    for level, published in PUBLISHED.items():
        order = list("12345") if level == "ordinal" else []
        alpha, *_ = agreement(held(tmp_path / "t.parquet"), level, order=order).estimates
        assert alpha.value == pytest.approx(published, abs=5e-4)


@pytest.mark.parametrize("cluster", [None, "article"])
def test_every_measure_of_any_design(held: Held, tmp_path: Path, cluster: str | None) -> None:
    rng = np.random.default_rng(20)
    for number in range(3):
        design = [
            [[None, "a", "b", "c", "unclear"][place] for place in rng.integers(0, 5, 4)]
            for _ in range(rng.integers(2, 20))
        ]
        pq.write_table(long_table(design, shuffled=number), tmp_path / f"{number}.parquet")
        asked: dict[str, Any] = {"missing": ["unclear"], "cluster": cluster, "measures": [one.id for one in measures()]}
        found = agreement(held(tmp_path / f"{number}.parquet"), **asked)
        expected = agreement(pq.read_table(tmp_path / f"{number}.parquet"), **asked)
        assert len(found.estimates) == len(expected.estimates)
        for one, other in zip(found.estimates, expected.estimates, strict=True):
            assert (one.value, one.ci_low, one.ci_high) == pytest.approx(
                (other.value, other.ci_low, other.ci_high), abs=1e-12
            )
            assert (one.n_units, one.n_pairable, one.n_annotators) == (
                other.n_units,
                other.n_pairable,
                other.n_annotators,
            )
            assert (one.undefined_because, one.interval_method) == (other.undefined_because, other.interval_method)


@pytest.mark.parametrize("cluster", [None, "article"])
@pytest.mark.parametrize("whose", ["sentence", "coder", "row"])
def test_groups(held: Held, tmp_path: Path, cluster: str | None, whose: str) -> None:
    """Of units, of annotators, and of rows, where units lie in several."""
    rng = np.random.default_rng(21)
    table = long_table([[[None, "a", "b", "c"][place] for place in rng.integers(0, 4, 4)] for _ in range(12)])
    name = table[whose] if whose != "row" else pa.array([f"{place * 5 % 7}" for place in range(len(table))])
    parts = pa.array([f"part {sum(map(ord, text)) % 2}" for text in name.to_pylist()])
    pq.write_table(table.append_column("part", parts), tmp_path / "t.parquet")
    found = agreement(held(tmp_path / "t.parquet"), cluster=cluster, by=["part"])
    expected = agreement(pq.read_table(tmp_path / "t.parquet"), cluster=cluster, by=["part"])
    assert {one.about for one in expected.estimates} >= {"group", "between" if whose == "coder" else "difference"}
    assert len(found.estimates) == len(expected.estimates)
    for one, other in zip(found.estimates, expected.estimates, strict=True):
        assert (one.about, one.group, one.against, one.measure) == (
            other.about,
            other.group,
            other.against,
            other.measure,
        )
        assert (one.value, one.ci_low, one.ci_high) == pytest.approx(
            (other.value, other.ci_low, other.ci_high), abs=1e-12
        )
        assert (one.n_units, one.n_pairable, one.n_annotators) == (other.n_units, other.n_pairable, other.n_annotators)


@pytest.mark.parametrize("cluster", [None, "article"])
def test_numbers_that_are_added_up(held: Held, tmp_path: Path, cluster: str | None) -> None:
    pq.write_table(scores(), tmp_path / "t.parquet")
    found = agreement(held(tmp_path / "t.parquet"), "interval", cluster=cluster)
    expected = agreement(scores(), "interval", cluster=cluster)
    assert [one.measure for one in found.estimates] == ["krippendorff_alpha", "percent_agreement"]
    for one, other in zip(found.estimates, expected.estimates, strict=True):
        assert (one.value, one.ci_low, one.ci_high) == pytest.approx(
            (other.value, other.ci_low, other.ci_high), abs=1e-12
        )
        assert (one.n_units, one.n_pairable, one.n_annotators) == (other.n_units, other.n_pairable, other.n_annotators)


def test_a_table_of_a_database_by_its_address(tmp_path: Path) -> None:
    table = long_table([["a", "b"], ["b", "b"], ["a", "a"]])
    pq.write_table(table, tmp_path / "t.parquet")
    _in_sqlite(tmp_path / "rows.db", tmp_path / "t.parquet")
    columns, scale = LongColumns(unit="sentence", annotator="coder", value="label"), TableScale(level="nominal")
    found = agree_source(f"sqlite:///{tmp_path / 'rows.db'}::t", None, columns, scale)
    assert found.estimates[0].value == agreement(table).estimates[0].value
    assert found.source == "t"


def test_sets_in_lists(session: Any, tmp_path: Path) -> None:
    """Narwhals looks into lists of Spark, and not into those of Dask."""
    import dask.dataframe as dd
    import pandas as pd

    sets = ["a|b", "b|a", "|", "c", None, "c|a|b"]
    table = long_table([[sets[(place * 5 + unit) % 6] for place in range(3)] for unit in range(9)])
    lists = in_lists(table, "|")
    pq.write_table(lists, tmp_path / "t.parquet")
    found = agreement(session.read.parquet(str(tmp_path / "t.parquet")), "set")
    expected = agreement(table, "set", set_separator="|")
    assert [(one.measure, one.level, one.n_units) for one in found.estimates] == [
        (one.measure, one.level, one.n_units) for one in expected.estimates
    ]
    for one, other in zip(found.estimates, expected.estimates, strict=True):
        assert (one.value, one.ci_low, one.ci_high) == pytest.approx(
            (other.value, other.ci_low, other.ci_high), abs=1e-12
        )
    with pytest.raises(ic.UsageError, match="column 'label' holds lists, which this engine cannot look into"):
        agreement(dd.from_pandas(lists.to_pandas(types_mapper=pd.ArrowDtype), npartitions=1), "set")


def test_faults_come_back_with_their_keys(held: Held, tmp_path: Path) -> None:
    table = long_table([["a", "b"], ["b", "b"]])
    pq.write_table(pa.concat_tables([table, table.slice(0, 1)]), tmp_path / "t.parquet")
    with pytest.raises(ic.BadInput, match="unit 's0', annotator 'coder 0': has 2 values"):
        agreement(held(tmp_path / "t.parquet"))


def test_spark_exchanges_rows_twice_at_most(session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of every question it is asked: by unit, and by what units were given (`explain` prints the plan)."""
    plans: list[str] = []

    def asked(frame: nw.LazyFrame[Any]) -> pa.Table:
        with redirect_stdout(StringIO()) as printed:
            frame.to_native().explain()
        plans.append(printed.getvalue())
        return collected(frame)

    for module in ("asking", "faults", "questions", "counting", "divisions", "parts"):
        monkeypatch.setattr(f"toolkit.tables.frames.{module}.collected", asked)
    table = long_table([["a", "b"], ["b", "b"]])
    pq.write_table(table.append_column("part", pa.array(["1", "2", "2", "1"])), tmp_path / "t.parquet")
    for cluster in (None, "article"):
        for by in (["article"], ["coder"], ["sentence"], ["part"]):
            agreement(session.read.parquet(str(tmp_path / "t.parquet")), cluster=cluster, by=by)
    assert len(plans) >= 60
    assert {plan.count("Exchange ") for plan in plans} == {1, 2}
