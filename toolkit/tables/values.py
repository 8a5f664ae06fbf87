"""The values of a long table's value column, read at a level: codes on a scale, or numbers, or sets of codes."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite

import numpy as np
import pyarrow as pa

from toolkit.agreement.ratings import MISSING
from toolkit.errors import UsageError
from toolkit.files.arrays import BoolArray, IntArray
from toolkit.tables.columns import (
    CodedColumn,
    as_numbers,
    coded_column,
    is_list,
    one_array,
    shown,
)
from toolkit.tables.spelling import by_size, is_number, key_of, listed_once, text_of

CATEGORICAL = ("nominal", "ordinal", "taxonomy", "table")
NUMERIC = ("interval", "ratio")
LEVELS = (*CATEGORICAL, *NUMERIC, "set")

NO_ANSWER = -1
"""Code of a row without a value."""
FIRST_MISSING = -2
"""Code of a row whose value is the first of those that mean missing (the next one's is below, and so on): an answer,
but none that can be compared."""

_WHOLE = re.compile(r"[+-]?\d+(\.0*)?", re.ASCII)
_LARGEST_EXACT = 2**53
_BITS = 62
_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRules:
    """How values are to be read: their level, what may occur, what means missing, and how sets are written in text.

    Raise UsageError on an unknown level, ``table`` without categories, an order beside categories, and a separator
    where there are no sets.
    """

    level: str
    order: Sequence[Hashable] = ()
    categories: Sequence[Hashable] = ()
    missing: Sequence[Hashable] = ()
    set_separator: str | None = None

    def __post_init__(self) -> None:
        if self.level == "span":
            raise UsageError("spans are not single values", todo="Name the columns of their start, end and length.")
        if self.level not in LEVELS:
            raise UsageError(f"there is no level {self.level!r}", todo=f"Levels are {', '.join(LEVELS)} and span.")
        if self.order and self.categories:
            raise UsageError("an order is already a list of categories", todo="Give one of `order=` and `categories=`.")
        if self.level == "table" and not self.categories:
            raise UsageError("level table needs a table of distances", todo="Name its file: `distances=FILE`.")
        if self.set_separator is not None and self.level != "set":
            raise UsageError(f"level {self.level} has no sets to separate", todo="Categories in sets are `level=set`.")
        if self.set_separator == "":
            raise UsageError("the separator of sets is empty", todo='Give one, for example `set_separator="|"`.')

    @property
    def listed(self) -> tuple[str, ...]:
        """What may occur, as text, without what means missing; empty where it is what is found.

        Raise UsageError on a category listed twice, or without a name.
        """
        texts = listed_once([text_of(value) for value in (self.order or self.categories)])
        return tuple(text for text in texts if key_of(text) not in self.missing_codes)

    @property
    def missing_texts(self) -> tuple[str, ...]:
        """What means missing, as text, each once, in the order given; empty text always does and is no code."""
        spelling: dict[str, str] = {}
        for text in filter(None, map(text_of, self.missing)):
            spelling.setdefault(key_of(text), text)
        return tuple(spelling.values())

    @property
    def missing_codes(self) -> Mapping[str, int]:
        """The code of each value that means missing, by what it is compared by."""
        return {key_of(text): FIRST_MISSING - place for place, text in enumerate(self.missing_texts)}


@dataclass(frozen=True, slots=True, eq=False)
class ReadValues:
    """One code per row (``NO_ANSWER``, ``FIRST_MISSING`` and below, or a place in ``values``), and what they stand for.

    ``values`` are in scale order: the listed order, else by size, numbers before text. ``wrong`` says for the codes of
    values that cannot stand there why, as a phrase; ``listed`` is what may occur, empty where nothing was listed.
    """

    code: IntArray
    values: tuple[Hashable, ...]
    wrong: Mapping[int, str]
    listed: tuple[Hashable, ...]


def read_values(column: pa.ChunkedArray, reading: ValueRules) -> ReadValues:
    """Return the values of the column at the level of the reading.

    Text is compared as text, and numbers by theirs: 1, 1.0 and ``"1"`` are one category. Null, an empty text and NaN
    among floating-point numbers are no value; ``nan`` and ``None`` as text are categories. At interval and ratio values
    are finite numbers, at ratio not below 0. Sets are lists, or text split at ``set_separator``, nothing trimmed: an
    empty list is the empty set, and so is a text that is the separator alone, because an empty field is no value. Codes
    that mean missing are taken out of a set, and a set of nothing else is missing: by the first of its codes as given.
    """
    if is_list(column.type):
        return _scaled_sets(*_sets_from_lists(one_array(column)), reading)
    coded = coded_column(column)
    if reading.level == "set":
        return _scaled_sets(coded.codes, _sets_from_text(coded, reading.set_separator), reading)
    return _numbers(coded, reading) if reading.level in NUMERIC else _categories(coded, reading)


def _categories(coded: CodedColumn, reading: ValueRules) -> ReadValues:
    merged, texts = _merged(coded.texts.listed())
    if reading.level == "ordinal" and not reading.order:
        found = sorted((text for text in texts if key_of(text) not in reading.missing_codes), key=by_size)
        named = f": {', '.join(map(shown, found))}" if 0 < len(found) <= _SHOWN else ""
        raise UsageError(
            f"level ordinal needs the order of its values, from low to high{named}",
            todo="Say it, for example `order=1,2,3`.",
        )
    code, values, wrong = _scaled(merged[coded.codes], texts, reading)
    return ReadValues(code, values, wrong, reading.listed)


def _merged(found: Sequence[str]) -> tuple[IntArray, list[str]]:
    """Which category each text is, with ``NO_ANSWER`` last; and each category's shortest spelling."""
    spelling: dict[str, str] = {}
    for text in found:
        key = key_of(text)
        spelling[key] = min(spelling.get(key, text), text, key=lambda text: (len(text), text))
    place = {key: code for code, key in enumerate(spelling)}
    return np.asarray([*(place[key_of(text)] for text in found), NO_ANSWER], dtype=np.int64), list(spelling.values())


def _scaled(
    code: IntArray, texts: Sequence[str], reading: ValueRules
) -> tuple[IntArray, tuple[str, ...], dict[int, str]]:
    """Texts put in scale order: first the listed ones, then (wrong) those not listed; without a list by size."""
    listed, missing = reading.listed, reading.missing_codes
    place = {key_of(text): rank for rank, text in enumerate(listed)}
    known = missing.keys() | place.keys()
    others = sorted((text for text in texts if key_of(text) not in known), key=by_size)
    place |= {key_of(text): len(listed) + rank for rank, text in enumerate(others)}
    wrong = {len(listed) + rank: f"{text!r} is not listed" for rank, text in enumerate(others)} if listed else {}
    place |= missing
    new = [place[key_of(text)] for text in texts]
    return np.asarray([*new, NO_ANSWER], dtype=np.int64)[code], (*listed, *others), wrong


def _numbers(coded: CodedColumn, reading: ValueRules) -> ReadValues:
    listed = tuple(sorted(_number(text) for text in reading.listed))
    missing = reading.missing_codes
    kind = coded.values.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        found = as_numbers(coded.values) + 0.0  # no negative zero
        gone: IntArray = np.zeros(len(found), dtype=np.int64)
        for text, code in missing.items():
            if is_number(text):
                gone[found == float(text)] = code
        unread = _beyond_exact(coded.values, gone == 0)
    else:
        texts = coded.texts.listed()
        gone = np.asarray([missing.get(key_of(text), 0) for text in texts], dtype=np.int64)
        unread = {code: why for code, text in enumerate(texts) if not gone[code] and (why := _cannot_be_compared(text))}
        readable = (np.nan if gone[code] or code in unread else float(text) for code, text in enumerate(texts))
        found = np.fromiter(readable, dtype=np.float64, count=len(texts)) + 0.0
    compared = gone == 0
    compared[list(unread)] = False
    values, places = np.unique(found[compared], return_inverse=True)
    new = np.full(len(found) + 1, NO_ANSWER, dtype=np.int64)
    new[:-1][compared] = places
    new[:-1][~compared] = gone[~compared]  # what cannot be read gets its code below
    new[list(unread)] = np.arange(len(unread)) + len(values)
    domain = values.tolist()
    wrong = {len(domain) + rank: why for rank, why in enumerate(unread.values())}
    wrong |= {
        place: fault for place, number in enumerate(domain) if (fault := _off_scale(number, reading.level, listed))
    }
    return ReadValues(new[coded.codes], (*domain, *unread.values()), wrong, listed)


def _beyond_exact(values: pa.Array, compared: BoolArray) -> dict[int, str]:
    """Why the code of a whole number that float64 does not tell from its neighbours cannot be compared."""
    if not pa.types.is_integer(values.type):
        return {}
    numbers = values.to_numpy(zero_copy_only=False)
    beyond = np.flatnonzero(compared & ((numbers > _LARGEST_EXACT) | (numbers < -_LARGEST_EXACT)))
    return {code: _beyond(str(numbers[code])) for code in beyond.tolist()}


def _cannot_be_compared(text: str) -> str:
    """Why a text is no number that can be compared with others; empty where it is one."""
    if not is_number(text):
        return f"{text!r} is not a number"
    if not isfinite(float(text)):
        return f"{text!r} is too large for a number"
    is_beyond = abs(float(text)) >= _LARGEST_EXACT and _WHOLE.fullmatch(text.strip())
    return _beyond(text) if is_beyond and abs(Decimal(text.strip())) > _LARGEST_EXACT else ""


def _beyond(text: str) -> str:
    return f"{text} is beyond 2^53, where whole numbers cannot be told apart"


def _number(text: str) -> float:
    if not is_number(text):
        raise UsageError(f"a category of numbers is {text!r}, which is not a number", todo="List numbers only.")
    return float(text)


def _off_scale(number: float, level: str, listed: Sequence[float]) -> str:
    if not isfinite(number):
        return f"{number} is not finite"
    if level == "ratio" and number < 0:
        return f"{number:g} is below 0, where a ratio scale begins"
    return f"{number:g} is not listed" if listed and number not in listed else ""


def _sets_from_text(coded: CodedColumn, separator: str | None) -> list[tuple[str, ...]]:
    if separator is None:
        if not len(coded.values):
            return []
        raise UsageError(
            "the column holds text where sets are asked for",
            todo='Say what separates the categories of a set, for example `set_separator="|"`.',
        )
    return [() if text == separator else tuple(text.split(separator)) for text in coded.texts.listed()]


def _sets_from_lists(array: pa.Array) -> tuple[IntArray, list[tuple[str, ...]]]:
    """Distinct sets as tuples of categories, an empty entry as empty text; and which of them each row is."""
    import pyarrow.compute as pc

    if not (pa.types.is_list(array.type) or pa.types.is_large_list(array.type)):
        array = array.cast(pa.large_list(array.type.value_type))
    members = coded_column(array.flatten())
    lengths = pc.list_value_length(array).fill_null(0).to_numpy(zero_copy_only=False)
    row_of_member = np.repeat(np.arange(len(array)), lengths)
    names = [*members.texts.listed(), ""]
    member = np.where(members.codes == MISSING, len(names) - 1, members.codes)
    which: IntArray = np.zeros(len(array), dtype=np.int64)
    sets: list[tuple[str, ...]] = [()]
    for first in range(0, len(names), _BITS):
        here = (member >= first) & (member < first + _BITS)
        bits = np.zeros(len(array), dtype=np.int64)
        np.bitwise_or.at(bits, row_of_member[here], np.left_shift(1, member[here] - first))
        which, sets = _with_more(which, sets, bits, names[first : first + _BITS])
    which[array.is_null().to_numpy(zero_copy_only=False)] = NO_ANSWER
    return which, sets


def _with_more(
    which: IntArray, sets: Sequence[tuple[str, ...]], bits: IntArray, names: Sequence[str]
) -> tuple[IntArray, list[tuple[str, ...]]]:
    """The sets with the categories added that the bits say, numbered anew."""
    encoded = pa.array(bits).dictionary_encode()
    n_new = len(encoded.dictionary)
    both = pa.array(which * n_new + encoded.indices.to_numpy()).dictionary_encode()
    more = [tuple(name for bit, name in enumerate(names) if word >> bit & 1) for word in encoded.dictionary.to_pylist()]
    joined = [(*sets[pair // n_new], *more[pair % n_new]) for pair in both.dictionary.to_pylist()]
    return both.indices.to_numpy().astype(np.int64), joined


def _scaled_sets(code: IntArray, found: Sequence[tuple[str, ...]], reading: ValueRules) -> ReadValues:
    listed = reading.listed
    missing = reading.missing_codes
    spelling = {key_of(text): text for text in listed}
    for text in sorted({text for names in found for text in names}, key=lambda text: (len(text), text)):
        spelling.setdefault(key_of(text), text)
    others = sorted((text for key, text in spelling.items() if text not in listed and key not in missing), key=by_size)
    position = {text: rank for rank, text in enumerate((*listed, *others))}
    distinct: dict[frozenset[str], int] = {}
    new = []
    for names in found:
        kept = frozenset(spelling[key_of(text)] for text in names if key_of(text) not in missing)
        if names and not kept:
            new.append(max(missing[key_of(text)] for text in names))  # the codes go down in the order given
        else:
            new.append(distinct.setdefault(kept, len(distinct)))
    values = sorted(distinct, key=lambda members: sorted(position[text] for text in members))
    rank = {distinct[members]: place for place, members in enumerate(values)}
    recoded = np.asarray([*(place if place < 0 else rank[place] for place in new), NO_ANSWER], dtype=np.int64)
    wrong = {place: fault for place, members in enumerate(values) if (fault := _wrong_set(members, listed, position))}
    return ReadValues(recoded[code], tuple(values), wrong, listed)


def _wrong_set(members: frozenset[str], listed: Sequence[str], position: Mapping[str, int]) -> str:
    if "" in members:
        return "a category of the set is empty"
    unknown = sorted((text for text in members if listed and text not in listed), key=position.__getitem__)
    return f"{', '.join(map(repr, unknown))} {'is' if len(unknown) == 1 else 'are'} not listed" if unknown else ""
