"""Every place in ``toolkit`` where an error is made is met by a case, or is named here with why no user comes there."""

from __future__ import annotations

from tests.messages import held, places
from tests.messages.not_met import FAULTS_NOT_MET, NOT_MET
from tests.messages.test_messages import NAMES


def met() -> set[str]:
    return {place for each in held.held_places().values() for place in each}


def test_every_error_is_met_or_named_with_a_reason() -> None:
    there = set(places.errors())
    assert len(there) > 300
    assert sorted(there - met() - NOT_MET.keys()) == [], "hold its text, in a case of tests/messages/groups"


def test_every_fault_is_met_or_named_with_a_reason() -> None:
    there = set(places.faults())
    assert len(there) > 100
    assert sorted(there - met() - FAULTS_NOT_MET.keys()) == [], "hold its text, in a case of tests/messages/groups"


def test_nothing_is_named_that_is_met_or_gone() -> None:
    assert {place for place in NOT_MET if place in met() or place not in places.errors()} == set()
    assert {place for place in FAULTS_NOT_MET if place in met() or place not in places.faults()} == set()


def test_nothing_is_held_of_a_case_that_is_gone() -> None:
    assert held.held_places().keys() <= NAMES
