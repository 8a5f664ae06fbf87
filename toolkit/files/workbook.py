"""One table as an Excel workbook: text stays text, whatever it begins with; numbers are numbers, addresses links."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime

from toolkit.errors import UsageError

LONGEST_CELL = 32_767
"""Characters a cell holds, by Excel's specification; a longer text ends in an ellipsis."""
MOST_ROWS = 1_048_575
"""Rows a sheet holds beside its header."""
MOST_LINKS = 65_530
"""Links a sheet holds; further addresses stand there as text."""

_MADE = datetime(1980, 1, 1)  # noqa: DTZ001 - a workbook says no time zone; and the same rows are the same bytes


def workbook(rows: Sequence[Mapping[str, object]], *, sheet: str, widths: Mapping[str, int]) -> bytes:
    """Return a workbook of one sheet, with a header that stays in view and filters; columns are those of the first row.

    ``widths`` are characters a column shows; where it is more than 40, text is wrapped. Raise ``UsageError`` where the
    package that writes workbooks is missing, or there are more rows than a sheet holds.
    """
    try:
        from xlsxwriter import Workbook  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        raise UsageError(
            "an Excel workbook needs one package more",
            todo='Install it with: pip install "intercoder[xlsx]"; or take CSV, which spreadsheets open as well.',
        ) from None
    if len(rows) > MOST_ROWS:
        raise UsageError(f"{len(rows):,} rows are more than a sheet holds ({MOST_ROWS:,})", todo="Take CSV instead.")
    made = io.BytesIO()
    book = Workbook(made, {"in_memory": True})
    book.set_properties({"created": _MADE})
    page = book.add_worksheet(sheet)
    names = list(rows[0]) if rows else []
    bold, wrapped, plain = (
        book.add_format({"valign": "top", **more}) for more in ({"bold": True}, {"text_wrap": True}, {})
    )
    formats = {name: wrapped if widths.get(name, 0) > _WIDE else plain for name in names}
    for column, name in enumerate(names):
        page.set_column(column, column, widths.get(name, 16), formats[name])
        page.write_string(0, column, name, bold)
    n_links = 0
    for place, row in enumerate(rows, start=1):
        for column, name in enumerate(names):
            value = row.get(name)
            if isinstance(value, bool) or (isinstance(value, str) and value):
                text = ("yes" if value else "no") if isinstance(value, bool) else _fitting(str(value))
                if text.startswith(("http://", "https://")) and n_links < MOST_LINKS and " " not in text:
                    n_links += 1
                    page.write_url(place, column, text)
                else:
                    page.write_string(place, column, text, formats[name])
            elif isinstance(value, int | float):
                page.write_number(place, column, value, formats[name])
    if names:
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, len(rows), len(names) - 1)
    book.close()
    return made.getvalue()


_WIDE = 40


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
