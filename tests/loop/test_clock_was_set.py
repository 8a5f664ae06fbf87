"""When a pull must not trust its watermark: moments of two clocks, written out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from toolkit.loop.pull import clock_was_set
from toolkit.study.rounds import Decision, Round
from toolkit.study.sweeps import Sweep

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def pulled(server: datetime | None, here: datetime | None, *, watermark: datetime | None = None) -> Round:
    """A round whose last sweep began at these moments of the server's clock and of this machine's."""
    made = Round("pilot", Decision(2), "embedded", 1, watermark, None, None, "hash")
    return replace(made, server_asked_at=server, asked_at=here)


@pytest.mark.parametrize(
    ("server", "here", "said"),
    [
        (60, 60, None),
        (0, 0, None),
        (60, 60.4, None),  # within half a minute: clocks drift, and the server's has whole seconds
        (-0.3, -0.3, None),
        (-60, 60, "server's clock was set back"),
        (-60, -60, "server's clock was set back"),  # one machine, its clock mended
        (60, -60, "this machine's clock was set back"),
        (60, 62, "was set"),
        (62, 60, "was set"),
    ],
)
def test_an_hour_later_by_these_minutes_of_the_clocks(server: float, here: float, said: str | None) -> None:
    why = clock_was_set(pulled(NOON, NOON), None, NOON + server * MINUTE, NOON + here * MINUTE)
    assert (said is None) == (why is None)
    assert said is None or said in str(why)


def test_a_watermark_ahead_of_the_clock_is_noticed_without_a_record_of_clocks() -> None:
    """As in a study of the first version."""
    old = pulled(None, None, watermark=NOON)
    assert clock_was_set(old, None, NOON + MINUTE, NOON) is None
    assert clock_was_set(old, None, NOON - timedelta(seconds=1), NOON) is not None


def test_a_sweep_that_was_stopped_has_clocks_of_its_own() -> None:
    stopped = Sweep(None, NOON, NOON, NOON, last=7)
    assert clock_was_set(pulled(None, None), stopped, NOON + MINUTE, NOON + MINUTE) is None
    assert clock_was_set(pulled(None, None), stopped, NOON - MINUTE, NOON - MINUTE) is not None
