"""The recorded codings of the seeds as a study that was pulled, without a server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from toolkit.codebook.answers import Mark
from toolkit.codebook.parse import parse
from toolkit.labelstudio.decode import read_annotation
from toolkit.labelstudio.encode import submission
from toolkit.loop.add import add
from toolkit.loop.init import init
from toolkit.study import annotation_versions, annotators, articles, rounds
from toolkit.study.annotation_versions import Seen, SeenItem
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision

SEEDS = Path(__file__).parents[2] / "seeds"
CODERS = {11: "anna@example.org", 12: "ben@example.org", 13: "chloe@example.org"}
SERVER = "https://label-studio.example.org"


def recorded(coder: str) -> list[dict[str, Any]]:
    """The lines of ``coder-a.jsonl`` …, in reading order."""
    text = (SEEDS / "codings" / f"coder-{coder}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def seed_study(folder: Path, *, server_url: str = SERVER) -> Study:
    """The study: project 7, whose items are numbered from 101 in reading order."""
    made = init(folder)
    add(made, [str(SEEDS / "articles" / "iran-venezuela.txt"), str(SEEDS / "articles" / "invented-*.md")])
    document = made.codebook_file.read_text(encoding="utf-8")
    codebook = parse(document, source="codebook.yaml")
    with made.database() as database:
        cut = list(articles.sentences(database))
        rounds.create(database, "pilot", Decision(3), codebook, document=document)
        rounds.set_project(database, "pilot", server_url=server_url, project_id=7)
        rounds.plan(database, "pilot", [(sentence.sentence_id, 3) for sentence in cut])
        remote = {sentence.sentence_id: 101 + place for place, sentence in enumerate(cut)}
        rounds.record_remote(database, "pilot", remote)
        annotators.register(database, CODERS.values(), round=None)
        annotators.learn_accounts(database, server_url, CODERS)
        codings = [recorded(coder) for coder in "abc"]
        items = []
        for place, sentence in enumerate(cut):
            seen = []
            for user, coding in zip(CODERS, codings, strict=True):
                line = coding[place]
                assert (line["article"], line["position"]) == (sentence.article_id, sentence.position)
                result = submission(
                    codebook,
                    {question: answer for question, answer in line["answers"].items() if answer != []},
                    {question: [Mark(**mark) for mark in marks] for question, marks in line["marks"].items()},
                    sentence=sentence.text,
                )
                when = f"2026-03-0{user - 10}T{9 + place // 60:02}:{place % 60:02}:00Z"
                raw = {
                    "id": 1000 * user + place,
                    "completed_by": user,
                    "updated_by": None,
                    "result": result,
                    "was_cancelled": False,
                    "created_at": when,
                    "updated_at": when,
                    "lead_time": 30.0,
                    "parent_prediction": None,
                }
                one = read_annotation(raw)
                seen.append(Seen(one.annotation_id, one.updated_at.isoformat(), one.user_id, raw))
            items.append(SeenItem(remote[sentence.sentence_id], sentence.sentence_id, tuple(seen)))
        annotation_versions.store(database, "pilot", items, snapshot=True)
    return made
