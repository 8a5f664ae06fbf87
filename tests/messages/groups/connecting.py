"""Connecting to a Label Studio, and everything it may answer."""

from __future__ import annotations

import httpx

from tests.messages.case import Case, Group
from tests.messages.label_studio import URL
from tests.messages.scenes import (
    answers,
    empty,
    environment,
    file,
    nobody_there,
    pushed,
    refuses,
    settled,
)
from tests.messages.work import Work
from toolkit.labelstudio.limited import AnswerTooLong

_PAGE = httpx.Response(200, text="<html>Welcome to the proxy</html>", headers={"set-cookie": "sessionid=a-session"})
TOKEN_HERE = environment(LABEL_STUDIO_API_KEY="0123456789abcdef0123456789abcdef01234567")


def _without_token(work: Work) -> None:
    pushed(work)
    work.patch.delenv("LABEL_STUDIO_API_KEY")


def _connected(name: str, when: str, *given: object, also: str = "") -> Case:
    return Case(name, when, f"connect {URL}", (empty, TOKEN_HERE, *given), also=also)  # type: ignore[arg-type]


def _edited(work: Work) -> None:
    work.server.projects[1]["expert_instruction"] = "<p>Hurry.</p>"


GROUP = Group(
    40,
    "connecting",
    "Connecting to Label Studio",
    (
        _connected("nobody-answers", "Nobody answers at the address.", nobody_there),
        _connected("no-such-host", "The name of the server is misspelled.",
                   answers(httpx.ConnectError("[Errno -2] Name or service not known"))),
        _connected("too-slow", "The server accepts the connection and says nothing.",
                   answers(httpx.ReadTimeout("timed out"))),
        _connected("hung-up", "The server hangs up.",
                   answers(httpx.RemoteProtocolError("Server disconnected without sending a response."))),
        _connected("too-long", "The answer has no end.", answers(AnswerTooLong("the answer is too long"))),
        _connected("starting", "The server is starting, or has too much to do.", refuses(503, "try later")),
        _connected("failed", "The server fails.", refuses(500, "Something broke")),
        _connected("redirect", "The address leads elsewhere.", answers(httpx.Response(301))),
        _connected("a-page", "Something else answers at the address.", answers(_PAGE)),
        _connected("wrong-token", "The token is wrong.", refuses(401, "Invalid token.", to="whoami")),
        _connected("no-permission", "The account may not do that.",
                   refuses(403, "You do not have permission.", to="whoami")),
        _connected("not-there", "The address has a path too many.", refuses(404, "Not found.", to="whoami")),
        _connected("too-many-requests", "The server wants to be left alone.", refuses(429, "Throttled.", to="whoami")),
        Case("address-unreadable", "The address cannot be read.", "connect http://[::1", (empty, TOKEN_HERE)),
        Case("address-with-password", "The address carries a password.", "connect http://ana:secret@localhost:8080",
             (empty, TOKEN_HERE)),
        Case("address-of-what", "The address is none.", "connect localhost:8080", (empty, TOKEN_HERE)),
        Case("token-impossible", "The token is empty, or no token.", f"connect {URL} --token-file token",
             (empty, file("token", "two words of it"))),
        Case("token-file-missing", "You misspell the file with the token.", f"connect {URL} --token-file tokn",
             (empty,)),
        Case("no-token", "You give no token.", f"connect {URL}", (empty,)),
        Case("rounds-elsewhere", "The study has rounds on another server.", "connect http://other.example.org",
             (pushed,)),
        Case("rounds-embedded", "The study has rounds on the embedded server.", f"connect {URL}",
             (settled, TOKEN_HERE)),
        Case("token-lost", "The token of the study is not there.", "pull", (_without_token,)),
        Case("token-file-damaged", "credentials.json cannot be read.", "pull",
             (_without_token, file("credentials.json", "{"))),
        Case("timeout-what", "INTERCODER_TIMEOUT is no number of seconds.", "pull",
             (pushed, environment(INTERCODER_TIMEOUT="soon"))),
        Case("project-refused", "Label Studio refuses what is sent, and says why.", "push --mend-page",
             (pushed, _edited,
              refuses(400, "Validation error", method="PATCH",
                      validation_errors={"label_config": ["Unknown tag.", {"line": ["3"]}]}))),
    ),
)  # fmt: skip
