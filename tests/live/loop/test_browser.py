"""An annotator's day, in a real browser: what is seen on the page, what is pressed, and what comes back of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.chromium import put_away, sign_in
from tests.live.loop.conftest import LiveStudy
from tests.live.loop.marking import WORDS, drag_over, let_go, take_up
from tests.live.server import LiveServer
from toolkit.codebook.answers import Answer, Span
from toolkit.codebook.shipped import shipped_text
from toolkit.loop import annotators, push
from toolkit.loop.add import add
from toolkit.loop.answers import annotations_of
from toolkit.loop.init import DEFAULT_CODEBOOK, init
from toolkit.loop.pull import pull
from toolkit.loop.status import status
from toolkit.study.records import Annotation

pytestmark = [pytest.mark.live, pytest.mark.browser]

EMOJI: Final = "“🙂 It’s over,” the finance minister said."
WRAPPED: Final = """\
The government of the northern province has said that
the new bridge will not be ready before the end of the
year, according to officials who spoke on Monday. They
blamed heavy rain and the price of steel for the delay.
"""
ENDLESS: Final = "The council met" + " and met again" * 320 + ". Prices rose again."
"""A first sentence that leaves the second one as much context as a page carries."""

# Where some words of the sentence are on the screen: left, right and the height to aim at, a pixel inside.
ROOM: Final = "element => element.scrollHeight - element.clientHeight"

_number = count(1)
StudyOf = Callable[..., LiveStudy]
OpenPage = Callable[[LiveStudy], Page]


@pytest.fixture
def study_of(server: LiveServer, tmp_path: Path) -> StudyOf:
    """Makes a study of articles (given by their text), with one annotator, pushed."""

    def make(*texts: str, codebook: str = DEFAULT_CODEBOOK) -> LiveStudy:
        study = init(tmp_path / f"browsed-{next(_number)}", codebook=codebook)
        study.server_folder.symlink_to(server.folder)
        for position, text in enumerate(texts, start=1):
            article = tmp_path / f"article-{position}.txt"
            article.write_text(text, encoding="utf-8")
            add(study, [str(article)])
        made = LiveStudy(study, server, [f"reader{next(_number)}@example.org"])
        annotators.add(study, made.emails)
        push.push(study)
        return made

    return make


@pytest.fixture
def open_page(page: Page) -> OpenPage:
    """Opens the link as it was handed out, signs in, and puts the instructions away."""

    def opened(study: LiveStudy) -> Page:
        (email,) = study.emails
        (handover,) = annotators.add(study.study, [email]).handovers
        sign_in(page, handover.links["pilot"], email, handover.password or "")
        instructions = page.locator(".lsf-modal-ls_visible")
        expect(instructions).to_contain_text("Decision rules")
        instructions.get_by_label("Close modal").click()
        expect(instructions).to_be_hidden()
        ready(page)
        return page

    return opened


def sentence(page: Page) -> Locator:
    return page.locator(".ic-sentence .lsf-richtext__container")


def option(page: Page, question: str, title: str) -> Locator:
    return page.locator(f"#question-{question} label").filter(has_text=re.compile(f"^{re.escape(title)}"))


def ready(page: Page) -> None:
    """A fresh sentence is there, with nothing answered but what the codebook answers beforehand."""
    expect(page.locator(".ic-page input:checked")).to_have_count(1)
    expect(option(page, "segment_ok", "Complete sentence").locator("input")).to_be_checked()


def press(page: Page, key: str, question: str, title: str) -> None:
    """Answer with a key, and see that the page took it."""
    page.keyboard.press(key)
    expect(option(page, question, title).locator("input")).to_be_checked()


def answer_the_rest(page: Page) -> None:
    press(page, "8", "loaded", "None")
    press(page, "c", "frame_primary", "Diplomacy")
    press(page, "Shift+3", "confidence", "Sure")


def mark(page: Page, key: str, label: str, first: str, last: str | None = None) -> None:
    """Mark from the words ``first`` to the words ``last``: press the label's key, then drag."""
    take_up(page, key)
    drag_over(page, sentence(page), first, last or first)
    seen_marked(page, label, last or first)


def seen_marked(page: Page, label: str, words: str) -> None:
    """These words are shown as marked, and are also listed beside the page; then they are let go of."""
    expect(page.locator(".htx-highlight").filter(has_text=words)).to_have_count(1)
    expect(page.locator(".lsf-outliner").get_by_text(label, exact=True)).to_be_visible()
    let_go(page)


def definition_shows(page: Page, category: Locator, definition: str) -> None:
    """It shows where the mouse rests, and only then."""
    tooltip = page.get_by_text(definition, exact=True)
    expect(tooltip).to_be_hidden()
    category.hover()
    expect(tooltip).to_be_visible()


def leave(page: Page, button: str, *, then: str) -> None:
    """Submit or skip, and wait for the sentence that comes next."""
    page.get_by_test_id(f"bottombar-{button}-button").click()
    expect(sentence(page)).to_have_text(then)
    ready(page)


def come_back(study: LiveStudy) -> dict[str, Annotation]:
    """What a pull brings, by the text of the sentence."""
    (report,) = pull(study.study)
    assert not report.rejected
    texts = study.texts()
    with study.study.database() as database:
        return {texts[annotation.sentence_id]: annotation for annotation in annotations_of(database, "pilot")}


def values(annotation: Annotation) -> Mapping[str, object]:
    """Every question that was answered, with its value."""
    return {answer.question: answer.value for answer in annotation.answers if answer.status == "answered"}


def box(locator: Locator) -> FloatRect:
    found = locator.bounding_box()
    assert found is not None
    return found


def fits_the_screen(page: Page) -> None:
    """All of the page is there without scrolling, below as much context as a page carries."""
    context = page.locator(".ic-context")
    assert 3900 < len(context.text_content() or "") <= 4000
    assert page.locator(".lsf-main-content").evaluate(ROOM) <= 0
    last, bar = box(page.locator("#question-note")), box(page.get_by_test_id("bottombar-submit-button"))
    assert last["y"] + last["height"] <= bar["y"]
    assert box(page.locator(".ic-place"))["y"] >= box(page.locator(".lsf-main-content"))["y"]
    # the end of the context, which is where the sentence goes on from, is what is seen of it
    frame, words = box(context), box(context.locator(":is(h1, h2, h3, h4, h5, h6)"))
    assert words["height"] > frame["height"]
    assert 0 <= frame["y"] + frame["height"] - (words["y"] + words["height"]) < 20


def test_a_sentence_coded_by_mouse_and_keyboard_comes_back_exactly(study_of: StudyOf, open_page: OpenPage) -> None:
    study = study_of(f"{EMOJI} Nobody had expected it.\n")
    page = open_page(study)
    assert re.search(rf"/projects/{study.project_id()}/data\?.*labeling=1", page.url)
    expect(page.locator(".lsf-table")).to_have_count(0)
    expect(sentence(page)).to_have_text(EMOJI)
    expect(page.locator(".ic-place")).to_have_text("Sentence 1 of 2 · 1 of 2 in the round")

    both = option(page, "attribution", "Both").locator("span > span").last
    definition_shows(page, both, study.codebook.by_id["attribution"].by_code["mixed"].definition)
    cue = page.locator("#question-spans .lsf-label").filter(has_text="Cue")
    definition_shows(page, cue, study.codebook.by_id["spans"].by_code["Cue"].definition)

    expect(page.locator("#question-source_type")).to_be_hidden()
    press(page, "2", "attribution", "A source's")
    expect(page.locator("#question-source_type")).to_be_visible()
    option(page, "source_type", "Government or legislature").click()
    answer_the_rest(page)
    press(page, "Shift+V", "frame_other", "Domestic politics")
    mark(page, "5", "Source", "the finance minister")
    take_up(page, "6")
    left, right, height = sentence(page).evaluate(WORDS, "said")
    page.mouse.dblclick((left + right) / 2, height)
    seen_marked(page, "Cue", "said")
    page.locator("#question-note input").fill("first day ☕")
    page.locator("#question-note input").press("Enter")
    expect(page.locator("#question-note")).to_contain_text("first day ☕")
    leave(page, "submit", then="Nobody had expected it.")
    expect(page.locator(".ic-place")).to_have_text("Sentence 2 of 2 · 2 of 2 in the round")

    (annotation,) = come_back(study).values()
    assert study.texts()[annotation.sentence_id] == EMOJI
    assert annotation.excluded_because is None
    assert {answer.status for answer in annotation.answers} == {"answered"}
    assert values(annotation) == {
        "segment_ok": "ok",
        "attribution": "attributed",
        "spans": (
            Span("Source", 15, 35, "the finance minister", "code_point"),
            Span("Cue", 36, 40, "said", "code_point"),
        ),
        "source_type": "STATE/gov",
        "loaded": "none",
        "frame_primary": "diplomacy",
        "frame_other": ("politics",),
        "confidence": "3_sure",
        "note": "first day ☕",
    }
    assert EMOJI[15:35] == "the finance minister"
    assert annotation.seconds_spent is not None
    assert 0 < annotation.seconds_spent < 3600


def test_a_skip_and_a_sentence_in_the_writers_voice_on_one_screen(study_of: StudyOf, open_page: OpenPage) -> None:
    """What is hidden does not block, what is missing does, and nothing needs scrolling."""
    study = study_of(ENDLESS, "A third one stands here.\n")
    page = open_page(study)
    leave(page, "skip", then="Prices rose again.")
    press(page, "1", "attribution", "The writer's")
    expect(page.locator("#question-source_type")).to_be_hidden()
    fits_the_screen(page)
    page.keyboard.press("Control+Enter")
    warning = page.get_by_role("dialog").filter(has_text="Still to answer")
    put_away(warning)
    answer_the_rest(page)
    leave(page, "submit", then="A third one stands here.")

    found = come_back(study)
    assert len(found) == 2
    coded = found.pop("Prices rose again.")
    assert coded.excluded_because is None
    assert Answer("source_type", "not_shown") in coded.answers
    assert values(coded) == {
        "segment_ok": "ok",
        "attribution": "writer",
        "spans": (),
        "loaded": "none",
        "frame_primary": "diplomacy",
        "frame_other": (),
        "confidence": "3_sure",
    }
    (skipped,) = found.values()
    assert skipped.skipped
    assert skipped.excluded_because == "skipped"
    assert values(skipped) == {}


def test_marked_words_after_and_across_a_line_break(study_of: StudyOf, open_page: OpenPage) -> None:
    study = study_of(WRAPPED)
    page = open_page(study)
    press(page, "1", "attribution", "The writer's")
    mark(page, "5", "Source", "officials")
    mark(page, "7", "Loaded", "said that", "the new bridge")
    answer_the_rest(page)
    leave(page, "submit", then="They blamed heavy rain and the price of steel for the delay.")

    ((text, annotation),) = come_back(study).items()
    spans = values(annotation)["spans"]
    assert isinstance(spans, tuple)
    assert [(span.label, span.text, text[span.start : span.end]) for span in spans] == [
        ("Loaded", "said that\nthe new bridge", "said that\nthe new bridge"),
        ("Source", "officials", "officials"),
    ]


def test_the_sentence_stays_in_view_on_a_page_that_scrolls(study_of: StudyOf, open_page: OpenPage) -> None:
    page = open_page(study_of(ENDLESS, codebook="source-framing-extended"))
    leave(page, "skip", then="Prices rose again.")
    press(page, "4", "attribution", "Both")
    area = page.locator(".lsf-main-content")
    room = area.evaluate(ROOM)
    assert room > 100
    before = box(sentence(page))["y"]
    page.mouse.move(500, 700)
    page.mouse.wheel(0, 10_000)
    expect(page.locator("#question-note")).to_be_in_viewport(ratio=1)
    page.wait_for_function("room => document.querySelector('.lsf-main-content').scrollTop >= room - 1", arg=room)
    frame, shown = box(area), box(sentence(page))
    assert shown["y"] < before
    assert frame["y"] <= shown["y"]
    assert shown["y"] + shown["height"] <= frame["y"] + frame["height"] / 2
    # and nothing lies over it
    on_top = "element => { const b = element.getBoundingClientRect();"
    on_top += " return element.contains(document.elementFromPoint(b.left + 5, b.top + b.height / 2)); }"
    assert sentence(page).evaluate(on_top)


def test_what_was_begun_and_left_is_in_progress(study_of: StudyOf, open_page: OpenPage) -> None:
    study = study_of("Prices rose again. Analysts blame the drought.\n")
    page = open_page(study)
    (before,) = status(study.study).rounds
    assert before.in_progress == 0
    with page.expect_response(lambda answer: "/drafts" in answer.url and answer.request.method == "POST") as saved:
        press(page, "1", "attribution", "The writer's")
    assert saved.value.ok
    page.goto("about:blank")
    (progress,) = status(study.study).rounds
    assert (progress.in_progress, progress.done, progress.begun) == (1, 0, 0)
    assert [person.in_progress for person in progress.annotators] == [1]
    assert come_back(study) == {}


def test_what_is_limited_hidden_and_counted_on_the_page(study_of: StudyOf, open_page: OpenPage, tmp_path: Path) -> None:
    text = shipped_text(DEFAULT_CODEBOOK)
    borrowed = text[text.index("  - id: frame_other") : text.index("  - id: confidence")]
    instead = (
        "  - {id: frame_other, text: More?, level: set, required: false, show_if: {segment_ok: [ok]}, at_most: 2, "
        "categories_of: frame_primary}\n"
    )
    file = tmp_path / "limited.yaml"
    mended = text.replace(borrowed, instead).replace("language: en\n", "language: en\nshow: {title: no}\n", 1)
    file.write_text(mended, encoding="utf-8")
    study = study_of("It rained. Nobody came.\n", "Prices rose.\n", codebook=str(file))
    page = open_page(study)
    expect(page.locator(".ic-place")).to_contain_text("Sentence 1 of 2 · 1 of 3 in the round")
    expect(page.locator(".ic-title")).to_have_text("")
    expect(page.locator(".lsf-outliner")).to_be_visible()
    expect(page.locator(".lsf-info")).to_be_hidden()

    third, submit = option(page, "frame_other", "Diplomacy"), page.get_by_test_id("bottombar-submit-button")
    press(page, "Shift+Z", "frame_other", "Security")
    expect(third).to_have_css("pointer-events", "auto")
    press(page, "Shift+X", "frame_other", "Crime and law")
    expect(third).to_have_css("pointer-events", "none")
    expect(submit).to_have_css("pointer-events", "auto")
    press(page, "Shift+C", "frame_other", "Diplomacy")
    expect(submit).to_have_css("pointer-events", "none")
    warned = page.evaluate(
        "getComputedStyle(document.querySelector('#question-frame_other .ic-ask'), '::after').content"
    )
    assert warned == '"At most 2: take one away"'
    option(page, "frame_other", "Security").click()
    expect(submit).to_have_css("pointer-events", "auto")
    press(page, "1", "attribution", "The writer's")
    answer_the_rest(page)
    submit.click()
    expect(page.locator(".ic-place")).to_contain_text("2 of 3 in the round")
    pull(study.study)
    with study.study.database() as database:
        (annotation,) = annotations_of(database, "pilot")
    chosen = {answer.question: answer.value for answer in annotation.answers}
    assert chosen["frame_other"] == ("crime_law", "diplomacy")
