"""Tables opened where they are: files by name, folder and pattern, databases, and an object store, a real server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.fs
import pyarrow.parquet as pq
import pytest

from tests.tables.frames.engines import COLUMNS, long_table, units_of
from toolkit.errors import BadInput, UsageError
from toolkit.tables.frames.opening import memory_limit, opened
from toolkit.tables.frames.questions import counted_questions
from toolkit.tables.frames.sources import Source, is_beyond_memory, is_elsewhere, matching, memory
from toolkit.tables.values import ValueRules

TABLE = long_table([["a", "b"], ["a", "a"], ["b", "b"], ["b", None]])
PASSWORD = "hunter22"  # of nobody


def given(named: str, engine: str | None = None) -> list[int]:
    """How often each value was given in what is named."""
    with opened(Source(named), engine, COLUMNS.names) as frame:
        (question,) = counted_questions(frame, COLUMNS, ValueRules(level="nominal"))
        found: list[int] = units_of(question).use().tolist()
        return found


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """A folder with a folder: each half of the table is one file, beside a file of something else."""
    (tmp_path / "parts" / "later").mkdir(parents=True)
    pq.write_table(TABLE.slice(0, 4), tmp_path / "parts" / "one.parquet")
    pq.write_table(TABLE.slice(4), tmp_path / "parts" / "later" / "two.parquet")
    (tmp_path / "parts" / "notes.txt").write_text("no table")
    return tmp_path / "parts"


@pytest.mark.parametrize("engine", [None, "duckdb", "polars"])
def test_a_file_a_folder_and_patterns(parts: Path, engine: str | None) -> None:
    assert given(str(parts / "one.parquet"), engine) == [3, 1]
    assert given(str(parts), engine) == [3, 4]
    assert given(f"{parts}/*.parquet", engine) == [3, 1]
    assert given(f"{parts}/**/*.parquet", engine) == [3, 4]


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_a_file_called_like_a_pattern_is_that_file(parts: Path, engine: str) -> None:
    for name, rows in (("labels[1].parquet", TABLE.slice(0, 4)), ("labels1.parquet", TABLE)):
        pq.write_table(rows, parts / name)
    assert given(str(parts / "labels[1].parquet"), engine) == [3, 1]
    (parts / "a[1]").mkdir()
    (parts / "a1").mkdir()
    pq.write_table(TABLE.slice(0, 4), parts / "a[1]" / "x.parquet")
    pq.write_table(TABLE, parts / "a1" / "x.parquet")
    assert given(str(parts / "a[1]"), engine) == [3, 1]


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_every_file_of_a_folder_once(parts: Path, engine: str) -> None:
    """In capitals, in a linked folder, in a folder called like a file; but nothing hidden."""
    (parts / "one.parquet").rename(parts / "one.PARQUET")
    (parts / "later").rename(parts.parent / "elsewhere")
    (parts / "linked").symlink_to(parts.parent / "elsewhere")
    (parts / "round").symlink_to(parts)
    (parts / ".ipynb_checkpoints").mkdir()
    pq.write_table(TABLE, parts / ".ipynb_checkpoints" / "one.parquet")
    pq.write_table(TABLE, parts / "._one.parquet")
    assert given(str(parts), engine) == [3, 4]
    (parts / "written.parquet").mkdir()
    (parts / "one.PARQUET").rename(parts / "written.parquet" / "part-0.parquet")
    assert given(str(parts), engine) == given(f"{parts}/[lw]*/*", engine) == [3, 4]


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_files_that_are_not_one_table(parts: Path, engine: str) -> None:
    """Engines would round 1.5 to the whole numbers of the first file, or fill in nulls."""
    numbers = TABLE.set_column(2, "label", pa.array(range(len(TABLE))))
    pq.write_table(numbers, parts / "later" / "two.parquet")
    pq.write_table(TABLE.drop(["label"]), parts / "later" / "three.parquet")
    with pytest.raises(BadInput, match="are not one table") as raised:
        given(str(parts), engine)
    assert [str(fault).replace(f"{parts}/", "") for fault in raised.value.faults] == [
        "later/three.parquet: has no column 'label'",
        "one.parquet: column 'label' holds string, but int64 in later/two.parquet",
    ]


def test_another_column_of_a_later_file_is_nobodys_business(parts: Path) -> None:
    pq.write_table(TABLE.slice(4).append_column("more", pa.array([1] * 4)), parts / "later" / "two.parquet")
    for engine in ("duckdb", "polars"):
        assert given(str(parts), engine) == [3, 4]


def test_a_file_that_is_no_parquet_inside(parts: Path) -> None:
    (parts / "junk.parquet").write_bytes(b"PAR1 nothing PAR1")
    for engine in ("duckdb", "polars"):
        with pytest.raises(BadInput, match="cannot be read"):
            given(str(parts), engine)


def test_files_that_are_not_there_or_no_parquet(parts: Path) -> None:
    for named, says in [
        (f"{parts}/x*.parquet", "there is no Parquet file at"),
        (str(parts / "gone.parquet"), "there is no Parquet file at"),
        (f"{parts}/*.*", "notes.txt is no Parquet file"),
    ]:
        with pytest.raises(BadInput, match=says):
            given(named)


def test_a_table_of_a_duckdb_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with duckdb.connect(str(tmp_path / "x.db")) as connection:
        connection.register("given", TABLE)
        connection.execute("CREATE TABLE answers AS SELECT * FROM given")
    before = (tmp_path / "x.db").stat().st_mtime_ns
    monkeypatch.chdir(tmp_path)
    assert given("duckdb:///x.db::answers") == given(f"duckdb:///{tmp_path}/x.db::answers") == [3, 4]
    assert (tmp_path / "x.db").stat().st_mtime_ns == before


def test_a_table_of_another_database_is_opened_by_its_address_and_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ibis is not installed with the tests: what is asked of it is what its documentation says."""
    asked: list[str] = []
    held = duckdb.from_arrow(TABLE)
    backend = SimpleNamespace(
        table=lambda name: held if name == "answers" else None, disconnect=lambda: asked.append("-")
    )

    def connect(url: str) -> Any:
        asked.append(url)
        return backend

    monkeypatch.setitem(__import__("sys").modules, "ibis", SimpleNamespace(connect=connect, __spec__=object()))
    assert given(f"postgres://lead:{PASSWORD}@db/labels::answers") == [3, 4]
    assert asked == [f"postgres://lead:{PASSWORD}@db/labels", "-"]


def test_duckdb_prints_nothing_into_what_is_printed(parts: Path, tmp_path: Path) -> None:
    """Of a query that takes a while it draws how far it is, on the standard output."""
    with duckdb.connect(str(tmp_path / "x.db")) as connection:
        connection.execute("CREATE TABLE answers AS SELECT 's' AS sentence")
    for named in (str(parts), f"duckdb:///{tmp_path}/x.db::answers"):
        with opened(Source(named), None, COLUMNS.names) as frame:
            said = frame.to_native().select("current_setting('enable_progress_bar')").fetchall()
            assert {row[0] for row in said} == {False}


def test_a_password_is_in_no_name_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(url: str) -> Any:
        raise RuntimeError(f"cannot connect to {url}")

    monkeypatch.setitem(__import__("sys").modules, "ibis", SimpleNamespace(connect=connect, __spec__=object()))
    for named in (
        "abfs://cont:{}@acc/x.parquet",
        "s3://b/x.parquet?secret_key={}",
        "postgres://db/labels?password={}::t",
    ):
        hidden = Source(named.format(PASSWORD))
        assert PASSWORD not in hidden.name + hidden.short + hidden.without_secrets(f"no, says {hidden.named}")
    with pytest.raises(UsageError, match="holds a mark that an address must escape"):
        given(f"postgres://bob:pa/{PASSWORD}@localhost:1/db::t")
    with pytest.raises(UsageError, match=r"holds no login: s3://bucket/x\.parquet"):
        given(f"s3://key:{PASSWORD}@bucket/x.parquet")
    source = Source(f"postgres://lead:{PASSWORD}@db/labels::answers")
    assert (source.name, source.short) == ("postgres://db/labels::answers", "answers")
    with pytest.raises(BadInput) as raised:
        given(source.named)
    assert PASSWORD not in str(raised.value)
    assert raised.value.__cause__ is None


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An S3-compatible server of this machine with the table in two objects, asked by the usual environment."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", PASSWORD)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    store = pyarrow.fs.S3FileSystem(endpoint_override=f"http://{host}:{port}", allow_bucket_creation=True)
    store.create_dir("labels")
    pq.write_table(TABLE.slice(0, 4), "labels/2026/one.parquet", filesystem=store)
    pq.write_table(TABLE.slice(4), "labels/2026/later/two.parquet", filesystem=store)
    yield server
    server.stop()


@pytest.mark.slow
@pytest.mark.parametrize("engine", [None, "polars"])
def test_an_object_store(bucket: Any, engine: str | None) -> None:
    store = pyarrow.fs.S3FileSystem(endpoint_override=os.environ["AWS_ENDPOINT_URL"])
    assert given("s3://labels/2026/one.parquet", engine) == [3, 1]
    assert given("s3://labels/2026", engine) == given("s3://labels/2026/", engine) == [3, 4]
    assert given("s3://labels/*/*.parquet", engine) == [3, 1]
    assert given("s3://labels/2026/**/*.parquet", engine) == [3, 4]
    with pytest.raises(BadInput, match="there is no Parquet file at s3://labels/2025"):
        given("s3://labels/2025", engine)
    pq.write_table(TABLE.drop(["label"]), "labels/2027/bad/one.parquet", filesystem=store)
    pq.write_table(TABLE, "labels/2027/bad/two.parquet", filesystem=store)
    with pytest.raises(BadInput, match="are not one table"):
        given("s3://labels/2027/bad", engine)
    assert (
        given("s3://labels/2027/bad/t?o.parquet", engine)
        == given("s3://labels/2027/bad/[!o]*.parquet", engine)
        == [3, 4]
    )
    bucket.stop()
    with pytest.raises(BadInput, match="s3://labels/2026 cannot be read") as raised:
        given("s3://labels/2026", engine)
    assert PASSWORD not in str(raised.value)
    bucket.start()


def test_what_is_named_as_no_file_of_this_machine_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a[1].parquet").touch()
    assert is_elsewhere("s3://b/x.parquet")
    assert is_elsewhere("parts/*.parquet")
    assert not is_elsewhere("parts/one.parquet")
    assert not is_elsewhere("a[1].parquet"), "there is a file of this very name"


@pytest.mark.parametrize(
    ("pattern", "below", "yes", "no"),
    [
        ("b/**", "b", ["b/x", "b/c/x"], ["bb/x"]),
        ("b/l?bels/[ab].parquet", "b", ["b/labels/a.parquet"], ["b/labels/c.parquet", "b/l/bels/a.parquet"]),
        ("b/x+y/*.parquet", "b/x+y", ["b/x+y/1.parquet"], ["b/xxy/1.parquet", "b/x+y/1.parquet.tmp"]),
    ],
)
def test_patterns_of_an_object_store(pattern: str, below: str, yes: list[str], no: list[str]) -> None:
    found, compiled = matching(pattern)
    assert found == below
    assert all(compiled.fullmatch(path) for path in yes)
    assert not any(compiled.fullmatch(path) for path in no)


def test_more_rows_than_memory_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pq.write_table(pa.table({"x": range(1000)}), tmp_path / "x.parquet")
    for bytes_of_memory, expected in ((4 * 200 * 1000 - 1, True), (4 * 200 * 1000, False)):
        monkeypatch.setattr("toolkit.tables.frames.sources.memory", lambda size=bytes_of_memory: size)
        assert is_beyond_memory(tmp_path / "x.parquet") is expected
    (tmp_path / "x.parquet").write_bytes(b"PAR1")
    assert not is_beyond_memory(tmp_path / "x.parquet"), "whoever reads it says what is wrong"


def test_a_container_has_less_memory_than_its_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.tables.frames.sources._LIMIT", tmp_path / "memory.max")
    of_machine = memory()
    for said, expected in (("max\n", of_machine), (f"{1 << 50}\n", of_machine), (f"{1 << 26}\n", 1 << 26)):
        (tmp_path / "memory.max").write_text(said)
        assert memory() == expected


def test_duckdb_gets_an_eighth_and_no_less_than_a_gigabyte(monkeypatch: pytest.MonkeyPatch) -> None:
    for gigabytes, expected in ((24, 3), (2, 1)):
        monkeypatch.setattr("toolkit.tables.frames.opening.memory", lambda size=gigabytes << 30: size)
        assert memory_limit() == expected << 30
