"""Plain text: a file is an article, kept exactly as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from toolkit.corpus.columns import ColumnMapping
from toolkit.corpus.drafts import Draft, from_file
from toolkit.corpus.readers._decoding import whole_file
from toolkit.corpus.readers._paths import printable
from toolkit.errors import Fault

SUFFIXES = (".txt",)


def read(
    path: Path,
    *,
    columns: ColumnMapping,  # noqa: ARG001 - a text file has none
    on_bytes: Callable[[int], None],  # noqa: ARG001 - it is read in one go
) -> Iterator[Draft | Fault]:
    """Yield the article of a text file."""
    text = whole_file(path)
    yield from_file(printable(path), path.stem, text=text) if isinstance(text, str) else text
