"""Projects of ten shapes people have, made on the server without us, exported as the server exports, and read.

Annotations are drawn, so that each shape has gaps, skips, repeats and disagreement; the expected value is alpha written
out pair by pair from what was drawn, not from what was read.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.agreement import by_definition
from tests.live.conftest import MakeAnnotator
from tests.live.server import LiveServer
from toolkit.labelstudio.session import LabelStudio
from toolkit.loop.agreement.label_studio_file import ReadingAs, agree_label_studio
from toolkit.loop.agreement.report import AgreementReport
from toolkit.loop.agreement.request import AgreementRequest

pytestmark = pytest.mark.live

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


def exported(server: LiveServer, shape: Shape, people: Sequence[int], folder: Path) -> tuple[Path, dict[str, Drawn]]:
    """The project made and exported by the server, and what counts of what was drawn."""
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
    made = server.raw("POST", "/api/projects", json={"title": "Somebody's", "label_config": config})
    assert made.status_code == 201, made.text
    project = made.json()["id"]
    sent = server.raw("POST", f"/api/projects/{project}/import", json=tasks)
    assert sent.status_code == 201, sent.text
    listed = server.raw(
        "GET", f"/api/projects/{project}/export", params={"exportType": "JSON", "download_all_tasks": "true"}
    )
    assert listed.status_code == 200
    path = folder / f"project-{project}.json"
    path.write_bytes(listed.content)
    (folder / "label.xml").write_text(config, encoding="utf-8")
    return path, drawn


@pytest.fixture(scope="module")
def people(server: LiveServer) -> list[int]:
    """Numbers of accounts: the lead's, and those of others made for this."""
    from toolkit.labelstudio.accounts import make_account

    with server.as_lead() as lead:
        for n in range(2):
            make_account(lead.invite_link(), email=f"stock{n}@example.org", password="a-long-passphrase")
        return [person.user_id for person in lead.people()]


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


@pytest.mark.parametrize("name", SHAPES)
def test_a_project_of_this_shape_is_read_without_a_word(
    server: LiveServer, people: list[int], tmp_path: Path, name: str
) -> None:
    shape = SHAPES[name]
    path, drawn = exported(server, shape, people, tmp_path)
    for config in (None, tmp_path / "label.xml"):
        report = agree_label_studio(path, AgreementRequest(replicates=0), config=config)
        assert {each.question: each.level for each in report.read_as} == {
            question: level for question, (level, _) in shape.questions.items()
        }
        assert set(report.left_out) == shape.left_out
        for question, (level, _) in shape.questions.items():
            found = computed(report, question)
            for reading, value in expected(level, drawn[question]).items():
                assert found[reading] == pytest.approx(value, abs=1e-9), (question, reading)
        assert report.excluded.get("revised", 0) > 0
        assert report.beside.get("predictions") == 1


def test_gaps_skips_repeats_edits_and_drafts_are_counted(
    server: LiveServer, lead: LabelStudio, annotator: MakeAnnotator, tmp_path: Path
) -> None:
    """Made by people at work: what they submit, pass over, begin, and change of each other."""
    config = f"<View>{TEXT}{choices('sentiment', *TONE)}</View>"
    made = server.raw("POST", "/api/projects", json={"title": "At work", "label_config": config}).json()
    server.raw("POST", f"/api/projects/{made['id']}/import", json=[{"text": f"Text {n}."} for n in range(6)])
    tasks = [item.remote_id for page in lead.sentences_on_server(made["id"]) for item in page]
    ana, ben = annotator(), annotator()

    def said(tone: str) -> list[dict[str, Any]]:
        return [{"from_name": "sentiment", "to_name": "text", "type": "choices", "value": {"choices": [tone]}}]

    for task in tasks[:4]:
        ana.submit(task, said("Positive"), seconds=2.0)
        ben.submit(task, said("Positive" if task != tasks[0] else "Negative"), seconds=2.0)
    ana.skip(tasks[4], seconds=1.0)
    again = ana.submit(tasks[0], said("Negative"), seconds=1.0)
    edited = server.raw("PATCH", f"/api/annotations/{again + 0}/", json={"result": said("Neutral")})
    assert edited.status_code == 200
    draft = server.raw("POST", f"/api/tasks/{tasks[5]}/drafts", json={"result": said("Neutral"), "lead_time": 1})
    assert draft.status_code == 201
    listed = server.raw(
        "GET", f"/api/projects/{made['id']}/export", params={"exportType": "JSON", "download_all_tasks": "true"}
    )
    path = tmp_path / "project.json"
    path.write_bytes(listed.content)
    report = agree_label_studio(path, AgreementRequest(replicates=0))
    assert report.n_annotations == 10
    assert report.excluded == {"skipped": 1, "edited_by_other": 1}
    assert report.beside == {"drafts": 1}
    (alpha,) = (each for each in report.estimates if each.headline)
    # the repeat does not count, because somebody else changed it: so the first answer stands
    answers = [["Positive", "Negative"], *[["Positive", "Positive"]] * 3]
    assert alpha.value == pytest.approx(by_definition.alpha(answers, by_definition.nominal))
    assert "@" not in json.dumps([str(each) for each in report.estimates])


def test_the_configuration_can_be_asked_of_the_server(
    server: LiveServer,
    people: list[int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    from toolkit.cli import main

    path, _ = exported(server, SHAPES["sentiment with rating"], people, tmp_path)
    number = path.stem.removeprefix("project-")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", server.token)
    asked = [
        "intercoder",
        "agree",
        str(path),
        "--config",
        f"{server.url}#{number}",
        "--bootstrap",
        "0",
        "--format",
        "json",
    ]
    monkeypatch.setattr("sys.argv", asked)
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    said = capfd.readouterr()
    read_as = {one["question"]: one for one in json.loads(said.out)["read_as"]}
    assert read_as["stars"]["because"] == "a rating; from 1 to 4"
    assert read_as["sentiment"]["because"].endswith("as configured")
    assert server.token not in said.out + said.err


def test_a_guess_can_be_overruled(server: LiveServer, people: list[int], tmp_path: Path) -> None:
    shape = SHAPES["text classification"]
    path, drawn = exported(server, shape, people, tmp_path)
    order = ("Negative", "Neutral", "Positive")
    read = {"sentiment": ReadingAs("ordinal", order)}
    report = agree_label_studio(path, AgreementRequest(replicates=50, by=("outlet",)), read=read, cluster="outlet")
    all_units = units(drawn["sentiment"])
    wanted = by_definition.alpha(all_units, by_definition.ordinal(all_units, order))
    assert computed(report, "sentiment") == {"ordinal": pytest.approx(wanted, abs=1e-9)}
    assert {each.cluster for each in report.estimates} == {"outlet"}
    assert {each.group for each in report.estimates if each.about == "group"} == {"north", "south"}
