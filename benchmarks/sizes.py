"""Every command that talks to the server, at two sizes, as a process of its own: time, memory, the bare requests.

``python -m benchmarks.sizes [--sentences N] [--postgres]``: N sentences with three annotations each, and a fifth of
them, on the embedded Label Studio (SQLite) or on one with PostgreSQL. The bare requests are the same ones with nothing
around them: the server's own time. Linear means that the time per sentence is the same at both sizes.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from benchmarks.postgres import on_postgres
from benchmarks.process import INTERCODER, Ran, run
from benchmarks.push_pull import (
    ANNOTATORS,
    GRACE,
    bare_headers,
    codebook_of,
    made_study,
    push_annotated,
    read_all,
)
from benchmarks.row import Row
from tests.live.server import copy_of_migrated
from toolkit.labelstudio.embedded import server as embedded
from toolkit.labelstudio.page.config import labelling_config
from toolkit.labelstudio.session import connect as open_connection
from toolkit.labelstudio.sweep import ENTRY_FIELDS, SENTENCE_FIELDS, changed_after, page_request
from toolkit.loop.connect import connect
from toolkit.loop.pull import PAGE
from toolkit.loop.pushing.transfer import BATCH
from toolkit.study import rounds, stored_annotations
from toolkit.study.folder import Study

SENTENCES = 100_000
SMALLER = 5
EDITED = 100
MOST_MEMORY = 500
_STARTED = "import label_studio_sdk, toolkit.codebook.parse, toolkit.loop.pull, toolkit.labelstudio.session"


def rows(arguments: Sequence[str]) -> Iterator[Row]:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.sizes")
    asked.add_argument("--sentences", type=int, default=SENTENCES)
    asked.add_argument("--postgres", action="store_true")
    options = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with (on_postgres if options.postgres else _embedded)(folder / "server") as (url, token):
            where = "PostgreSQL" if options.postgres else "SQLite"
            before: dict[str, float] = {}
            ran = run(folder, _STARTED)
            yield Row(
                "of each of these: Python, the SDK and the codebook's reader",
                f"{ran.seconds:.2f} s, {ran.memory:.0f} MB",
            )
            for n in (options.sentences // SMALLER, options.sentences):
                yield from at_size(n, folder / str(n), url, token, where=where, before=before, grace=GRACE)


@contextmanager
def _embedded(folder: Path) -> Iterator[tuple[str, str]]:
    copy_of_migrated(folder)
    try:
        running = embedded.start(folder)
        yield running.url, embedded.credentials(folder).token
    finally:
        embedded.stop(folder)


def at_size(
    n: int, folder: Path, url: str, token: str, *, where: str, before: dict[str, float], grace: float
) -> Iterator[Row]:
    """Every command at ``n`` sentences; ``before`` keeps the seconds a sentence of the size before."""

    def row(what: str, ran: Ran, bare: float | None = None) -> Row:
        assert ran.memory < MOST_MEMORY, f"{what}: {ran.memory:.0f} MB"
        each, smaller = ran.seconds / n, before.get(what)
        before[what] = each
        growth = "" if smaller is None else f", {each / smaller:.2f} of the time per sentence at a fifth of the size"
        against = "" if bare is None else f"bare HTTP, same requests {bare:.2f} s"
        ratio = "" if bare is None else f"{bare / ran.seconds:.2f}"
        return Row(
            f"{what}: {n:,} sentences on {where}", f"{ran.seconds:.2f} s, {ran.memory:.0f} MB{growth}", against, ratio
        )

    pushed = made_study(folder / "pushed", n)
    connect(pushed, url, token)
    ran = _command(pushed, "push", "--annotators-per-sentence", str(ANNOTATORS))
    yield row("push", ran, _bare_push(pushed, url, token))
    yield row("push again, nothing to send", _command(pushed, "push"))

    study = made_study(folder / "annotated", n)
    connect(study, url, token)
    push_annotated(study, url, token)
    time.sleep(grace)
    project_id = _project(study)
    bare = _seconds(lambda http: read_all(http, project_id, fields="all", include=ENTRY_FIELDS, size=PAGE), url, token)
    yield row(f"pull, {ANNOTATORS} annotations each", _command(study, "pull"), bare)
    held = _held(study)
    assert len(held) == n * ANNOTATORS, len(held)
    with study.database() as database:
        since = rounds.get(database, "pilot").watermark
    nothing = page_request(project_id, changed_after(since), order="tasks:id", fields="all", include="id", size=PAGE)
    bare = _seconds(lambda http: http.get("/api/tasks", params=nothing), url, token)
    yield row("pull again, nothing new: reconciled with the server", _command(study, "pull"), bare)

    edited = held[:: max(1, len(held) // EDITED)][:EDITED]
    _edit(edited, url, token)
    changed = page_request(
        project_id, changed_after(since), order="tasks:id", fields="all", include=ENTRY_FIELDS, size=PAGE
    )
    bare = _seconds(lambda http: http.get("/api/tasks", params=changed), url, token)
    yield row(f"pull, {len(edited)} annotations edited", _command(study, "pull"), bare)
    with study.database() as database:
        twice = sum(stored.n_versions == 2 for stored in stored_annotations.newest(database, "pilot"))
    assert twice == len(edited), twice
    yield row("pull --full, nothing new", _command(study, "pull", "--full"))
    yield row("status", _command(study, "status"))


def _command(study: Study, *command: str) -> Ran:
    return run(study.folder, INTERCODER, *command)


def _bare_push(pushed: Study, url: str, token: str) -> float:
    """Seconds of the requests of a push: its batches, as they are on the server now, into another project."""
    config = labelling_config(codebook_of(pushed))
    wanted = {"title": "bare", "label_config": config, "maximum_annotations": ANNOTATORS}
    project_id = _project(pushed)
    with httpx.Client(base_url=url, headers=bare_headers(token), timeout=600, trust_env=False) as http:
        begun = time.perf_counter()
        http.get("/api/projects/", params={"include": "id,description", "page_size": 100})
        bare_id = http.post("/api/projects/", json=wanted).json()["id"]
        seconds = time.perf_counter() - begun
        with open_connection(url, token) as server:
            for page in server.sentences_on_server(project_id, page_size=BATCH):
                body: list[Mapping[str, object]] = [{"data": dict(item.data)} for item in page]
                begun = time.perf_counter()
                http.post(f"/api/projects/{bare_id}/import?return_task_ids=true", json=body).raise_for_status()
                seconds += time.perf_counter() - begun
        begun = time.perf_counter()
        read_all(http, bare_id, fields="task_only", include=SENTENCE_FIELDS, size=BATCH)
        seconds += time.perf_counter() - begun
        http.delete(f"/api/projects/{bare_id}/").raise_for_status()
    return seconds


def _seconds(ask: Callable[[httpx.Client], object], url: str, token: str) -> float:
    with httpx.Client(base_url=url, headers=bare_headers(token), timeout=600, trust_env=False) as http:
        begun = time.perf_counter()
        ask(http)
        return time.perf_counter() - begun


def _edit(annotation_ids: Sequence[int], url: str, token: str) -> None:
    with httpx.Client(base_url=url, headers=bare_headers(token), timeout=600, trust_env=False) as http:
        for annotation_id in annotation_ids:
            http.patch(f"/api/annotations/{annotation_id}/", json={"lead_time": 3.25}).raise_for_status()


def _held(study: Study) -> list[int]:
    with study.database() as database:
        return [stored.annotation_id for stored in stored_annotations.newest(database, "pilot")]


def _project(study: Study) -> int:
    with study.database() as database:
        project_id = rounds.get(database, "pilot").project_id
    assert project_id is not None
    return project_id


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # by way of what ends the servers
    load = os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} at the start", flush=True)
    for row in rows(sys.argv[1:]):
        print(f"| {row.what} | {row.measured} | {row.against} | {row.ratio} |", flush=True)
    print(f"load {os.getloadavg()[0]:.1f} at the end", flush=True)


if __name__ == "__main__":
    main()
