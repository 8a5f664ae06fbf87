"""The gate itself: the last of Label Studio's middleware, which every request passes before a view sees it.

The lead passes. Of all others each request is held against the rules once Label Studio has resolved its address to a
view, and the answer is cut down to what is theirs on the way back. What is in doubt is refused.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

from toolkit.labelstudio.gate import asked, lead, page, release, rules
from toolkit.labelstudio.gate.asked import Refusal
from toolkit.labelstudio.gate.brake import Attempt, Brake
from toolkit.labelstudio.gate.caller import Caller, caller_of
from toolkit.labelstudio.gate.decision import Let, held
from toolkit.labelstudio.gate.duty import duty_of
from toolkit.labelstudio.gate.places import coded_by, is_project
from toolkit.labelstudio.gate.register import Register

_HEADERS: Final = {"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
_FILES: Final = {"labelling.js": "text/javascript", "labelling.css": "text/css"}
_OURS: Final = (
    f'<link rel="stylesheet" href="{page.HOME}labelling.css"><script src="{page.HOME}labelling.js"></script></head>'
).encode()


class Gate:
    """The middleware. Label Studio makes it twice, for it asks again within itself where a slash was missing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        folder = Path(settings.INTERCODER_GATE_FOLDER)
        self._get_response = get_response
        self._register = Register(folder)
        self._brake = Brake(self._register)
        self._duty = duty_of(folder)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        self._duty.seen()
        if request.path_info.startswith(page.HOME):
            answer = self._ours(request)
        else:
            answer = self._on_the_way_out(request, self._get_response(request))
        for name, value in _HEADERS.items():
            answer.headers.setdefault(name, value)
        return answer

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, kwargs: Mapping[str, Any]
    ) -> HttpResponse | None:
        """Answer in place of the view, or note what may be seen of its answer and return None."""
        route = (request.resolver_match.route, "GET" if request.method == "HEAD" else str(request.method))
        if route[0] in rules.QUIET:
            return JsonResponse({})
        if route == rules.SIGN_IN:
            return self._may_try(request)
        caller = caller_of(request)
        if caller.leads or route in rules.ANYBODY:
            return None
        return self._not_the_lead(request, route, caller, kwargs)

    def _not_the_lead(
        self, request: HttpRequest, route: rules.Route, caller: Caller, kwargs: Mapping[str, Any]
    ) -> HttpResponse | None:
        if caller.is_stranger:
            return page.sign_in(request)
        if not (caller.on_trial or rules.concerns_oneself(route) or lead.serves(self._register)):
            return page.unchecked(request, release.running())
        if route in rules.HOME:
            return HttpResponseRedirect(page.HOME)
        try:
            found = held(request, route, kwargs, caller, self._register.rounds_of(caller.email))
        except Refusal as refusal:
            return self._refused(request, caller, refusal)
        if isinstance(found, Let):
            request.let_through = found
            return None
        return found

    def _may_try(self, request: HttpRequest) -> HttpResponse | None:
        """Have the password looked at, unless too many were wrong."""
        if request.user.is_authenticated:
            return None  # Label Studio sends them on, whatever the password is
        address = request.META.get("REMOTE_ADDR", "")
        attempt = self._brake.attempt(request.POST.get("email", ""), address, time.time())
        if attempt.wait > 0:
            return page.braked(request, attempt.wait)
        request.attempt = attempt
        return None

    def _refused(self, request: HttpRequest, caller: Caller, refusal: Refusal) -> HttpResponse:
        if not caller.on_trial:
            kwargs = request.resolver_match.kwargs if request.resolver_match is not None else {}
            named = asked.number(kwargs.get("pk") if "projects/" in request.path_info else request.GET.get("project"))
            at = datetime.now(UTC).isoformat(timespec="seconds")
            with suppress(sqlite3.Error):  # refused it is in any case
                self._register.refuse(caller.user_id, named if is_project(named) and named else 0, refusal.what, at)
        return page.refused(request, refusal.what)

    def _on_the_way_out(self, request: HttpRequest, answer: HttpResponse) -> HttpResponse:
        """The answer with what is theirs; the request may come by twice, and is looked at once."""
        attempt: Attempt | None = request.__dict__.pop("attempt", None)
        if attempt is not None and answer.status_code == 302:  # what Label Studio answers to a right password
            self._brake.right(attempt)
        let: Let | None = request.__dict__.pop("let_through", None)
        if let is None:
            return answer
        if let.writes:
            self._duty.seen(now=True)
        return answer if answer.status_code >= 300 else _left(request, let, answer)

    def _ours(self, request: HttpRequest) -> HttpResponse:
        """Our own pages and files, and what the lead asks."""
        name = request.path_info.removeprefix(page.HOME)
        if name in _FILES:
            return HttpResponse(page.file(name), content_type=_FILES[name])
        caller = caller_of(request)
        if caller.is_stranger:
            return page.sign_in(request)
        if request.path_info.startswith(lead.AT):
            # only with a token: a page of another site could make a browser send the session along
            if caller.leads and "HTTP_AUTHORIZATION" in request.META:
                return lead.answer(request, self._register)
            return self._refused(request, caller, Refusal("lead"))
        if caller.leads:
            return HttpResponseRedirect("/projects/")
        rounds = self._register.rounds_of(caller.email)
        done = asked.number(request.GET.get("done"))
        return page.home(rounds, {project: coded_by(caller.user_id, project) for project in rounds}, done=done)


def _left(request: HttpRequest, let: Let, answer: HttpResponse) -> HttpResponse:
    if let.is_labelling_page and not answer.streaming:
        answer.content = answer.content.replace(b"</head>", _OURS, 1)
    elif let.rule.left is not None:
        try:
            whole = json.loads(answer.content)
        except (AttributeError, ValueError):  # what is sent in pieces has no content
            return page.refused(request, "form")
        answer.content = json.dumps(let.rule.left(whole, let.eyes), ensure_ascii=False).encode()
        answer.headers["Cache-Control"] = "no-store"
    answer.headers.pop("Content-Length", None)
    return answer
