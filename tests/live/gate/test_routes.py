"""Every route of the server, with every method and every action on lists, is held as open or refused in one file.

A release with another route is refused it by default; it shows here as a difference.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live.gate.conftest import World
from toolkit.labelstudio.embedded.program import environment

pytestmark = pytest.mark.live
HELD = Path(__file__).parent / "routes.txt"
REWRITE = "INTERCODER_REWRITE_ROUTES"


def test_every_route_is_decided_as_it_is_held(world: World) -> None:
    ids = {
        "annotator": {
            "project": world.project, "task": world.tasks[0],
            "annotation": world.annotation["anna"], "draft": world.draft["anna"], "unanswered": world.tasks[1],
        },
        "adjudicator": {
            "project": world.adjudication, "task": world.of_adjudication,
            "annotation": world.annotation["cleo"], "draft": world.draft["cleo"],
            "unanswered": world.of_adjudication + 1,
        },
    }  # fmt: skip
    people = {"annotator": world.anna.email, "adjudicator": world.cleo.email, "lead": world.server.email}
    told = subprocess.run(
        [sys.executable, "-m", "tests.live.gate.decisions", json.dumps({"ids": ids, "people": people})],
        env=environment(world.server.folder, None, blind=True),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if os.environ.get(REWRITE):
        HELD.write_text(told, encoding="utf-8")
    assert told.splitlines() == HELD.read_text(encoding="utf-8").splitlines()


def test_what_is_held_says_who_gets_where() -> None:
    rows = [line.split() for line in HELD.read_text(encoding="utf-8").splitlines()]
    assert len(rows) > 1000
    assert {lead for _, _, _, _, lead, _ in rows} <= {"yes", "ours"}
    strangers = {pattern for _, stranger, _, _, _, pattern in rows if stranger == "yes"}
    assert not [each for each in strangers if each.startswith("^api/") and each != "^api/token/refresh/"]
    assert [(annotator, adjudicator) for _, _, annotator, adjudicator, _, _ in rows if annotator != adjudicator] == []
