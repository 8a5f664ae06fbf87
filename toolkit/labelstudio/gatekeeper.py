"""What the lead asks of the gate in front of a Label Studio, where there is one (``gate/``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from toolkit.errors import ServerRefused
from toolkit.labelstudio import rows
from toolkit.labelstudio.client import Client
from toolkit.labelstudio.connection import NotThere
from toolkit.labelstudio.rows import Json

_AT: Final = "intercoder/gate"
Role = Literal["coding", "adjudicating"]


@dataclass(frozen=True, slots=True)
class GateState:
    """How it stands with the gate of a server."""

    release: str
    """The release of Label Studio that runs behind it."""
    known: bool
    """Whether this gate was tried on that release."""
    serves: bool
    """Whether annotators are let in: the release is known, or was checked since."""
    duty: tuple[tuple[datetime, datetime], ...]
    """When it was on duty: from each start to when it was last seen (UTC)."""
    leads: frozenset[int]
    """Accounts it lets pass: who has one of them sees everybody's answers."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """A project, and who may code in it; the addresses do not show when printed."""

    project_id: int
    name: str
    role: Role
    is_open: bool
    people: frozenset[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class RouteTable:
    """Routes of a server: patterns of addresses, each with a method."""

    every: frozenset[tuple[str, str]]
    open: frozenset[tuple[str, str]]
    """Those annotators get through; whatever is not among them is refused."""
    gone: frozenset[tuple[str, str]]
    """Those of them that this release of Label Studio has no more: what its page needs may have changed."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What an account asked for and was refused, in one of the gate's words, how often and when last (UTC)."""

    user_id: int
    project_id: int | None
    what: str
    n: int
    last: datetime


class Gatekeeper:
    """The gate as its lead asks it, over a signed-in client. Where there is none, it says None."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def state(self) -> GateState | None:
        """Return how it stands with the gate; None where there is none."""
        try:
            return self._client.read(_AT, _state)
        except NotThere:
            return None

    def admit(self, study_id: str, admitted: Iterable[Admitted]) -> bool:
        """Let exactly these people into the projects of a study; return whether there is a gate to let them in."""
        told = [
            {
                "project": one.project_id,
                "name": one.name,
                "role": one.role,
                "open": one.is_open,
                "people": sorted(one.people),
            }
            for one in admitted
        ]
        try:
            self._client.write("PUT", f"{_AT}/studies/{study_id}", {"rounds": told}, _rounds)
        except NotThere:
            return False
        return True

    def refusals(self) -> Sequence[Refused]:
        """Return what was refused to whom; nothing where there is no gate."""
        try:
            return self._client.read(
                f"{_AT}/refusals", lambda body: [_refused(one) for one in rows.objects(body.get("refusals"))]
            )
        except NotThere:
            return ()

    def routes(self) -> RouteTable:
        """Return the URL table of the server. Raise ``NotThere`` without a gate."""
        return self._client.read(
            f"{_AT}/routes",
            lambda body: RouteTable(_routes(body, "routes"), _routes(body, "open"), _routes(body, "gone")),
        )

    def serve(self) -> GateState:
        """Have the release that runs served to annotators from now on. Raise ``NotThere`` without a gate."""
        return self._client.write("POST", f"{_AT}/checked", {}, _state)

    def tried(self, user_id: int, project_id: int, other: tuple[int, int] | None) -> Mapping[str, bool]:
        """Ask for what is not theirs, as the gate treats an annotator; return of each whether they get it.

        ``other`` are the numbers of a sentence and of somebody else's answer to it. Nothing is changed, and nothing is
        told of the annotator. Where there is no gate all of it is answered.
        """
        closed = {
            "everybody's answers, as an export": f"api/projects/{project_id}/export",
            "the link that invites": "api/invite",
            "the list of members": f"api/organizations/{self._organization()}/memberships",
        }
        if other is not None:
            closed["somebody else's answer"] = f"api/annotations/{other[1]}/"
        found = {what: self._answer(path, user_id) is not None for what, path in closed.items()}
        if other is not None:
            task = self._answer(f"api/tasks/{other[0]}/", user_id)
            found["what others answered, beside a sentence"] = task is not None and other[1] in _ids(task)
        return found

    def _organization(self) -> int:
        return self._client.read("api/current-user/whoami", lambda body: rows.number(body, "active_organization"))

    def _answer(self, path: str, user_id: int) -> object | None:
        try:
            return self._client.ask(path, {"intercoder_as": user_id}).json
        except ServerRefused:
            return None


def _ids(task: object) -> frozenset[int]:
    listed = task.get("annotations") if isinstance(task, dict) else None
    return frozenset(rows.number(one, "id") for one in rows.objects(listed or []))


def _state(body: Json) -> GateState:
    return GateState(
        rows.text(body, "release"),
        rows.truth(body, "known"),
        rows.truth(body, "serves"),
        tuple((rows.as_moment(begin), rows.as_moment(seen)) for begin, seen in rows.pairs(body, "duty")),
        frozenset(rows.numbers(body, "leads")),
    )


def _rounds(body: Json) -> list[Json]:
    return rows.objects(body.get("rounds"))


def _refused(row: Json) -> Refused:
    return Refused(
        rows.number(row, "user_id"),
        rows.number(row, "project") or None,
        rows.text(row, "what"),
        rows.number(row, "n"),
        rows.moment(row, "last"),
    )


def _routes(body: Json, name: str) -> frozenset[tuple[str, str]]:
    return frozenset((str(pattern), str(method)) for pattern, method in rows.pairs(body, name))
