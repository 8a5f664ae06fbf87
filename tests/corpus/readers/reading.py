"""Files made for a test, read: what came of them, and what was complained of."""

from __future__ import annotations

from pathlib import Path

from toolkit.corpus.article import Article
from toolkit.corpus.readers import ColumnMapping, ReadResult, read_articles

TEXT = "The council met on Monday. Nobody spoke."


def read(*paths: str | Path, **columns: str) -> ReadResult:
    return read_articles(paths, columns=ColumnMapping(**columns))


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def only(result: ReadResult) -> Article:
    assert result.faults == ()
    (drafted,) = result.articles
    return drafted.article


def complaints(result: ReadResult, path: Path) -> list[str]:
    """Faults with the file's folder left out of their places."""
    return [str(fault).replace(f"{path.parent}/", "") for fault in result.faults]


def complaint(result: ReadResult, path: Path) -> str:
    (said,) = complaints(result, path)
    return said
