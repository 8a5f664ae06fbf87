"""Who somebody is, where people wrote it: addresses, names of accounts, telephone numbers. Found, and replaced.

Looked through is what annotators and adjudicators wrote and what may quote it, not the articles themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from unicodedata import category, normalize

import pyarrow as pa

from toolkit.export.content.withheld import OF_ARTICLES, n_said
from toolkit.export.contract.schema import TableSchema

ADDRESS, NAME, NUMBER = "an e-mail address", "a name of an account", "what may be a telephone number"
_REPLACED: Final[Mapping[str, str]] = {ADDRESS: "[e-mail address]", NAME: "[name]", NUMBER: "[telephone number]"}

# What comes before and after is bounded everywhere: a long note is looked through in no time, whatever it holds.
_LOCAL: Final = r"[^\s@<>()\[\],;:]{1,64}"
_ANY_ADDRESS: Final = re.compile(
    rf"{_LOCAL}@[\w-][\w.-]{{0,250}}"  # also without a dot: at a machine's name, or cut short
    rf"|{_LOCAL} {{0,2}}(?:@|[\[(]at[\])]) {{0,2}}[\w-]{{1,60}}(?:\.[\w-]{{1,60}}){{1,5}}",
    re.IGNORECASE,
)
_DIGITS: Final = re.compile(r"(?<![\w@/-])(?<!\d[.,])(?:\+|\(|)\d[\d ()./-]{5,60}\d(?!\d)")
_FEWEST, _MOST = 7, 15
"""Digits of a telephone number; E.164 allows 15."""
_YEAR: Final = r"(?:1[5-9]|20)\d\d"
_DATE: Final = re.compile(
    rf"\d{{4}}-\d\d?-\d\d?|\d\d?[./-]\d\d?[./-]\d{{2,4}}|{_YEAR} ?[-/] ?{_YEAR}|{_YEAR}[01]\d[0-3]\d|\d+ \({_YEAR}\)?"
)
_THOUSANDS: Final = re.compile(r"[1-9]\d{0,1}(?: \d{3}){2}|[1-9]\d{0,2}(?:\.\d{3})+")
_NOBODY: Final = frozenset(
    [
        "admin", "annotator", "coder", "contact", "desk", "hello", "info", "lead", "mail", "news", "office", "press",
        "student", "support", "team", "test",
    ]
)  # fmt: skip
"""What accounts are called that are nobody's own."""
_SHORT = 5
"""Letters up to which an account's name may be an ordinary word, and is looked for only as names are written."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something identifying: the table, the row (counted from 0), the column, and what it is; never the words."""

    table: str
    row: int
    column: str
    what: str


class Identifying:
    """Finds what says who somebody is, given the addresses of the people of a study.

    Of an address its part before the ``@`` is taken for the name of the account, however its parts are joined, and each
    part by itself where it is written as names are: with a capital, in capitals, or after an ``@``. What stands for
    nobody, as ``press``, is no name.
    """

    def __init__(self, addresses: Iterable[str]) -> None:
        whole, single = set[str](), set[str]()
        for address in addresses:
            local = _plainly(address.partition("@")[0])[0].casefold()
            parts = [part for part in re.split(r"[\W_]+", local) if part]
            if local and (len(parts) > 1 or len(local) > _SHORT or not local.isalpha()) and local not in _NOBODY:
                whole.add(r"[\W_]{0,3}".join(map(re.escape, parts)))
            single |= {part for part in parts if len(part) > 2 and part.isalpha() and part not in _NOBODY}
        capital = {form for part in single for form in (part.capitalize(), part.upper())}
        self._names = (
            _any(whole, r"(?<!\w)", re.IGNORECASE),
            _any(map(re.escape, capital), r"(?<!\w)", re.NOFLAG),
            _any(map(re.escape, single), r"(?<![\w.])@", re.IGNORECASE),
        )

    def __call__(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield where each begins and ends and what it is, in order and apart from each other."""
        plain, at = _plainly(text)
        places = []
        if "@" in plain or "at" in plain:
            places += [(*match.span(), ADDRESS) for match in _ANY_ADDRESS.finditer(plain)]
        places += [(*match.span(), NAME) for names in self._names if names for match in names.finditer(plain)]
        places += [(*match.span(), NUMBER) for match in _DIGITS.finditer(plain) if _has_number(match[0])]
        end = 0
        for start, stop, what in sorted(places, key=lambda place: (place[0], -place[1])):
            if start >= end:
                yield at[start], at[stop - 1] + 1, what
                end = stop

    def replaced(self, text: str) -> str:
        """Return the text with what it is in place of each.

        >>> Identifying(["anna.keller@example.org"]).replaced("Ask Anna Keller, 030 1234567, or ak@example.org")
        'Ask [name], [telephone number], or [e-mail address]'
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

    replaced = cache(identifying.replaced)  # few texts repeat many times

    def said(value: Any) -> Any:
        if isinstance(value, list):
            return [said(each) for each in value]
        return replaced(value) if value is not None else None

    return table.set_column(at, field, pa.array(map(said, table[column].to_pylist()), field.type))


def _plainly(text: str) -> tuple[str, Sequence[int]]:
    """The text as it looks: one form of every character, spaces and dashes alike, nothing that is not seen; and where
    in the text each character stands. Line breaks that a message wrote out are spaces as well.
    """
    written = re.sub(r"\\[nrt]", "  ", text)
    if written.isascii() and not re.search(r"[\n\r\t]", written):
        return written, range(len(written))
    characters, at = [], []
    for place, character in enumerate(written):
        kind = category(character)
        if kind in {"Cf", "Mn"}:
            continue
        form = " " if kind in {"Zs", "Cc"} else "-" if kind == "Pd" else normalize("NFKD", character)[:1]
        characters.append(form)
        at.append(place)
    return "".join(characters), at


def _has_number(text: str) -> bool:
    """Whether some digits may be a telephone number: of a row of several each is looked at by itself."""
    if _DATE.fullmatch(text):
        return False
    if sum(character.isdigit() for character in text) > _MOST:
        return any(_is_number(part) for part in re.split(r" ?/ ?| {2,}", text))
    return _is_number(text)


def _is_number(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    if not _FEWEST <= digits <= _MOST or _DATE.fullmatch(text) or _THOUSANDS.fullmatch(text):
        return False
    return text[0] in "+(0" or len(re.findall(r"\d+", text)) > 1 or digits > _FEWEST


def _any(patterns: Iterable[str], before: str, flags: re.RegexFlag) -> re.Pattern[str] | None:
    joined = "|".join(sorted(patterns, key=lambda pattern: (-len(pattern), pattern)))
    return re.compile(rf"{before}(?:{joined})(?!\w)", flags) if joined else None
