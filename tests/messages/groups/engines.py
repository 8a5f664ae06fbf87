"""Agreement of rows that stay where they are: on an engine, in an object store, in a database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.fs
import pyarrow.parquet as pq

from tests.messages.case import Case, Group, Step
from tests.messages.groups.tables import NOMINAL, TABLE
from tests.messages.scenes import environment, missing_package
from tests.messages.work import Work

_BREAKS = "CAST(error('the disk is gone') AS TEXT)"
SETS = NOMINAL.replace("nominal", "set")
ANSWERS = {"u": ["s1", "s1", "s2", "s2"], "a": ["ana", "ben"] * 2, "v": ["x", "y", "x", "x"], "c": ["i", "i", "k", "k"]}


def _parts(columns: Mapping[str, Any] = ANSWERS) -> Step:
    def put(work: Work) -> None:
        (work.here / "parts").mkdir()
        pq.write_table(pa.table(dict(columns)), work.here / "parts" / "one.parquet")

    return put


def _database(statement: str) -> Step:
    def put(work: Work) -> None:
        with duckdb.connect(str(work.here / "x.db")) as connection:
            connection.execute(statement)

    return put


def _junk(work: Work) -> None:
    (work.here / "parts" / "two.parquet").write_bytes(b"PAR1 nothing PAR1")


def _more(number: int) -> Step:
    def put(work: Work) -> None:
        columns = {"u": ["s9"], "a": ["ana"], **({"v": [number]} if number else {})}
        pq.write_table(pa.table(columns), work.here / "parts" / f"two-{number:02}.parquet")

    return put


def _written_to(work: Work) -> None:
    """Units come twice as often as there were rows: somebody was faster."""
    from toolkit.tables.frames import counting

    counted = counting._counted

    def later(*given: Any) -> Any:
        found, is_split = counted(*given)
        return replace(found, times=found.times * 2), is_split

    work.patch.setattr(counting, "_counted", later)


def _ibis(work: Work) -> None:
    def connect(url: str) -> None:
        raise RuntimeError(f"no such host, says {url}\nand more")

    work.patch.setitem(__import__("sys").modules, "ibis", SimpleNamespace(connect=connect, __spec__=object()))


def _empty_store(work: Work) -> None:
    work.patch.setattr(
        "toolkit.tables.frames.opening._store", lambda _: (pyarrow.fs.LocalFileSystem(), str(work.here / "labels"))
    )


def _no_such_engine(_work: Work) -> object:
    from toolkit.loop.agreement.frame import agree_source
    from toolkit.loop.agreement.table import TableScale
    from toolkit.tables.rows import LongColumns

    columns = LongColumns(unit="u", annotator="a", value="v")
    return agree_source("parts", "abacus", columns, TableScale(level="nominal"))


def _crowd() -> dict[str, list[str]]:
    return {
        "u": [f"s{place % 7}" for place in range(101)],
        "a": [f"worker {place}" for place in range(101)],
        "v": ["xy"[place % 2] for place in range(101)],
    }


def _divided(part: str, n_units: int) -> dict[str, list[str]]:
    """Units by three annotators, in groups of units, of annotators, or of rows; in the last, values of their own."""
    places = [(unit, annotator) for unit in range(n_units) for annotator in range(3)]
    return {
        "u": [f"s{unit}" for unit, _ in places],
        "a": [f"a{annotator}" for _, annotator in places],
        "v": [f"value {unit if part == 'row' else unit % 2}" for unit, _ in places],
        "g": [f"group {u if part == 'unit' else a % 2 if part == 'annotator' else (u + a) % 3}" for u, a in places],
    }


def _no_room(work: Work) -> None:
    work.patch.setattr("toolkit.tables.frames.parts.LARGEST_TABLE", 11)


def _few_drawn(work: Work) -> None:
    work.patch.setattr("toolkit.tables.frames.summed.MOST_DRAWN", 600)


def _scores(n: int) -> dict[str, list[Any]]:
    units = [f"s{place // 3}" for place in range(n)]
    return {"u": units, "a": [f"a{place % 3}" for place in range(n)], "v": [place / 7 for place in range(n)]}


def _free_text(n: int) -> dict[str, list[str]]:
    return {"u": ["s1"] * n, "a": [f"a{place}" for place in range(n)], "v": [f"text {place}" for place in range(n)]}


def _of_lists(members: list[Any]) -> dict[str, Any]:
    return {**ANSWERS, "v": pa.array([members, ["x"], [], None], pa.list_(pa.string()))}


def _lists_on_dask(_: Work) -> None:
    import dask.dataframe as dd
    import pandas as pd

    import toolkit.api as ic

    rows = pa.table(_of_lists(["x"])).to_pandas(types_mapper=pd.ArrowDtype)
    ic.agreement(dd.from_pandas(rows, npartitions=1), unit="u", annotator="a", value="v", level="set")


def _wrong(n: int) -> Iterator[tuple[str, list[Any]]]:
    yield "u", ["", *(f"s{place:03}" for place in range(n)), "s000", "s000"]
    yield "a", ["ana"] * (n + 2) + ["ben"]
    yield "v", ["x", *["z"] * n, "y", "x"]
    yield "c", ["i"] * (n + 2) + ["k"]


GROUP = Group(
    76,
    "engines",
    "Agreement of rows that stay where they are",
    (
        Case("no-files", "A pattern names no file.", f"agree 'nowhere/*.parquet' {NOMINAL}"),
        Case("parquet-broken", "A Parquet file is none.", f"agree parts {NOMINAL}", (_parts(), _junk),
             blur=((r"cannot be read: .*", "cannot be read: …"),)),
        Case("not-one-table", "Files have other columns, or other types.", f"agree parts {NOMINAL}",
             (_parts(), *(_more(number) for number in range(22)))),
        Case("export-in-a-store", "You name an export in an object store.", "agree s3://bucket/study"),
        Case("rows-change", "Somebody writes to a table while it is counted.", f"agree duckdb:///x.db::rows {NOMINAL}",
             (_database("CREATE TABLE rows AS SELECT 's1' AS u, 'ana' AS a, 'x' AS v"), _written_to)),
        Case("no-parquet", "An engine is to read CSV.", f"agree t.csv --engine duckdb {NOMINAL}", (TABLE,)),
        Case("of-rows", "You ask what rows are needed for.", f"agree parts {NOMINAL} --by c --explain v", (_parts(),)),
        Case("no-such-engine", "There is no such engine.", _no_such_engine),
        Case("not-installed", "The engine is not installed.", f"agree parts {NOMINAL} --engine spark",
             (_parts(), missing_package("pyspark"))),
        Case("columns", "Columns are not there, or hold no single values.",
             "agree parts --unit u --annotator b --value v --level nominal", (_parts({**ANSWERS, "v": [["x"]] * 4}),)),
        Case("faults", "Rows do not say whose they are, hold what is not listed, or say it twice.",
             f"agree parts {NOMINAL} --cluster c --categories x,y", (_parts(dict(_wrong(103))),)),
        Case("two-clusters", "A unit lies in two clusters.", f"agree parts {NOMINAL} --cluster c",
             (_parts({**ANSWERS, "c": ["i", "k", "k", "k"]}),)),
        Case("many-values", "The column is not that of the answers.", f"agree parts {NOMINAL}",
             (_parts(_free_text(2_001)),)),
        Case("many-more-values", "The column is that of free text.", f"agree parts {NOMINAL}",
             (_parts(_free_text(40_001)),)),
        Case("lists-of-many", "Lists hold more than a thousand categories.", f"agree parts {SETS}",
             (_parts(_of_lists([f"c{place}" for place in range(1_001)])),)),
        Case("empty-category", "A list holds an empty category.", f"agree parts {SETS}",
             (_parts(_of_lists(["x", None])),)),
        Case("lists-of-dask", "An engine has no lists.", _lists_on_dask),
        Case("many-numbers-drawn", "Scores of more units than are drawn one by one.",
             f"agree parts {NOMINAL.replace('nominal', 'interval')}", (_parts(_scores(2_001)), _few_drawn)),
        Case("many-annotators", "A measure that names annotators, of a crowd.",
             f"agree parts {NOMINAL} --measure cohen_kappa", (_parts(_crowd()),)),
        Case("many-groups", "A column has as many groups as units.", f"agree parts {NOMINAL} --by g",
             (_parts(_divided("unit", 10_001)),)),
        Case("crowd-divided", "A column divides a crowd of annotators.", f"agree parts {NOMINAL} --by g",
             (_parts({**_crowd(), "g": [f"group {place % 2}" for place in range(101)]}),)),
        Case("too-large-for-annotators", "A column divides annotators of more units than a table takes.",
             f"agree parts {NOMINAL} --by g", (_parts(_divided("annotator", 4)), _no_room)),
        Case("groups-times-values", "Units lie in several groups, and have hundreds of values.",
             f"agree parts {NOMINAL} --by g", (_parts(_divided("row", 501)),)),
        Case("torn", "An annotator has a row without a value beside one with it, in another group.",
             f"agree parts {NOMINAL} --by c",
             (_parts({name: [*column, None if name == "v" else "k" if name == "c" else column[0]]
                      for name, column in ANSWERS.items()}),)),
        Case("broke-off", "The engine breaks off.", f"agree duckdb:///x.db::rows {NOMINAL}",
             (_database(f"CREATE VIEW rows AS SELECT u, u AS a, {_BREAKS} AS v FROM range(2) t(u)"),)),
        Case("no-table-named", "A database, and no table.", f"agree duckdb:///x.db {NOMINAL}"),
        Case("no-database", "You misspell a database.", f"agree duckdb:///xx.db::rows {NOMINAL}"),
        Case("no-such-table", "You misspell a table.", f"agree duckdb:///x.db::answer {NOMINAL}",
             (_database("CREATE TABLE answers (u TEXT)"),), blur=((r"exist!.*", "exist!…"),)),
        Case("table-elsewhere", "A table of a database on an engine of files.",
             f"agree duckdb:///x.db::rows --engine polars {NOMINAL}"),
        Case("no-ibis", "A database that is read through Ibis, which is not there.",
             f"agree postgres://lead:hunter22@db.example/labels::answers {NOMINAL}", (missing_package("ibis"),)),
        Case("database-refuses", "A database cannot be opened.",
             f"agree postgres://lead:hunter22@db.example/labels::answers {NOMINAL}", (_ibis,)),
        Case("login-escaped", "A password holds what an address must escape.",
             f"agree postgres://lead:hunter/22@db.example/labels::answers {NOMINAL}"),
        Case("login-of-store", "A login stands in the address of an object store.",
             f"agree s3://lead:hunter22@bucket/labels {NOMINAL}"),
        Case("nothing-stored", "Nothing lies there in the object store.", f"agree s3://bucket/labels {NOMINAL}",
             (_empty_store,)),
        Case("store-unreachable", "The object store cannot be reached.", f"agree 's3://bucket/*.parquet' {NOMINAL}",
             (environment(AWS_ENDPOINT_URL="http://127.0.0.1:1", AWS_ACCESS_KEY_ID="id", AWS_SECRET_ACCESS_KEY="key"),),
             blur=((r"AWS Error.*", "AWS Error …"),)),
    ),
)  # fmt: skip
