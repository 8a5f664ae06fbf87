"""What the gate keeps."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from toolkit.labelstudio.gate.brake import OF_ONE_ACCOUNT, WINDOW, Brake
from toolkit.labelstudio.gate.register import NAME, Register, Round

PILOT, MAIN = Round(1, "pilot"), Round(2, "main", is_open=False)
Opened = Callable[[], Register]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Opens the file, as a process of the server does."""
    made: list[Register] = []

    def opened() -> Register:
        made.append(Register(tmp_path))
        return made[-1]

    yield opened
    for each in made:
        each.close()


def test_who_is_let_in_is_replaced_as_a_whole_study_by_study(opened: Opened) -> None:
    register = opened()
    register.replace("one", {PILOT: ["Anna@example.org", "ben@example.org"], MAIN: ["anna@example.org"]})
    register.replace("other", {Round(9, "theirs", "adjudicating"): ["anna@example.org"]})
    assert register.rounds_of("ANNA@example.org") == {1: PILOT, 2: MAIN, 9: Round(9, "theirs", "adjudicating")}
    register.replace("one", {PILOT: ["ben@example.org"]})
    assert register.rounds_of("anna@example.org").keys() == {9}
    assert opened().registered("one") == {PILOT: frozenset({"ben@example.org"})}


def test_a_project_two_studies_have_is_open_where_either_says_so(opened: Opened) -> None:
    register = opened()
    register.replace("one", {Round(1, "a", is_open=False): ["a@example.org"]})
    register.replace("other", {Round(1, "b"): ["a@example.org"]})
    assert register.rounds_of("a@example.org") == {1: Round(1, "b")}


def test_only_its_owner_reads_it(opened: Opened, tmp_path: Path) -> None:
    opened()
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


def test_a_damaged_file_says_what_to_do_and_stays(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"no database" * 1000)
    with pytest.raises(RuntimeError, match="is damaged"):
        opened()
    assert (tmp_path / NAME).read_bytes() == b"no database" * 1000


def test_refusals_are_counted(opened: Opened) -> None:
    register = opened()
    for at in ("2026-11-29T06:00:00+00:00", "2026-11-29T07:00:00+00:00"):
        register.refuse(2, 1, "answers", at)
    register.refuse(2, 0, "lead", "2026-11-29T08:00:00+00:00")
    told = [
        (one.user_id, one.project, one.what, one.n, one.first[11:13], one.last[11:13]) for one in register.refusals()
    ]
    assert told == [(2, 0, "lead", 1, "08", "08"), (2, 1, "answers", 2, "06", "07")]


def test_when_it_was_on_duty_only_grows(opened: Opened) -> None:
    register = opened()
    for begin, seen in (
        ("2026-01-01T00", "2026-01-01T05"),
        ("2026-01-01T00", "2026-01-01T03"),
        ("2026-01-02T00", "2026-01-02T01"),
    ):
        register.on_duty(begin, seen)
    assert register.duty() == [("2026-01-01T00", "2026-01-01T05"), ("2026-01-02T00", "2026-01-02T01")]


def test_a_release_is_checked_with_its_routes(opened: Opened) -> None:
    register = opened()
    assert register.checked("2.0.0") is None
    register.check("2.0.0", "abc")
    assert register.checked("2.0.0") == "abc"


def waits(brake: Brake, email: str, address: str, now: float) -> float:
    """How long somebody has to wait who tries a wrong password now."""
    return brake.attempt(email, address, now).wait


def test_guessing_is_slowed_down_and_forgotten_after_a_while(opened: Opened) -> None:
    brake = Brake(opened())
    for second in range(OF_ONE_ACCOUNT):
        assert waits(brake, "Anna@example.org " if second else "anna@example.org", "10.0.0.1", second) == 0
    last = OF_ONE_ACCOUNT - 1
    assert waits(brake, "anna@example.org", "10.0.0.1", last) == WINDOW
    assert waits(brake, "anna@example.org", "10.0.0.1", last + 1) == WINDOW - 1  # trying on makes it no longer
    assert waits(brake, "anna@example.org", "10.0.0.2", last) == 0  # nobody locks her out from elsewhere
    assert waits(brake, "ben@example.org", "10.0.0.1", last) == 0
    assert waits(brake, "anna@example.org", "10.0.0.1", last + WINDOW) == 0


def test_a_right_password_forgets_the_wrong_ones_of_that_account_from_there(opened: Opened) -> None:
    brake = Brake(opened())
    for second in range(OF_ONE_ACCOUNT - 1):
        assert waits(brake, "anna@example.org", "10.0.0.1", second) == 0
    brake.right(brake.attempt("anna@example.org", "10.0.0.1", 9))
    assert waits(brake, "anna@example.org", "10.0.0.1", 10) == 0
    assert waits(brake, "anna@example.org", "10.0.0.1", 11) == 0


def test_right_passwords_of_many_people_slow_nobody_down(opened: Opened) -> None:
    brake = Brake(opened())
    for n in range(150):
        attempt = brake.attempt(f"person{n}@example.org", "10.0.0.1", 1)
        assert attempt.wait == 0
        brake.right(attempt)


def test_many_at_once_are_as_many(opened: Opened) -> None:
    brake = Brake(opened())
    with ThreadPoolExecutor(20) as people:
        found = list(people.map(lambda _: waits(brake, "anna@example.org", "10.0.0.1", 1), range(60)))
    assert found.count(0) <= OF_ONE_ACCOUNT


def test_many_addresses_and_many_accounts_are_slowed_down_too(opened: Opened) -> None:
    from_anywhere, one_by_one = Brake(opened()), Brake(opened())
    for n in range(50):
        assert waits(from_anywhere, "anna@example.org", f"10.0.1.{n}", 1) == 0
    assert waits(from_anywhere, "anna@example.org", "10.0.2.1", 2) > 0
    for n in range(100):
        assert waits(one_by_one, f"person{n}@example.org", "10.0.3.1", 1) == 0
    assert waits(one_by_one, "somebody@example.org", "10.0.3.1", 2) > 0


def test_nothing_is_left_of_who_is_registered_no_more(opened: Opened, tmp_path: Path) -> None:
    register = opened()
    register.replace("one", {PILOT: ["anna@example.org", "ben@example.org"]})
    register.replace("one", {PILOT: ["ben@example.org"]})
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"ben@" in written
    assert b"anna" not in written


def test_no_address_of_a_person_is_written_down_with_a_wrong_password(opened: Opened, tmp_path: Path) -> None:
    Brake(opened()).attempt("anna@example.org", "10.0.0.1", 1)
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"anna" not in written
