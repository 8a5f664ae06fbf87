from __future__ import annotations

import sqlite3

import pytest

from tests.codebook.samples import FULL, codebook
from toolkit.study import annotators, former_projects, rounds
from toolkit.study.database import Database
from toolkit.study.rounds import Decision

ANA, BEN = "ana@example.org", "ben@example.org"


@pytest.fixture
def two(database: Database) -> Database:
    """Two rounds on one server, and one elsewhere."""
    for number, (name, server) in enumerate([("pilot", "embedded"), ("main", "embedded"), ("far", "https://far")], 1):
        rounds.create(database, name, Decision(2), codebook(), document=FULL)
        rounds.set_project(database, name, server_url=server, project_id=number)
    rounds.plan(database, "pilot", [("a-1", 2)])
    rounds.record_remote(database, "pilot", {"a-1": 7})
    annotators.learn_accounts(database, "embedded", {1: ANA, 2: BEN})
    return database


def state(database: Database) -> list[list[tuple[object, ...]]]:
    tables = "rounds", "former_projects", "accounts", "ledger"
    return [[tuple(row) for row in database.rows(f"SELECT * FROM {table} ORDER BY 1, 2")] for table in tables]


def test_a_round_that_left_its_project_has_none_and_remembers_it(two: Database) -> None:
    former_projects.leave_project(two, "pilot")
    left = rounds.get(two, "pilot")
    assert (left.project, left.project_id, left.server_url) == (2, None, None)
    assert former_projects.former_accounts(two, "pilot") == {1: "embedded"}
    assert [entry.remote_id for entry in rounds.ledger(two, "pilot")] == [None]
    before = state(two)
    former_projects.leave_project(two, "pilot")  # a push killed after it does this again
    assert state(two) == before


def test_a_server_is_left_by_every_round_on_it_and_its_accounts_stay_whose_they_were(two: Database) -> None:
    former_projects.leave_project(two, "pilot")
    rounds.set_project(two, "pilot", server_url="embedded", project_id=9)
    assert former_projects.leave_server(two, "embedded") == ("pilot", "main")
    assert former_projects.former_accounts(two, "pilot") == {1: "embedded#1", 2: "embedded#1"}
    assert former_projects.former_accounts(two, "main") == {1: "embedded#1"}
    assert rounds.get(two, "far").project_id == 3
    annotators.learn_accounts(two, "embedded", {1: BEN})
    assert annotators.accounts(two, "embedded#1") == {1: ANA, 2: BEN}
    assert annotators.accounts(two, "embedded") == {1: BEN}


@pytest.mark.parametrize("table", ["rounds", "accounts", "former_projects"])
def test_leaving_a_server_happens_whole_or_not_at_all(two: Database, table: str) -> None:
    """Killed in between, annotations would belong to nobody, or to somebody else."""
    with two.transaction() as connection:
        where = "WHEN NEW.round = 'main'" if table == "rounds" else ""
        connection.execute(
            f"CREATE TRIGGER stop BEFORE UPDATE ON {table} {where} BEGIN SELECT raise(ABORT, 'stopped here'); END"
        )
    before = state(two)
    with pytest.raises(sqlite3.IntegrityError, match="stopped here"):
        former_projects.leave_server(two, "embedded")
    assert state(two) == before


def test_a_name_whose_accounts_were_all_erased_is_not_given_again(two: Database) -> None:
    former_projects.leave_server(two, "embedded")
    with two.transaction() as connection:
        connection.execute("DELETE FROM accounts")
    rounds.set_project(two, "pilot", server_url="embedded", project_id=9)
    annotators.learn_accounts(two, "embedded", {1: BEN})
    former_projects.leave_server(two, "embedded")
    assert former_projects.former_accounts(two, "pilot") == {1: "embedded#1", 2: "embedded#2"}
