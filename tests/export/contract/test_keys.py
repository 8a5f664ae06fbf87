from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.export.contract import keys
from toolkit.export.contract.keys import NOWHERE, NULL, locate, missing, repeats

FIELDS = ("a", "b", "c")
Key = tuple[str | None, int | None, str | None]
SMALL: st.SearchStrategy[list[Key]] = st.lists(
    st.tuples(
        st.sampled_from(["x", "y", "z", None]),
        st.sampled_from([1, 2, None]),
        st.sampled_from(["p", "q", "r", "s", None]),
    ),
    max_size=40,
)


def _table(rows: list[Key]) -> pa.Table:
    types = (pa.string(), pa.int32(), pa.string())
    return pa.table(
        {name: pa.array([row[i] for row in rows], types[i]) for i, name in enumerate(FIELDS)},
    )


def _located(child: list[Key], parent: list[Key]) -> list[int]:
    first: dict[Key, int] = {}
    for row, key in enumerate(parent):
        if None not in key:
            first.setdefault(key, row)
    return [NULL if None in key else first.get(key, NOWHERE) for key in child]


@pytest.mark.parametrize("largest", [2**62, 1, 7])
@given(child=SMALL, parent=SMALL)
def test_keys_are_found_as_a_dictionary_finds_them(largest: int, child: list[Key], parent: list[Key]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_LARGEST", largest)
        assert locate(_table(child), FIELDS, _table(parent), FIELDS).tolist() == _located(child, parent)
        lost = [row for row, at in enumerate(_located(child, parent)) if at == NOWHERE]
        assert missing(_table(child), FIELDS, _table(parent), FIELDS).tolist() == lost
        seen = _located(parent, parent)
        assert repeats(_table(parent), FIELDS) == [(row, at) for row, at in enumerate(seen) if at not in {NULL, row}]


def test_names_may_differ_between_the_two_tables() -> None:
    child, parent = pa.table({"of": ["b", "c", None]}), pa.table({"id": ["a", "b"]})
    assert locate(child, ["of"], parent, ["id"]).tolist() == [1, NOWHERE, NULL]


@given(child=SMALL, parent=st.lists(st.integers(0, 12), unique=True, max_size=12))
def test_keys_that_one_field_tells_apart_are_missed_as_a_dictionary_misses_them(
    child: list[Key], parent: list[int]
) -> None:
    """``b`` is no parent row's twice; the others may agree with it or not."""
    rows: list[Key] = [("xyz"[number % 3], number, "pqrs"[number % 4]) for number in parent]
    lost = [row for row, at in enumerate(_located(child, rows)) if at == NOWHERE]
    assert missing(_table(child), FIELDS, _table(rows), FIELDS).tolist() == lost
    of_one = [row for row, key in enumerate(child) if key[1] is not None and key[1] not in parent]
    assert missing(_table(child), ["b"], _table(rows), ["b"]).tolist() == of_one
