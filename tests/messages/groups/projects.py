"""Agreement of a project that Label Studio exported, and taking one up as a study."""

from __future__ import annotations

import json
from typing import Any

import httpx

from tests.codebook.samples import FULL
from tests.messages.case import Case, Group, Step
from tests.messages.label_studio import TOKEN, URL, annotation
from tests.messages.scenes import (
    connected,
    empty,
    file,
    nobody_there,
    pushed,
    put_together,
)
from tests.messages.work import Work

CONFIG = """<View><Text name="text" value="$text"/>
<Choices name="tone" toName="text"><Choice value="good"/><Choice value="bad"/></Choices></View>"""
NOTHING_ASKED = '<View><Text name="text" value="$text"/></View>'


def said(code: str, name: str = "tone") -> dict[str, Any]:
    return {"from_name": name, "to_name": "text", "type": "choices", "value": {"choices": [code]}}


def tasks(*pairs: tuple[str, str], **data: object) -> list[dict[str, Any]]:
    return [
        {
            "id": n,
            "data": {"text": f"Text {n}.", **data},
            "annotations": [annotation(10 * n + who, who, said(code)) for who, code in enumerate(pair, start=1)],
        }
        for n, pair in enumerate(pairs, start=1)
    ]


FEW = tasks(("good", "bad"), ("good", "good"), ("bad", "bad"))
PROJECT = file("p.json", json.dumps(FEW))
WRONG: list[Any] = [
    7,
    {"id": "x", "data": None, "annotations": None},
    {"id": 3, "data": {"text": "T"}, "annotations": [7, {"id": 1}, annotation(5, 1), annotation(5, 1)]},
    {"id": 4, "data": {"text": "\ud83d"}, "annotations": []},
    {"id": 5, "data": {}, "annotations": []},
    {"id": 5, "data": {}, "annotations": []},
]
NO_ANSWERS = [{"id": 1, "data": {"text": "T."}, "annotations": [annotation(1, 1, was_cancelled=True)]}]
_PARTLY = [*tasks(("good", "bad"), story="x"), {"id": 9, "data": {"text": "T."}, "annotations": []}]
_PARTLY[-1]["annotations"] = [annotation(99, 1, said("good"))]


def project(config: str = CONFIG, *entries: dict[str, Any]) -> Step:
    """Project 7 of the stand-in, with what people did in it."""

    def put(work: Work) -> None:
        connected(work)
        work.server.project(7, config=config)
        for one in entries:
            work.server.task(one["id"], 7, one["data"], *one["annotations"])

    return put


def adopted(work: Work) -> None:
    """A study that was made of project 7."""
    from toolkit.loop.adopt import adopt

    project(CONFIG, *FEW)(work)
    adopt(work.folder, f"{URL}#7", TOKEN)


def _announces_more(work: Work) -> None:
    project(CONFIG, *FEW)(work)
    page = work.server.page

    def more(request: httpx.Request) -> httpx.Response:
        answer = page(request)
        body = answer.json()
        if "task_only" in str(request.url):
            body["total"] += 2
        return httpx.Response(200, json=body, headers={"date": answer.headers["date"]})

    work.server.page = more  # type: ignore[method-assign]


_AGREE = "agree p.json --bootstrap 0"


def _reword(work: Work) -> None:
    path = work.folder / "codebook.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("level: nominal", "level: set"), encoding="utf-8")


def _with_map(work: Work) -> None:
    text = (work.folder / "codebook.yaml").read_text(encoding="utf-8")
    (work.folder / "old.yaml").write_text(text, encoding="utf-8")
    new = text.replace("code: bad", "code: poor").replace("version: 1.0.0", "version: 2.0.0")
    (work.folder / "new.yaml").write_text(new, encoding="utf-8")
    (work.folder / "m.yaml").write_text("tone: {bad: poor}\n", encoding="utf-8")


_PICTURES = """<View><Text name="text" value="$text"/><Image name="i" value="$picture"/><Audio name="s" value="$text"/>
<RectangleLabels name="box" toName="i"><Label value="A"/></RectangleLabels></View>"""
_LINKED = [
    {
        "id": n,
        "data": {"text": f"Text {n}." if n < 3 else 7, "picture": "p.png", "outlet": "Daily"},
        "annotations": [annotation(n, 1, {"type": "relation", "from_id": "a", "to_id": "b", "direction": "right"})],
    }
    for n in (1, 2, 3)
]
_UNREADABLE = [{"id": 1, "data": {"text": "T."}, "annotations": [annotation(1, 1, said("good") | {"value": {}})]}]


def _renamed_category(work: Work) -> None:
    path = work.folder / "codebook.yaml"
    text = path.read_text(encoding="utf-8").replace("version: 1.0.0", "version: 1.0.1")
    path.write_text(text.replace("code: bad", "code: poor"), encoding="utf-8")


def _as_text(work: Work) -> None:
    path = work.folder / "codebook.yaml"
    before = path.read_text(encoding="utf-8").partition("questions:")[0].replace("version: 1.0.0", "version: 1.0.1")
    path.write_text(f"{before}questions:\n  - {{id: tone, text: Tone, level: text}}\n", encoding="utf-8")


def _two_rounds(work: Work) -> None:
    from tests.codebook.migration.books import AFTER, MAP
    from tests.codebook.samples import codebook
    from toolkit.study import rounds
    from toolkit.study.rounds import Decision

    pushed(work)
    with work.study.database() as opened:
        rounds.create(opened, "main", Decision(2), codebook(), document=FULL)
        rounds.set_project(opened, "main", server_url=URL, project_id=2)
    (work.folder / "new.yaml").write_text(AFTER, encoding="utf-8")
    (work.folder / "rename.yaml").write_text(MAP, encoding="utf-8")


GROUP = Group(
    80,
    "projects",
    "A project that is there already",
    (
        Case("no-json", "The file is no JSON.", _AGREE, (file("p.json", "{"),)),
        Case("no-list", "The file is no export.", _AGREE, (file("p.json", '{"a": 1}'),)),
        Case("missing", "You misspell the file.", _AGREE),
        Case("entries-wrong", "Entries of the file are not what an export holds.", _AGREE,
             (file("p.json", json.dumps(WRONG)),)),
        Case("nothing-to-measure", "Nobody has answered anything that can be measured.", _AGREE,
             (file("p.json", json.dumps(NO_ANSWERS)),)),
        Case("other-configuration", "The configuration is of another project.", f"{_AGREE} --config c.xml",
             (PROJECT, file("c.xml", CONFIG.replace("tone", "mood")))),
        Case("configuration-no-xml", "The configuration is no XML.", f"{_AGREE} --config c.xml",
             (PROJECT, file("c.xml", "<View>"))),
        Case("configuration-with-a-type", "The configuration declares a document type.", f"{_AGREE} --config c.xml",
             (PROJECT, file("c.xml", "<!DOCTYPE x><View/>"))),
        Case("configuration-asks-nothing", "The configuration asks nothing.", f"{_AGREE} --config c.xml",
             (PROJECT, file("c.xml", NOTHING_ASKED))),
        Case("configuration-too-deep", "The configuration is nested without end.", f"{_AGREE} --config c.xml",
             (PROJECT, file("c.xml", "<View>" * 20_000 + "</View>" * 20_000))),
        Case("configuration-without-token", "The configuration is to be asked of a server, and there is no token.",
             f"{_AGREE} --config {URL}#7", (PROJECT,)),
        Case("read-wrongly", "You do not say how to read what.", f"{_AGREE} --read tone", (PROJECT,)),
        Case("read-twice", "You say twice how to read a question.", f"{_AGREE} --read tone=nominal --read tone=skip",
             (PROJECT,)),
        Case("read-nobody", "You say how to read a question that is not there.", f"{_AGREE} --read mood=nominal",
             (PROJECT,)),
        Case("read-at-another-level", "The question cannot be read at that level.", f"{_AGREE} --read tone=span",
             (PROJECT,)),
        Case("read-without-order", "An ordinal question needs its order.", f"{_AGREE} --read tone=ordinal",
             (PROJECT,)),
        Case("read-category-twice", "A category is listed twice.", f"{_AGREE} --read tone=ordinal:bad,good,bad",
             (PROJECT,)),
        Case("read-category-missing", "A category that people gave is not listed.",
             f"{_AGREE} --read tone=ordinal:good,fair", (PROJECT,)),
        Case("read-nothing", "You leave out every question.", f"{_AGREE} --read tone=skip", (PROJECT,)),
        Case("read-as-numbers", "Words are to be read as numbers.", f"{_AGREE} --read tone=interval", (PROJECT,)),
        Case("no-such-field", "You divide by a field that no task has.", f"{_AGREE} --by outlet", (PROJECT,)),
        Case("field-missing", "Some tasks do not have the field you divide by.", f"{_AGREE} --by story",
             (file("p.json", json.dumps(_PARTLY)),)),
        Case("round-of-a-project", "You name a round of a project.", f"{_AGREE} --round pilot", (PROJECT,)),
        Case("repeats-of-a-project", "You name rounds of a project.", f"{_AGREE} --repeats pilot", (PROJECT,)),
        Case("known-of-a-project", "You hold a project's file against known answers.", f"{_AGREE} --against k.csv",
             (PROJECT,)),
        Case("table-options", "You describe a table, of a project.", f"{_AGREE} --unit u", (PROJECT,)),
        Case("adopt-no-address", "What you name is no project's address.", f"adopt {URL} theirs", (connected,)),
        Case("adopt-no-such-project", "There is no project of that number.", f"adopt {URL}#9 theirs",
             (project(),)),
        Case("adopt-nobody-answers", "Nobody answers at the address.", f"adopt {URL}#7 theirs",
             (project(), nobody_there)),
        Case("adopt-no-text", "The configuration asks about no text.", f"adopt {URL}#7 theirs",
             (project('<View><Image name="i" value="$i"/></View>', *FEW),)),
        Case("adopt-no-field", "You name a field that tasks do not have.", f"adopt {URL}#7 theirs --text-field body",
             (project(CONFIG, *FEW),)),
        Case("adopt-nothing-usable", "No task has a text.", f"adopt {URL}#7 theirs",
             (project(CONFIG, {"id": 1, "data": {"text": 7}, "annotations": []}),)),
        Case("adopt-asks-nothing", "The project asks nothing that a codebook could.",
             f"adopt {URL}#7 theirs --text-field text", (project(NOTHING_ASKED, *FEW),)),
        Case("adopt-incomplete", "The server announces more than it sends.", f"adopt {URL}#7 theirs",
             (_announces_more,)),
        Case("adopt-twice-otherwise", "The project was adopted already, with another field.",
             f"adopt {URL}#7 . --text-field body", (adopted,)),
        Case("adopt-into-another-study", "The folder is another study.", f"adopt {URL}#7 .",
             (put_together(empty, project(CONFIG, *FEW)),)),
        Case("push-adopted", "You push a round that was adopted.", "push --round adopted",
             (adopted,)),
        Case("codebook-lost-a-question", "codebook.yaml has lost what the project stores.",
             "pull --update-codebook",
             (adopted, file("codebook.yaml", FULL.replace("name: small", "name: theirs")))),
        Case("no-round-adopted", "You read a round anew that was pushed.", "pull --update-codebook", (pushed,)),
        Case("codebook-same-version", "codebook.yaml changed, and its version did not.", "pull --update-codebook",
             (adopted, _reword)),
        Case("migrate-adopted", "You carry over answers of an adopted round.",
             "codebook migrate old.yaml new.yaml --map m.yaml --round adopted",
             (adopted, _with_map)),
        Case("adopted-project-gone", "The adopted project was deleted.", "pull",
             (adopted, lambda work: work.server.projects.clear())),
        Case("adopt-no-field-known", "The configuration asks about a text that is no field.", f"adopt {URL}#7 theirs",
             (project(CONFIG.replace("$text", "Always the same."), *FEW),)),
        Case("adopt-nothing-to-ask", "What the project asks is nothing that a codebook can.",
             f"adopt {URL}#7 theirs --text-field text", (project(_PICTURES, *_LINKED),)),
        Case("codebook-lost-a-category", "codebook.yaml calls a category otherwise than the project stores it.",
             "pull --update-codebook", (adopted, _renamed_category)),
        Case("codebook-other-levels", "codebook.yaml reads answers at levels they cannot have.",
             "pull --update-codebook", (adopted, _as_text)),
        Case("answers-unreadable", "No answer in the file can be read.", _AGREE,
             (file("p.json", json.dumps(_UNREADABLE)),)),
        Case("migrate-one-of-two", "Two rounds were coded under one version, and you name one.",
             "codebook migrate 1.0.0 new.yaml --map rename.yaml --round main", (_two_rounds,)),
    ),
)  # fmt: skip
