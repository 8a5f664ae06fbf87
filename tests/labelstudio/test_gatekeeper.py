"""The gate's answers are checked like the server's own: one that cannot be is a clear fault, never a wrong fact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any

import httpx
import pytest

from tests.labelstudio.fake_server import answer, answering
from toolkit.errors import IntercoderError, ServerRefused
from toolkit.labelstudio.connection import AnswerLost
from toolkit.labelstudio.gatekeeper import Admitted, Gatekeeper, GateState, Refused, RouteTable

ROUND = Admitted(7, "pilot", "coding", is_open=True, people=frozenset({"ana@example.org"}))
STATE: dict[str, Any] = {
    "gate": 1,
    "release": "1.23.2",
    "known": True,
    "serves": False,
    "duty": [["2026-11-22T12:00:00Z", "2026-11-22T15:20:23+02:00"]],
    "leads": [1, 2],
}
REFUSED = {"user_id": 3, "project": 0, "what": "export", "n": 2, "last": "2026-11-22T12:00:00Z"}
TABLE = {"routes": [["api/a", "GET"], ["api/b", "PUT"]], "open": [["api/a", "GET"]], "gone": []}
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

Ask = Callable[[Gatekeeper], object]
ASKED: dict[str, tuple[Ask, dict[str, Any]]] = {
    "state": (lambda gate: gate.state(), STATE),
    "serve": (lambda gate: gate.serve(), STATE),
    "admit": (lambda gate: gate.admit("mark", [ROUND]), {"rounds": []}),
    "refusals": (lambda gate: gate.refusals(), {"refusals": [REFUSED]}),
    "routes": (lambda gate: gate.routes(), TABLE),
}


def asked(ask: Ask, given: httpx.Response) -> object:
    with answering(given) as ls:
        return ask(ls.gate)


def test_what_the_gate_answers_is_read() -> None:
    duty = (NOON, datetime(2026, 11, 22, 13, 20, 23, tzinfo=UTC))
    state = GateState("1.23.2", known=True, serves=False, duty=(duty,), leads=frozenset({1, 2}))
    assert asked(lambda gate: gate.state(), answer(STATE)) == state
    assert asked(lambda gate: gate.serve(), answer(STATE)) == state
    assert asked(lambda gate: gate.admit("mark", [ROUND]), answer({"rounds": []})) is True
    assert asked(lambda gate: gate.refusals(), answer({"refusals": [REFUSED]})) == [Refused(3, None, "export", 2, NOON)]
    every = frozenset({("api/a", "GET"), ("api/b", "PUT")})
    assert asked(lambda gate: gate.routes(), answer(TABLE)) == RouteTable(
        every, frozenset({("api/a", "GET")}), frozenset()
    )


def test_where_there_is_no_gate_it_says_so() -> None:
    gone = answer({"detail": "Not found."}, status=404)
    assert asked(lambda gate: gate.state(), gone) is None
    assert asked(lambda gate: gate.admit("mark", [ROUND]), gone) is False
    assert asked(lambda gate: gate.refusals(), gone) == ()


WRONG: tuple[Any, ...] = (..., None, 5, "abc", [None], [["a"]], {"a": 1})
"""``...`` stands for a field that is missing."""


def spoilt() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every answer with each of its fields spoilt in every way that is none it may have."""
    for asks, (_, whole) in ASKED.items():
        for field, wrong in product(whole, WRONG):
            if field != "gate" and not (field == "release" and wrong == "abc"):
                rest = {name: value for name, value in whole.items() if name != field}
                yield asks, f"{field} {wrong}", rest if wrong is ... else {**rest, field: wrong}


@pytest.mark.parametrize(("asks", "given"), [pytest.param(one, body, id=f"{one} {of}") for one, of, body in spoilt()])
def test_an_answer_that_cannot_be_is_a_fault_in_our_words(asks: str, given: dict[str, Any]) -> None:
    kind = AnswerLost if asks in {"serve", "admit"} else ServerRefused
    with pytest.raises(IntercoderError) as raised:
        asked(ASKED[asks][0], answer(given))
    assert type(raised.value) is kind


@pytest.mark.parametrize("field", [*REFUSED])
def test_so_is_one_whose_rows_cannot_be(field: str) -> None:
    spoilt_row = {**REFUSED, field: [1]}
    with pytest.raises(ServerRefused):
        asked(ASKED["refusals"][0], answer({"refusals": [spoilt_row]}))
