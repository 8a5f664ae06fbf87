"""What is there before a command is run: a study in some state, files beside it, a server in some mood."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from tests.codebook.migration.books import AFTER, MAP
from tests.codebook.samples import FULL, codebook
from tests.loop.settled_study import settled_study
from tests.loop.several_rounds import several_rounds
from tests.loop.test_answers import choice
from tests.messages.label_studio import PEOPLE, TOKEN, URL, Reply, annotation, said
from tests.messages.work import Work
from tests.modules import not_loaded
from tests.study.small import numbered
from toolkit.codebook.migration.map_of_codes import read_map, written_map
from toolkit.codebook.parse import parse
from toolkit.loop.add import add
from toolkit.loop.export import export
from toolkit.loop.init import init
from toolkit.loop.online.round_project import coding_page, mark
from toolkit.study import annotators, answer_migrations, articles, rounds, settings
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision

Step = Callable[[Work], object]
N = 4
"""Sentences of the article of most studies here."""


# ---------------------------------------------------------------- files


def file(name: str, text: str | bytes) -> Step:
    """A file beside what the command is run in."""

    def put(work: Work) -> None:
        path = work.here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    return put


def changed(name: str, old: str, new: str) -> Step:
    """A file in which one thing is another; it must be there."""

    def put(work: Work) -> None:
        path = work.here / name
        text = path.read_text(encoding="utf-8")
        assert old in text, (name, old)
        path.write_text(text.replace(old, new), encoding="utf-8")

    return put


def gone(name: str) -> Step:
    """A file or folder that was taken away."""

    def take(work: Work) -> None:
        path = work.here / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return take


def folder(name: str) -> Step:
    return lambda work: (work.here / name).mkdir(parents=True)


def environment(**variables: str) -> Step:
    def put(work: Work) -> None:
        for name, value in variables.items():
            work.patch.setenv(name, value)

    return put


# ---------------------------------------------------------------- studies


def _empty(place: Path) -> None:
    init(place)


def _with_article(place: Path) -> None:
    made = init(place)
    (place / "rain.txt").write_text("It rained. It snowed. It hailed.", encoding="utf-8")
    add(made, [str(place / "rain.txt")])


def pushed_study(place: Path, *, n: int = N) -> Study:
    """One article in one round, pushed to project 1 of the stand-in; two annotators; nothing is pulled."""
    made = init(place)
    made.codebook_file.write_text(FULL, encoding="utf-8")
    settings.update(made.settings_file, {"label_studio": {"embedded": False, "url": URL}})
    with made.database() as database:
        articles.add(database, [numbered("a", n)], splitter="by hand", splitter_version="1")
        annotators.register(database, [PEOPLE[11], PEOPLE[12]], round=None)
        annotators.learn_accounts(database, URL, PEOPLE)
        rounds.create(database, "pilot", Decision(2), codebook(), document=FULL)
        rounds.set_project(database, "pilot", server_url=URL, project_id=1)
        ids = [f"a-{each}" for each in range(1, n + 1)]
        rounds.plan(database, "pilot", [(one, 2) for one in ids])
        rounds.record_remote(database, "pilot", {one: each for each, one in enumerate(ids, start=1)})
    return made


def _exported(place: Path) -> None:
    export(settled_study(place), replicates=0, redact=True)


def _elsewhere_exported(place: Path) -> None:
    export(several_rounds(place), replicates=0)


def empty(work: Work) -> None:
    """A new study."""
    work.copy_of("empty", _empty)


def with_article(work: Work) -> None:
    """A study with one article of three sentences, not pushed."""
    work.copy_of("with-article", _with_article)


def connected(work: Work) -> None:
    """A token for the stand-in, as ``connect`` keeps it."""
    work.patch.setenv("LABEL_STUDIO_API_KEY", TOKEN)


def pushed(work: Work) -> None:
    """A study whose round is on the stand-in, as its own project 1."""
    work.copy_of("pushed", pushed_study)
    connected(work)
    with work.study.database() as database:
        found = mark(database, rounds.get(database, "pilot"))
    page = coding_page(codebook())
    work.server.project(1, description=found, config=page.config_xml)
    work.server.projects[1] |= {"expert_instruction": page.instructions_html}
    for number in range(1, N + 1):
        work.server.task(number, 1, {"sentence_id": f"a-{number}"})


def on_its_server(work: Work) -> None:
    """A token and an address for a study that was made without a server: it is connected to the stand-in."""
    settings.update(work.study.settings_file, {"label_studio": {"embedded": False, "url": URL}})
    connected(work)


def coded(work: Work) -> None:
    """The same, coded by both on every sentence, and nothing of it pulled yet."""
    pushed(work)
    for number in range(1, N + 1):
        work.server.tasks[number]["annotations"] = [
            annotation(10 * number + who, 10 + who, choice("gate", "broken")) for who in (1, 2)
        ]


def settled(work: Work) -> None:
    """A study coded by three people in round *pilot*, and decided on in *pilot-adjudication*."""
    work.copy_of("settled", settled_study)


def several(work: Work) -> None:
    """A study of rounds *old*, *pilot*, *empty* and *main*, the last three with a codebook that was mended."""
    work.copy_of("several", several_rounds)


def exported(work: Work) -> None:
    """The settled study with its export in ``exports/study``."""
    work.copy_of("exported", _exported)


def exported_rounds(work: Work) -> None:
    """The study of several rounds with its export."""
    work.copy_of("exported-rounds", _elsewhere_exported)


def carried_over(work: Work) -> None:
    """Answers of round *pilot* were carried over to the next version of the codebook, after ten o'clock."""
    new = parse(AFTER, source="new")
    step = read_map(MAP, old=codebook(), new=new, source="map")
    at_ten = datetime(2026, 3, 1, 10, tzinfo=UTC)
    with work.study.database() as opened:
        answer_migrations.record(opened, "pilot", new, document=AFTER, codes=written_map(step.codes), since=at_ten)


def database(change: Callable[[Any], object]) -> Step:
    """Something else in ``study.db``, through the study's own functions."""

    def put(work: Work) -> None:
        with work.study.database() as opened:
            change(opened)

    return put


def sql(statement: str, *parameters: object) -> Step:
    """Something else in ``study.db``, past all functions: what a damaged or foreign file holds."""

    def put(work: Work) -> None:
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(work.folder / "study.db")) as connection, connection:
            connection.execute(statement, parameters)

    return put


# ---------------------------------------------------------------- servers


def answers(reply: httpx.Response | Exception, *, to: str = "", method: str = "") -> Step:
    """A server that answers this, to what is asked of paths that hold ``to`` with this method."""

    def put(work: Work) -> None:
        def wrong(request: httpx.Request) -> httpx.Response | Exception | None:
            meant = to in request.url.path and method in {"", request.method}
            return reply if meant else None

        work.server.wrong = wrong

    return put


def refuses(status: int, detail: str = "", *, to: str = "", method: str = "", **body: object) -> Step:
    """A server that refuses."""
    return answers(said({"detail": detail, **body}, status=status), to=to, method=method)


nobody_there = answers(httpx.ConnectError("[Errno 111] Connection refused"))


def put_together(*steps: Step) -> Step:
    """Several steps as one."""

    def put(work: Work) -> None:
        for step in steps:
            step(work)

    return put


def replaced(name: str, value: object) -> Step:
    """Something of the machine that is otherwise: a disk that is full, a package that is missing."""
    return lambda work: work.patch.setattr(name, value)


def missing_package(name: str) -> Step:
    """A package that is not installed."""
    import sys

    return lambda work: work.patch.setitem(sys.modules, name, None)


def without_modules_of_reports(work: Work) -> None:
    """No module that draws is loaded yet, as at the start of a command."""
    away = not_loaded("toolkit.report")
    away.__enter__()
    work.closing.append(lambda: away.__exit__(None, None, None))


def counts_another_number(work: Work) -> None:
    """The server lists other items than it counts: a listing nobody should act on."""
    page = work.server.page

    def counted(request: httpx.Request) -> httpx.Response:
        body = page(request).json()
        if request.url.params["page_size"] == "1":
            body["total"] += 1
        return said(body)

    work.server.page = counted  # type: ignore[method-assign]


def gated(*, duty: tuple[str, str] = ("2026-11-22T12:00:00Z", "2026-11-22T13:20:23Z"), open_door: str = "") -> Step:
    """There is a gate in front of the server; ``open_door`` is how an address begins that it should have refused."""
    state = {"release": "1.23.2", "known": True, "serves": True, "duty": [duty], "leads": [1]}

    def answer(request: httpx.Request) -> Reply:
        path = request.url.path
        if path == "/intercoder/gate":
            return said(state)
        if path == "/intercoder/gate/routes":
            return said({"routes": [], "open": [], "gone": []})
        if path.startswith("/intercoder/gate/studies/"):
            return said({"rounds": []})
        if path == "/api/current-user/whoami":
            return said({"id": 1, "email": PEOPLE[1], "active_organization": 1})
        if "intercoder_as" in request.url.params:
            is_open = bool(open_door) and path.startswith(open_door)
            return said([]) if is_open else said({"detail": "Only the lead."}, status=403)
        return None

    def step(work: Work) -> None:
        work.server.wrong = answer

    return step
