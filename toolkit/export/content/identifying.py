"""Who somebody is, where people wrote it: addresses, names of accounts, telephone numbers. Found, and replaced.

Looked through is what annotators and adjudicators wrote and what may quote it, not the articles themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from toolkit.export.content.withheld import OF_ARTICLES, n_said
from toolkit.export.contract.schema import TableSchema

ADDRESS, NAME, NUMBER = "an e-mail address", "a name of an account", "what may be a telephone number"
_REPLACED: Final[Mapping[str, str]] = {ADDRESS: "[e-mail address]", NAME: "[name]", NUMBER: "[telephone number]"}
_ANY_ADDRESS: Final = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_DIGITS: Final = r"(?<![\w.,@/-])(?:\+|\(|)\d[\d ()./-]{5,}\d(?![\w@/-])"
_NOBODY: Final = frozenset(
    [
        "admin", "annotator", "coder", "contact", "desk", "hello", "info", "lead", "mail", "news", "office", "press",
        "student", "support", "team", "test",
    ]
)  # fmt: skip
"""What accounts are called that are nobody's own."""
_FEWEST, _MOST = 7, 15
"""Digits of a telephone number; E.164 allows 15."""
_DATE: Final = re.compile(r"\d{4}-\d\d?-\d\d?|\d\d?[./-]\d\d?[./-]\d{2,4}|\d{4} ?[-/] ?\d{4}|\d+ \(\d{4}\)?")
_THOUSANDS: Final = re.compile(r"[1-9]\d{0,2}(?:[ .]\d{3})+")


@dataclass(frozen=True, slots=True)
class Found:
    """Something identifying: the table, the row (counted from 0), the column, and what it is; never the words."""

    table: str
    row: int
    column: str
    what: str


class Identifying:
    """Finds what says who somebody is, given the addresses of the people of a study.

    Of an address its part before the ``@`` is taken for the name of the account: where that has several parts, as in
    ``anna.keller``, however they are joined; else where it is written as names are, with a capital. What stands for
    nobody, as ``press``, is no name.
    """

    def __init__(self, addresses: Iterable[str]) -> None:
        several, single = set[str](), set[str]()
        for address in addresses:
            parts = [part for part in re.split(r"[\W_\d]+", address.partition("@")[0]) if len(part) > 1]
            if len(parts) > 1:
                several.add(r"[\W_]+".join(map(re.escape, parts)))
            elif parts and len(parts[0]) > 2 and parts[0].lower() not in _NOBODY:
                single.add(re.escape(parts[0][:1].upper() + parts[0][1:].lower()))
        self._names = _any(several, re.IGNORECASE), _any(single, re.NOFLAG)

    def __call__(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield where each begins and ends and what it is, in order and apart from each other."""
        places = [(*match.span(), ADDRESS) for match in re.finditer(_ANY_ADDRESS, text)]
        places += [(*match.span(), NAME) for names in self._names if names for match in names.finditer(text)]
        places += [(*match.span(), NUMBER) for match in re.finditer(_DIGITS, text) if _is_number(match[0])]
        end = 0
        for start, stop, what in sorted(places, key=lambda place: (place[0], -place[1])):
            if start >= end:
                yield start, stop, what
                end = stop

    def replaced(self, text: str) -> str:
        """Return the text with what it is in place of each.

        >>> Identifying(["anna.keller@example.org"]).replaced("Ask Anna Keller, 030 1234567, or ak@example.org.")
        'Ask [name], [telephone number], or [e-mail address].'
        """
        parts, end = [], 0
        for start, stop, what in self(text):
            parts += [text[end:start], _REPLACED[what]]
            end = stop
        return "".join([*parts, text[end:]])


def looked_through(schemas: Mapping[str, TableSchema]) -> Iterator[tuple[str, str]]:
    """Yield table and column of everything that people wrote, or that may quote it."""
    for name, schema in schemas.items():
        if name not in OF_ARTICLES:
            yield from ((name, each.name) for each in schema.columns if each.contains in ("article text", "free text"))


def found_in(
    tables: Mapping[str, pa.Table], schemas: Mapping[str, TableSchema], identifying: Identifying
) -> Iterator[Found]:
    """Yield everything identifying in what people wrote."""
    kinds: dict[str, list[str]] = {}  # few texts repeat many times
    for name, column in looked_through(schemas):
        values = tables[name][column]
        for row, value in enumerate(values.to_pylist() if n_said(values) else ()):
            for text in value if isinstance(value, list) else [value]:
                if text is not None and text not in kinds:
                    kinds[text] = [what for _, _, what in identifying(text)]
                yield from (Found(name, row, column, what) for what in kinds.get(text, ()))


def redacted(
    tables: Mapping[str, pa.Table], found: Iterable[Found], identifying: Identifying
) -> tuple[dict[str, pa.Table], dict[str, int]]:
    """Return the tables with what was found replaced, and how many replacements there are by table and column."""
    kept, counts = dict(tables), dict[str, int]()
    for one in found:
        place = f"{one.table}.{one.column}"
        counts[place] = counts.get(place, 0) + 1
    for place in counts:
        name, _, column = place.partition(".")
        kept[name] = _replacing(kept[name], column, identifying)
    return kept, counts


def _replacing(table: pa.Table, column: str, identifying: Identifying) -> pa.Table:
    at = table.schema.get_field_index(column)
    field = table.schema.field(at)

    def said(value: Any) -> Any:
        if isinstance(value, list):
            return [said(each) for each in value]
        return identifying.replaced(value) if value is not None else None

    return table.set_column(at, field, pa.array(map(said, table[column].to_pylist()), field.type))


def _is_number(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    if not _FEWEST <= digits <= _MOST or _DATE.fullmatch(text) or _THOUSANDS.fullmatch(text):
        return False
    return text[0] in "+(0" or len(re.findall(r"\d+", text)) > 1 or digits > 8


def _any(patterns: Iterable[str], flags: re.RegexFlag) -> re.Pattern[str] | None:
    joined = "|".join(sorted(patterns))
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)", flags) if joined else None
