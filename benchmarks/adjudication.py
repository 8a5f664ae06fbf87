"""Starting an adjudication against the bare HTTP calls it needs, on one real Label Studio, in one run.

The baseline is that of a push: the very same requests with nothing around them, which is the server's own rate. Every
sentence was coded by three people of whom one differs on two questions.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.push_pull import codebook_of, imports_recorded, made_study, sent_again
from benchmarks.row import Row
from tests.live.server import copy_of_migrated
from toolkit.labelstudio.decode import read_annotation
from toolkit.labelstudio.embedded import server as embedded
from toolkit.labelstudio.encode import submission
from toolkit.labelstudio.session import connect
from toolkit.loop.adjudication.design import AdjudicationAsked
from toolkit.loop.adjudication.start import start
from toolkit.loop.pushing.transfer import BATCH
from toolkit.study import annotation_versions, annotators, articles, rounds
from toolkit.study.annotation_versions import Seen, SeenItem
from toolkit.study.folder import Study, read_codebook_text
from toolkit.study.rounds import Decision

SENTENCES = 5_000
CODERS = {101: "one@example.org", 102: "two@example.org", 103: "three@example.org"}
NO_SAMPLE = AdjudicationAsked(sample=0)
_AT = "2026-03-01T09:00:00.250000Z"
_ANSWERS = {
    "segment_ok": "ok", "attribution": "attributed", "source_type": "gov", "loaded": "none",
    "frame_primary": "security", "confidence": "2_fairly",
}  # fmt: skip
_OTHERWISE = {**_ANSWERS, "source_type": "think_tank", "frame_primary": "diplomacy"}


def rows(arguments: Sequence[str]) -> Iterator[Row]:
    n = int(arguments[0]) if arguments else SENTENCES
    with tempfile.TemporaryDirectory() as scratch:
        study = made_study(Path(scratch), n)
        _code(study)
        running = embedded.start(copy_of_migrated(study.server_folder))
        try:
            yield from _started(study, running.url, embedded.credentials(study.server_folder).token, n)
        finally:
            embedded.stop(study.server_folder)


def _started(study: Study, url: str, token: str, n: int) -> Iterator[Row]:
    with imports_recorded("toolkit.loop.adjudication.start", url, token) as sent:
        begun = time.perf_counter()
        planned: list[float] = []
        started = start(study, asked=NO_SAMPLE, show_plan=lambda _: planned.append(time.perf_counter()))
        ended = time.perf_counter()
        ours, deciding = ended - planned[0], planned[0] - begun
        again = time.perf_counter()
        assert start(study, asked=NO_SAMPLE).n_sent == 0
        again = time.perf_counter() - again
    assert (started.n_sent, len(sent)) == (n, -(-n // BATCH))
    with connect(url, token) as server:
        config = server.project(started.project_id or 0).config_xml

    bare = sent_again(url, token, sent, config=config, annotators=1)
    against = f"bare HTTP, same requests {bare:.1f} s"
    yield Row(f"adjudicate start: find what {len(CODERS)} coders of {n:,} sentences differ on", f"{deciding:.1f} s")
    yield Row(
        "adjudicate start: from there until all are on the server", f"{ours:.1f} s", against, f"{bare / ours:.2f}"
    )
    yield Row("adjudicate start again, nothing to send", f"{again:.1f} s")


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
