"""Every message, met as a user meets it, is the one that is held: what is wrong, where, and what to do."""

from __future__ import annotations

import re

import pytest

from tests.messages import held
from tests.messages.case import Case, Group
from tests.messages.conftest import Meet
from tests.messages.groups import GROUPS
from tests.messages.troubleshooting import message

_BEGINS_LARGE = re.compile(r"(A|An|Another|Columns?|How|It|No(?! such)|Not|The|There|These|This|What|Which)\b")
CASES = [pytest.param(group, case, id=f"{group.name}/{case.name}") for group in GROUPS for case in group.cases]
NAMES = frozenset(f"{group.name}/{case.name}" for group in GROUPS for case in group.cases)


@pytest.mark.parametrize(("group", "case"), CASES)
def test_a_user_reads_what_is_held(group: Group, case: Case, meet: Meet) -> None:
    met = meet(group, case)
    assert met.code not in {0, 1}, (met.out, met.err)
    assert "Traceback" not in met.err
    assert bool(met.out) is case.prints
    ours = message(held.written(met))
    assert ours.todo, "a message says what to do"
    assert not _BEGINS_LARGE.match(ours.what), "what is wrong goes on after *Error:*, and begins small but for a name"
    if held.HOLDING:
        held.hold(group, case, held.written(met))
        held.hold_places(f"{group.name}/{case.name}", met.places, there=NAMES)
    assert held.written(met) == held.texts(group).get(case.name, f"nothing is held yet: {held.ANEW}")
    assert met.places == held.held_places().get(f"{group.name}/{case.name}", ())
