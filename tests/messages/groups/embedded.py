"""The embedded Label Studio, and what is entered through it."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import socket
import subprocess
from types import SimpleNamespace

import httpx

from tests.loop.settled_study import SENTENCES
from tests.messages.case import Case, Group, Step
from tests.messages.label_studio import PEOPLE, said
from tests.messages.scenes import (
    answers,
    database,
    empty,
    file,
    gated,
    pushed,
    settled,
    with_article,
)
from tests.messages.work import Work
from toolkit.labelstudio.embedded import program, server

_LEAD = {"email": "lead@localhost", "password": "a-long-passphrase", "token": "a-lead-token-89ab"}


def _there(work: Work) -> None:
    """An embedded server that was started once: its folder, with the lead's account."""
    folder = work.folder / "server"
    (folder / "data").mkdir(parents=True, mode=0o700)
    (folder / "credentials.json").write_text(json.dumps(_LEAD), encoding="utf-8")
    (folder / "address.json").write_text(json.dumps({"host": "127.0.0.1", "port": 8080}), encoding="utf-8")


def running(work: Work) -> None:
    """The same, and it runs: somebody holds the lock that says so."""
    _there(work)
    folder = work.folder / "server"
    handle = os.open(folder / "running.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    work.closing.append(lambda: os.close(handle))
    (folder / "server.pid").write_text(str(os.getpid()), encoding="ascii")


def _being_started(work: Work) -> None:
    _there(work)
    handle = os.open(work.folder / "server" / "starting.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    work.closing.append(lambda: os.close(handle))
    work.patch.setattr(server, "_PATIENCE", 0.0)
    work.patch.setattr(server, "_until", lambda condition, _: condition())


def _not_installed(work: Work) -> None:
    work.patch.setattr("sys.executable", str(work.home / "bin" / "python"))


def _nothing_free(work: Work) -> None:
    usage = SimpleNamespace(total=10**9, used=10**9, free=0)
    work.patch.setattr(shutil, "disk_usage", lambda _: usage)


def _port_taken(work: Work) -> None:
    class Taken(socket.socket):
        def bind(self, _: object) -> None:
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))

    work.patch.setattr(socket, "socket", Taken)


def _ends_at_once(work: Work) -> None:
    work.patch.setattr(server, "program", lambda: "label-studio")
    work.patch.setattr(server, "_launch", lambda *_: None)


def _never_answers(work: Work) -> None:
    running(work)
    start = server.start
    work.patch.setattr("toolkit.loop.server.embedded.start", lambda folder, **_: start(folder, patience=0.0))


def _sick(work: Work) -> None:
    running(work)
    answers(httpx.Response(500), to="/health")(work)


def _moved(work: Work) -> None:
    running(work)
    work.patch.setattr(server, "started_elsewhere", lambda _: work.home / "before")


def _signed_up(work: Work) -> None:
    """The study's server runs, and annotators can have accounts on it; nobody has one yet."""
    with_article(work)
    running(work)
    work.server.people = {1: PEOPLE[1]}


def _reset(out: str, code: int = 0) -> Step:
    def put(work: Work) -> None:
        _signed_up(work)
        _refuses_password(work)
        work.patch.setattr(program, "program", lambda: "label-studio")
        ended = subprocess.CompletedProcess(["label-studio"], code, out, "")
        work.patch.setattr(subprocess, "run", lambda *_, **__: ended)

    return put


def _reset_takes_too_long(work: Work) -> None:
    _signed_up(work)
    _refuses_password(work)
    work.patch.setattr(program, "program", lambda: "label-studio")

    def late(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("label-studio", 60)

    work.patch.setattr(subprocess, "run", late)


def _refuses_password(work: Work) -> None:
    """Nobody can sign in: the lead's token is not accepted either."""

    def wrong(request: httpx.Request) -> httpx.Response | None:
        if "whoami" in request.url.path:
            return said({"detail": "Invalid token."}, status=401)
        if request.url.path.startswith("/user/login") and request.method == "POST":
            return httpx.Response(200, text="wrong")
        return None

    work.server.wrong = wrong


def _replayed(work: Work) -> None:
    """A study on the embedded server with one annotator who has an account, and a round with a project."""
    settled(work)
    running(work)
    (work.folder / "server" / "annotators.json").write_text(
        json.dumps({"ana@example.org": "a-long-passphrase"}), encoding="utf-8"
    )


_OTHER_SENTENCES = (
    '{"article": "h", "position": 1, "sentence": "Something else."}\n{\n{"article": "h", "position": 2}\n'
)


def _forget_project(opened: object) -> None:
    from toolkit.study.database import Database

    assert isinstance(opened, Database)
    with opened.transaction() as connection:
        connection.execute("UPDATE rounds SET project_id = NULL, server_url = NULL")


def _recorded(**given: object) -> str:
    """A recording of one sentence of the settled study."""
    text = SENTENCES["h-1"].text
    reason = given.pop("reason", None)
    one = {"article": "h", "position": 1, "sentence": text, "answers": given, "marks": {}, "reason": reason}
    return json.dumps(one) + "\n"


def _nobody_signs_in(work: Work) -> None:
    answers(httpx.Response(200, text="wrong"), to="/user/login", method="POST")(work)


GROUP = Group(
    45,
    "embedded",
    "The embedded Label Studio",
    (
        Case("not-installed", "Label Studio is not installed.", "server start", (empty, _not_installed)),
        Case("connected-elsewhere", "The study is connected to another one.", "server start", (pushed,)),
        Case("every-address", "It is to listen at an address that nobody could open.", "server start --host 0.0.0.0",
             (empty,)),
        Case("port-impossible", "The port is none.", "server start --port 70000", (empty,)),
        Case("host-elsewhere", "The address is not this machine's.", "server start --host nowhere.invalid", (empty,)),
        Case("port-taken", "The port is taken.", "server start --port 8080", (empty, _port_taken)),
        Case("disk-full", "The disk is full.", "server start", (empty, _nothing_free)),
        Case("being-started", "Another command is starting it.", "server start", (empty, _being_started)),
        Case("runs-elsewhere", "It runs, and is to run at another address.", "server start --port 9999",
             (empty, running)),
        Case("ended-while-starting", "It ends while it starts.", "server start", (empty, _there, _ends_at_once)),
        Case("does-not-answer", "It does not answer.", "server start", (empty, _never_answers),
             blur=(("within 0 seconds", "within 240 seconds"),)),
        Case("check-no-gate", "Nothing is in front of it that keeps annotators apart.", "server check", (pushed,)),
        Case("check-open-door", "What keeps annotators apart lets something through.", "server check --let-in",
             (pushed, gated(open_door="/api/invite"))),
        Case("never-started", "It was never started.", "server status --password", (empty,)),
        Case("credentials-damaged", "The lead's account cannot be read.", "server status --password",
             (empty, _there, file("server/credentials.json", "{"))),
        Case("not-running", "It does not run.", "annotators add ana@example.org", (with_article,)),
        Case("not-well", "It runs, and does not answer.", "annotators add ana@example.org", (with_article, _sick)),
        Case("moved", "The study was moved while it ran.", "annotators add ana@example.org", (with_article, _moved)),
        Case("passwords-damaged", "The passwords of annotators cannot be read.", "annotators add ana@example.org",
             (_signed_up, file("server/annotators.json", "{"))),
        Case("password-no-account", "It has no such account to give a password.", "server start",
             (_reset("user not found"),)),
        Case("password-not-set", "It sets no new password.", "server start", (_reset("something else", 1),)),
        Case("password-too-long", "It takes too long to set one.", "server start", (_reset_takes_too_long,)),
        Case("no-form", "It shows no form to sign up with.", "annotators add ana@example.org",
             (_signed_up, answers(httpx.Response(200, text="<html>Single sign-on</html>"), to="/user/"))),
        Case("invitation-refused", "It does not accept the invite link.", "annotators add ana@example.org",
             (_signed_up, answers(httpx.Response(403), to="/user/signup", method="POST"))),
        Case("no-account-made", "It makes no account.", "annotators add ana@example.org",
             (_signed_up, answers(httpx.Response(200, text="too common"), to="/user/signup", method="POST"))),
        Case("replay-elsewhere", "A recording is to be entered on another server.",
             "replay r.jsonl --annotator ana@example.org", (pushed, file("r.jsonl", "{}"))),
        Case("replay-nobody", "The annotator has no account.", "replay r.jsonl --annotator zoe@example.org",
             (settled, file("r.jsonl", "{}"))),
        Case("replay-wrong", "The recording is of other sentences.", "replay r.jsonl --annotator ana@example.org",
             (_replayed, file("r.jsonl", _OTHER_SENTENCES + _recorded(reason="tired")))),
        Case("replay-no-project", "The round has no project.", "replay r.jsonl --annotator ana@example.org",
             (_replayed, file("r.jsonl", ""), database(_forget_project))),
        Case("replay-wrong-password", "The annotator has another password than the study knows.",
             "replay r.jsonl --annotator ana@example.org",
             (_replayed, file("r.jsonl", _recorded(gate="ok")), _nobody_signs_in)),
        Case("replay-what-no-page-has", "The recording answers what the page does not ask.",
             "replay r.jsonl --annotator ana@example.org",
             (_replayed, file("r.jsonl", _recorded(gate=["ok"], mood="good", deaths="many", kind="STATE")))),
    ),
)  # fmt: skip
