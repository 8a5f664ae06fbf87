"""What two people submit while the gate keeps them apart, from the pull to the export; and what the lead is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from tests.live.loop.conftest import GOVERNMENT, WRITER, LiveStudy
from tests.live.server import LiveServer
from tests.terminal.printed import words
from toolkit.loop import annotators
from toolkit.loop.add import add
from toolkit.loop.doctor import doctor
from toolkit.loop.export import export
from toolkit.loop.init import init
from toolkit.loop.pull import pull
from toolkit.loop.push import push
from toolkit.loop.status import status
from toolkit.study import blind_periods
from toolkit.study.annotators import pseudonym
from toolkit.study.blindness import ASK_THEM, ENFORCED, Blindness
from toolkit.terminal.status import status_text

pytestmark = pytest.mark.live
pq: Any = pyarrow.parquet


def said_by_doctor(study: LiveStudy) -> str:
    (found,) = [check.found for check in doctor(study.study) if check.name == "blindness"]
    return found


def blind(study: LiveStudy) -> list[tuple[bool, bool]]:
    rows = pq.read_table(export(study.study, replicates=0).paths["annotations"]).to_pylist()
    return sorted((row["edited_by_other"], row["blind"]) for row in rows)


def test_what_is_submitted_behind_the_gate_is_blind(pushed: LiveStudy) -> None:
    anna, ben = pushed.emails
    assert "not tried" not in said_by_doctor(pushed)
    pushed.code(anna, 0, WRITER)
    pushed.code(ben, 0, GOVERNMENT)
    pull(pushed.study)
    found = status(pushed.study)
    assert found.blindness == ""
    assert found.rounds[0].blind is not None
    assert found.rounds[0].blind.of_all
    assert said_by_doctor(pushed).endswith(": 5 of 5 refused")
    assert blind(pushed) == [(False, True), (False, True)]
    pull(pushed.study)  # again it changes nothing
    assert blind(pushed) == [(False, True), (False, True)]


def test_what_somebody_else_enters_or_mends_is_not(pushed: LiveStudy) -> None:
    anna, ben = pushed.emails
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
    assert blind(pushed) == [(False, True), (True, False), (True, False)]


def test_the_leads_own_answers_are_not_for_the_lead_sees_all(pushed: LiveStudy) -> None:
    annotators.add(pushed.study, [pushed.server.email])
    with pushed.server.as_lead() as lead:
        remote_id = pushed.ledger()[0].remote_id
        assert remote_id is not None
        lead.submit(remote_id, [], seconds=2.0)
    pushed.code(pushed.emails[0], 0, WRITER)
    pull(pushed.study)
    assert blind(pushed) == [(False, False), (False, True)]
    with pushed.study.database() as database:
        assert len(blind_periods.seeing(database, "embedded")) == 1


def test_the_lead_is_told_who_asked_for_what_is_not_theirs(pushed: LiveStudy) -> None:
    anna, ben = pushed.emails
    mine = pushed.code(anna, 0, WRITER)
    with pushed.signed_in(ben) as connection:
        token = connection._client._token
    for _ in range(3):
        assert pushed.server.raw("GET", f"/api/annotations/{mine}/", token=token).status_code == 403
    assert pushed.server.raw("GET", "/api/invite", token=token).status_code == 403
    with pushed.study.database() as database:
        who = pseudonym(database, ben)
    found = status(pushed.study)
    assert [(one.annotator, one.what, one.n) for one in found.refused] == [(who, "answers", 3), (who, "lead", 1)]
    said = words(status_text(found))
    assert f"{who} asked for others' answers 3 times, for what is the lead's once: refused, last on 20" in said
    assert ben not in said


def test_where_nothing_enforces_it_nothing_is_said_to_be_blind(bare_server: LiveServer, tmp_path: Path) -> None:
    study = init(tmp_path / "study")
    study.server_folder.symlink_to(bare_server.folder)
    text = tmp_path / "one.txt"
    text.write_text("The minister resigned. Nobody had expected it.\n", encoding="utf-8")
    add(study, [str(text)])
    made = LiveStudy(study, bare_server, ["anna@nothing.example", "ben@nothing.example"])
    assert annotators.add(study, made.emails).blindness == ASK_THEM != ENFORCED
    push(study)
    for email in made.emails:
        made.code(email, 0, WRITER)
    pull(study)
    found = status(study)
    assert found.blindness == ASK_THEM
    assert found.rounds[0].blind == Blindness(n_annotations=2, n_blind=0)
    assert blind(made) == [(False, False), (False, False)]
