"""A study whose round is coded and adjudicated, without a server: everything as a pull would have stored it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from tests.codebook.samples import FULL, codebook
from tests.loop.test_answers import ANA, BEN, raw
from tests.study.small import numbered
from toolkit.codebook.answers import Mark
from toolkit.codebook.reasons import Reason
from toolkit.labelstudio.decode import read_annotation
from toolkit.labelstudio.encode import decision, submission
from toolkit.loop.adjudication.queue import queue_of
from toolkit.loop.answers import annotations_of
from toolkit.loop.init import init
from toolkit.study import adjudications, annotation_versions, annotators, articles, rounds
from toolkit.study.adjudications import AdjudicationDesign
from toolkit.study.annotation_versions import Seen, SeenItem
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision

BOOK = codebook()
MIA, NOA = 21, 22
PEOPLE = {ANA: "ana@example.org", BEN: "ben@example.org", MIA: "mia@example.org", NOA: "noa@example.org"}
NAME = "pilot-adjudication"
EVERY = tuple(question.id for question in BOOK.measured())
ARMY = {"gate": "ok", "kind": "army", "rank": "low"}
_numbers = count(1)


def study(
    folder: Path,
    coded: Sequence[Sequence[Mapping[str, Any]]],
    *,
    marks: Mapping[tuple[int, int], Sequence[Mark]] | None = None,
    per_sentence: int = 1,
    sample: float = 0.0,
) -> Study:
    """A round of as many sentences as ``coded`` has, each coded by ana, ben …, and its adjudication begun.

    ``marks`` are what a coder marked, by sentence and coder, both counted from 0.
    """
    made = init(folder)
    made.codebook_file.write_text(FULL, encoding="utf-8")
    with made.database() as database:
        articles.add(database, [numbered("a", len(coded))], splitter="by hand", splitter_version="1")
        annotators.register(database, ["ana@example.org", "ben@example.org"], round=None)
        annotators.learn_accounts(database, "embedded", PEOPLE)
        rounds.create(database, "pilot", Decision(2), BOOK, document=FULL)
        rounds.set_project(database, "pilot", server_url="embedded", project_id=1)
        rounds.plan(database, "pilot", [(f"a-{n}", 2) for n in range(1, len(coded) + 1)])
        for place, given in enumerate(coded):
            text = f"a says {place + 1}."
            raws = []
            for coder, (user, answers) in enumerate(zip((ANA, BEN), given, strict=True)):
                words = {"words": (marks or {}).get((place, coder), ())}
                raws.append(raw(next(_numbers), user, *submission(BOOK, answers, words, sentence=text)))
            stored(database, "pilot", f"a-{place + 1}", *raws)
        design = AdjudicationDesign(questions=EVERY, per_sentence=per_sentence, sample=sample)
        adjudications.create(database, "pilot", design, BOOK, document=FULL)
        rounds.set_project(database, NAME, server_url="embedded", project_id=2)
        emails = ["mia@example.org", "noa@example.org"][:per_sentence]
        annotators.register(database, emails, round=NAME)
        by_sentence: dict[str, list[Any]] = {}
        for one in annotations_of(database, "pilot"):
            by_sentence.setdefault(one.sentence_id, []).append(one)
        queue = queue_of(by_sentence, BOOK, design, key=b"key", purpose="p")
        adjudications.queue(database, NAME, queue.asked, queue.agreed)
    return made


def decide(
    made: Study,
    place: int,
    answers: Mapping[str, Any],
    *,
    marks: Mapping[str, Sequence[Mark]] | None = None,
    reason: Reason | None = "slip",
    suggestion: str | None = None,
    user: int = MIA,
    at: str = "10:00",
) -> None:
    """What an adjudicator submitted on the sentence (from 1), as if it had been pulled; earlier ones stay."""
    sentence_id = f"a-{place}"
    parts = decision(BOOK, answers, marks, sentence=f"a says {place}.", reason=reason, suggestion=suggestion)
    with made.database() as database:
        stored(database, NAME, sentence_id, raw(next(_numbers), user, *parts, at=at))


def stored(database: Database, round_name: str, sentence_id: str, *raws: dict[str, Any]) -> None:
    seen = [(read_annotation(each), each) for each in raws]
    found = tuple(Seen(one.annotation_id, one.updated_at.isoformat(), one.user_id, each) for one, each in seen)
    remote_id = int(sentence_id.rpartition("-")[2])
    annotation_versions.store(database, round_name, [SeenItem(remote_id, sentence_id, found)], snapshot=False)
