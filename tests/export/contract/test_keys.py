from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.export.contract import keys
from toolkit.export.contract.keys import NOWHERE, NULL, locate, repeats

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
        seen = _located(parent, parent)
        assert repeats(_table(parent), FIELDS) == [(row, at) for row, at in enumerate(seen) if at not in {NULL, row}]


def test_names_may_differ_between_the_two_tables() -> None:
    child, parent = pa.table({"of": ["b", "c", None]}), pa.table({"id": ["a", "b"]})
    assert locate(child, ["of"], parent, ["id"]).tolist() == [1, NOWHERE, NULL]
