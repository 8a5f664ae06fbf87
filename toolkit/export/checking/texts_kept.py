"""Whether the texts of an export are those its hashes and offsets were made for, and none is there that is withheld."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

import pyarrow as pa

from toolkit.export.content.withheld import OF_ARTICLES, WORDS, n_said, withheld_columns
from toolkit.export.contract.renamed import in_todays_words
from toolkit.export.contract.schema import TableSchema

Wrong = tuple[str, int, str, str]
"""Table, row (counted from 0), column and fault."""


def wrong_texts(
    tables: Mapping[str, pa.Table], schemas: Mapping[str, TableSchema], *, text: bool, notes: bool
) -> Iterator[Wrong]:
    """Yield every text that is not what its hash or its offsets say, or is there (or not) against the manifest."""
    for name, table in tables.items():
        for column in withheld_columns(schemas[name], text=text, notes=notes):
            if n_said(table[column]):
                what = "text" if not text else "notes"
                where = _first(table[column])
                yield name, where, column, f"is there, and the manifest says that the export was made without {what}"
    for name in OF_ARTICLES if text else ():
        if name in tables and tables[name][WORDS].null_count:
            row = tables[name][WORDS].is_null().to_pylist().index(True)
            yield name, row, WORDS, "is null, and the manifest says that the export was made with text"
    for name in ("articles", "sentences"):
        if name in tables:
            yield from _not_hashed(name, tables[name])
    if "articles" in tables and "sentences" in tables:
        yield from _not_cut(tables["articles"], in_todays_words("sentences", tables["sentences"]))


def _first(values: pa.ChunkedArray) -> int:
    """The first row that says something."""
    said = (value if isinstance(value, list) else [value] for value in values.to_pylist())
    return next(row for row, each in enumerate(said) if any(one is not None for one in each))


def _not_hashed(name: str, table: pa.Table) -> Iterator[Wrong]:
    texts, hashes = table[WORDS].to_pylist(), table["sha256"].to_pylist()
    for row, (text, sha256) in enumerate(zip(texts, hashes, strict=True)):
        if text is not None and sha256 != hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest():
            yield name, row, "sha256", "is not the hash of the text"


def _not_cut(articles: pa.Table, sentences: pa.Table) -> Iterator[Wrong]:
    whole = dict(zip(articles["article_id"].to_pylist(), articles[WORDS].to_pylist(), strict=True))
    columns = (sentences[name].to_pylist() for name in ("article_id", "start_offset", "end_offset", WORDS))
    for row, (article, start, end, text) in enumerate(zip(*columns, strict=True)):
        around = whole.get(article)
        if text is not None and around is not None and around[start:end] != text:
            yield "sentences", row, WORDS, "is not what its article has at these offsets"
