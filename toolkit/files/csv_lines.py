"""Lines of CSV as they are handed out: what a spreadsheet would run is made inert."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

_QUOTED_BREAKS = "\r\n"
"""Before Python 3.13 the csv module quotes only the line breaks it writes itself: so it is told both."""
_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def csv_line(fields: Iterable[object]) -> str:
    """Return one record with its line break.

    >>> csv_line(["a", 1.5, None]).strip()
    'a,1.5,'
    """
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator=_QUOTED_BREAKS).writerow(fields)
    return line.getvalue().removesuffix(_QUOTED_BREAKS) + "\n"


def inert(text: str) -> str:
    """Return a text behind an apostrophe where a spreadsheet would run it; a number written as text stays one: -1.5.

    >>> [inert(text) for text in ("=A1", "-1.5", "- no", "a=b")]
    ["'=A1", '-1.5', "'- no", 'a=b']
    """
    return f"'{text}" if text.startswith(_RUN_BY_SPREADSHEETS) and not _NUMBER.fullmatch(text) else text
