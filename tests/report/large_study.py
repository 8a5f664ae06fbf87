"""A made-up study of any size, as it was pulled: five people code every sentence, each with habits of their own."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from toolkit.codebook.answers import Mark
from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import parse
from toolkit.corpus.article import Sentence
from toolkit.labelstudio.decode import read_annotation
from toolkit.labelstudio.encode import submission
from toolkit.loop.add import add
from toolkit.loop.init import init
from toolkit.study import annotation_versions, annotators, articles, rounds
from toolkit.study.annotation_versions import Seen, SeenItem
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision

PER_ARTICLE = 20
PEOPLE = {31 + place: f"coder-{place}@example.org" for place in range(5)}
SERVER = "https://label-studio.example.org"
OUTLETS = ("The Courier", "Daily Ledger", "Harbour Post", "Nordic Wire")
MONTHS = 8
_BEGIN = datetime(2026, 3, 2, 8, tzinfo=UTC)
_WORDS = [
    "minister",
    "border",
    "river",
    "market",
    "council",
    "report",
    "drought",
    "union",
    "prices",
    "talks",
    "harbour",
    "police",
    "army",
    "bridge",
    "school",
    "court",
    "budget",
    "strike",
    "envoy",
    "border",
    "treaty",
    "general",
    "reporter",
    "hospital",
    "village",
    "company",
    "regulator",
    "spokesman",
    "witness",
    "banks",
]
_SAYS = ("says", "warned", "told reporters", "denied", "insisted", "is said to expect")
_SOURCES = ("gov", "military", "citizen", "think_tank")
_FRAMES = ("diplomacy", "security", "economy", "human")


def large_study(folder: Path, n_sentences: int) -> Study:
    """The study, in a new folder; ``n_sentences`` is a multiple of twenty."""
    draw = random.Random(11)
    folder.mkdir(parents=True)
    source = folder / "articles.jsonl"
    source.write_text("\n".join(map(json.dumps, _articles(n_sentences, draw))), encoding="utf-8")
    made = init(folder / "study")
    report = add(made, [str(source)])
    assert report.n_sentences == n_sentences, report.n_sentences
    text = made.codebook_file.read_text(encoding="utf-8")
    book = parse(text, source="codebook.yaml")
    with made.database() as database:
        cut = list(articles.sentences(database))
        rounds.create(database, "main", Decision(5), book, document=text)
        rounds.set_project(database, "main", server_url=SERVER, project_id=7)
        rounds.plan(database, "main", [(sentence.sentence_id, 5) for sentence in cut])
        remote = {sentence.sentence_id: 101 + place for place, sentence in enumerate(cut)}
        rounds.record_remote(database, "main", remote)
        annotators.register(database, PEOPLE.values(), round=None)
        annotators.learn_accounts(database, SERVER, PEOPLE)
        items: list[SeenItem] = []
        for place, sentence in enumerate(cut):
            seen = tuple(_seen(book, sentence, place, draw))
            items.append(SeenItem(remote[sentence.sentence_id], sentence.sentence_id, seen))
            if len(items) == 500:
                annotation_versions.store(database, "main", items, snapshot=True)
                items = []
        annotation_versions.store(database, "main", items, snapshot=True)
    return made


def _articles(n_sentences: int, draw: random.Random) -> Iterator[dict[str, str]]:
    for number in range(n_sentences // PER_ARTICLE):
        lines = [_sentence(number, place, draw) for place in range(PER_ARTICLE)]
        month, day = divmod(number % (MONTHS * 28), 28)
        yield {
            "id": f"article-{number:05}",
            "title": f"Dispatch {number} on {draw.choice(_WORDS)} and {draw.choice(_WORDS)}",
            "outlet": OUTLETS[number % len(OUTLETS)],
            "published": f"2026-{month + 1:02}-{day + 1:02}",
            "text": "\n".join(lines),
        }


def _sentence(number: int, place: int, draw: random.Random) -> str:
    who, *rest = draw.choices(_WORDS, k=12)
    return f"The {who} of district {number} {draw.choice(_SAYS)} that {' '.join(rest)} at hour {place} of the day."


def _seen(book: Codebook, sentence: Sentence, place: int, draw: random.Random) -> Iterator[Seen]:
    attributed = draw.random() < 0.55
    truth = (draw.choice(_SOURCES), draw.choice(_FRAMES), draw.random() < 0.2)
    for at, user in enumerate(PEOPLE):
        errs = 0.04 + 0.02 * at
        is_attributed = attributed != (draw.random() < errs)
        source = draw.choice(_SOURCES) if draw.random() < errs else truth[0]
        frame = draw.choice(_FRAMES) if draw.random() < 2 * errs else truth[1]
        loaded = truth[2] != (draw.random() < 3 * errs)
        tail = draw.choice((0, 0, 0, 3))
        result = _result(book, (is_attributed, source, frame, loaded), tail, sentence.text)
        made = _BEGIN + timedelta(minutes=place // 3, seconds=at)
        stamp = made.isoformat().replace("+00:00", "Z")
        raw = {
            "id": 1_000_000 * at + place + 1,
            "completed_by": user,
            "updated_by": None,
            "result": result,
            "was_cancelled": False,
            "created_at": stamp,
            "updated_at": stamp,
            "lead_time": float(round(draw.lognormvariate(3.2, 0.4), 1)),
            "parent_prediction": None,
        }
        one = read_annotation(raw)
        yield Seen(one.annotation_id, one.updated_at.isoformat(), one.user_id, raw)


def _result(book: Codebook, said: tuple[bool, str, str, bool], tail: int, text: str) -> list[dict[str, Any]]:
    attributed, source, frame, loaded = said
    answers: dict[str, Any] = {
        "segment_ok": "ok",
        "attribution": "attributed" if attributed else "writer",
        "loaded": "writer" if loaded else "none",
        "frame_primary": frame,
        "confidence": "2_fairly",
    }
    if not attributed:
        return submission(book, answers, sentence=text)
    end = len(text.split()[1]) + 4 - min(tail, 2)
    marks = {"spans": [Mark(label="Source", start=0, end=end, text=text[:end])]}
    return submission(book, {**answers, "source_type": source}, marks, sentence=text)
