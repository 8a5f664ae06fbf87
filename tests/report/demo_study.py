"""The study of ``make demo`` as it was pulled, without a server: two rounds, the second one decided on."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Any

from tests.loop.seed_study import CODERS, SEEDS, SERVER, seed_study
from toolkit.codebook.answers import Mark
from toolkit.codebook.parse import parse
from toolkit.labelstudio.decode import read_annotation
from toolkit.labelstudio.encode import decision, submission
from toolkit.loop.add import add
from toolkit.loop.adjudication.design import AdjudicationAsked, design_of
from toolkit.loop.adjudication.queue import queue_of
from toolkit.loop.answers import annotations_of
from toolkit.study import adjudications, annotation_versions, annotators, articles, rounds
from toolkit.study.annotation_versions import Seen, SeenItem
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision

MARA = 21
ROUND, DECIDING = "second", "second-adjudication"


def demo_study(folder: Path) -> Study:
    """The study, in a new folder."""
    made = seed_study(folder)
    before = {sentence.sentence_id for sentence in _sentences(made)}
    add(made, [str(SEEDS / "harder" / "articles" / "*.md")])
    text = made.codebook_file.read_text(encoding="utf-8")
    book = parse(text, source="codebook.yaml")
    with made.database() as database:
        cut = [sentence for sentence in articles.sentences(database) if sentence.sentence_id not in before]
        place = {(sentence.article_id, sentence.position): sentence for sentence in cut}
        rounds.create(database, ROUND, Decision(3, fresh=True), book, document=text)
        rounds.set_project(database, ROUND, server_url=SERVER, project_id=8)
        rounds.plan(database, ROUND, [(sentence.sentence_id, 3) for sentence in cut])
        remote = {sentence.sentence_id: 501 + at for at, sentence in enumerate(cut)}
        rounds.record_remote(database, ROUND, remote)
        coded: dict[str, list[Seen]] = {}
        for user, coder in zip(CODERS, "def", strict=True):
            for at, line in enumerate(_lines(f"codings/coder-{coder}.jsonl")):
                sentence = place[line["article"], line["position"]]
                parts = submission(book, _answers(line), _marks(line), sentence=sentence.text)
                seen = _seen(10_000 * user + at, user, parts, f"2026-04-0{user - 10}T09:{at % 60:02}:0{at // 60}Z")
                coded.setdefault(sentence.sentence_id, []).append(seen)
        items = [SeenItem(remote[name], name, tuple(seen)) for name, seen in coded.items()]
        annotation_versions.store(database, ROUND, items, snapshot=True)
        _decide(database, book, text, place)
    return made


def _decide(database: Database, book: Any, text: str, place: Any) -> None:
    design = design_of(database, None, ROUND, book, AdjudicationAsked())
    adjudications.create(database, ROUND, design, book, document=text)
    coded = {name: list(group) for name, group in groupby(annotations_of(database, ROUND), lambda a: a.sentence_id)}
    found = queue_of(coded, book, design, key=b"key", purpose="demo")
    adjudications.queue(database, DECIDING, found.asked, found.agreed)
    rounds.set_project(database, DECIDING, server_url=SERVER, project_id=9)
    annotators.register(database, ["mara@example.org"], round=DECIDING)
    annotators.learn_accounts(database, SERVER, {MARA: "mara@example.org"})
    asked: dict[str, set[str]] = {}
    for one in found.asked:
        asked.setdefault(one.sentence_id, set()).add(one.question)
    items = []
    for at, line in enumerate(_lines("decisions.jsonl")):
        sentence = place[line["article"], line["position"]]
        here = asked.get(sentence.sentence_id, set())
        if not here:
            continue
        parts = decision(
            book,
            {question: answer for question, answer in _answers(line).items() if question in here},
            {question: marks for question, marks in _marks(line).items() if question in here},
            sentence=sentence.text,
            reason=line.get("reason"),
            suggestion=line.get("suggestion"),
        )
        seen = _seen(900_000 + at, MARA, parts, f"2026-05-02T10:{at % 60:02}:0{at // 60}Z")
        items.append(SeenItem(9_000 + at, sentence.sentence_id, (seen,)))
    annotation_versions.store(database, DECIDING, items, snapshot=True)


def _sentences(study: Study) -> Any:
    with study.database() as database:
        return list(articles.sentences(database))


def _lines(name: str) -> list[dict[str, Any]]:
    text = (SEEDS / "harder" / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def _answers(line: dict[str, Any]) -> dict[str, Any]:
    return {question: answer for question, answer in line["answers"].items() if answer != []}


def _marks(line: dict[str, Any]) -> dict[str, list[Mark]]:
    return {question: [Mark(**mark) for mark in marks] for question, marks in line["marks"].items()}


def _seen(number: int, user: int, parts: list[dict[str, object]], when: str) -> Seen:
    raw = {
        "id": number,
        "completed_by": user,
        "updated_by": None,
        "result": parts,
        "was_cancelled": False,
        "created_at": when,
        "updated_at": when,
        "lead_time": 20.0 + number % 17,
        "parent_prediction": None,
    }
    one = read_annotation(raw)
    return Seen(one.annotation_id, one.updated_at.isoformat(), one.user_id, raw)
