"""A case's own folder, machine and server, and the command run there."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import httpx
import pytest
import typer

from tests.messages import held
from tests.messages.case import Case, Group, Met, blurred
from tests.messages.label_studio import StandIn
from tests.messages.places import watched
from tests.messages.work import Work
from toolkit.cli import boundary, main
from toolkit.errors import IntercoderError
from toolkit.labelstudio import accounts, session
from toolkit.labelstudio.patience import Patience
from toolkit.loop import migrate, push, watch
from toolkit.loop.adjudication import start as adjudication

COMMAND = cache(typer.main.get_command)
"""The command line put together once, not for each case: half the time of most."""
WAITING = (
    accounts.make_account,
    accounts.personal_token,
    adjudication.start,
    migrate.migrate,
    push.push,
    session.connect,
    watch.watch,
)
"""What waits unless told otherwise: imported here, so that none of it takes our ``sleep`` for the real one for ever."""
Meet = Callable[[Group, Case], Met]


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("templates")


@pytest.fixture
def work(tmp_path: Path, templates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    """A folder of its own, a server of its own, and nobody who waits for either."""
    server = StandIn()
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", lambda _, request: _answered(server, request))
    monkeypatch.setattr("toolkit.loop.online.connection.Patience", partial(Patience, pauses=()))
    monkeypatch.setattr("toolkit.labelstudio.accounts._PATIENCE", Patience(pauses=()))
    monkeypatch.setattr(typer.main, "get_command", COMMAND)
    for waits in WAITING:
        usual = waits.__kwdefaults__ or {}
        for name in [name for name, value in usual.items() if value is time.sleep]:
            monkeypatch.setitem(usual, name, _at_once)
    monkeypatch.setattr(time, "sleep", _at_once)
    for name in ("LABEL_STUDIO_API_KEY", "INTERCODER_TIMEOUT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("toolkit.labelstudio.embedded.server._launch", _nobody_is_launched)
    made = Work(tmp_path, templates, monkeypatch, server)
    yield made
    for close in reversed(made.closing):
        close()


def pytest_sessionfinish() -> None:
    """Write the page that is made from the texts, where those were written."""
    if held.HOLDING:
        from tests.messages.troubleshooting import PAGE, page

        PAGE.write_text(page(), encoding="utf-8")


def _at_once(_: float) -> None:
    pass


def _nobody_is_launched(*_: object) -> None:
    raise AssertionError("a real Label Studio would have been started")


def _answered(server: StandIn, request: httpx.Request) -> httpx.Response:
    request.read()
    return server(request)


@pytest.fixture
def meet(work: Work, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Meet:
    """Bring a case about and say what its user sees."""

    def run(group: Group, case: Case) -> Met:
        for step in case.given:
            step(work)
        monkeypatch.chdir(work.here)
        capfd.readouterr()
        with watched(monkeypatch) as (made_at, faults):
            code, error = _run(case, work, monkeypatch)
        out, err = capfd.readouterr()
        home = str(work.home)
        command = f"intercoder {case.run}" if isinstance(case.run, str) else ">>> from Python"
        places = [] if error is None else [made_at[id(error)], *(faults if error.faults else ())]
        return Met(
            blurred(command, case, home), code, blurred(out, case, home), blurred(err, case, home),
            tuple(sorted(set(places))),
        )  # fmt: skip

    return run


def _run(case: Case, work: Work, patch: pytest.MonkeyPatch) -> tuple[int, IntercoderError | None]:
    told: list[IntercoderError] = []
    report = boundary.report

    def noted(error: IntercoderError) -> None:
        told.append(error)
        report(error)

    if not isinstance(case.run, str):
        try:
            case.run(work)
        except IntercoderError as error:
            sys.stderr.write(f"{error}\n")
            return error.exit_code, error
        return 0, None
    with patch.context() as patched:
        patched.setattr(boundary, "report", noted)
        patched.setattr(sys, "argv", ["intercoder", *shlex.split(case.run)])
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
            assert isinstance(code, int)
            return code, told[0] if told else None
    return 0, None
