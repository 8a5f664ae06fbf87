"""Bodies that two readers read in two ways, or that are saved and cannot be read again: refused before that."""

from __future__ import annotations

import json

import pytest

from tests.live.gate.conftest import World, answer
from tests.live.gate.test_adversaries import WAYS, unchanged

pytestmark = pytest.mark.live


def quoted(text: str) -> str:
    """Text that utf-8 reads as it is, and utf-7 with quotation marks in it."""
    return text.replace("'", "+ACI-")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("charset", ["utf-7", "utf7", '"utf-7"', "UTF-16", "latin-1"])
def test_what_is_read_is_what_label_studio_reads(world: World, way: str, charset: str) -> None:
    chosen = "','filters':{'conjunction':'and','items':[]},'ordering':['-tasks:id'],'zz':'y"
    as_ben = f"','completed_by':{world.ben.user_id},'z':'"
    bodies = {
        f"/api/dm/actions/?id=next_task&project={world.project}": {quoted("project"): quoted(chosen), "project": 1},
        f"/api/tasks/{world.tasks[3]}/annotations/": {"unique_id": quoted(as_ben)},
    }
    with unchanged(world):
        for path, body in bodies.items():
            sent = json.dumps(body).encode()
            headers = {"Content-Type": f"application/json; charset={charset}"}
            answered = world.anna.ask("POST", path, by=way, content=sent, headers=headers)
            assert answered.status_code == 403, (path, answered.text[:200])


def test_a_key_that_comes_twice_is_read_by_nobody(world: World) -> None:
    headers = {"Content-Type": "application/json"}
    for path, sent in (
        (f"/api/annotations/{world.annotation['anna']}/", f'{{"completed_by":{world.anna.user_id},"completed_by":1}}'),
        (f"/api/dm/actions/?id=next_task&project={world.project}", '{"ordering":["-tasks:id"],"ordering":[]}'),
    ):
        method = "PATCH" if "annotations" in path else "POST"
        assert world.anna.ask(method, path, content=sent.encode(), headers=headers).status_code == 403


@pytest.mark.parametrize(
    "sent",
    [
        '{"result": [], "lead_time": 1e999}',
        '{"result": [], "lead_time": NaN}',
        '{"result": [{"value": {"text": "\\ud800"}}]}',
        '{"result": "[{\\"value\\": {\\"text\\": \\"\\\\ud800\\"}}]"}',
        '{"result": {}}',
    ],
)
def test_what_nobody_could_read_again_is_not_saved(world: World, sent: str) -> None:
    task = world.tasks[4]
    headers = {"Content-Type": "application/json"}
    path = f"/api/tasks/{task}/annotations/"
    assert world.anna.ask("POST", path, content=sent.encode(), headers=headers).status_code == 403
    path = f"/api/annotations/{world.annotation['anna']}/"
    assert world.anna.ask("PATCH", path, content=sent.encode(), headers=headers).status_code == 403
    assert world.server.raw("GET", f"/api/tasks/{task}/annotations/").json() == []


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_answer_stays_where_it_is(world: World, nothing: object) -> None:
    path = f"/api/annotations/{world.annotation['anna']}/"
    before = world.server.raw("GET", path).json()
    said = {"task": nothing, "project": nothing, "completed_by": None, "result": before["result"]}
    assert world.anna.ask("PATCH", path, json=said).status_code == 200
    now = world.server.raw("GET", path).json()
    assert [now[each] for each in ("task", "project", "completed_by")] == [
        before[each] for each in ("task", "project", "completed_by")
    ]


def test_nobody_answers_a_sentence_twice_and_takes_anothers_place(world: World) -> None:
    path = f"/api/tasks/{world.tasks[0]}/annotations/"
    again = world.anna.ask("POST", path, json={"result": answer("writer", "again"), "lead_time": 1})
    assert again.status_code == 403
    assert "answered this sentence already" in again.text
    task = world.tasks[5]
    path = f"/api/tasks/{task}/annotations/"
    skipped = world.anna.ask("POST", f"{path}?was_cancelled=1", json={"result": [], "lead_time": 1})
    assert skipped.status_code == 201
    made = world.anna.ask("POST", path, json={"result": answer("writer", "after all"), "lead_time": 1})
    assert made.status_code == 201
    undone = world.anna.ask("PATCH", f"/api/annotations/{skipped.json()['id']}/", json={"was_cancelled": False})
    assert undone.status_code == 403
    for number in (skipped.json()["id"], made.json()["id"]):
        assert world.server.raw("DELETE", f"/api/annotations/{number}/").status_code == 204


def test_an_answer_comes_from_none_of_others(world: World) -> None:
    said = {"result": answer("writer", "anna"), "parent_annotation": world.annotation["ben"]}
    assert world.anna.ask("PATCH", f"/api/annotations/{world.annotation['anna']}/", json=said).status_code == 403


@pytest.mark.parametrize("number", ["9" * 20, "9" * 25, "9" * 5000])
def test_numbers_no_database_holds_are_refused_and_counted(world: World, number: str) -> None:
    with world.server.as_lead() as lead:
        before = sum(one.n for one in lead.gate.refusals() if one.user_id == world.anna.user_id)
    answered = world.anna.ask("GET", f"/api/annotations/{world.annotation['ben']}/?project={number}")
    assert answered.status_code == 403
    assert world.anna.ask("GET", f"/api/tasks/?project={world.project}&page={number}").status_code == 200
    assert world.anna.ask("GET", f"/intercoder/?done={number}", by="session").status_code == 200
    with world.server.as_lead() as lead:
        found = [one for one in lead.gate.refusals() if one.user_id == world.anna.user_id]
    assert sum(one.n for one in found) == before + 1


def test_projects_that_are_not_there_are_counted_in_one_line(world: World) -> None:
    for number in range(900_000, 900_030):
        assert world.anna.ask("GET", f"/api/invite?project={number}").status_code == 403
    with world.server.as_lead() as lead:
        found = [one.project_id for one in lead.gate.refusals() if one.user_id == world.anna.user_id]
    assert not [each for each in found if each is not None and each >= 900_000]


def test_nothing_of_where_the_server_was_started_is_on_the_page(world: World) -> None:
    page = world.anna.ask("GET", f"/projects/{world.project}/data?labeling=1", by="session").text
    assert '"label-studio-os-backend": {"commit": "1.23.2"}' in page
