"""Push and pull against the bare HTTP calls they need, on one real Label Studio, in one run.

The baseline sends and reads the very same requests with nothing around them: no checks, no ledger, no storing, the
bodies parsed only to find the next page. It is the server's own rate; a ratio of 1 means that our side costs nothing.
"""

from __future__ import annotations

import contextlib
import json
import random
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from secrets import token_hex
from unittest import mock

import httpx

from benchmarks.row import Row
from tests.live.server import copy_of_migrated
from toolkit.codebook.answers import Mark
from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import parse
from toolkit.labelstudio.accounts import make_account
from toolkit.labelstudio.embedded import server as embedded
from toolkit.labelstudio.encode import submission
from toolkit.labelstudio.page.config import labelling_config
from toolkit.labelstudio.session import LabelStudio, connect
from toolkit.labelstudio.sweep import ENTRY_FIELDS, SENTENCE_FIELDS
from toolkit.loop.add import add
from toolkit.loop.init import init
from toolkit.loop.pull import PAGE, pull
from toolkit.loop.push import push
from toolkit.loop.pushing.design import Design
from toolkit.study import annotators, articles, rounds
from toolkit.study.folder import Study, read_codebook_text

SENTENCES = 20_000
ANNOTATORS = 3
PER_ARTICLE = 20
# Label Studio's own server answers small requests faster on a fresh connection: both sides get that.
CLOSING = {"Connection": "close"}
GRACE = 61  # seconds after which nothing on the server can still be committing late


def rows(arguments: Sequence[str]) -> Iterator[Row]:
    n = int(arguments[0]) if arguments else SENTENCES
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        study = made_study(folder, n)
        running = embedded.start(copy_of_migrated(study.server_folder))
        try:
            token = embedded.credentials(study.server_folder).token
            yield from _push(study, running.url, token, n)
            yield from _pull(folder, study, running.url, token, n)
        finally:
            embedded.stop(study.server_folder)


@dataclass(slots=True)
class Imports:
    """What was sent as imports, and when the first began and the last was answered."""

    bodies: list[bytes] = field(default_factory=list)
    begun: float = 0.0
    ended: float = 0.0

    @property
    def n_sentences(self) -> int:
        return sum(len(json.loads(body)) for body in self.bodies)

    @property
    def rate(self) -> float:
        """Sentences a second."""
        return self.n_sentences / (self.ended - self.begun)

    @contextmanager
    def one(self, body: bytes) -> Iterator[None]:
        self.begun = self.begun or time.perf_counter()
        self.bodies.append(body)
        yield
        self.ended = time.perf_counter()


@contextmanager
def imports_recorded(module: str, url: str, token: str) -> Iterator[Imports]:
    """Have a module of the loop talk to the server at ``url``; what it sends as imports, as they come."""
    sent = Imports()

    class Recorded(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if not request.url.path.endswith("/import"):
                return super().handle_request(request)
            with sent.one(request.read()):
                answer = super().handle_request(request)
                answer.read()
                return answer

    def recorded(_: Study, **_patience: object) -> LabelStudio:
        return connect(url, token, http=httpx.Client(transport=Recorded(), timeout=120, headers=CLOSING))

    with mock.patch(f"{module}.open_server", recorded):
        yield sent


def sent_again(url: str, token: str, bodies: Sequence[bytes], *, config: str, annotators: int) -> tuple[float, Imports]:
    """The same imports with nothing around them, and how many seconds they take with a project made and read back."""
    sent = Imports()
    wanted = {"title": "bare", "label_config": config, "maximum_annotations": annotators}
    with httpx.Client(base_url=url, headers=bare_headers(token), timeout=120) as http:
        begun = time.perf_counter()
        http.get("/api/projects/", params={"include": "id,description", "page_size": 100})
        project_id = http.post("/api/projects/", json=wanted).json()["id"]
        for body in bodies:
            path = f"/api/projects/{project_id}/import?return_task_ids=true"
            with sent.one(body):
                http.post(path, content=body, headers={"Content-Type": "application/json"}).raise_for_status()
        read_all(http, project_id, fields="task_only", include=SENTENCE_FIELDS, size=1000)
        return time.perf_counter() - begun, sent


def _push(study: Study, url: str, token: str, n: int) -> Iterator[Row]:
    with imports_recorded("toolkit.loop.push", url, token) as sent:
        begun = time.perf_counter()
        push(study, design=Design(annotators_per_sentence=ANNOTATORS))
        ours = time.perf_counter() - begun
    assert sent.n_sentences == n

    config = labelling_config(codebook_of(study))
    bare, _ = sent_again(url, token, sent.bodies, config=config, annotators=ANNOTATORS)
    yield Row(f"push {n:,} sentences", f"{ours:.1f} s", f"bare HTTP, same requests {bare:.1f} s", f"{bare / ours:.2f}")
    begun = time.perf_counter()
    push(study)
    yield Row("push again, nothing to send", f"{time.perf_counter() - begun:.1f} s")


def _pull(folder: Path, pushed: Study, url: str, token: str, n: int) -> Iterator[Row]:
    study = made_study(folder / "annotated", n)
    study.server_folder.symlink_to(pushed.server_folder)
    push_annotated(study, url, token)
    time.sleep(GRACE)

    with study.database() as database:
        project_id = rounds.get(database, "pilot").project_id
    assert project_id is not None
    with httpx.Client(base_url=url, headers=bare_headers(token), timeout=120) as http:
        begun = time.perf_counter()
        read_all(http, project_id, fields="all", include=ENTRY_FIELDS, size=PAGE)
        bare = time.perf_counter() - begun
    begun = time.perf_counter()
    (report,) = pull(study)
    ours = time.perf_counter() - begun
    assert report.tally.new == n * ANNOTATORS, report
    yield Row(
        f"pull {n:,} sentences × {ANNOTATORS} annotators",
        f"{ours:.1f} s",
        f"bare HTTP, same requests {bare:.1f} s",
        f"{bare / ours:.2f}",
    )
    begun = time.perf_counter()
    (report,) = pull(study)
    nothing = time.perf_counter() - begun
    assert not report.changed
    yield Row("pull again, nothing new", f"{nothing:.2f} s")
    for size in (n // 4, n):
        yield Row(f"memory of pull, first {size:,} sentences, peak of Python's own", f"{_peak(study, size):.1f} MB")


def push_annotated(study: Study, url: str, token: str) -> None:
    """Push a study whose sentences arrive with annotations: entering 60,000 through accounts would take an hour."""
    emails = [f"bench-{token_hex(4)}@example.org" for _ in range(ANNOTATORS)]
    with connect(url, token) as server:
        people = [
            make_account(server.invite_link(), email=email, password="a-long-passphrase").user_id for email in emails
        ]
    with study.database() as database:
        annotators.register(database, emails, round=None)
        texts = {sentence.sentence_id: sentence.text for sentence in articles.sentences(database)}

    def with_annotations(
        self: LabelStudio, project_id: int, batch: Sequence[Mapping[str, object]], **_: object
    ) -> Callable[[], list[int]]:
        tasks = [{"data": dict(data), "annotations": _annotations(study, data, people, texts)} for data in batch]

        def send() -> list[int]:
            answer = self._client.sdk.projects.import_tasks(project_id, request=tasks, return_task_ids=True)  # type: ignore[arg-type]
            ids: list[int] = (answer.model_extra or {})["task_ids"]
            return ids

        return send

    with mock.patch.object(LabelStudio, "about_to_send", with_annotations):
        push(study, design=Design(annotators_per_sentence=ANNOTATORS))


def _peak(study: Study, size: int) -> float:
    """Peak memory of a pull from nothing that is stopped after ``size`` sentences."""
    with study.database() as database, database.transaction() as connection:
        for table in ("annotation_versions", "annotations", "tombstones"):
            connection.execute(f"DELETE FROM {table}")
        connection.execute("UPDATE rounds SET watermark = NULL")

    def stop(_: str, done: int, __: int | None) -> None:
        if done >= size:
            raise KeyboardInterrupt

    tracemalloc.start()
    with contextlib.suppress(KeyboardInterrupt):
        pull(study, progress=stop)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def bare_headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Token {token}", **CLOSING}


def read_all(http: httpx.Client, project_id: int, *, fields: str, include: str, size: int) -> None:
    last = 0
    while True:
        item = {"filter": "filter:tasks:id", "operator": "greater", "type": "Number", "value": last}
        query = {"filters": {"conjunction": "and", "items": [item]}, "ordering": ["tasks:id"]}
        asked = {"project": str(project_id), "page": "1", "page_size": str(size), "fields": fields, "include": include}
        tasks = http.get("/api/tasks", params={**asked, "query": json.dumps(query)}).json()["tasks"]
        if len(tasks) < size:
            return
        last = tasks[-1]["id"]


def made_study(folder: Path, n: int) -> Study:
    folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(0)
    words = ["minister", "border", "river", "market", "council", "report", "drought", "union", "prices", "talks"]
    lines = []
    for number in range(n // PER_ARTICLE):
        # One sentence a line, so that their number is known.
        sentences = [f"Dispatch {number} says the {' '.join(draw.choices(words, k=16))}." for _ in range(PER_ARTICLE)]
        lines.append(json.dumps({"id": f"article-{number}", "text": "\n".join(sentences)}))
    file = folder / "articles.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    study = init(folder / "study")
    report = add(study, [str(file)])
    assert report.n_sentences == n, report.n_sentences
    return study


@cache
def codebook_of(study: Study) -> Codebook:
    return parse(read_codebook_text(study), source="codebook")


def _annotations(
    study: Study, data: Mapping[str, object], people: Sequence[int], texts: Mapping[str, str]
) -> list[dict[str, object]]:
    sentence = texts[str(data["sentence_id"])]
    draw = random.Random(sentence)
    made = []
    for user_id in people:
        answers = {
            "segment_ok": "ok",
            "attribution": "attributed",
            "source_type": draw.choice(["gov", "military", "citizen"]),
            "loaded": draw.choice(["none", "writer"]),
            "frame_primary": draw.choice(["security", "economy"]),
            "frame_other": ["human"],
            "confidence": "2_fairly",
        }
        marks = {"spans": (Mark("Source", 0, 5, sentence[0:5]),)}
        made.append(
            {
                "completed_by": user_id,
                "result": submission(codebook_of(study), answers, marks, sentence=sentence),
            }
        )
    return made
