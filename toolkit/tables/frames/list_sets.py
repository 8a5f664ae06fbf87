"""Sets in list columns on an engine: each is a word with a bit for every category there is, whatever their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa

from toolkit.errors import UsageError
from toolkit.tables.frames.asking import COLLECT_IT, collected, is_empty
from toolkit.tables.frames.keys import added, if_so

MOST_CATEGORIES = 1000
"""Categories in sets up to which an engine is asked which a row has."""

_BITS = 62
_BETWEEN = " "


@dataclass(frozen=True, slots=True, eq=False)
class ListSets:
    """The categories in the lists of a column, each at the place of its bit: 62 to an integer, and where there are more
    categories the integers one after the other as text.
    """

    categories: pa.Array

    def word(self, column: nw.Expr) -> nw.Expr:
        """Return the word of a list; null where there is none."""
        known = self.categories.to_pylist()
        words = [_word(column, known[first : first + _BITS]) for first in range(0, max(len(known), 1), _BITS)]
        as_text = [word.cast(nw.String) for word in words]
        whole = words[0] if len(words) == 1 else nw.concat_str(as_text, separator=_BETWEEN)
        return nw.when(~column.is_null()).then(whole)

    def lists(self, words: pa.ChunkedArray) -> pa.ChunkedArray:
        """Return the lists that words stand for; of each the categories once, in the order of the bits."""
        found = [None if word is None else self._places(word) for word in words.to_pylist()]
        places = pa.array([place for of in found for place in of or ()], type=pa.int64())
        ends = pa.array(np.cumsum([0, *(len(of or ()) for of in found)]), type=pa.int64())
        none = pa.array([of is None for of in found], type=pa.bool_())
        return pa.chunked_array([pa.LargeListArray.from_arrays(ends, self.categories.take(places), mask=none)])

    def _places(self, word: int | str) -> list[int]:
        integers = [int(one) for one in str(word).split(_BETWEEN)]
        return [place for place in range(len(self.categories)) if integers[place // _BITS] >> place % _BITS & 1]


def list_sets(rows: nw.LazyFrame[Any], column: str, *, called: str) -> ListSets:
    """Return the categories in the lists of the column, without empty ones.

    Raise UsageError where they are too many or the engine has no lists, and TransferIncomplete where it breaks off.
    """
    try:
        each = members(rows, column).select(column).unique()
        known = each.filter(~is_empty(each, column))
    except NotImplementedError:
        raise UsageError(
            f"column {called!r} holds lists, which this engine cannot look into", todo=COLLECT_IT
        ) from None
    found = collected(known.head(MOST_CATEGORIES + 1))[column].combine_chunks()
    if len(found) > MOST_CATEGORIES:
        raise UsageError(
            f"the sets in column {called!r} have more than {MOST_CATEGORIES:,} categories", todo=COLLECT_IT
        )
    return ListSets(found.cast(pa.string()) if pa.types.is_null(found.type) else found)


def members(rows: nw.LazyFrame[Any], column: str) -> nw.LazyFrame[Any]:
    """Return a row for each member of each list that has any."""
    return rows.filter(nw.col(column).list.len() > 0).explode(column)


def _word(column: nw.Expr, categories: Sequence[Any]) -> nw.Expr:
    return added([if_so(column.list.contains(category), 1 << bit) for bit, category in enumerate(categories)])
