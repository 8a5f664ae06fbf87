"""The report as a browser shows it: every section walked, by mouse and by keyboard, dark, small and on paper."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import page_of
from tests.report.large_study import PEOPLE
from toolkit.loop.disagreement.request import DisagreementRequest
from toolkit.loop.disagreements import disagreements
from toolkit.study import annotators
from toolkit.study.folder import Study

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SECTIONS = {
    "at-a-glance": "At a glance",
    "questions": "Question by question",
    "sentences": "Sentence by sentence",
    "people": "The people",
    "rounds": "Rounds",
    "spans": "Marked words",
    "coded": "What was coded",
    "methods": "Methods",
}
LISTED = "#list .sentence"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with page_of(browser) as opened:
        yield opened


def opened(page: Page, report: Path) -> tuple[list[str], list[str]]:
    """The page, once its list of sentences is there; what it asked for, and what it complained of, so far and later."""
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(report.as_uri())
    expect(page.locator("#explorer")).to_be_visible()
    return asked, said


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"#filters [name={name}]").select_option(label=value)


def counted(page: Page) -> int:
    """How many sentences are found."""
    said = page.locator("#count").inner_text()
    if said.startswith("None"):
        return 0
    found = re.search(r"of ([\d,]+) \(", said)
    assert found is not None, said
    return int(found[1].replace(",", ""))


def test_it_asks_for_nothing_and_complains_of_nothing_while_all_of_it_is_walked(page: Page, demo_page: Path) -> None:
    asked, said = opened(page, demo_page)
    for section, title in SECTIONS.items():
        page.get_by_role("navigation").get_by_role("link", name=title, exact=True).click()
        expect(page.locator(f"#{section} h2")).to_have_text(title)
        assert page.locator(f"#{section}").bounding_box() is not None
    for folded in page.locator("summary").all():
        folded.click()
    assert page.locator("details:not([open])").count() == 0
    assert page.locator("figure svg").count() > 30
    # every picture says what can be seen in it, and a table behind it has the same figures
    for picture in page.locator("figure").all():
        assert len(picture.locator("[role=img]").get_attribute("aria-label") or "") > 20
        assert picture.evaluate("e => e.nextElementSibling.matches('details, div.scroll')")
    assert [address.split("#")[0] for address in asked] == [demo_page.as_uri()] * len(asked)
    assert said == []


def test_the_first_screen_answers_whether_where_why_and_what_next(page: Page, demo_page: Path) -> None:
    opened(page, demo_page)
    first = page.locator("#at-a-glance")
    expect(first.locator("p.strong")).to_have_text("7 targets: 1 reached (own), 2 not reached, 4 undecided.")
    assert "113 of 113 sentences" in first.inner_text()
    problems = page.locator("#problems li").all_inner_texts()
    assert any(line.startswith("loaded nominal: alpha is .20 (.07 … .38); .40 is not reached") for line in problems)
    assert page.locator("#next pre").first.inner_text() == "intercoder agree --explain spans"
    forest = page.locator("#figure-agreement")
    assert forest.bounding_box()["y"] < 900  # type: ignore[index]
    assert "not reached" in forest.locator("svg").inner_html()


@pytest.mark.parametrize("question", ["attribution", "loaded", "frame_primary"])
def test_the_sentences_in_dispute_are_those_that_disagreements_finds(
    page: Page, demo_page: Path, demo: Study, question: str
) -> None:
    opened(page, demo_page)
    every = disagreements(demo)
    assert counted(page) == every.n_disputed
    choose(page, "question", question)
    assert counted(page) == disagreements(demo, DisagreementRequest(questions=(question,))).n_disputed
    choose(page, "show", "all")
    assert counted(page) == 113
    choose(page, "show", "that agree")
    agreed = counted(page)
    choose(page, "show", "that differ")
    assert 0 < agreed <= 113 - counted(page)  # those of one annotator's are neither


def test_a_cell_of_the_square_leads_to_its_sentences(page: Page, demo_page: Path, demo: Study) -> None:
    opened(page, demo_page)
    cell = page.locator("#question-loaded table.square a").first
    jump = json.loads(cell.get_attribute("data-jump") or "")
    assert jump == {"question": "loaded", "values": ["none", "source_only"]}
    cell.click()
    request = DisagreementRequest(questions=("loaded",), categories=("none", "source_only"))
    assert counted(page) == disagreements(demo, request).n_disputed
    expect(page.locator("#sentences h2")).to_be_in_viewport()
    row = page.locator(LISTED).first.locator("tr", has_text="loaded").first
    assert {"none", "source_only"} <= set(row.locator("td").all_inner_texts())
    page.get_by_role("button", name="Show all disputed").click()
    assert counted(page) == disagreements(demo).n_disputed


def test_an_annotator_who_codes_otherwise_than_most_is_found_as_on_the_command_line(
    page: Page, demo_page: Path, demo: Study
) -> None:
    opened(page, demo_page)
    choose(page, "question", "loaded")
    for letter in "ABC":
        choose(page, "annotator", letter)
        request = DisagreementRequest(questions=("loaded",), annotator=letter)
        assert counted(page) == disagreements(demo, request).n_disputed


def test_a_category_somebody_uses_more_leads_to_where_it_was_given_and_they_differ(page: Page, demo_page: Path) -> None:
    opened(page, demo_page)
    page.locator("#question-loaded summary", has_text="Who uses what more or less").click()
    link = page.locator("#question-loaded a[data-jump*=annotator]").first
    jump = json.loads(link.get_attribute("data-jump") or "")
    link.click()
    assert counted(page) > 0
    expect(page.locator("#filters [name=annotator] option:checked")).to_have_text(jump["annotator"])
    expect(page.locator("#filters [name=one] option:checked")).to_have_text(jump["value"])
    for row in page.locator(LISTED).all():
        said = row.locator("tr", has_text="loaded").first.locator("td").all_inner_texts()
        assert jump["value"] in said


def test_articles_words_and_decisions_narrow_the_list(page: Page, demo_page: Path) -> None:
    opened(page, demo_page)
    everything = counted(page)
    article = page.locator("#filters [name=article] option").nth(1).inner_text()
    choose(page, "article", article)
    assert 0 < counted(page) < everything
    assert all(
        place.startswith(f"{article}, sentence")
        for place in page.locator(f"{LISTED} h3 > span:first-of-type").all_inner_texts()
    )
    choose(page, "article", "any")
    page.locator("#filters [name=words]").fill("GRAIN")
    words = page.locator(f"{LISTED} .words, {LISTED} .layer:first-of-type").all_inner_texts()
    assert 0 < counted(page) < everything
    assert words
    assert all("grain" in text.casefold() for text in words)
    page.locator("#filters [name=words]").fill("")
    choose(page, "show", "all")
    choose(page, "decided", "decided")
    decided = counted(page)
    choose(page, "decided", "not decided")
    assert decided + counted(page) == 113
    assert decided > 0


def test_it_is_worked_by_keyboard_alone(page: Page, demo_page: Path) -> None:
    opened(page, demo_page)
    current = page.locator(f"{LISTED}[aria-current=true]")
    page.keyboard.press("j")
    expect(current).to_have_attribute("data-row", page.locator(LISTED).nth(0).get_attribute("data-row") or "")
    page.keyboard.press("j")
    expect(current).to_have_attribute("data-row", page.locator(LISTED).nth(1).get_attribute("data-row") or "")
    expect(current).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Copy 2 selected as a list")).to_be_enabled()
    for _ in range(30):
        page.keyboard.press("j")  # over the end of the first page
    assert page.locator("#count").inner_text().startswith("26 to 50")
    page.keyboard.press("/")
    expect(page.locator("#filters [name=words]")).to_be_focused()
    page.keyboard.type("jk/x")  # letters, not keys, while somebody writes
    expect(page.locator("#filters [name=words]")).to_have_value("jk/x")
    assert counted(page) == 0
    page.keyboard.press("Escape")
    expect(page.locator("#filters [name=words]")).not_to_be_focused()


def test_what_is_selected_is_copied_as_a_list_for_the_meeting(browser: Browser, demo_page: Path) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    opened(page, demo_page)
    choose(page, "question", "loaded")
    page.locator(f"{LISTED} input").nth(0).check()
    page.locator(f"{LISTED} input").nth(2).check()
    page.get_by_role("button", name="Copy 2 selected").click()
    expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.count("\n- ") + text.startswith("- ") == 2
    assert re.search(r"^  loaded: A \w+, B \w+, C \w+", text, re.MULTILINE)
    assert "https://label-studio.example.org/projects/8/data?task=5" in text
    context.close()


def test_each_sentence_leads_to_label_studio_and_shows_what_was_marked(page: Page, demo_page: Path) -> None:
    opened(page, demo_page)
    first = page.locator(LISTED).first
    link = first.get_by_role("link", name="open in Label Studio")
    assert re.fullmatch(
        r"https://label-studio\.example\.org/projects/8/data\?task=\d+", link.get_attribute("href") or ""
    )
    assert link.get_attribute("rel") == "noopener noreferrer"
    layers = first.locator(".layer")
    assert [each.locator("span").first.inner_text() for each in layers.all()] == ["A", "B", "C", "decided"]
    assert first.locator("mark").count() >= 4
    assert "people familiar with the talks" in first.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_that_keeps_anybody_out(page: Page, demo_page: Path, scheme: str) -> None:
    """WCAG 2.2 AA as far as a machine can tell (axe-core), with all that is folded open; contrast in light and dark."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    opened(page, demo_page)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    found = find_spec("axe_playwright_python")
    assert found is not None
    assert found.origin is not None
    page.add_style_tag(content="*, *::before { transition: none !important; }")
    source = (Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    page.evaluate(source)
    rules = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    if scheme == "dark":
        rules = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}  # all else is as in the light
    result = page.evaluate("rules => axe.run({runOnly: rules})", rules)
    faults = [
        (one["id"], node["html"][:160], node["failureSummary"]) for one in result["violations"] for node in one["nodes"]
    ]
    assert faults == []
    assert len(result["passes"]) > (30 if scheme == "light" else 0)


@pytest.mark.parametrize("width", [390, 320])
def test_it_fits_a_phone(page: Page, demo_page: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    opened(page, demo_page)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_paper_it_is_whole_and_white(page: Page, demo_page: Path, tmp_path: Path) -> None:
    opened(page, demo_page)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for hidden in ("nav", ".filters", "#before", ".copied button"):
        assert not page.locator(hidden).first.is_visible(), hidden
    folded = printed_pages(page, tmp_path / "folded.pdf")
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Unfold all tables").click()
    assert page.locator("details:not([open])").count() == 0
    assert 15 < folded < printed_pages(page, tmp_path / "unfolded.pdf") < 150
    page.get_by_role("button", name="Fold tables").click()
    assert page.locator("main details[open]").count() == 0


def printed_pages(page: Page, file: Path) -> int:
    page.pdf(path=file, format="A4")
    assert file.read_bytes().startswith(b"%PDF")
    return len(re.findall(rb"/Type\s*/Page\b", file.read_bytes()))


def test_without_a_script_all_but_the_list_can_be_read(browser: Browser, demo_page: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(demo_page.as_uri())
    assert page.locator("#methods h2").inner_text() == "Methods"
    assert not page.locator("#explorer").is_visible()
    assert "needs the script" in page.locator("#sentences").inner_text()
    context.close()


def test_twenty_thousand_sentences_by_five_people_are_filtered_in_place(
    page: Page, large: Study, large_page: Path
) -> None:
    assert large_page.stat().st_size <= 5_000_000
    asked, said = opened(page, large_page)
    assert page.locator("#count").inner_text().endswith("(20,000 in all)")
    disputed = counted(page)
    choose(page, "question", "attribution")
    choose(page, "show", "all")
    assert counted(page) == 20_000
    choose(page, "one", "writer")
    choose(page, "other", "attributed")
    both = counted(page)
    choose(page, "show", "that differ")
    assert counted(page) == both  # two categories: whoever differs said the one and the other
    assert 0 < both < disputed
    with large.database() as database:
        names = [annotators.pseudonym(database, email) for email in PEOPLE.values()]
    alone = {}
    for letter, name in zip("ABCDE", sorted(names), strict=True):
        choose(page, "annotator", letter)
        alone[name] = counted(page)
    assert sorted(alone, key=alone.__getitem__) == names  # each errs more often than the one before
    choose(page, "annotator", "anybody")
    choose(page, "show", "all")
    for two in ("one", "other"):
        page.locator(f"#filters [name={two}]").select_option(value="")
    page.locator("#filters [name=words]").fill("of district 999 ")
    assert counted(page) == 20
    assert len(asked) == 1
    assert said == []
