"""Projects of ten shapes people have, made on the server without us: their answers are drawn, and so are known.

Annotations have gaps, skips, repeats and disagreement; the expected value is alpha written out pair by pair from what
was drawn, not from what was read.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.agreement import by_definition
from tests.live.server import LiveServer
from toolkit.loop.agreement.report import AgreementReport

TEXT = '<Text name="text" value="$text"/>'
WORDS = ["Police", "said", "the", "minister", "would", "resign", "on", "Monday", ",", "😀", "she", "denied", "it", "."]
N_TASKS = 12
Drawn = dict[int, dict[str, Any]]
"""Task (from 0) → annotator → value."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A labelling configuration, how an answer to each measured question is drawn, and how it is submitted."""

    config: str
    questions: Mapping[str, tuple[str, Callable[[random.Random], Hashable]]]
    """Level, and what draws a value."""
    extra: Callable[[str], list[dict[str, Any]]] = lambda _: []
    """Further parts of every annotation, which are not measured."""
    left_out: frozenset[str] = frozenset()
    data: Callable[[int], dict[str, Any]] = lambda n: {"text": " ".join(WORDS), "outlet": ("north", "south")[n % 2]}
    levels: Mapping[str, str] = field(default_factory=dict)


def one_of(*codes: str) -> Callable[[random.Random], Hashable]:
    return lambda rng: rng.choices(codes, [3, *[1] * (len(codes) - 1)])[0]


def some_of(*codes: str) -> Callable[[random.Random], Hashable]:
    return lambda rng: frozenset(rng.sample(codes, rng.choice([1, 2]))) if rng.random() < 0.7 else frozenset(codes[:1])


def words(*labels: str) -> Callable[[random.Random], Hashable]:
    """Marked words: one or two of them, whole, each with a label."""
    return lambda rng: frozenset((rng.choice(labels), at) for at in rng.sample((0, 3, 7, 9), rng.choice([0, 1, 2])))


def choices(name: str, *codes: str, more: str = "") -> str:
    return (
        f'<Choices name="{name}" toName="text" {more}>'
        + "".join(f'<Choice value="{c}"/>' for c in codes)
        + "</Choices>"
    )


TONE, TOPICS = ("Positive", "Neutral", "Negative"), ("Economy", "War", "Law")
TREE = (
    '<Taxonomy name="source" toName="text" maxUsages="1"><Choice value="State"><Choice value="Ministry"/>'
    '<Choice value="Army"/></Choice><Choice value="Expert"/></Taxonomy>'
)
PATHS = ("State/Ministry", "State/Army", "Expert")
ENTITIES = '<Labels name="label" toName="text"><Label value="Person"/><Label value="Office"/></Labels>'

SHAPES: Mapping[str, Shape] = {
    "text classification": Shape(TEXT + choices("sentiment", *TONE), {"sentiment": ("nominal", one_of(*TONE))}),
    "several choices": Shape(
        TEXT + choices("topics", *TOPICS, more='choice="multiple"'), {"topics": ("set", some_of(*TOPICS))}
    ),
    "taxonomy": Shape(TEXT + TREE, {"source": ("taxonomy", one_of(*PATHS))}),
    "named entities": Shape(TEXT + ENTITIES, {"label": ("span", words("Person", "Office"))}),
    "sentiment with rating": Shape(
        TEXT + choices("sentiment", *TONE) + '<Rating name="stars" toName="text" maxRating="4"/>',
        {"sentiment": ("nominal", one_of(*TONE)), "stars": ("ordinal", one_of("1", "2", "3", "4"))},
    ),
    "pairwise": Shape(
        '<Text name="a" value="$a"/><Text name="b" value="$b"/><Pairwise name="better" toName="a,b"/>',
        {"better": ("nominal", one_of("left", "right"))},
        data=lambda n: {"a": f"One {n}.", "b": f"Other {n}."},
    ),
    "number": Shape(
        TEXT + '<Number name="victims" toName="text" min="0"/>',
        {"victims": ("interval", lambda rng: float(rng.choice([0, 0, 1, 3, 12])))},
    ),
    "moderation with a comment": Shape(
        TEXT
        + choices("flags", "Toxic", "Spam", "Fine", more='choice="multiple"')
        + '<TextArea name="why" toName="text"/>',
        {"flags": ("set", some_of("Fine", "Toxic", "Spam"))},
        extra=lambda to: [{"from_name": "why", "to_name": to, "type": "textarea", "value": {"text": ["because"]}}],
        left_out=frozenset({"why"}),
    ),
    "relations": Shape(
        TEXT + ENTITIES + "<Relations><Relation value='of'/></Relations>",
        {"label": ("span", words("Person", "Office"))},
        extra=lambda _: [{"from_id": "x", "to_id": "y", "type": "relation", "direction": "right", "labels": ["of"]}],
    ),
    "aliases": Shape(
        TEXT
        + '<Choices name="stance" toName="text"><Choice value="In favour" alias="pro"/>'
        '<Choice value="Against" alias="con"/></Choices>',
        {"stance": ("nominal", one_of("pro", "con"))},
    ),
}  # fmt: skip


def bounds(at: int) -> tuple[int, int]:
    """Where the word stands, in the UTF-16 units a browser counts in."""
    before = " ".join(WORDS[:at]) + (" " if at else "")
    width = len(before.encode("utf-16-le")) // 2
    return width, width + len(WORDS[at].encode("utf-16-le")) // 2


def submitted(question: str, level: str, value: Any, config: str, to: str) -> Iterator[dict[str, Any]]:
    """The parts a page would submit for a value."""
    part = {"from_name": question, "to_name": to}
    if level == "span":
        for label, at in sorted(value):
            start, end = bounds(at)
            marked = {"start": start, "end": end, "text": WORDS[at], "labels": [label]}
            yield {**part, "type": "labels", "value": marked, "id": f"{label}{at}"}
    elif level == "taxonomy":
        yield {**part, "type": "taxonomy", "value": {"taxonomy": [value.split("/")]}}
    elif level == "set":
        yield {**part, "type": "choices", "value": {"choices": sorted(value)}}
    elif level == "interval":
        yield {**part, "type": "number", "value": {"number": value}}
    elif level == "ordinal":
        yield {**part, "type": "rating", "value": {"rating": int(value)}}
    elif "Pairwise" in config:
        yield {**part, "type": "pairwise", "value": {"selected": value}}
    else:
        yield {**part, "type": "choices", "value": {"choices": [value]}}


def made(server: LiveServer, shape: Shape, people: Sequence[int]) -> tuple[int, dict[str, Drawn]]:
    """The number of a project made on the server, and what counts of what was drawn."""
    rng = random.Random(len(shape.config))
    to = "a,b" if "Pairwise" in shape.config else "text"
    drawn: dict[str, Drawn] = {question: {n: {} for n in range(N_TASKS)} for question in shape.questions}
    tasks = []
    for n in range(N_TASKS):
        annotations = []
        for who in people:
            if rng.random() < 0.25:
                continue  # a gap
            skipped = n == 3 and who == people[0]
            for time in range(2 if n == 5 else 1):  # the second time is a repeat: it counts
                result = [] if skipped else shape.extra(to)
                for question, (level, draw) in shape.questions.items():
                    value = draw(rng)
                    if not skipped:
                        result += submitted(question, level, value, shape.config, to)
                        drawn[question][n][f"annotator {who}"] = value
                one = {"completed_by": who, "result": result, "was_cancelled": skipped}
                annotations.append(one | {"created_at": f"2026-01-0{time + 1}T10:00:00Z"})
        tasks.append(
            {"data": shape.data(n), "annotations": annotations, "predictions": [{"result": []}] if n == 0 else []}
        )
    config = f"<View>{shape.config}</View>"
    answer = server.raw("POST", "/api/projects", json={"title": "Somebody's", "label_config": config})
    assert answer.status_code == 201, answer.text
    project = int(answer.json()["id"])
    sent = server.raw("POST", f"/api/projects/{project}/import", json=tasks)
    assert sent.status_code == 201, sent.text
    return project, drawn


def exported(server: LiveServer, shape: Shape, people: Sequence[int], folder: Path) -> tuple[Path, dict[str, Drawn]]:
    """The same, exported by the server."""
    project, drawn = made(server, shape, people)
    listed = server.raw(
        "GET", f"/api/projects/{project}/export", params={"exportType": "JSON", "download_all_tasks": "true"}
    )
    assert listed.status_code == 200
    path = folder / f"project-{project}.json"
    path.write_bytes(listed.content)
    (folder / "label.xml").write_text(f"<View>{shape.config}</View>", encoding="utf-8")
    return path, drawn


def units(drawn: Drawn, read: Callable[[Any], Hashable] = lambda value: value) -> list[list[Hashable]]:
    return [[read(value) for value in given.values()] for given in drawn.values() if len(given) > 1]


def jaccard(one: Any, other: Any) -> float:
    return 1 - len(one & other) / len(one | other)


def masi(one: Any, other: Any) -> float:
    monotone = 1 if one == other else 2 / 3 if one <= other or other <= one else 1 / 3 if one & other else 0
    return 1 - len(one & other) / len(one | other) * monotone


def wu_palmer(one: Any, other: Any) -> float:
    a, b = one.split("/"), other.split("/")
    common = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return 1 - 2 * common / (len(a) + len(b))


def squared(one: Any, other: Any) -> float:
    return float((one - other) ** 2)


def expected(level: str, drawn: Drawn) -> dict[str, float | None]:
    """Alpha by its definition, by level; spans label by label, every word a unit."""
    if level == "set":
        return {
            f"set:{name}": by_definition.alpha(units(drawn), of) for name, of in (("masi", masi), ("jaccard", jaccard))
        }
    if level == "taxonomy":
        return {"taxonomy": by_definition.alpha(units(drawn), wu_palmer)}
    if level == "interval":
        return {"interval": by_definition.alpha(units(drawn), squared)}
    if level == "ordinal":
        all_units = units(drawn)
        return {"ordinal": by_definition.alpha(all_units, by_definition.ordinal(all_units, ["1", "2", "3", "4"]))}
    if level == "span":
        return {
            f"span:{label}": by_definition.alpha(
                [
                    [(label, at) in value for value in given.values()]
                    for given in drawn.values()
                    if len(given) > 1
                    for at in range(len(WORDS))
                ],
                by_definition.nominal,
            )
            for label in ("Person", "Office")
        }
    return {"nominal": by_definition.alpha(units(drawn), by_definition.nominal)}


def computed(report: AgreementReport, question: str) -> dict[str, float | None]:
    return {
        estimate.level: estimate.value
        for estimate in report.estimates
        if estimate.headline and estimate.question == question
    }
