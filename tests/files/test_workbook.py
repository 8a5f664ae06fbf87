"""A workbook as the format's own XML has it: text stays text, and what it needs is said where that is missing."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest

from tests.expected import absent
from toolkit.errors import UsageError
from toolkit.files.workbook import LONGEST_CELL, workbook

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def writer() -> None:
    if find_spec("xlsxwriter") is None:
        absent("xlsxwriter", "XlsxWriter is not installed: it comes with the extra xlsx")


def cells(data: bytes) -> list[list[str | float]]:
    """What a reader of the format sees: strings from the table of shared ones, numbers as they stand."""
    with ZipFile(io.BytesIO(data)) as book:
        shared = [
            "".join(text.text or "" for text in item.iter(f"{_MAIN}t"))
            for item in ET.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert not list(sheet.iter(f"{_MAIN}f"))  # no formula
    rows = []
    for row in sheet.iter(f"{_MAIN}row"):
        values: list[str | float] = []
        for cell in row:
            value = cell.find(f"{_MAIN}v")
            if value is not None and value.text is not None:
                values.append(shared[int(value.text)] if cell.get("t") == "s" else float(value.text))
        rows.append(values)
    return rows


def made(*rows: Mapping[str, object]) -> bytes:
    return workbook(rows, sheet="a sheet", widths={"text": 60})


@pytest.mark.usefixtures("writer")
def test_rows_under_a_header() -> None:
    data = made({"text": "=1+1", "n": 2, "yes": True}, {"text": "@x", "n": 0.5, "yes": False})
    assert cells(data) == [["text", "n", "yes"], ["=1+1", 2, "yes"], ["@x", 0.5, "no"]]


@pytest.mark.usefixtures("writer")
def test_the_same_rows_are_the_same_bytes() -> None:
    assert made({"text": "a"}) == made({"text": "a"})


@pytest.mark.usefixtures("writer")
def test_addresses_are_links_and_too_long_a_text_is_cut() -> None:
    data = made({"link": "https://example.org/data?task=1", "text": "x" * (LONGEST_CELL + 1)})
    with ZipFile(io.BytesIO(data)) as book:
        assert b"https://example.org/data?task=1" in book.read("xl/worksheets/_rels/sheet1.xml.rels")
    assert cells(data)[1] == ["https://example.org/data?task=1", "x" * (LONGEST_CELL - 1) + "…"]


def test_without_the_package_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(UsageError, match=r'pip install "intercoder\[xlsx\]"'):
        made({"text": "a"})
