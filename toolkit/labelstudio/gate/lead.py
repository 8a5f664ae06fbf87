"""What the lead asks of the gate, as JSON: who is let in, what was refused, since when it is there, a release checked.

Only with a token: a page of another site could make a browser send the session along.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final, get_args

from django.http import HttpRequest, HttpResponse, JsonResponse

from toolkit.labelstudio.gate import caller, release, rules
from toolkit.labelstudio.gate.register import Register, Role, Round

AT: Final = "/intercoder/gate"
VERSION: Final = 1
"""Of what is said here; raised when its shape changes."""


def answer(request: HttpRequest, register: Register) -> HttpResponse:
    """Answer the lead."""
    path = request.path_info.rstrip("/")
    if path == AT and request.method == "GET":
        return JsonResponse(_state(register))
    if path == f"{AT}/refusals" and request.method == "GET":
        return JsonResponse({"refusals": [asdict(one) for one in register.refusals()]})
    if path == f"{AT}/routes" and request.method == "GET":
        return JsonResponse({"routes": release.routes(), "open": rules.OPEN, "gone": release.gone(rules.OPEN)})
    if path == f"{AT}/checked" and request.method == "POST":
        register.check(release.running(), release.digest())
        return JsonResponse(_state(register))
    study = path.removeprefix(f"{AT}/studies/")
    if path.startswith(f"{AT}/studies/") and study and "/" not in study:
        return _study(request, register, study)
    return JsonResponse({"detail": "There is no such thing to ask the gate."}, status=404)


def serves(register: Register) -> bool:
    """Whether annotators are let in at all: the release is known, or was checked and has the same routes still."""
    return release.running() in release.KNOWN or register.checked(release.running()) == release.digest()


def _state(register: Register) -> dict[str, Any]:
    return {
        "gate": VERSION,
        "release": release.running(),
        "known": release.running() in release.KNOWN,
        "serves": serves(register),
        "duty": register.duty(),
        "leads": caller.leads(),
    }


def _study(request: HttpRequest, register: Register, study: str) -> HttpResponse:
    if request.method == "PUT":
        try:
            wanted = json.loads(request.body)
            rounds = {_round(one): [str(email) for email in one["people"]] for one in wanted["rounds"]}
        except (ValueError, KeyError, TypeError):
            return JsonResponse({"detail": "This is no list of rounds."}, status=400)
        register.replace(study, rounds)
    elif request.method != "GET":
        return JsonResponse({"detail": "Read it, or put it."}, status=405)
    found = register.registered(study)
    told = [
        {"project": one.project, "name": one.name, "role": one.role, "open": one.is_open, "people": sorted(people)}
        for one, people in sorted(found.items(), key=lambda item: item[0].project)
    ]
    return JsonResponse({"rounds": told})


def _round(told: dict[str, Any]) -> Round:
    if told["role"] not in get_args(Role):
        raise ValueError(told["role"])
    return Round(int(told["project"]), str(told["name"]), told["role"], bool(told["open"]))
