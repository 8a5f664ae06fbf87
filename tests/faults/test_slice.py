"""A part of ``make faults``, drawn by seed: a failure names the seed, and the line that tries the same case again."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from functools import cache, partial

import pytest

from tests.faults.__main__ import repeat
from tests.faults.cases import Baseline, baseline
from tests.faults.commands import COMMANDS, Command
from tests.faults.stage import Stage
from tests.faults.table import FAULTS, NOT_YET

pytestmark = [pytest.mark.live, pytest.mark.faults]

N_CASES = int(os.environ.get("INTERCODER_FAULT_CASES", "24"))


@pytest.fixture(scope="session")
def seed(request: pytest.FixtureRequest) -> str:
    """``INTERCODER_FAULT_SEED``, or the seed of the whole test session, which pytest prints."""
    return os.environ.get("INTERCODER_FAULT_SEED") or str(request.config.getoption("randomly_seed", 0))


@pytest.fixture(scope="session")
def normal_of(stage: Stage) -> Callable[[Command], Baseline]:
    """What each command does when nothing goes wrong; found out once."""
    return cache(partial(baseline, stage))


@pytest.mark.parametrize("number", range(N_CASES))
def test_what_a_fault_leaves_is_whole_after_one_more_run(
    stage: Stage, normal_of: Callable[[Command], Baseline], seed: str, number: int
) -> None:
    drawn = random.Random(f"{seed}/{number}")
    moments: tuple[int, ...] = ()
    while not moments:
        command, fault = drawn.choice(COMMANDS), drawn.choice(FAULTS)
        if (command.name, fault.name) not in NOT_YET:
            moments = tuple(fault.at(command, normal_of(command)))
    outcome = fault.run(stage, command, drawn.choice(moments), normal_of(command))
    assert not outcome.amiss, f"{outcome}\n{repeat(outcome)}   (seed {seed}, case {number})"


def test_a_copy_the_server_denies_and_lists_is_not_called_removed(
    stage: Stage, normal_of: Callable[[Command], Baseline]
) -> None:
    """Found by a run of all: asked to remove a copy, the server said 404, and the copy was taken for gone."""
    (command,) = (each for each in COMMANDS if each.name == "push --remove-copies")
    (fault,) = (each for each in FAULTS if each.name == "404")
    normal = normal_of(command)
    (first, *_) = (at for at in fault.at(command, normal) if normal.requests[at - 1].method == "DELETE")
    outcome = fault.run(stage, command, first, normal)
    assert not outcome.amiss, f"{outcome}\n{repeat(outcome)}"
