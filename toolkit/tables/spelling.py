"""How categories are written: which spellings are the same one, which are numbers, and in what order they stand."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence

from toolkit.errors import UsageError
from toolkit.tables.columns import number_text

_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)
_WHOLE_WITH_ZEROS = re.compile(r"-?(0|[1-9]\d*)\.0+", re.ASCII)


def text_of(value: Hashable) -> str:
    """Return a listed category as text: 1 for 1.0, ``true`` for True."""
    if isinstance(value, bool):
        return str(value).lower()
    return number_text(value) if isinstance(value, float) else str(value)


def listed_once(texts: Sequence[str]) -> Sequence[str]:
    """Return the same categories; raises UsageError where one is listed twice, or has no name."""
    if "" in texts:
        raise UsageError("a category without a name is listed", todo="Is there a comma too many?")
    keys = [key_of(text) for text in texts]
    twice = {key: text for text, key in zip(reversed(texts), reversed(keys), strict=True) if keys.count(key) > 1}
    if twice:
        raise UsageError(
            f"categories listed twice: {', '.join(map(repr, reversed(twice.values())))}", todo="List each once."
        )
    return texts


def key_of(text: str) -> str:
    """Return what two texts share that are the same category: 1 and 1.0 do, 1 and 01 do not.

    >>> key_of("1.0"), key_of("01"), key_of("nan")
    ('1', '01', 'nan')
    """
    return text.partition(".")[0] if _WHOLE_WITH_ZEROS.fullmatch(text) else text


def is_number(text: str) -> bool:
    """Return whether a text is a number as people write it: ``-1.5``, ``2e3``, but neither ``nan`` nor ``1_000``."""
    return _NUMBER.fullmatch(text) is not None


def by_size(text: str) -> tuple[bool, float, str]:
    """Return a sort key that puts numbers by size before text: 2 before 10, 10 before ``a``."""
    return (False, float(text), text) if is_number(text) else (True, 0.0, text)
