"""What somebody who leads nothing may ask of Label Studio: every route that is open, and what is left of its answer.

Whatever stands in neither table is refused, so that a route of a later release is closed until somebody opens it.
Routes are told by the pattern that Label Studio resolved (after its own rule about slashes), never by the address as it
came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from toolkit.labelstudio.gate import asked, own

Scope = Literal["nothing", "project", "task", "annotation", "draft"]
"""What an address names, which is to be theirs: a project or task of a round they are registered for, an own answer."""
Body = Literal["none", "next", "answer", "any"]
"""What a request may carry: nothing, the wish for the next sentence, an answer, or what concerns nobody else."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a route allows somebody who is signed in."""

    scope: Scope = "nothing"
    body: Body = "none"
    left: own.Filter | None = None
    """What is left of the answer; None where it holds nothing of others."""
    instead: object = None
    """An answer of ours, for which Label Studio is not asked."""
    parameters: frozenset[str] = frozenset()
    """What its query may say; the rest is not passed on."""
    listed: bool = False
    """Whether the sentences they coded are the answer, for which Label Studio is not asked."""
    answers: bool = False
    """Whether it answers a sentence, which everybody does once."""
    skips_only: bool = False
    """Whether only a skip may be meant."""


def _of(*names: str) -> frozenset[str]:
    return frozenset({"project", "interaction", *names})


_VIEW: Final = {
    "id": 1,
    "order": 0,
    "user": None,
    "project": None,
    "data": asked.NOTHING_CHOSEN | {"title": "Default", "type": "list", "target": "tasks", "hiddenColumns": {}},
    "selected_items": asked.NOTHING_CHOSEN["selectedItems"],
}
"""A list of sentences, which the page wants to have before it shows one, and would make where there is none."""
_NOTHING: Final[dict[str, object]] = {"count": 0, "next": None, "previous": None, "results": []}

Route = tuple[str, str]
"""A pattern of Label Studio's URL table, and a method."""

LABELLING: Final[Route] = ("^projects/<int:pk>/data/", "GET")
"""The page people code on."""
TO_LABELLING: Final[Route] = ("^projects/<int:pk>/", "GET")
"""Leads to it."""
HOME: Final[frozenset[Route]] = frozenset({("^$", "GET"), ("^projects/", "GET")})
"""Where Label Studio lists all projects, and we the rounds of whoever asks."""
SIGN_IN: Final[Route] = ("^user/login/", "POST")

QUIET: Final = frozenset({"heidi-tips/", "__lsa/"})
"""Advertisements, and a count of what people click, both fetched from or sent elsewhere: neither is, for anybody."""

ANYBODY: Final[frozenset[Route]] = frozenset(
    {
        ("^sw\\.js$", "GET"),
        ("^sw-fallback\\.js$", "GET"),
        ("^favicon\\.ico$", "GET"),
        ("^label-studio-frontend/(?P<path>.*)$", "GET"),
        ("^dm/(?P<path>.*)$", "GET"),
        ("^react-app/(?P<path>.*)$", "GET"),
        ("^static/fonts/roboto/roboto.css$", "GET"),
        ("^static/(?P<path>.*)$", "GET"),
        ("^user/login/", "GET"),
        SIGN_IN,
        ("^user/signup/", "GET"),
        ("^user/signup/", "POST"),
        ("^logout/?$", "GET"),
        ("^logout/?$", "POST"),
        ("health/", "GET"),
        ("^api/token/refresh/", "POST"),
    }
)
"""What needs no account: signing in and up, files of the pages, whether the server is well, and a token for a token."""

SIGNED_IN: Final[dict[Route, Rule]] = {
    LABELLING: Rule("project", parameters=_of("labeling", "task", "tab")),
    ("^api/current-user/whoami", "GET"): Rule(left=own.myself),
    ("^api/current-user/token", "GET"): Rule(),
    ("^api/current-user/hotkeys/", "GET"): Rule(),
    ("^api/current-user/hotkeys/", "PATCH"): Rule(body="any"),
    ("^api/jwt/settings", "GET"): Rule(),
    ("^api/token/", "POST"): Rule(body="any"),
    ("version/", "GET"): Rule(left=own.release),
    ("^api/users/$", "GET"): Rule(left=own.people),
    ("^api/projects/<int:pk>/", "GET"): Rule("project", left=own.project),
    ("^api/projects/<int:pk>/label-stream-history/", "GET"): Rule("project"),
    ("^api/dm/project/", "GET"): Rule("project", left=own.project),
    ("^api/dm/columns/", "GET"): Rule("project", left=own.columns),
    ("^api/dm/views/$", "GET"): Rule("project", instead=[_VIEW]),
    ("^api/dm/actions/", "GET"): Rule("project", instead=[]),
    ("^api/dm/actions/", "POST"): Rule("project", body="next", left=own.task, parameters=_of("id")),
    ("^api/ml/", "GET"): Rule("project", instead=[]),
    ("^api/label_links/$", "GET"): Rule("project", instead=_NOTHING, parameters=_of("expand")),
    ("^api/tasks/", "GET"): Rule("project", listed=True, parameters=_of("page", "page_size", "view")),
    ("^api/tasks/<int:pk>/", "GET"): Rule("task", left=own.task),
    ("^api/tasks/<int:pk>/annotations/", "GET"): Rule("task", left=own.owned),
    ("^api/tasks/<int:pk>/annotations/", "POST"): Rule(
        "task", body="answer", left=own.one_owned, parameters=_of("was_cancelled"), answers=True
    ),
    ("^api/tasks/<int:pk>/drafts", "GET"): Rule("task", left=own.owned),
    ("^api/tasks/<int:pk>/drafts", "POST"): Rule("task", body="answer", left=own.one_owned),
    ("^api/tasks/<int:pk>/annotations/<int:annotation_id>/drafts", "GET"): Rule("annotation", left=own.owned),
    ("^api/tasks/<int:pk>/annotations/<int:annotation_id>/drafts", "POST"): Rule(
        "annotation", body="answer", left=own.one_owned
    ),
    ("^api/annotations/<int:pk>/", "GET"): Rule("annotation", left=own.one_owned),
    ("^api/annotations/<int:pk>/", "PATCH"): Rule("annotation", body="answer", left=own.one_owned),
    # A skip is taken back by deleting it; an answer is changed and not deleted.
    ("^api/annotations/<int:pk>/", "DELETE"): Rule("annotation", body="answer", skips_only=True),
    ("^api/annotations/<int:pk>/convert-to-draft", "POST"): Rule(
        "annotation", body="answer", left=own.one_owned, skips_only=True
    ),
    ("^api/drafts/<int:pk>/", "GET"): Rule("draft", left=own.one_owned),
    ("^api/drafts/<int:pk>/", "PATCH"): Rule("draft", body="answer", left=own.one_owned),
    ("^api/drafts/<int:pk>/", "DELETE"): Rule("draft", body="answer"),
}

OPEN: Final = sorted({*ANYBODY, *SIGNED_IN})
"""Every route that is open to somebody who leads nothing."""

# Words in a pattern that say that somebody asked for what others answered, rather than for what is the lead's.
_OF_OTHERS: Final = ("annotations", "drafts", "predictions", "export", "tasks", "api/dm", "next", "history", "summary")


def asked_for(pattern: str) -> asked.What:
    """What somebody asked for who asked for a route that is closed."""
    return "answers" if any(word in pattern for word in _OF_OTHERS) else "lead"


def concerns_oneself(route: Route) -> bool:
    """Whether a route tells of one's own account and of no round: so that accounts can be made on any release."""
    return route in SIGNED_IN and SIGNED_IN[route].scope == "nothing"
