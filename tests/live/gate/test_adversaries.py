"""A real annotator account tries to get at others' answers, and at what is the lead's, in every way thought of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import httpx
import pytest

from tests.live.gate.conftest import PASSWORD, SECRET, Somebody, World, answer
from toolkit.labelstudio.accounts import make_account
from toolkit.labelstudio.gatekeeper import Refused

pytestmark = pytest.mark.live

WAYS = ("token", "x-api-key", "jwt", "session")
REFUSED = {401, 403}
NEXT = {"ordering": [], "selectedItems": {"all": False, "included": []}, "filters": {"conjunction": "and", "items": []}}


def told(answered: httpx.Response, world: World) -> list[str]:
    """What an answer tells of others."""
    secrets = (SECRET, world.ben.email, world.cleo.email, world.server.email)
    return [each for each in secrets if each in answered.text]


def refused(answered: httpx.Response, world: World) -> None:
    assert answered.status_code in REFUSED, answered.text[:300]
    assert told(answered, world) == []


@contextmanager
def unchanged(world: World) -> Iterator[None]:
    """What Ben answered, the project and its tasks stay as they are."""

    def now() -> list[object]:
        paths = (
            f"/api/annotations/{world.annotation['ben']}/",
            f"/api/projects/{world.project}/",
            f"/api/drafts/{world.draft['ben']}/",
        )
        answers = [world.server.raw("GET", path) for path in paths]
        assert {each.status_code for each in answers} == {200}
        return [
            {
                name: value
                for name, value in each.json().items()
                if name not in {"created_ago", "queue_total", "queue_done"}
            }
            for each in answers
        ]

    before = now()
    yield
    assert now() == before


def reads(world: World) -> Iterator[str]:
    project, task, ben, draft = world.project, world.tasks[0], world.annotation["ben"], world.draft["ben"]
    yield from (
        f"/api/annotations/{ben}/",
        f"/api/annotations/{ben}",
        f"/api/annotations/{ben}/?fields=all",
        f"/api/annotations/{world.annotation['ben closed']}/",
        f"/api/drafts/{draft}/",
        f"/api/tasks/{task}/annotations/{ben}/drafts",
        f"/api/tasks/{task}/agreement/",
        f"/api/tasks/{world.of_foreign}/",
        f"/api/tasks/{world.of_closed}/",
        f"/api/tasks/{world.of_adjudication}/",
        f"/api/tasks/{world.of_foreign}/annotations/",
        f"/api/tasks/?project={project}&fields=all",
        f"/api/tasks?project={project}&fields=all&page_size=100",
        f"/api/tasks/?project={project}&include=annotations",
        f"/api/tasks/?project={world.foreign}",
        "/api/tasks/",
        f"/api/tasks/?project={project}&query=" + quote(json.dumps({"filters": {"conjunction": "and", "items": []}})),
        f"/api/projects/{project}/tasks/",
        f"/api/projects/{project}/next/",
        f"/api/projects/{project}/export?exportType=JSON",
        f"/api/projects/{project}/export/formats",
        f"/api/projects/{project}/exports/",
        f"/api/projects/{project}/summary/",
        f"/api/projects/{project}/annotators/",
        f"/api/projects/{world.foreign}/",
        f"/api/projects/{world.closed}/",
        "/api/projects/",
        "/api/projects/counts/",
        f"/api/dm/views/?project={world.foreign}",
        f"/api/dm/views/1/?project={project}",
        f"/api/dm/project/?project={world.adjudication}",
        f"/api/dm/columns/?project={world.foreign}",
        "/api/predictions/",
        f"/api/predictions/?task={task}",
        "/api/predictions.json",
        f"/api/fsm/entities/annotation/{ben}/history",
        "/api/users/1/",
        "/api/users.json",
        "/api/organizations/",
        "/api/organizations/1/memberships",
        "/api/invite",
        "/api/webhooks/",
        "/api/storages/",
        "/api/session-policy/",
        "/metrics",
        "/api/token/",
        "/docs/api/schema/json/",
        "/admin/",
        "/django-rq/",
        "/people/",
        "/user/account",
        f"/projects/{project}/settings/",
        f"/projects/{project}/data/export",
        f"/projects/{project}/data/import",
        "/intercoder/gate",
        "/intercoder/gate/refusals",
        "/intercoder/gate/studies/anything",
        f"//api/annotations/{ben}/",
        f"/api/annotations/{ben}//",
        f"/api/annotations/%3{ben}/",
        f"/api/./annotations/{ben}/",
        f"/api/tasks/../annotations/{ben}/",
        f"/static/../api/annotations/{ben}/",
        f"/api/annotations/{ben}/;x",
        f"/API/annotations/{ben}/",
    )  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_nothing_of_others_can_be_read(world: World, way: str) -> None:
    for path in reads(world):
        answered = world.anna.ask("GET", path, by=way)
        assert answered.status_code in REFUSED | {404}, (path, answered.status_code)
        assert told(answered, world) == [], path


@pytest.mark.parametrize("way", WAYS)
def test_what_the_page_asks_for_is_answered_with_what_is_theirs(world: World, way: str) -> None:
    project, task = world.project, world.tasks[0]
    for path in (
        f"/api/tasks/{task}/?project={project}&interaction=labelstream",
        f"/api/tasks/{task}/?fields=all&include=annotations&expand=annotations.completed_by&annotations_stub=true&review=true",
        f"/api/tasks/{task}/annotations/?expand=completed_by",
        f"/api/tasks/{world.tasks[1]}/drafts",
        f"/api/tasks/?page=1&page_size=30&view=1&project={project}",
        f"/api/projects/{project}/",
        f"/api/dm/project/?project={project}&include=annotation_count",
        f"/api/dm/columns/?project={project}",
        f"/api/dm/views/?project={project}",
        f"/api/dm/actions/?project={project}",
        f"/api/users/?project={project}",
        f"/api/ml/?project={project}",
        f"/api/label_links/?project={project}&expand=label",
        f"/api/projects/{project}/label-stream-history/?project={project}",
        "/api/version",
        "/api/current-user/whoami",
        f"/projects/{project}/data?labeling=1",
    ):
        answered = world.anna.ask("GET", path, by=way)
        if path.startswith("/projects") and way in {"token", "x-api-key"}:
            continue  # Label Studio's pages know sessions only
        assert answered.status_code == 200, (path, answered.text[:200])
        assert told(answered, world) == [], path
    (mine,) = world.anna.ask("GET", f"/api/tasks/{task}/", by=way).json()["annotations"]
    assert mine["id"] == world.annotation["anna"]


def writes(world: World) -> Iterator[tuple[str, str, object]]:
    project, task, ben, draft, mine = (
        world.project,
        world.tasks[0],
        world.annotation["ben"],
        world.draft["ben"],
        world.annotation["anna"],
    )
    said = answer("writer", "changed")
    yield "PATCH", f"/api/annotations/{ben}/", {"result": said}
    yield "PUT", f"/api/annotations/{ben}/", {"result": said}
    yield "DELETE", f"/api/annotations/{ben}/", None
    yield "POST", f"/api/annotations/{ben}/convert-to-draft", {}
    yield "POST", f"/api/annotations/{mine}/convert-to-draft", {}
    yield "DELETE", f"/api/annotations/{mine}/", None
    yield "PATCH", f"/api/annotations/{mine}/", {"result": said, "completed_by": world.ben.user_id}
    yield "PATCH", f"/api/annotations/{mine}/", {"result": said, "task": world.tasks[3]}
    yield "PATCH", f"/api/annotations/{mine}/", {"result": said, "ground_truth": True}
    yield "PATCH", f"/api/drafts/{draft}/", {"result": said}
    yield "DELETE", f"/api/drafts/{draft}/", None
    yield "POST", f"/api/tasks/{task}/annotations/", {"result": said, "completed_by": world.ben.user_id}
    yield "POST", f"/api/tasks/{task}/annotations/?project={world.foreign}", {"result": said}
    yield "POST", f"/api/tasks/{task}/annotations/", {"result": said, "project": world.foreign}
    yield "POST", f"/api/tasks/{task}/annotations/{ben}/drafts", {"result": said}
    yield "POST", f"/api/tasks/{task}/drafts", {"result": said, "annotation": ben}
    yield "POST", f"/api/tasks/{task}/drafts", {"result": said, "user": world.ben.email}
    yield "POST", f"/api/tasks/{world.of_foreign}/annotations/", {"result": said}
    yield "POST", f"/api/tasks/{world.of_closed}/annotations/", {"result": said}
    yield "PATCH", f"/api/annotations/{world.annotation['anna closed']}/", {"result": said}
    yield "PATCH", f"/api/tasks/{task}/", {"data": {}}
    yield "DELETE", f"/api/tasks/{task}/", None
    yield "POST", "/api/tasks/", {"project": project, "data": {}}
    yield "PATCH", f"/api/projects/{project}/", {"title": "Mine"}
    yield "DELETE", f"/api/projects/{project}/", None
    yield "POST", f"/api/projects/{project}/import", [{"sentence": "x"}]
    yield "POST", "/api/projects/", {"title": "Another"}
    yield "POST", f"/api/dm/views/?project={project}", {"data": {}}
    yield "DELETE", f"/api/dm/views/reset/?project={project}", {"project": project}
    yield "POST", "/api/predictions/", {"task": task, "result": said}
    yield "POST", "/api/users/", {"email": "new@example.org"}
    yield "PATCH", f"/api/users/{world.ben.user_id}/", {"first_name": "x"}
    yield "DELETE", f"/api/users/{world.ben.user_id}/", None
    yield "POST", "/api/invite/reset-token", {}
    yield "POST", "/api/organizations/", {"title": "Mine"}
    yield "POST", "/api/webhooks/", {"url": "http://127.0.0.1:1"}
    yield "POST", "/api/jwt/settings", {"legacy_api_tokens_enabled": False}
    yield "POST", "/api/ml/", {"project": project, "url": "http://127.0.0.1:1"}
    yield "PUT", "/intercoder/gate/studies/mine", {"rounds": []}
    yield "POST", "/intercoder/gate/checked", {}
    for action in (
        "delete_tasks",
        "delete_tasks_annotations",
        "retrieve_tasks_predictions",
        "next_task&id=delete_tasks",
    ):
        yield (
            "POST",
            f"/api/dm/actions/?id={action}&project={project}",
            {**NEXT, "selectedItems": {"all": True, "excluded": []}},
        )
    chosen = {
        "conjunction": "and",
        "items": [
            {
                "filter": "filter:tasks:annotations_results",
                "operator": "contains",
                "type": "String",
                "value": "attributed",
            }
        ],
    }
    yield "POST", f"/api/dm/actions/?id=next_task&project={project}", {**NEXT, "filters": chosen}
    yield "POST", f"/api/dm/actions/?id=next_task&project={world.foreign}", NEXT
    yield "POST", f"/api/dm/actions/?id=next_task&project={project}", {**NEXT, "project": world.foreign}


@pytest.mark.parametrize("way", WAYS)
def test_nothing_of_others_can_be_changed_and_nothing_of_the_lead(world: World, way: str) -> None:
    with unchanged(world):
        for method, path, body in writes(world):
            answered = (
                world.anna.ask(method, path, by=way, json=body)
                if body is not None
                else world.anna.ask(method, path, by=way)
            )
            assert answered.status_code in REFUSED, (method, path, answered.status_code, answered.text[:200])
            assert told(answered, world) == []
    assert world.anna.ask("GET", f"/api/annotations/{world.annotation['anna']}/").json()["result"] == answer(
        "writer", "anna"
    )


def test_a_form_is_not_read_in_place_of_json(world: World) -> None:
    path = f"/api/tasks/{world.tasks[3]}/annotations/"
    refused(world.anna.ask("POST", path, data={"result": "[]", "completed_by": world.ben.user_id}), world)
    refused(world.anna.ask("POST", path, content=b"[]", headers={"Content-Type": "application/json"}), world)
    asks = {"Content-Type": "application/json"}
    refused(world.anna.ask("GET", f"/api/tasks/{world.tasks[0]}/", content=b'{"project": 1}', headers=asks), world)


def test_other_ways_of_asking_ask_the_same(world: World) -> None:
    ben = f"/api/annotations/{world.annotation['ben']}/"
    for headers in (
        {"X-HTTP-Method-Override": "GET"},
        {"X-Original-URL": ben},
        {"X-Rewrite-URL": ben},
        {"X-Forwarded-Host": "x"},
    ):
        assert told(world.anna.ask("GET", "/api/current-user/whoami", headers=headers), world) == []
        refused(world.anna.ask("GET", ben, headers=headers), world)
    for method in ("HEAD", "OPTIONS", "TRACE", "PURGE"):
        assert world.anna.ask(method, ben).status_code in REFUSED | {405}
    up = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "x"}
    for path in ("/ws", "/ws/", "/api/ws", "/socket.io/"):
        assert world.anna.ask("GET", path, headers=up).status_code in REFUSED | {404}


@pytest.mark.parametrize(
    "authorization",
    ["Token " + "0" * 40, "Bearer x.y.z", "Basic bGVhZDpsZWFk", "Token", "nothing", "token\u00a0x"],
)
def test_a_token_nobody_has_is_a_strangers_whatever_the_session(world: World, authorization: str) -> None:
    asked = world.anna.ask(
        "GET", "/api/current-user/whoami", by="session", headers={"Authorization": authorization.encode()}
    )
    assert asked.status_code == 401


def test_a_session_and_a_token_of_two_people_are_nobody(world: World) -> None:
    headers = {"Authorization": f"Token {world.server.token}"}
    assert (
        world.anna.ask("GET", f"/api/annotations/{world.annotation['ben']}/", by="session", headers=headers).status_code
        == 401
    )


def test_an_adjudicator_gets_what_adjudication_shows_and_nothing_more(world: World) -> None:
    assert world.cleo.ask("GET", f"/api/tasks/{world.of_adjudication}/").status_code == 200
    for path in (
        f"/api/tasks/{world.tasks[0]}/",
        f"/api/annotations/{world.annotation['anna']}/",
        f"/api/projects/{world.project}/",
    ):
        assert world.cleo.ask("GET", path).status_code == 403
    refused(world.anna.ask("GET", f"/api/tasks/{world.of_adjudication}/"), world)


def test_somebody_with_an_account_and_no_round_gets_nowhere(world: World) -> None:
    with world.server.as_lead() as lead:
        person = make_account(lead.invite_link(), email="nobody-yet@example.org", password=PASSWORD)
    nobody = Somebody(world.server, "nobody-yet@example.org", person.user_id)
    for path in (
        f"/api/tasks/{world.tasks[0]}/",
        f"/api/projects/{world.project}/",
        f"/api/tasks/?project={world.project}",
    ):
        assert nobody.ask("GET", path).status_code == 403
    page = nobody.ask("GET", "/intercoder/", by="session", headers={"Accept": "text/html"})
    assert "No round of coding is yours yet" in page.text


def strangers_ask(world: World, method: str, path: str, **request: object) -> httpx.Response:
    with httpx.Client(base_url=world.server.url, trust_env=False) as http:
        return http.request(method, path, **request)  # type: ignore[arg-type]


def test_a_stranger_signs_in_and_no_more(world: World) -> None:
    for path in (
        "/api/version",
        "/version",
        "/metrics",
        "/api/projects/",
        "/api/tasks/",
        "/docs/api/schema/json/",
        "/intercoder/",
        "/intercoder/gate",
    ):
        assert strangers_ask(world, "GET", path).status_code == 401, path
    page = strangers_ask(world, "GET", f"/projects/{world.project}/data?labeling=1", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["location"].partition("?")[0]) == (302, "/user/login/")
    assert strangers_ask(world, "GET", "/health").status_code == 200
    form = strangers_ask(world, "GET", "/user/login/")
    assert form.status_code == 200
    assert form.headers["x-frame-options"] == "DENY"
    assert (
        "access-control-allow-origin"
        not in strangers_ask(world, "GET", "/user/login/", headers={"Origin": "https://elsewhere.example"}).headers
    )


def test_nobody_signs_up_without_the_leads_link(world: World) -> None:
    with httpx.Client(base_url=world.server.url, trust_env=False) as http:
        for query in ("", "?token=guessed"):
            http.get(f"/user/signup/{query}")
            form = {
                "email": "uninvited@example.org",
                "password": PASSWORD,
                "csrfmiddlewaretoken": http.cookies["csrftoken"],
            }
            assert http.post(f"/user/signup/{query}", data=form).status_code == 403
    with world.server.as_lead() as lead:
        assert "uninvited@example.org" not in {person.email for person in lead.people()}


def test_guessing_a_password_meets_a_brake(world: World) -> None:
    with world.server.as_lead() as lead:
        make_account(lead.invite_link(), email="guessed@example.org", password=PASSWORD)
    with httpx.Client(base_url=world.server.url, trust_env=False) as http:

        def attempt(password: str) -> httpx.Response:
            http.get("/user/login/")
            form = {
                "email": "guessed@example.org",
                "password": password,
                "csrfmiddlewaretoken": http.cookies["csrftoken"],
            }
            return http.post("/user/login/", data=form)

        assert [attempt(f"guess-{n}").status_code for n in range(7)] == [200] * 5 + [429] * 2
        braked = attempt(PASSWORD)
        assert braked.status_code == 429
        assert int(braked.headers["retry-after"]) > 60
        assert "wrong too often" in braked.text


def test_what_was_refused_is_there_for_the_lead_by_number_and_kind(world: World) -> None:
    world.anna.ask("GET", f"/api/annotations/{world.annotation['ben']}/")
    with world.server.as_lead() as lead:
        mine = [one for one in lead.gate.refusals() if one.user_id == world.anna.user_id]
    assert [one for one in mine if one.what == "answers" and one.n >= 1]
    assert all(isinstance(one, Refused) for one in mine)


def test_what_the_page_does_by_itself_counts_as_no_attempt(world: World) -> None:
    with world.server.as_lead() as lead:
        assert [one for one in lead.gate.refusals() if one.user_id == world.ben.user_id] == []


def test_the_gate_says_since_when_it_is_there(world: World) -> None:
    with world.server.as_lead() as lead:
        state = lead.gate.state()
        made = world.server.raw("GET", f"/api/annotations/{world.annotation['anna']}/").json()["created_at"]
    assert state is not None
    assert state.serves
    from datetime import datetime

    assert any(begin <= datetime.fromisoformat(made) <= seen for begin, seen in state.duty)
