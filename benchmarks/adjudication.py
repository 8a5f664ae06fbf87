"""Starting an adjudication against the bare HTTP calls it needs, on real Label Studios, in one run.

The baseline is that of a push: the very same requests with nothing around them, which is the server's own rate. Every
sentence was coded by three people of whom one differs on two questions. Either side has servers of its own, each fresh
and each asked something before: a server's first answers are slow, and how long one takes hangs on what it did before.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import median

from benchmarks.push_pull import codebook_of, imports_recorded, made_study, sent_again
from benchmarks.row import Row
from tests.live.server import copy_of_migrated
from toolkit.labelstudio.decode import read_annotation
from toolkit.labelstudio.embedded import server as embedded
from toolkit.labelstudio.encode import submission
from toolkit.labelstudio.session import connect
from toolkit.loop.adjudication.design import AdjudicationAsked
from toolkit.loop.adjudication.start import start
from toolkit.study import annotation_versions, annotators, articles, rounds
from toolkit.study.annotation_versions import Seen, SeenItem
from toolkit.study.folder import Study, read_codebook_text
from toolkit.study.rounds import Decision

SENTENCES = 5_000
RUNS = 3
OTHER_PAGE = '<View><Text name="text" value="$text"/></View>'
CODERS = {101: "one@example.org", 102: "two@example.org", 103: "three@example.org"}
NO_SAMPLE = AdjudicationAsked(sample=0)
_AT = "2026-03-01T09:00:00.250000Z"
_ANSWERS = {
    "segment_ok": "ok", "attribution": "attributed", "source_type": "gov", "loaded": "none",
    "frame_primary": "security", "confidence": "2_fairly",
}  # fmt: skip
_OTHERWISE = {**_ANSWERS, "source_type": "think_tank", "frame_primary": "diplomacy"}


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds of one start: to find what is asked, from there to its end, the bare requests, and to start again; and
    sentences a second while they are imported, by the start and by the bare requests.
    """

    deciding: float
    ours: float
    bare: float
    again: float
    our_rate: float
    bare_rate: float


def rows(arguments: Sequence[str]) -> Iterator[Row]:
    n = int(arguments[0]) if arguments else SENTENCES
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _code(made_study(folder, n))
        runs = [_timed(folder, folder / f"run-{number}", n) for number in range(RUNS)]
    deciding, ours, bare, again, our_rate, bare_rate = (median(each) for each in zip(*map(astuple, runs), strict=True))
    of = f"median of {RUNS}"
    yield Row(
        f"adjudicate start: find what {len(CODERS)} coders of {n:,} sentences differ on, {of}", f"{deciding:.1f} s"
    )
    yield Row(
        f"adjudicate start: from there until all are on the server, {of}",
        f"{ours:.1f} s",
        f"bare HTTP, same requests {bare:.1f} s",
        f"{bare / ours:.2f}",
    )
    yield Row(
        f"adjudicate start: sentences a second while they are imported, {of}",
        f"{our_rate:,.0f}",
        f"bare HTTP, same requests {bare_rate:,.0f}",
        f"{our_rate / bare_rate:.2f}",
    )
    yield Row(f"adjudicate start again, nothing to send, {of}", f"{again:.1f} s")


def _timed(made: Path, folder: Path, n: int) -> Timed:
    shutil.copytree(made / "study", folder / "study")
    study = Study(folder / "study")
    planned: list[float] = []
    with (
        _warm_server(study.server_folder) as (url, token),
        imports_recorded("toolkit.loop.adjudication.start", url, token) as sent,
    ):
        begun = time.perf_counter()
        started = start(study, asked=NO_SAMPLE, show_plan=lambda _: planned.append(time.perf_counter()))
        ended = time.perf_counter()
        assert started.n_sent == sent.n_sentences == n
        again = time.perf_counter()
        assert start(study, asked=NO_SAMPLE).n_sent == 0
        again = time.perf_counter() - again
        with connect(url, token) as server:
            config = server.project(started.project_id or 0).config_xml
    with _warm_server(folder / "bare") as (url, token):
        bare, sent_bare = sent_again(url, token, sent.bodies, config=config, annotators=1)
    return Timed(planned[0] - begun, ended - planned[0], bare, again, sent.rate, sent_bare.rate)


@contextmanager
def _warm_server(folder: Path) -> Iterator[tuple[str, str]]:
    """Address and token of a server that has taken in one other project."""
    running = embedded.start(copy_of_migrated(folder))
    try:
        token = embedded.credentials(folder).token
        few = json.dumps([{"data": {"text": f"Sentence {number}."}} for number in range(20)]).encode()
        sent_again(running.url, token, [few], config=OTHER_PAGE, annotators=1)
        yield running.url, token
    finally:
        embedded.stop(folder)


def _code(study: Study) -> None:
    """Store what three people coded, as a pull would have."""
    codebook, document = codebook_of(study), read_codebook_text(study)
    with study.database() as database:
        annotators.register(database, CODERS.values(), round=None)
        annotators.learn_accounts(database, "embedded", CODERS)
        rounds.create(database, "pilot", Decision(len(CODERS)), codebook, document=document)
        rounds.set_project(database, "pilot", server_url="embedded", project_id=999)
        every = list(articles.sentences(database))
        rounds.plan(database, "pilot", [(one.sentence_id, len(CODERS)) for one in every])
        items = []
        for place, one in enumerate(every):
            seen = []
            for number, user in enumerate(CODERS):
                answers = _OTHERWISE if number == place % len(CODERS) else _ANSWERS
                raw = {
                    "id": place * len(CODERS) + number + 1, "completed_by": user, "updated_by": None,
                    "result": submission(codebook, answers, sentence=one.text), "was_cancelled": False,
                    "created_at": _AT, "updated_at": _AT, "lead_time": 12.5, "parent_prediction": None,
                }  # fmt: skip
                read = read_annotation(raw)
                seen.append(Seen(read.annotation_id, read.updated_at.isoformat(), read.user_id, raw))
            items.append(SeenItem(place + 1, one.sentence_id, tuple(seen)))
        annotation_versions.store(database, "pilot", items, snapshot=False)
