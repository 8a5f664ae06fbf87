"""An export's files on disk: whole or not at all, and the same bytes for the same tables."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from toolkit.errors import BadInput
from toolkit.export.codebook_files import is_codebook_file

INCOMING = ".incoming"
"""Folder beside the tables where new files are completed before any of them takes its place."""

_write_parquet: Callable[..., None] = pq.write_table

ROW_GROUP = 131_072
"""Rows per row group; a reader that wants part of a table skips the others."""


def write_tables(
    folder: Path, tables: Mapping[str, pa.Table], *, codebooks: Mapping[str, str] | None = None
) -> dict[str, Path]:
    """Path of each table's ``NAME.parquet`` in the folder, once all of them are safely there.

    ``codebooks`` are texts by file name, written in the same step; codebook files of a former export go.

    Every file is completed and flushed to disk beside its place before the first one takes its place, each in one
    step: whenever the program is stopped, every file is an old one or a new one, never a torn one. What a stopped run
    left behind is cleared by the next; two runs on the same folder wait for each other.

    Raises:
        BadInput: when the folder cannot be written, or has codebook files but no tables: those are somebody's own.

    """
    texts = codebooks or {}
    files = [*(f"{name}.parquet" for name in tables), *texts]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            former = _former_codebooks(folder, tables, texts)
            incoming = folder / INCOMING
            shutil.rmtree(incoming, ignore_errors=True)
            incoming.mkdir()
            for name, table in tables.items():
                _write(incoming / f"{name}.parquet", table)
            for name, text in texts.items():
                _write_text(incoming / name, text)
            _flush(incoming)
            for file in files:
                (incoming / file).replace(folder / file)
            for path in former:
                path.unlink()
            _flush(folder)
            incoming.rmdir()
    except OSError as fault:
        raise BadInput(
            f"{folder} cannot be written ({fault.strerror or fault})",
            todo="The tables that were there before still are; free the space or choose another folder.",
        ) from fault
    return {name: folder / f"{name}.parquet" for name in tables}


def _former_codebooks(folder: Path, tables: Mapping[str, pa.Table], texts: Mapping[str, str]) -> list[Path]:
    """Codebook files of a former export that this one does not replace."""
    if any((folder / f"{name}.parquet").exists() for name in tables):
        return sorted(path for path in folder.iterdir() if is_codebook_file(path.name) and path.name not in texts)
    if own := [name for name in texts if (folder / name).exists()]:
        raise BadInput(
            f"{folder} holds {', '.join(own)}, and no export put it there",
            todo="Choose a folder of its own for the export, or move the file away.",
        )
    return []


def _write(path: Path, table: pa.Table) -> None:
    with path.open("wb") as file:
        _write_parquet(
            table.combine_chunks(),
            file,
            version="2.6",
            data_page_version="1.0",
            compression="zstd",
            compression_level=3,
            use_dictionary=True,
            write_statistics=True,
            store_schema=True,
            row_group_size=ROW_GROUP,
        )
        file.flush()
        os.fsync(file.fileno())


def _write_text(path: Path, text: str) -> None:
    with path.open("wb") as file:
        file.write(text.encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else writes into this folder meanwhile; the system lets go of it even when the program is killed."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
