"""The tables of a version some articles at a time, all that was said of them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from toolkit.files.arrays import IntArray

pc: Any = pyarrow.compute
"""Its functions are made when it is imported, so that a type checker cannot see them."""

ARTICLE = "article_id"
_UNKNOWN = -1


def by_articles(files: Mapping[str, Path], *, rows: int) -> Iterator[dict[str, pa.Table]] | None:
    """Return the tables in pieces of about so many ``rows``, cut between articles; tables that are of no article are
    there in each piece.

    Rows that name no article, of annotations on no sentence, are the last piece. None where a large table does not have
    its rows in the order of the articles, as every table has that was written here.
    """
    articles = pq.read_table(files["articles"], columns=[ARTICLE])[ARTICLE].combine_chunks()
    if not len(articles):
        return None
    whole: dict[str, pa.Table] = {}
    moved: dict[str, pa.Table] = {}
    ends: dict[str, IntArray] = {}
    for name, path in files.items():
        if ARTICLE not in pq.read_schema(path).names:
            whole[name] = pq.read_table(path)
            continue
        places = _places(path, articles)
        if (np.diff(places) < 0).any():  # decisions go by round first; there are few
            if len(places) > rows:
                return None
            moved[name] = pq.read_table(path).take(pa.array(np.argsort(places, kind="stable")))
        ends[name] = np.cumsum(np.bincount(places, minlength=len(articles)))
    so_far = np.sum(list(ends.values()), axis=0)
    last = np.flatnonzero(np.diff(so_far // rows, append=so_far[-1] // rows + 1))
    cuts = {
        name: _cut_table(moved[name], of[last]) if name in moved else _cut_file(files[name], of[last])
        for name, of in ends.items()
    }
    return _pieces(cuts, whole)


def _pieces(cuts: Mapping[str, Iterator[pa.Table]], whole: Mapping[str, pa.Table]) -> Iterator[dict[str, pa.Table]]:
    loose: dict[str, list[pa.Table]] = {name: [] for name in cuts}
    for tables in zip(*cuts.values(), strict=True):
        piece = dict(whole)
        for name, table in zip(cuts, tables, strict=True):
            named = table[ARTICLE].is_valid()
            piece[name] = table.filter(named)
            loose[name].append(table.filter(pc.invert(named)))
        yield piece
    yield {**whole, **{name: pa.concat_tables(rows) for name, rows in loose.items()}}


def _places(path: Path, articles: pa.Array) -> IntArray:
    """The article of each row, as its place among all of them; of a row that names none that of the row before."""
    found: list[IntArray] = [np.zeros(1, np.int64)]
    with pq.ParquetFile(path) as stored:
        for batch in stored.iter_batches(columns=[ARTICLE]):
            place = pc.index_in(batch.column(0), value_set=articles).fill_null(_UNKNOWN).to_numpy().astype(np.int64)
            known = np.where(place == _UNKNOWN, 0, np.arange(1, len(place) + 1))
            before = np.maximum.accumulate(known)  # the last row so far that names one, counted from 1
            found.append(np.where(before > 0, place[before - 1], found[-1][-1:]))
    return np.concatenate(found)[1:]


def _cut_table(table: pa.Table, ends: IntArray) -> Iterator[pa.Table]:
    start = 0
    for end in ends.tolist():
        yield table.slice(start, end - start)
        start = end


def _cut_file(path: Path, ends: IntArray) -> Iterator[pa.Table]:
    with pq.ParquetFile(path) as stored:
        held, start = stored.schema_arrow.empty_table(), 0
        batches = stored.iter_batches(batch_size=16_384)
        for end in ends.tolist():
            while held.num_rows < end - start:
                held = pa.concat_tables([held, pa.Table.from_batches([next(batches)], held.schema)])
            yield held.slice(0, end - start)
            held, start = held.slice(end - start), end
