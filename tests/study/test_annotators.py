from __future__ import annotations

from pathlib import Path

import pytest

from tests.study.small import filled, numbered
from toolkit.errors import ServerRefused
from toolkit.study import annotators
from toolkit.study.database import Database

ANA, BEN = "ana@example.org", "ben@example.org"


def test_a_pseudonym_is_stable_and_says_nothing(database: Database) -> None:
    name = annotators.pseudonym(database, ANA)
    assert name == annotators.pseudonym(database, "Ana@Example.ORG")
    assert name != annotators.pseudonym(database, BEN)
    assert "ana" not in name.removeprefix("annotator-")


def test_pseudonyms_cannot_be_linked_across_studies(database: Database, tmp_path: Path) -> None:
    with filled(tmp_path / "other.db", [numbered("a", 1)]) as other:
        assert annotators.pseudonym(other, ANA) != annotators.pseudonym(database, ANA)


def test_registering_again_changes_nothing(database: Database) -> None:
    annotators.register(database, [ANA, BEN], round="pilot")
    before = annotators.registered(database)
    annotators.register(database, ["ANA@example.org", ANA], round="pilot")
    assert annotators.registered(database) == before
    assert {person.email for person in before} == {ANA, BEN}


def test_who_counts_in_which_round(database: Database) -> None:
    annotators.register(database, [ANA], round=None)
    annotators.register(database, [BEN], round="pilot")

    def of(round_name: str | None) -> set[str]:
        return {person.email for person in annotators.registered(database, round=round_name)}

    assert of("pilot") == {ANA, BEN}
    assert of("main") == {ANA}
    assert of(None) == {ANA, BEN}


def test_one_person_in_two_rounds_is_one_person(database: Database) -> None:
    annotators.register(database, [BEN], round="pilot")
    annotators.register(database, [BEN], round="main")
    (ben,) = annotators.registered(database)
    assert ben.rounds == ("main", "pilot")
    assert annotators.registered(database, round="pilot") == (ben,)


def test_no_log_shows_an_address(database: Database) -> None:
    annotators.register(database, [ANA], round=None)
    assert "@" not in repr(annotators.registered(database))


def test_account_numbers_are_of_one_server(database: Database) -> None:
    annotators.learn_accounts(database, "embedded", {1: "Ana@example.org", 2: BEN})
    annotators.learn_accounts(database, "https://other", {1: BEN})
    assert annotators.accounts(database, "embedded") == {1: ANA, 2: BEN}
    assert annotators.accounts(database, "https://other") == {1: BEN}


def test_an_account_that_vanished_is_still_somebodys(database: Database) -> None:
    annotators.learn_accounts(database, "embedded", {1: ANA, 2: BEN})
    annotators.learn_accounts(database, "embedded", {3: "new@example.org"})
    assert annotators.accounts(database, "embedded") == {1: ANA, 2: BEN, 3: "new@example.org"}


def test_a_number_that_is_somebody_elses_now_is_another_server(database: Database) -> None:
    """Annotations pulled under it would change hands."""
    annotators.learn_accounts(database, "embedded", {1: ANA, 2: BEN})
    with pytest.raises(ServerRefused, match=r"account 2 .* somebody else"):
        annotators.learn_accounts(database, "embedded", {1: ANA, 2: "new@example.org"})
    assert annotators.accounts(database, "embedded") == {1: ANA, 2: BEN}
