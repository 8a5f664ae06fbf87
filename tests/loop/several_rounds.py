"""A study of several rounds and codebooks, with every kind of answer and every reason not to count one."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.codebook.samples import FULL, codebook
from tests.loop.test_answers import ANA, BEN, LEAD, PARTY, choice, mark, raw
from tests.loop.test_export import MENDED
from tests.study.small import article, numbered
from toolkit.labelstudio.decode import read_annotation
from toolkit.loop.init import init
from toolkit.study import annotation_versions, annotators, articles, rounds
from toolkit.study.annotation_versions import Seen, SeenItem
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision

CEM = 13
PEOPLE = {ANA: "ana@example.org", BEN: "ben@example.org", CEM: "cem@example.org", LEAD: "lead@example.org"}
PLANNED = ("a-1", "a-2", "a-3", "a-4", "p-1", "c-1", "c-2")
ROUNDS = ("old", "pilot", "empty", "main")
"""Oldest first: ``old`` and ``pilot`` began with one codebook, and only ``pilot`` went on to the mended one."""


def number(question: str, value: float) -> dict[str, Any]:
    return {"id": "x", "type": "number", "from_name": question, "to_name": "sentence", "value": {"number": value}}


def note(*lines: str) -> dict[str, Any]:
    return {"id": "x", "type": "textarea", "from_name": "note", "to_name": "sentence", "value": {"text": list(lines)}}


def pull(database: Database, round_name: str, remote_id: int, sentence_id: str | None, *raws: dict[str, Any]) -> None:
    seen = [(read_annotation(each), each) for each in raws]
    found = tuple(Seen(one.annotation_id, one.updated_at.isoformat(), one.user_id, each) for one, each in seen)
    page = annotation_versions.store(database, round_name, [SeenItem(remote_id, sentence_id, found)], snapshot=True)
    annotation_versions.bury(database, round_name, annotation_ids=page.missing)


def several_rounds(folder: Path) -> Study:
    """The study, in a new folder."""
    made = init(folder)
    first, cut = numbered("a", 4)
    with made.database() as database:
        add: list[Any] = [
            (replace(first, outlet="Daily", title="A", language="en"), cut),
            article("p", PARTY),
            numbered("b", 1),
            numbered("c", 2),
        ]
        articles.add(database, add, splitter="by hand", splitter_version="1")
        annotators.register(database, ["ana@example.org", "ben@example.org", "cem@example.org"], round=None)
        annotators.learn_accounts(database, "embedded", PEOPLE)
        for place, name in enumerate(ROUNDS, start=1):
            text = FULL if name in {"old", "pilot"} else MENDED
            rounds.create(database, name, Decision(3), codebook(text), document=text)
            rounds.set_project(database, name, server_url="embedded", project_id=place)
            rounds.plan(database, name, [(sentence_id, 3) for sentence_id in PLANNED])
        mended_at = datetime(2026, 3, 1, 10, tzinfo=UTC)
        rounds.change_codebook(database, "pilot", codebook(MENDED), document=MENDED, since=mended_at)
        for name in ("old", "pilot", "main"):
            _code(database, name, random.Random(name))
        _exceptions(database)
    return made


def _code(database: Database, round_name: str, chance: random.Random) -> None:
    """Three people code every sentence but p-1, at times on either side of the change."""
    for remote_id, sentence_id in enumerate(PLANNED, start=1):
        if sentence_id != "p-1":
            coded = [
                raw(
                    # numbers of one and of two digits on one sentence, the higher ones not the later ones
                    4 * remote_id + place,
                    user,
                    *_answers(chance),
                    at=f"{chance.randrange(8, 13):02}:{chance.randrange(60):02}",
                )
                for place, user in enumerate((CEM, ANA, BEN))
            ]
            pull(database, round_name, remote_id, sentence_id, *coded)


def _answers(chance: random.Random) -> Sequence[dict[str, Any]]:
    gate = chance.choice(["ok", "ok", "ok", "broken", "unclear"])
    topics = [code for code in ("war", "trade", "law") if chance.random() < 0.4]
    given = [choice("gate", gate), choice("topics", *(topics or ["cannot_tell"] * chance.randrange(2)))]
    given += [number("warmth", chance.randrange(-2, 3) / 2), number("deaths", chance.randrange(3))]
    if gate == "ok":
        kind = chance.choice(["police", "army", "army", "paper", "unknown"])
        given += [choice("kind", kind), mark("Cue", 0, 1 + chance.randrange(2), "")]
        given[-1]["value"].pop("text")
        if kind in {"police", "army"}:
            given.append(choice("rank", chance.choice(["low", "middle", "high", "none_given"])))
    return given


def _exceptions(database: Database) -> None:
    """In ``old``: what does not count, cannot be vouched for, or is odd in another way."""
    start = PARTY.index("army")
    both = [mark(label, start + 1, start + 5, "army") for label in ("Source", "Cue")]
    pull(
        database,
        "old",
        5,
        "p-1",
        raw(99, ANA, choice("gate", "ok"), *both, note("naïve 🙂", "two lines"), at="08:00"),
        raw(100, ANA, choice("gate", "ok"), *both, at="09:00", lead_time=None, parent_prediction=5),
        raw(101, BEN, choice("gate", "broken"), choice("kind", "police"), number("warmth", 9), choice("rank", "top")),
        raw(102, CEM, was_cancelled=True, result=[]),
        raw(103, LEAD, choice("gate", "ok")),
        raw(104, BEN, choice("gate", "ok"), updated_by=LEAD),
        # no question of this codebook; the second is one of the mended codebook
        raw(105, CEM, choice("gate", "ok"), choice("mood", "good"), choice("doubt", "some"), choice("zeal", "much")),
    )
    pull(database, "old", 90, None, raw(200, ANA, choice("gate", "ok")))
    pull(database, "old", 91, "nowhere", raw(201, ANA, choice("gate", "ok"), choice("mood", "good")))
    pull(database, "old", 92, "b-1", raw(202, ANA, choice("gate", "ok")), raw(8, BEN, was_cancelled=True))
