"""A round two people code, one that is closed, one of nobody, and an adjudication; and what each of them answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any

import httpx
import pytest

from tests.live.server import CONFIG, LiveServer
from toolkit.labelstudio.accounts import make_account, personal_token, signed_in
from toolkit.labelstudio.gatekeeper import Admitted

PASSWORD = "a-long-passphrase"
SECRET = "what-ben-marked"
_number = count(1)


def answer(choice: str, mark: str) -> list[dict[str, Any]]:
    return [
        {"value": {"choices": [choice]}, "from_name": "attribution", "to_name": "sentence", "type": "choices"},
        {
            "value": {"start": 0, "end": 8, "text": mark, "labels": ["source"]},
            "from_name": "spans", "to_name": "sentence", "type": "labels",
        },
    ]  # fmt: skip


@dataclass(frozen=True)
class Somebody:
    """Somebody with an account, as they may call: by session or by a token in any of its forms."""

    server: LiveServer
    email: str
    user_id: int

    @cached_property
    def token(self) -> str:
        return personal_token(self.server.url, email=self.email, password=PASSWORD)

    @cached_property
    def session(self) -> httpx.Cookies:
        with signed_in(self.server.url, email=self.email, password=PASSWORD) as browser:
            return browser.cookies

    @cached_property
    def jwt(self) -> str:
        cookies = self.session
        with httpx.Client(base_url=self.server.url, cookies=cookies, trust_env=False) as http:
            refresh = http.post("/api/token/", headers={"X-CSRFToken": cookies.get("csrftoken") or ""}).json()["token"]
            return str(http.post("/api/token/refresh/", json={"refresh": refresh}).json()["access"])

    def ask(self, method: str, path: str, *, by: str = "token", **request: Any) -> httpx.Response:
        headers = self._named(by)
        cookies = self.session if by == "session" else None
        with httpx.Client(base_url=self.server.url, cookies=cookies, timeout=60, trust_env=False) as http:
            return http.request(method, path, headers=headers | request.pop("headers", {}), **request)

    def _named(self, by: str) -> dict[str, str]:
        if by == "session":
            return {}
        if by == "x-api-key":
            return {"X-Api-Key": self.token}
        return {"Authorization": f"Token {self.token}" if by == "token" else f"Bearer {self.jwt}"}


@dataclass(frozen=True)
class World:
    server: LiveServer
    anna: Somebody
    ben: Somebody
    cleo: Somebody
    project: int
    closed: int
    foreign: int
    adjudication: int
    tasks: list[int]
    of_closed: int
    of_foreign: int
    of_adjudication: int
    annotation: Mapping[str, int] = field(default_factory=dict)
    draft: Mapping[str, int] = field(default_factory=dict)


@pytest.fixture(scope="module")
def world(server: LiveServer) -> World:
    n = next(_number)
    with server.as_lead() as lead:
        people = {}
        for name in ("anna", "ben", "cleo"):
            email = f"{name}-at-the-gate-{n}@example.org"
            person = make_account(lead.invite_link(), email=email, password=PASSWORD)
            people[name] = Somebody(server, email, person.user_id)
        projects, tasks = {}, {}
        for name in ("pilot", "closed", "foreign", "adjudication"):
            projects[name] = lead.create_project(
                title=f"{name} {n}",
                description="x",
                config_xml=CONFIG,
                instructions_html="<p>Read.</p>",
                annotators_per_sentence=2,
            )
            data = [{"sentence_id": f"a:{k}", "sentence": f"Sentence {k}."} for k in range(1, 7)]
            tasks[name] = lead.send_sentences(projects[name], data)

        def let_in(*, closed: bool) -> None:
            both = frozenset({people["anna"].email, people["ben"].email})
            cleo = frozenset({people["cleo"].email})
            lead.gate.admit(
                f"gate{n}",
                [
                    Admitted(projects["pilot"], "pilot", "coding", is_open=True, people=both),
                    Admitted(projects["closed"], "closed", "coding", is_open=not closed, people=both),
                    Admitted(projects["adjudication"], "decisions", "adjudicating", is_open=True, people=cleo),
                ],
            )

        let_in(closed=False)
        made = World(
            server, **people, project=projects["pilot"], closed=projects["closed"], foreign=projects["foreign"],
            adjudication=projects["adjudication"], tasks=tasks["pilot"], of_closed=tasks["closed"][0],
            of_foreign=tasks["foreign"][0], of_adjudication=tasks["adjudication"][0],
            annotation={
                "anna": _annotated(people["anna"], tasks["pilot"][0], answer("writer", "anna")),
                "ben": _annotated(people["ben"], tasks["pilot"][0], answer("attributed", SECRET)),
                "ben closed": _annotated(people["ben"], tasks["closed"][0], answer("attributed", SECRET)),
                "anna closed": _annotated(people["anna"], tasks["closed"][0], answer("writer", "anna")),
                "cleo": _annotated(people["cleo"], tasks["adjudication"][0], answer("writer", "cleo")),
            },
            draft={
                "anna": _drafted(people["anna"], tasks["pilot"][2]),
                "ben": _drafted(people["ben"], tasks["pilot"][1], answer("attributed", SECRET)),
                "cleo": _drafted(people["cleo"], tasks["adjudication"][1]),
            },
        )  # fmt: skip
        let_in(closed=True)
        return made


def _annotated(who: Somebody, task: int, result: list[dict[str, Any]]) -> int:
    made = who.ask("POST", f"/api/tasks/{task}/annotations/", json={"result": result, "lead_time": 2})
    assert made.status_code == 201, made.text
    return int(made.json()["id"])


def _drafted(who: Somebody, task: int, result: list[dict[str, Any]] | None = None) -> int:
    made = who.ask(
        "POST", f"/api/tasks/{task}/drafts", json={"result": result or answer("writer", "mine"), "lead_time": 2}
    )
    assert made.status_code == 201, made.text
    return int(made.json()["id"])
