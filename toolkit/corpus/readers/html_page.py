"""A saved web page: its main text, without menus, advertisements and comments, and what it says of itself.

trafilatura finds the text and the description; it is given the page and nothing else, and fetches nothing. Each
paragraph of the text it returns is one line, and offsets count in that text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from toolkit.corpus.columns import ColumnMapping
from toolkit.corpus.drafts import Draft, from_file
from toolkit.corpus.readers._decoding import whole_file
from toolkit.corpus.readers._paths import printable
from toolkit.errors import Fault

SUFFIXES = (".html", ".htm")

LARGEST_PAGE = 20_000_000
"""Bytes of a page, scripts and styles included."""


_STUMBLES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What trafilatura and those it asks raise over markup they did not expect: there is no class of their own to catch."""

_LANGUAGE = re.compile(r"""<html\b[^>]{0,2000}?\slang\s*=\s*["']?([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)""", re.IGNORECASE)


def read(
    path: Path,
    *,
    columns: ColumnMapping,  # noqa: ARG001 - a page has none
    on_bytes: Callable[[int], None],  # noqa: ARG001 - it is read in one go
) -> Iterator[Draft | Fault]:
    """Yield the article of a saved page."""
    page = whole_file(path, most_bytes=LARGEST_PAGE)
    place = printable(path)
    if isinstance(page, Fault):
        yield page
        return
    if not page.strip():
        yield Fault(place, "empty: there is no text")
        return

    try:
        from trafilatura import bare_extraction  # noqa: PLC0415 - half a second that only web pages cost
        from trafilatura.settings import Document  # noqa: PLC0415 - as above
    except ModuleNotFoundError:
        yield Fault(place, 'web pages need one package more: pip install "intercoder[html]"; or save its text as .txt')
        return

    try:
        found = bare_extraction(
            page,
            include_comments=False,
            include_tables=False,
            deduplicate=False,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except _STUMBLES as stumble:
        yield Fault(place, f"this page cannot be taken apart ({type(stumble).__name__}); save its text as .txt")
        return
    if not isinstance(found, Document) or not (found.text or "").strip():
        yield Fault(place, "no sentences: no main text was found in this page")
        return
    yield from_file(
        place,
        path.stem,
        text=found.text,
        title=found.title,
        outlet=found.sitename or found.hostname,
        url=found.url,
        author=found.author,
        published=found.date,
        language=found.language or _language(page),
    )


def _language(page: str) -> str | None:
    """Language the page says it is written in."""
    said = _LANGUAGE.search(page)
    return said[1] if said else None
