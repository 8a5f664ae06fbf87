"""No valid codebook gives a page that does not work: generated ones are opened, answered and submitted in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, event, example, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Locator, Page, expect

from tests.chromium import page_of, sign_in
from tests.live.loop.marking import HELD, drag_over, let_go
from tests.live.server import LiveServer
from toolkit.codebook.model import Category, Codebook, Level, Question
from toolkit.labelstudio.decisions import decision_of
from toolkit.labelstudio.page.adjudication import ShownSentence, adjudication_config, adjudication_data
from toolkit.labelstudio.page.config import instructions_html, labelling_config
from toolkit.labelstudio.page.differences import page_differences

pytestmark = [pytest.mark.live, pytest.mark.browser]

SENTENCE: Final = "Ministers resigned on Monday."
_number = count(1)

# What a page could take for something else: truth values, names every JavaScript object has, names of its own
# attributes, fields of the task data, markup, another direction of writing.
IDS: Final = ("null", "undefined", "constructor", "valueof", "prototype", "name", "type", "value", "html", "title",
              "choices", "labels", "result", "q" * 60)  # fmt: skip
CODES: Final = ("true", "false", "null", "undefined", "constructor", "toString", "hasOwnProperty", "value", "html",
                "NaN", "0", "-1", "+1", "1e5", "True", "a.b", "c" * 60)  # fmt: skip
TITLES: Final = ("true", "false", "null", "undefined", "constructor", "__proto__", "$sentence", "${x}", "costs $5",
                 "a, b", "it's \"so\"", "<b>bold</b> & more", "&nbsp;", "{{idx}}", "🙂 é", "שלום עולם", "x" * 300,
                 "0", "%s", "\\n")  # fmt: skip
HOTKEYS: Final = (None, "true", "false", "null", "$x", "<", "&", '"', "+", ",", "ctrl+enter", "escape", "é", "a")
LEVELS: Final[tuple[Level, ...]] = ("nominal", "ordinal", "set", "taxonomy", "span")


def question(
    name: str, level: Level, codes: list[str], titles: list[str], *, hotkey: str | None = None, **more: Any
) -> Question:
    """A question whose categories have these codes and titles; the first has the hotkey."""
    keys = [hotkey, *([None] * len(codes))]
    under = {"parent": "GROUP"} if level == "taxonomy" else {}
    categories = [
        Category.model_validate({"code": code, "title": title, "definition": title, "hotkey": key, **under})
        for code, title, key in zip(codes, titles, keys, strict=False)
    ]
    if under:
        categories.insert(0, Category(code="GROUP", title=titles[-1], definition="A group."))
    order = codes if level == "ordinal" else []
    return Question(id=name, text=titles[0], level=level, categories=categories, order=order, **more)


def book(questions: list[Question]) -> Codebook:
    return Codebook(name="hostile", version="1.0.0", language="en", instructions=["Read."], questions=questions)


@st.composite
def codebooks(draw: st.DrawFn) -> Codebook:
    """Two to five questions; some are shown only by an answer to the one before."""
    names = draw(st.lists(st.sampled_from(IDS), min_size=2, max_size=5, unique=True))
    asked: list[Question] = []
    for name in names:
        codes = draw(st.lists(st.sampled_from(CODES), min_size=2, max_size=4, unique=True))
        titles = draw(st.lists(st.sampled_from(TITLES), min_size=len(codes), max_size=len(codes), unique=True))
        before = asked[-1] if asked and asked[-1].level != "span" else None
        shown_by = {}
        if before is not None and draw(st.booleans()):
            shown_by = {before.id: [draw(st.sampled_from([category.code for category in before.choosable]))]}
        level = draw(st.sampled_from(LEVELS))
        hotkey = draw(st.sampled_from(HOTKEYS)) if not asked else None
        asked.append(question(name, level, codes, titles, hotkey=hotkey, show_if=shown_by))
    return book(asked)


def truth_values() -> Codebook:
    """Nothing but truth values: as codes, as titles, as a key, as a condition, at every level."""
    asked = [question("null", "nominal", ["true", "false"], ["true", "false"], hotkey="true")]
    asked += [
        question(f"q_{level}", level, ["true", "false"], titles, show_if={"null": ["true"]})
        for level, titles in zip(LEVELS, (["false", "true"], ["true", "false"]) * 3, strict=False)
    ]
    return book(asked)


@pytest.fixture(scope="module")
def signed_in(server: LiveServer, browser: Browser) -> Iterator[Page]:
    """A page of the browser, signed in once."""
    with page_of(browser) as page:
        sign_in(page, f"{server.url}/user/login/", server.email, server.password)
        yield page


def project_of(server: LiveServer, codebook: Codebook) -> int:
    """A project with this codebook's page and one sentence; nothing lies over the page when it opens."""
    with server.as_lead() as lead:
        project_id = lead.create_project(
            title=f"Rendered {next(_number)}",
            description="made by a test",
            config_xml=labelling_config(codebook),
            instructions_html="",
            annotators_per_sentence=1,
        )
        data = {
            "sentence": SENTENCE,
            "context": "",
            "article_title": "t",
            "position": 1,
            "n_sentences": 1,
            "round_position": 1,
            "n_in_round": 1,
        }
        server.raw("PATCH", f"/api/projects/{project_id}/", json={"show_instruction": False})
        lead.send_sentences(project_id, [data])
        given_back = lead.project(project_id).config_xml
    wanted, instructions = labelling_config(codebook), instructions_html(codebook)
    assert page_differences(wanted, instructions, config_xml=given_back, instructions=instructions) == ()
    return project_id


def options(block: Locator, question: Question) -> Locator:
    """The categories of a question as they stand on the page."""
    return block.locator(".lsf-label" if question.level == "span" else "label")


def shown(option: Locator, category: Category) -> None:
    """The category is seen with its title, whatever invisible joiners stand in it."""
    expect(option).to_be_visible()
    assert category.title in (option.text_content() or "").replace("\u2060", "")


def marked(page: Page) -> None:
    """Mark the first word, and let go of it: what is chosen while it is held goes to the mark.

    By dragging: the first click of a double-click takes up a mark that already stands there, with that mark's label.
    """
    marks = page.locator(".htx-highlight")
    before = marks.count()
    first = SENTENCE.split()[0]
    drag_over(page, page.locator(".ic-sentence .lsf-richtext__container"), first, first)
    expect(marks).to_have_count(before + 1)
    let_go(page)


def answered(page: Page, codebook: Codebook) -> dict[str, str]:
    """Choose in every question, so that the next one is shown: the code chosen, by question."""
    chosen: dict[str, str] = {}
    for asked in codebook.questions:
        block = page.locator(f"[id='question-{asked.id}']")
        expect(block).to_be_visible()
        found = options(block, asked)
        expect(found).to_have_count(len(asked.choosable))
        for position, category in enumerate(asked.choosable):
            shown(found.nth(position), category)
        wanted = [codes[0] for other in codebook.questions for name, codes in other.show_if.items() if name == asked.id]
        code = wanted[0] if wanted else asked.choosable[-1].code
        found.nth([category.code for category in asked.choosable].index(code)).click()
        if asked.level == "span":
            expect(page.locator(HELD)).to_have_count(1)
            marked(page)
        chosen[asked.id] = code
    return chosen


def stored(server: LiveServer, project_id: int) -> dict[str, list[str]]:
    """The codes Label Studio stored, by question."""
    with server.as_lead() as lead:
        (entry,) = [entry for page in lead.pages_changed_since(project_id, None) for entry in page.entries]
    (annotation,) = entry.annotations
    parts: Any = annotation["result"]
    found: dict[str, list[str]] = {}
    for part in parts:
        found[part["from_name"]] = part["value"].get("choices") or part["value"].get("labels")
    return found


def two_spans() -> Codebook:
    """Two questions of marked words, which may be the same words, and codes that both of them have."""
    titles = ["%s", "constructor", "{{idx}}"]
    asked = [question(name, "span", ["true", "toString", "null"], titles) for name in ("value", "title")]
    return book([*asked, question("html", "nominal", ["true", "null"], titles)])


def endless_titles() -> Codebook:
    """Titles without a place to break, before words are marked: they wrap, and the sentence stays where it is."""
    titles = ["x" * 300, "y" * 300, "z" * 300]
    asked = [question("html", "nominal", ["0", "NaN"], titles), question("title", "span", ["value", "html"], titles)]
    return book(asked)


@example(endless_titles())
@example(truth_values())
@example(two_spans())
@given(codebooks())
@settings(
    max_examples=5,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_question_is_seen_and_what_is_chosen_is_what_is_stored(
    server: LiveServer, signed_in: Page, codebook: Codebook
) -> None:
    event(f"{len(codebook.questions)} questions")
    project_id = project_of(server, codebook)
    signed_in.goto(f"{server.url}/projects/{project_id}/data?labeling=1")
    expect(signed_in.locator(".ic-sentence .lsf-richtext__container")).to_have_text(SENTENCE)
    chosen = answered(signed_in, codebook)
    with signed_in.expect_response(
        lambda answer: answer.request.method == "POST" and "/annotations" in answer.url
    ) as sent:
        signed_in.get_by_test_id("bottombar-submit-button").click()
    assert sent.value.ok
    assert stored(server, project_id) == {name: [code] for name, code in chosen.items()}


@pytest.mark.parametrize("codebook", [truth_values(), two_spans(), endless_titles()], ids=["truth", "spans", "endless"])
def test_an_adjudicators_page_asks_each_question_alone_and_all_of_them(
    server: LiveServer, signed_in: Page, codebook: Codebook
) -> None:
    names = [question.id for question in codebook.questions]
    project_id, remote_ids = adjudication_of(server, codebook, [*([name] for name in names), names])
    signed_in.goto(f"{server.url}/projects/{project_id}/data?labeling=1")
    for place, asked in enumerate([*([question] for question in codebook.questions), codebook.questions], 1):
        expect(signed_in.locator(".ic-place")).to_contain_text(f"{place} of {len(remote_ids)} to decide")
        expect(signed_in.locator(".ic-sentence .lsf-richtext__container")).to_have_text(SENTENCE)
        for question in asked:
            block = signed_in.locator(f"[id='question-{question.id}']")
            found = options(block, question)
            expect(found).to_have_count(len(question.choosable) + (question.level != "span"))
            found.first.click()
            if question.level == "span":
                expect(signed_in.locator(HELD)).to_have_count(1)
                marked(signed_in)
        with signed_in.expect_response(
            lambda answer: answer.request.method == "POST" and "/annotations" in answer.url
        ) as sent:
            signed_in.get_by_test_id("bottombar-submit-button").click()
        assert sent.value.ok
        (annotation,) = server.raw("GET", f"/api/tasks/{remote_ids[place - 1]}/annotations/").json()
        decided = decision_of(annotation["result"]).responses
        chosen = {each.question: each.codes or tuple(mark.label for mark in each.marks) for each in decided}
        assert chosen == {question.id: (question.choosable[0].code,) for question in asked}


def adjudication_of(server: LiveServer, codebook: Codebook, asked: list[list[str]]) -> tuple[int, list[int]]:
    """A project for adjudication with a sentence for each of these: the questions asked of it."""
    shown = [ShownSentence(SENTENCE, dict.fromkeys(names, ()), {}) for names in asked]
    with server.as_lead() as lead:
        project_id = lead.create_project(
            title=f"Decided {next(_number)}",
            description="made by a test",
            config_xml=adjudication_config(codebook, asked[-1]),
            instructions_html="",
            annotators_per_sentence=1,
        )
        server.raw("PATCH", f"/api/projects/{project_id}/", json={"show_instruction": False})
        data = [
            {
                "sentence": SENTENCE,
                "context": "",
                "article_title": "t",
                "position": place,
                "n_sentences": 1,
                "round_position": place,
                "n_in_round": len(shown),
                **adjudication_data(codebook, each),
            }
            for place, each in enumerate(shown, 1)
        ]
        return project_id, lead.send_sentences(project_id, data)
