"""A table opened on an engine: Parquet files of this machine or of an object store, a table of a database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from glob import escape, has_magic
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.dataset
import pyarrow.fs
import pyarrow.parquet

from toolkit.errors import BadInput, UsageError
from toolkit.tables.frames.alike import check_alike
from toolkit.tables.frames.sources import (
    NAME_FILES,
    TABLE,
    Source,
    files_of,
    is_hidden,
    is_parquet,
    matching,
    memory,
)
from toolkit.tables.frames.spill import spill_folder

ENGINES = ("duckdb", "polars", "spark")
SHARE_OF_MEMORY = 8
"""DuckDB gets one part in so many of the machine's memory, and no less than a gigabyte; the rest goes to disk."""

_LEAST = 1 << 30
_UNESCAPED = "/?#@"
_IN_A_FILE = ("duckdb", "sqlite")

Columns = Sequence[str]
"""The columns that are asked for: they must be the same in every file."""


@contextmanager
def opened(source: Source, engine: str | None, columns: Columns) -> Iterator[nw.LazyFrame[Any]]:
    """Open a table on an engine: DuckDB, where nothing is said.

    Raise UsageError where the engine is not installed, or cannot read this; BadInput where nothing is there, or the
    ``columns`` of several files are not alike.
    """
    engine = engine or "duckdb"
    if source.is_table:
        if engine != "duckdb":
            raise UsageError(f"{source.name} is a table that {engine} does not read", todo="Leave out `engine=`.")
        with _database(source) as table:
            yield table
        return
    check_installed(engine)
    if source.login:
        raise UsageError(
            f"an address of an object store holds no login: {source.name}",
            todo="Say who you are in the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY …",
        )
    opening: dict[str, Callable[[Source, Columns], Any]] = {"duckdb": _duckdb, "polars": _polars, "spark": _spark}
    with opening[engine](source, columns) as frame:
        yield frame


def check_installed(engine: str) -> None:
    """Raise UsageError where the packages of the engine are not there, or there is no such engine."""
    if engine not in ENGINES:
        raise UsageError(f"there is no engine {engine!r}", todo=f"Engines are {', '.join(ENGINES)}.")
    package = {"spark": "pyspark"}.get(engine, engine)
    if find_spec("narwhals") is None or find_spec(package) is None:
        extra = "spark" if engine == "spark" else "engines"
        and_polars = " polars" if engine == "polars" else ""
        raise UsageError(
            f"{engine} is not installed here", todo=f"Install it: pip install 'intercoder[{extra}]'{and_polars}"
        )


@contextmanager
def _duckdb(source: Source, columns: Columns) -> Iterator[nw.LazyFrame[Any]]:
    import duckdb

    with duckdb.connect() as connection, _within_memory(connection):
        if source.scheme:
            yield nw.from_native(connection.from_arrow(_dataset(source, columns)))
        else:
            files = _alike_files(source, columns)
            yield nw.from_native(connection.read_parquet([escape(file) for file in files]))


@contextmanager
def _within_memory(connection: Any) -> Iterator[None]:
    """A connection that says nothing by itself, takes no more than its share, and has a folder for the rest."""
    with spill_folder() as spill:
        folder = str(spill).replace("'", "''")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET enable_progress_bar = false")  # it would stand in what is printed
        connection.execute(f"SET temp_directory = '{folder}'")
        connection.execute(f"SET memory_limit = '{memory_limit() >> 20}MiB'")
        yield
        connection.close()  # before the folder goes


def memory_limit() -> int:
    """Return how many bytes of memory DuckDB gets."""
    return max(memory() // SHARE_OF_MEMORY, _LEAST)


@contextmanager
def _polars(source: Source, columns: Columns) -> Iterator[nw.LazyFrame[Any]]:
    import polars as pl

    if source.scheme:
        yield nw.from_native(pl.scan_pyarrow_dataset(_dataset(source, columns)))
        return
    files = _alike_files(source, columns)
    there = pyarrow.parquet.read_schema(files[0]).names
    chosen = [pl.scan_parquet(file, glob=False).select(name for name in columns if name in there) for file in files]
    yield nw.from_native(pl.concat(chosen) if all(name in there for name in columns) else pl.scan_parquet(files[0]))


@contextmanager
def _spark(source: Source, columns: Columns) -> Iterator[nw.LazyFrame[Any]]:
    """On the session that runs, the one ``SPARK_REMOTE`` or ``MASTER`` names, or one of this machine's own."""
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    session = running or SparkSession.builder.appName("intercoder").getOrCreate()
    try:
        files = [source.named] if source.scheme else [escape(file) for file in _alike_files(source, columns)]
        yield nw.from_native(session.read.parquet(*files))
    finally:
        if running is None:
            session.stop()


def _alike_files(source: Source, columns: Columns) -> list[str]:
    files = files_of(source)
    try:
        check_alike({file: pyarrow.parquet.read_schema(file) for file in files}, columns, source.name)
    except (pa.ArrowException, OSError) as problem:
        raise BadInput(f"{source.name} cannot be read: {problem}", todo="Write it anew.") from problem
    return files


@contextmanager
def _database(source: Source) -> Iterator[nw.LazyFrame[Any]]:
    url, _, table = source.named.rpartition(TABLE)
    if not url or not table:
        raise UsageError(
            f"{source.name} does not say which table", todo=f"As in duckdb:///file.db{TABLE}answers, after two colons."
        )
    if source.scheme in _IN_A_FILE:
        path = Path(source.path.rpartition(TABLE)[0].removeprefix("/"))
        if not path.is_file():
            raise BadInput(
                f"there is no file {path}", todo="Three slashes come before a path from here, four before /."
            )
    if source.scheme == "duckdb":
        with _duckdb_table(path, table) as frame:
            yield frame
        return
    if any(mark in source.login for mark in _UNESCAPED):
        raise UsageError(
            f"the login of {source.name} holds a mark that an address must escape",
            todo="/ is %2F there, @ is %40, ? is %3F and # is %23.",
        )
    if find_spec("ibis") is None:
        raise UsageError(
            f"{source.scheme} is read through Ibis, which is not installed here",
            todo=f"Install it: pip install 'intercoder[engines]' 'ibis-framework[{source.scheme}]'",
        )
    import ibis

    try:
        held = ibis.connect(url)
        frame = nw.from_native(held.table(table))
    except Exception as problem:  # noqa: BLE001 - every database has errors of its own
        said = (str(problem).strip().splitlines() or [type(problem).__name__])[0]
        raise BadInput(
            f"{source.name} cannot be opened: {source.without_secrets(said)}",
            todo="Check the address, and that the table is there.",
        ) from None  # the address it was called with stands in the other's frames
    try:
        yield frame
    finally:
        held.disconnect()


@contextmanager
def _duckdb_table(path: Path, table: str) -> Iterator[nw.LazyFrame[Any]]:
    check_installed("duckdb")
    import duckdb

    try:
        with duckdb.connect(str(path), read_only=True) as connection, _within_memory(connection):
            yield nw.from_native(connection.table(table))
    except duckdb.Error as problem:
        raise BadInput(
            f"{path} cannot be read: {str(problem).splitlines()[0]}", todo="Check the table's name."
        ) from problem


def _dataset(source: Source, columns: Columns) -> Any:
    """The Parquet files of an object store, by the usual environment: AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL …"""
    try:
        filesystem, path = _store(source)
        files = _stored(filesystem, path)
        if files:
            schemas = {file: pyarrow.parquet.read_schema(file, filesystem=filesystem) for file in files}
            check_alike(schemas, columns, source.name)
            return pyarrow.dataset.dataset(files, filesystem=filesystem, format="parquet")
    except (OSError, ValueError, pa.ArrowException) as problem:
        said = source.without_secrets(str(problem).splitlines()[0])
        raise BadInput(
            f"{source.name} cannot be read: {said}", todo="Check the address and the credentials."
        ) from problem
    raise BadInput(f"there is no Parquet file at {source.name}", todo=NAME_FILES)


def _store(source: Source) -> tuple[Any, str]:
    if source.scheme != "s3":
        before = next((place for place, letter in enumerate(source.path) if has_magic(letter)), None)
        filesystem, path = pyarrow.fs.FileSystem.from_uri(f"{source.scheme}://{source.path[:before]}")
        return filesystem, path + ("" if before is None else source.path[before:])
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return pyarrow.fs.S3FileSystem(endpoint_override=endpoint, region=region), source.path


def _stored(filesystem: Any, path: str) -> Sequence[str]:
    kind = filesystem.get_file_info(path).type
    if kind is pyarrow.fs.FileType.File:  # also where its name looks like a pattern
        return [path]
    if has_magic(path) and kind is pyarrow.fs.FileType.NotFound:
        below, pattern = matching(path)
    else:
        below, pattern = path.rstrip("/"), None
    found = filesystem.get_file_info(pyarrow.fs.FileSelector(below, recursive=True, allow_not_found=True))
    files = [one.path for one in found if one.type is pyarrow.fs.FileType.File and is_parquet(one.path)]
    seen = [file for file in files if not is_hidden(PurePosixPath(file).relative_to(below).parts)]
    return sorted(file for file in seen if pattern is None or pattern.fullmatch(file))
