"""What two people submit at a real server while blindness is said to be enforced, from the pull to the export."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow.parquet
import pytest

from tests.live.loop.conftest import GOVERNMENT, WRITER, LiveStudy
from toolkit.loop.doctor import doctor
from toolkit.loop.export import export
from toolkit.loop.pull import pull
from toolkit.loop.status import status
from toolkit.study import blind_periods
from toolkit.study.blindness import Blindness

pytestmark = pytest.mark.live
pq: Any = pyarrow.parquet

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def enforced(pushed: LiveStudy, began: datetime, last_seen: datetime) -> None:
    with pushed.study.database() as database:
        blind_periods.record(database, "embedded", [(began, last_seen)])


def said_by_doctor(pushed: LiveStudy) -> str:
    (found,) = [check.found for check in doctor(pushed.study) if check.name == "blindness"]
    return found


def test_what_was_submitted_while_it_was_enforced_is_blind(pushed: LiveStudy) -> None:
    anna, ben = pushed.emails
    pushed.code(anna, 0, WRITER)
    pushed.code(ben, 0, GOVERNMENT)
    pull(pushed.study)
    (made,) = status(pushed.study).rounds
    assert made.blind == Blindness(n_annotations=2, n_blind=0)
    assert said_by_doctor(pushed) == "not enforced by the server, as of the last pull"

    began, last_seen = LONG_AGO, datetime.now(UTC) + timedelta(days=1)
    enforced(pushed, began, last_seen)
    (made,) = status(pushed.study).rounds
    assert made.blind is not None
    assert made.blind.of_all
    assert said_by_doctor(pushed).startswith("enforced by the server since 2026-01-01T00:00:00+00:00, last seen ")
    assert pq.read_table(export(pushed.study, replicates=0).paths["annotations"])["blind"].to_pylist() == [True, True]


def test_what_somebody_else_enters_or_mends_is_not(pushed: LiveStudy) -> None:
    anna, ben = pushed.emails
    enforced(pushed, LONG_AGO, datetime.now(UTC) + timedelta(days=1))
    mended = pushed.code(anna, 0, WRITER)
    remote_id = pushed.ledger()[1].remote_id
    with pushed.signed_in(ben) as connection:
        whose = connection.me().user_id
    assert pushed.server.raw("PATCH", f"/api/annotations/{mended}/", json={"result": []}).status_code == 200
    entered = {"result": [], "completed_by": whose}
    path = f"/api/tasks/{remote_id}/annotations/"
    assert pushed.server.raw("POST", path, json=entered).status_code == 201
    pushed.code(anna, 1, WRITER)
    pull(pushed.study)
    rows = pq.read_table(export(pushed.study, replicates=0).paths["annotations"]).to_pylist()
    assert sorted((row["edited_by_other"], row["blind"]) for row in rows) == [
        (False, True),
        (True, False),
        (True, False),
    ]
