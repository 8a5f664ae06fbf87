"""Pages of ours for people who code: their rounds, the end of a round, and why something is not for them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.http import urlencode

from toolkit.labelstudio.gate.asked import What
from toolkit.labelstudio.gate.register import Round

HOME: Final = "/intercoder/"
_WHY: Final[Mapping[What, str]] = {
    "answers": "It would show or change what others answered. Coders work independently here: "
    "everybody sees only their own answers.",
    "round": "You are not registered for this round. Whoever runs the study can let you in.",
    "closed": "This round is closed: no more answers are taken. Thank you for yours.",
    "deleting": "An answer can be changed, but not deleted.",
    "twice": "You have answered this sentence already; open it again to change your answer.",
    "lead": "Only whoever runs the study can open this.",
    "form": "This is not how a page here asks; open your round anew and try again.",
}
_SIGN_OUT: Final = '<a href="/logout">Sign out</a>'
_TO_ROUNDS: Final = f'<a href="{HOME}">Your rounds</a> · {_SIGN_OUT}'


@cache
def file(name: str) -> str:
    """A page, a script or a style of ours."""
    return (Path(__file__).parent / "pages" / name).read_text(encoding="utf-8")


def home(rounds: Mapping[int, Round], coded: Mapping[int, int], *, done: int | None = None) -> HttpResponse:
    """The rounds somebody is registered for, how many sentences they coded in each, and thanks after the last one.

    ``done`` is the project whose stream just ended.
    """
    ended = rounds.get(done) if done is not None else None
    if not rounds:
        said = "<p>No round of coding is yours yet. Whoever runs the study lets you in; then it is listed here.</p>"
        return _page("Nothing to code yet", said, _SIGN_OUT)
    listed = "".join(_listed(one, coded.get(one.project, 0), ended) for one in rounds.values())
    if ended is None:
        return _page("Your rounds", f"<ul>{listed}</ul>", _SIGN_OUT)
    n = coded.get(ended.project, 0)
    thanks = (
        f"<p>You coded {_sentences(n)} in <strong>{escape(ended.name)}</strong>, and nothing is left for you now.</p>"
    )
    return _page("Thank you", f"{thanks}<ul>{listed}</ul>", _SIGN_OUT)


def refused(request: HttpRequest, what: What) -> HttpResponse:
    """What is not for somebody: a page that leads back, or what a program reads."""
    why = _WHY[what]
    if _wants_page(request):
        return _page("This is not open to you", f"<p>{escape(why)}</p>", _TO_ROUNDS, status=403)
    return JsonResponse({"detail": why}, status=403)


def unchecked(request: HttpRequest, release: str) -> HttpResponse:
    """A release the gate does not know: nobody but the lead gets in until the lead had it checked."""
    why = (
        f"This server runs Label Studio {release}, which has not been checked yet for keeping answers apart. "
        "Whoever runs the study checks it with: intercoder server check"
    )
    if _wants_page(request):
        return _page("Closed for the moment", f"<p>{escape(why)}</p>", _SIGN_OUT, status=403)
    return JsonResponse({"detail": why}, status=403)


def braked(request: HttpRequest, seconds: float) -> HttpResponse:
    """Too many wrong passwords."""
    minutes = max(1, -(-int(seconds) // 60))
    soon = "a minute" if minutes == 1 else f"{minutes} minutes"
    why = f"The password was wrong too often. Try again in {soon}, or ask for a new one."
    answer = (
        _page("Wait a little", f"<p>{why}</p>", '<a href="/user/login/">Sign in</a>', status=429)
        if _wants_page(request)
        else JsonResponse({"detail": why}, status=429)
    )
    answer["Retry-After"] = str(int(seconds) + 1)
    return answer


def sign_in(request: HttpRequest) -> HttpResponse:
    """Who are you? The page that asks, or what a program reads."""
    if _wants_page(request):
        return HttpResponseRedirect(f"/user/login/?{urlencode({'next': request.get_full_path()})}")
    return JsonResponse({"detail": "Authentication credentials were not provided or are not valid."}, status=401)


def _listed(one: Round, n: int, ended: Round | None) -> str:
    name = escape(one.name)
    if one.is_open and one is not ended:
        name = f'<a href="/projects/{one.project}/data?labeling=1">{name}</a>'
    state = "" if one.is_open else "closed · "
    verb = "decided" if one.role == "adjudicating" else "coded"
    return f'<li><span>{name}</span> <span class="quiet">{state}{_sentences(n)} {verb}</span></li>'


def _sentences(n: int) -> str:
    return f"{n:,} sentence{'' if n == 1 else 's'}"


def _wants_page(request: HttpRequest) -> bool:
    return request.method in {"GET", "HEAD", "POST"} and "text/html" in request.META.get("HTTP_ACCEPT", "")


def _page(title: str, body: str, footer: str, *, status: int = 200) -> HttpResponse:
    made = Template(file("page.html")).substitute(title=escape(title), body=body, footer=footer)
    return HttpResponse(made, status=status, headers={"Cache-Control": "no-store"})
