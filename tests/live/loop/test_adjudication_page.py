"""The page an adjudicator decides on, in a real browser: what is asked, what is not, and what the server then has.

What the page relies on in Label Studio's page and cannot be seen from the server alone is tried here as well: a block
that is repeated once for each entry of a list in the task data.
"""

from __future__ import annotations

import re
from itertools import count
from typing import Any, Final

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.chromium import put_away, sign_in
from tests.live.loop.marking import drag_over, let_go, take_up
from tests.live.server import LiveServer
from toolkit.codebook.answers import Answer, Mark, Response, Span, Value
from toolkit.codebook.parse import parse
from toolkit.codebook.shipped import shipped_text
from toolkit.labelstudio.accounts import make_account
from toolkit.labelstudio.decisions import Decision, decision_of
from toolkit.labelstudio.page.adjudication import (
    ShownSentence,
    adjudication_config,
    adjudication_data,
    adjudication_instructions,
)
from toolkit.labelstudio.page.shown_answers import ShownAnswer
from toolkit.labelstudio.rows import Json

pytestmark = [pytest.mark.live, pytest.mark.browser]

CODEBOOK: Final = parse(shipped_text("source-framing"), source="source-framing")
QUESTIONS: Final = [question.id for question in CODEBOOK.questions if question.level != "text"]
BRIDGE: Final = "The ministry has said that the bridge will not be ready, according to officials who spoke on Monday."
PASSWORD: Final = "a-long-passphrase"
_number = count(1)


def coded(question: str, *values: Value | None) -> list[ShownAnswer]:
    """What coders A, B, … answered; None: was not asked."""
    return [
        ShownAnswer(letter, Answer(question, "not_shown" if value is None else "answered", value))
        for letter, value in zip("ABCDE", values, strict=False)
    ]


def spans(*marks: tuple[str, str]) -> tuple[Span, ...]:
    return tuple(
        Span(label, BRIDGE.index(words), BRIDGE.index(words) + len(words), words, "code_point")
        for label, words in marks
    )


TYPE_AND_LOADED: Final = ShownSentence(
    BRIDGE,
    {
        "source_type": coded("source_type", "STATE/gov", "UNSPECIFIED/unspecified", "STATE/gov"),
        "loaded": coded("loaded", "none", "source_only", "none"),
    },
    {
        "segment_ok": Answer("segment_ok", "answered", "ok"),
        "attribution": Answer("attribution", "answered", "attributed"),
        "spans": Answer("spans", "answered", spans(("Source", "The ministry"), ("Cue", "has said"))),
        "frame_primary": Answer("frame_primary", "answered", "policy"),
        "frame_other": Answer("frame_other", "answered", ()),
    },
    [("B", "which <b>ministry</b>? $sentence")],
)
MARKS_AND_VOICE: Final = ShownSentence(
    BRIDGE,
    {
        "spans": coded("spans", spans(("Source", "The ministry")), spans(("Source", "officials who spoke")), ()),
        "attribution": coded("attribution", "attributed", "mixed", "attributed"),
    },
    {"segment_ok": Answer("segment_ok", "answered", "ok"), "loaded": Answer("loaded", "answered", "none")},
)
VOICE_AND_TYPE: Final = ShownSentence(
    "Nobody had expected it.",
    {
        "attribution": coded("attribution", "writer", "attributed"),
        "source_type": coded("source_type", None, "INDIVIDUAL/citizen"),
    },
    {"segment_ok": Answer("segment_ok", "answered", "ok")},
)
OF_ONE_MIND: Final = ShownSentence(
    "Prices rose by $5, ${context} said.",
    {
        "frame_primary": coded("frame_primary", "economy", "economy"),
        "frame_other": coded("frame_other", ("policy",), ("policy",)),
    },
    {},
)


class Project:
    """An adjudication's project with these sentences, and somebody to decide on them."""

    def __init__(self, server: LiveServer, *sentences: ShownSentence, **settings: object) -> None:
        self.server = server
        self.email = f"adjudicator-on-a-page-{next(_number)}@example.org"
        with server.as_lead() as lead:
            make_account(lead.invite_link(), email=self.email, password=PASSWORD)
            self.project_id = lead.create_project(
                title=f"Adjudication {next(_number)}",
                description="made by a test",
                config_xml=adjudication_config(CODEBOOK, QUESTIONS),
                instructions_html=adjudication_instructions(CODEBOOK),
                annotators_per_sentence=1,
            )
            server.raw("PATCH", f"/api/projects/{self.project_id}/", json={"show_instruction": False, **settings})
            data = [self._data(shown, place) for place, shown in enumerate(sentences, 1)]
            self.remote_ids = lead.send_sentences(self.project_id, data)
        server.admit(project_id=self.project_id, email=self.email)

    @staticmethod
    def _data(shown: ShownSentence, place: int) -> dict[str, object]:
        context = "The council met on Monday and talked about the bridge. " * 70
        around = {"sentence": shown.text, "context": context, "article_title": "The bridge of the province"}
        where = {"position": place, "n_sentences": 9, "round_position": place, "n_in_round": 9}
        return around | where | adjudication_data(CODEBOOK, shown)

    def annotations(self, place: int) -> list[Json]:
        """What the server has on the sentence at this place."""
        remote_id = self.remote_ids[place - 1]
        found: list[Json] = self.server.raw("GET", f"/api/tasks/{remote_id}/annotations/").json()
        return found

    def decided(self, place: int) -> Decision:
        (annotation,) = self.annotations(place)
        assert annotation["parent_prediction"] is None
        return decision_of(annotation["result"])


def begin(page: Page, project: Project) -> None:
    """Sign in, and open the first sentence."""
    sign_in(page, f"{project.server.url}/user/login/", project.email, PASSWORD)
    page.goto(f"{project.server.url}/projects/{project.project_id}/data?labeling=1")


def stands(page: Page, place: int, shown: ShownSentence, *questions: str) -> None:
    """This sentence is there, and asks these questions; nothing is answered."""
    expect(page.locator(".ic-place")).to_contain_text(f"{place} of 9 to decide")
    expect(sentence(page)).to_have_text(shown.text)
    asks(page, *questions)
    expect(page.locator(".ic-page input:checked")).to_have_count(0)


def asks(page: Page, *questions: str) -> None:
    """Blocks of these questions are seen, and of no others; that of words to mark shows them, labels stand above."""
    for name in questions:
        expect(page.locator(f"#said-{name}" if name == "spans" else f"#question-{name}")).to_be_visible()
    expect(page.locator(".ic-q:is([id^=question-], [id^=said-]):visible")).to_have_count(len(questions))
    expect(page.locator(".ic-marks:visible")).to_have_count(questions.count("spans"))


def sentence(page: Page) -> Locator:
    return page.locator(".ic-sentence .lsf-richtext__container")


def option(page: Page, row: str, title: str) -> Locator:
    return page.locator(f"{row} label").filter(has_text=re.compile(rf"^{re.escape(title)}\s*(\[|$)"))


def press(page: Page, key: str, row: str, title: str) -> None:
    page.keyboard.press(key)
    expect(option(page, row, title).locator("input")).to_be_checked()


def sent(page: Page, how: str) -> None:
    """Submit or update: by ctrl+enter, or by the button of that name; the server took it."""
    with page.expect_response(lambda answer: "/annotations" in answer.url and answer.request.method != "GET") as answer:
        if how == "ctrl+enter":
            page.keyboard.press("Control+Enter")
        else:
            page.get_by_test_id(f"bottombar-{how}-button").click()
    assert answer.value.ok


def refused(page: Page, why: str) -> None:
    page.keyboard.press("Control+Enter")
    warning = page.get_by_role("dialog").filter(has_text=why)
    put_away(warning)


def test_three_sentences_are_settled_by_mouse_and_keyboard_and_one_is_changed(server: LiveServer, page: Page) -> None:
    project = Project(server, TYPE_AND_LOADED, MARKS_AND_VOICE, VOICE_AND_TYPE)
    begin(page, project)

    # with keys alone; what is missing holds it up, what is not asked does not
    stands(page, 1, TYPE_AND_LOADED, "source_type", "loaded")
    press(page, "q", "#question-source_type", "Government or legislature")
    page.keyboard.press("2")  # a category of attribution, which is agreed
    refused(page, "Still to answer: Is there loaded wording")
    press(page, "9", "#question-loaded", "Only in a source's words")
    refused(page, "Still to answer: Why did the coders differ?")
    press(page, "Shift+Q", ".ic-why", "Codebook gap")
    sent(page, "ctrl+enter")

    # by mouse, with words marked
    stands(page, 2, MARKS_AND_VOICE, "spans", "attribution")
    take_up(page, "5")
    drag_over(page, sentence(page), "officials", "officials")
    expect(page.locator(".htx-highlight")).to_have_text(["officials"])
    let_go(page)
    option(page, "#question-attribution", "Both defensible: no single answer").click()
    option(page, ".ic-why", "Ambiguous text").click()
    said = page.locator(".ic-q").filter(has_text="The codebook should say").locator("input, textarea")
    said.fill("who counts as the main source")
    sent(page, "submit")

    # a decision under which nobody would be asked the other question
    stands(page, 3, VOICE_AND_TYPE, "attribution", "source_type")
    press(page, "1", "#question-attribution", "The writer's")
    asks(page, "attribution")
    press(page, "u", ".ic-why", "Slip")
    sent(page, "ctrl+enter")

    assert project.decided(1) == Decision(
        (Response("source_type", codes=("gov",)), Response("loaded", codes=("source_only",))), (), "codebook_gap", None
    )
    assert project.decided(3) == Decision((Response("attribution", codes=("writer",)),), (), "slip", None)
    start = BRIDGE.index("officials")
    marked = Response("spans", marks=(Mark("Source", start, start + len("officials"), "officials"),))
    assert project.decided(2) == Decision((marked,), ("attribution",), "ambiguous", "who counts as the main source")

    # the page is mended while it is used
    mended = adjudication_config(CODEBOOK, QUESTIONS).replace("Why did the coders differ?", "Why did they differ?")
    with server.as_lead() as lead:
        lead.update_project(project.project_id, config_xml=mended)

    # back to the first, which is as it was left, and another answer
    begin_again = f"{server.url}/projects/{project.project_id}/data?task={project.remote_ids[0]}"
    page.goto(begin_again)
    expect(sentence(page)).to_have_text(BRIDGE)
    asks(page, "source_type", "loaded")
    expect(page.locator(".ic-why")).to_contain_text("Why did they differ?")
    expect(option(page, "#question-loaded", "Only in a source's words").locator("input")).to_be_checked()
    expect(option(page, ".ic-why", "Codebook gap").locator("input")).to_be_checked()
    option(page, "#question-loaded", "None").click()
    sent(page, "update")
    assert project.decided(1) == Decision(
        (Response("source_type", codes=("gov",)), Response("loaded", codes=("none",))), (), "codebook_gap", None
    )


def test_going_back_in_the_stream_shows_what_was_decided(server: LiveServer, page: Page) -> None:
    project = Project(server, MARKS_AND_VOICE, TYPE_AND_LOADED)
    begin(page, project)
    stands(page, 1, MARKS_AND_VOICE, "spans", "attribution")
    press(page, "4", "#question-attribution", "Both")
    take_up(page, "6")
    drag_over(page, sentence(page), "according", "to")
    let_go(page)
    press(page, "u", ".ic-why", "Slip")
    sent(page, "ctrl+enter")
    stands(page, 2, TYPE_AND_LOADED, "source_type", "loaded")
    page.get_by_test_id("prev-task").click()
    expect(page.locator(".ic-place")).to_contain_text("1 of 9 to decide")
    asks(page, "spans", "attribution")
    expect(option(page, "#question-attribution", "Both").first.locator("input")).to_be_checked()
    expect(page.locator(".htx-highlight")).to_have_text(["according to"])
    press(page, "2", "#question-attribution", "A source's")
    sent(page, "update")
    (attribution, marks) = project.decided(1).responses
    assert attribution == Response("attribution", codes=("attributed",))
    assert [(mark.label, mark.text) for mark in marks.marks] == [("Cue", "according to")]


def test_undoing_resetting_leaving_and_reloading_keep_the_questions(server: LiveServer, page: Page) -> None:
    project = Project(server, VOICE_AND_TYPE)
    begin(page, project)
    stands(page, 1, VOICE_AND_TYPE, "attribution", "source_type")
    press(page, "1", "#question-attribution", "The writer's")
    asks(page, "attribution")
    for _ in range(3):
        page.keyboard.press("Control+z")
    stands(page, 1, VOICE_AND_TYPE, "attribution", "source_type")
    press(page, "2", "#question-attribution", "A source's")
    page.get_by_test_id("bottombar-reset-button").click()
    stands(page, 1, VOICE_AND_TYPE, "attribution", "source_type")

    page.reload()
    stands(page, 1, VOICE_AND_TYPE, "attribution", "source_type")
    with page.expect_response(lambda answer: "/drafts" in answer.url and answer.request.method == "POST"):
        press(page, "1", "#question-attribution", "The writer's")
    page.reload()
    expect(option(page, "#question-attribution", "The writer's").locator("input")).to_be_checked()
    asks(page, "attribution")
    assert project.annotations(1) == []


def test_where_the_coders_agreed_no_reason_is_needed(server: LiveServer, page: Page) -> None:
    project = Project(server, OF_ONE_MIND, OF_ONE_MIND)
    begin(page, project)
    stands(page, 1, OF_ONE_MIND, "frame_primary", "frame_other")
    expect(page.locator(".ic-why")).to_contain_text("If you decide otherwise: why?")
    press(page, "n", "#question-frame_primary", "Economy")
    press(page, "Shift+B", "#question-frame_other", "Policy")

    # no single answer and an answer: the page says so, and its button does nothing
    both = option(page, "#question-frame_other", "Both defensible: no single answer")
    both.click()
    warning = page.locator("#question-frame_other .ic-ask")
    content = "element => getComputedStyle(element, '::after').content"
    assert warning.evaluate(content) == '"No single answer, or answers: take one away"'
    submit = page.get_by_test_id("bottombar-submit-button")
    assert submit.evaluate("element => getComputedStyle(element).pointerEvents") == "none"
    both.click()
    assert warning.evaluate(content) == "none"
    sent(page, "submit")
    assert project.decided(1) == Decision(
        (Response("frame_primary", codes=("economy",)), Response("frame_other", codes=("policy",))), (), None, None
    )


def test_what_the_coders_answered_is_read_and_cannot_be_submitted(server: LiveServer, page: Page) -> None:
    project = Project(server, TYPE_AND_LOADED, MARKS_AND_VOICE)
    begin(page, project)
    stands(page, 1, TYPE_AND_LOADED, "source_type", "loaded")
    loaded = page.locator("#question-loaded")
    expect(loaded.locator(".ic-one")).to_have_text([r"A None", r"B Only in a source's words", r"C None"])
    for code in ("none", "source_only"):
        expect(loaded.locator(".ic-said")).to_contain_text(CODEBOOK.by_id["loaded"].by_code[code].definition)
    expect(loaded.locator(".ic-said")).not_to_contain_text(CODEBOOK.by_id["loaded"].by_code["writer"].definition)
    expect(page.locator(".ic-agreed .ic-line")).to_have_count(5)
    expect(page.locator(".ic-agreed input")).to_have_count(0)
    expect(page.locator(".ic-notes")).to_have_text("Bwhich <b>ministry</b>? $sentence")
    one_screen(page)

    page.get_by_test_id("bottombar-skip-button").click()
    stands(page, 2, MARKS_AND_VOICE, "spans", "attribution")
    lines = page.locator("#said-spans .ic-lines .ic-line")
    expect(lines).to_have_count(3)
    expect(lines.nth(0).locator("mark")).to_have_text(["The ministry"])
    expect(lines.nth(1).locator("mark")).to_have_text(["officials who spoke"])
    expect(lines.nth(1).locator("sub")).to_have_text(["Source"])
    expect(lines.nth(2)).to_have_text("C(nothing marked)")
    one_screen(page)


def one_screen(page: Page) -> None:
    """At 1400×900 nothing of three coders and two disputes needs scrolling."""
    room = "element => element.scrollHeight - element.clientHeight"
    assert page.locator(".lsf-main-content").evaluate(room) <= 0
    assert page.viewport_size == {"width": 1400, "height": 900}


def test_a_prefilled_answer_says_that_it_was_and_can_be_submitted_unseen(server: LiveServer, page: Page) -> None:
    """Why nothing is prefilled unless asked for: Submit is open from the start, and what it sends has a parent."""
    project = Project(server, OF_ONE_MIND, OF_ONE_MIND)
    for remote_id in project.remote_ids:
        body: Any = {
            "task": remote_id,
            "model_version": "majority",
            "result": [
                {
                    "id": f"p{n}",
                    "from_name": name,
                    "to_name": "sentence",
                    "type": "choices",
                    "value": {"choices": [code]},
                }
                for n, (name, code) in enumerate((("frame_primary_0", "economy"), ("frame_other_0", "policy")))
            ],
        }
        assert server.raw("POST", "/api/predictions/", json=body).status_code == 201
    settings = {"show_collab_predictions": True, "model_version": "majority"}
    assert server.raw("PATCH", f"/api/projects/{project.project_id}/", json=settings).status_code == 200
    begin(page, project)
    expect(option(page, "#question-frame_primary", "Economy").locator("input")).to_be_checked()
    sent(page, "submit")
    (annotation,) = project.annotations(1)
    assert isinstance(annotation["parent_prediction"], int)
    assert decision_of(annotation["result"]).responses == (
        Response("frame_primary", codes=("economy",)),
        Response("frame_other", codes=("policy",)),
    )
