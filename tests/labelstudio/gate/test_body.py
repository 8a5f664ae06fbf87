"""A body is read in one way or not at all, and what was read is what is handed on."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.labelstudio.gate import body
from toolkit.labelstudio.gate.asked import Refusal

JSON = st.dictionaries(
    st.text(max_size=5),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    ),
)


@pytest.mark.parametrize(
    ("raw", "parameters"),
    [
        (b'{"completed_by": 2, "completed_by": 3}', {}),
        (b'{"result": [{"id": "a", "id": "b"}]}', {}),
        (b'{"a": 1}', {"charset": "utf-7"}),
        (b'{"a": 1}', {"charset": "utf-16"}),
        (b'{"a": 1}', {"version": "1"}),
        ('{"a": "\u00e4"}'.encode("latin-1"), {}),
        (b"[]", {}),
        (b"{", {}),
        (b"[" * 100_000, {}),
    ],
)
def test_what_could_be_read_otherwise_is_not_read(raw: bytes, parameters: Mapping[str, str]) -> None:
    with pytest.raises(Refusal):
        body.read(raw, parameters)


@pytest.mark.parametrize("raw", [b'{"lead_time": 1e999}', b'{"lead_time": NaN}', b'{"text": "\\ud800"}'])
def test_what_is_saved_and_cannot_be_read_again_is_not_handed_on(raw: bytes) -> None:
    found = body.read(raw, {})
    with pytest.raises(Refusal):
        body.written(found)


@given(given_body=JSON)
def test_what_was_read_is_handed_on(given_body: dict[str, object]) -> None:
    raw = json.dumps(given_body).encode()
    try:
        found = body.written(body.read(raw, {"charset": "UTF-8"}))
    except Refusal:
        assert any(0xD800 <= ord(letter) <= 0xDFFF for letter in json.dumps(given_body, ensure_ascii=False))
    else:
        assert json.loads(found) == given_body
