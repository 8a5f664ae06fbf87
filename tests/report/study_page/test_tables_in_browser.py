"""What the page of any table does in a browser: names that are markup, fields that are empty, keys that are off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import page_of
from tests.report.study_page.written import page_of_table

pytestmark = pytest.mark.browser

HOSTILE = (
    "</script><script>document.title = 'taken'</script>",
    "<img src=x onerror=\"document.title = 'taken'\">",
    "\"quoted\" & 'so'",
    "\u202eright to left",
    "\U0001f600 beyond sixteen bits",
    "|a| `b` $c$ \\input{d}",
    "=1+1",
)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with page_of(browser) as opened:
        yield opened


def opened(page: Page, folder: Path, rows: list[tuple[str, str, str, str]]) -> list[str]:
    """The page of a table, once its list is there; what it asked for, and what it complained of."""
    said: list[str] = []
    page.on("request", lambda request: said.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page_of_table(folder, rows)
    page.goto((folder / "page.html").as_uri())
    expect(page.locator("#explorer")).to_be_visible()
    return said


def test_names_and_values_are_words_wherever_they_stand(page: Page, tmp_path: Path) -> None:
    rows = [
        (f"q {value}", f"u{unit} {value}", f"{name} {value}", HOSTILE[(at + unit + (name == "c")) % len(HOSTILE)])
        for at, value in enumerate(HOSTILE[:3])
        for unit in range(7)
        for name in "abc"
    ]
    said = opened(page, tmp_path, rows)
    page.locator("#filters [name=show]").select_option("all")
    for value in HOSTILE[:3]:
        expect(page.locator("h3", has_text=f"q {value}").first).to_be_visible()
        assert page.locator("#list .sentence h3", has_text=value).count() > 0
    assert page.title() == "table.csv"
    assert page.locator("img, script:not([id]):not(:last-of-type)").count() == 0
    assert [address.split("#")[0] for address in said] == [(tmp_path / "page.html").as_uri()]


def test_a_table_has_no_filters_for_what_it_does_not_have(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, [("q", f"u{unit}", name, "ab"[unit % 2]) for unit in range(6) for name in "ab"])
    for name in ("question", "show", "one", "annotator"):
        expect(page.locator(f"#filters [name={name}]")).to_be_visible()
    for name in ("article", "words", "decided"):
        expect(page.locator(f"#filters [name={name}]")).to_be_hidden()


def test_who_did_not_answer_is_not_most(page: Page, tmp_path: Path) -> None:
    """Of four who answered anything, two gave no answer to the question, and the others one each: nobody is fewer."""
    rows = [("other", "u1", name, "x") for name in "abcd"] + [("asked", "u1", "a", "yes"), ("asked", "u1", "b", "no")]
    more = [("asked", "u2", "a", "yes"), ("asked", "u2", "b", "yes")]
    opened(page, tmp_path, [*rows, *more, ("asked", "u3", "a", "no"), ("asked", "u3", "b", "no")])
    row = page.locator("#list tr", has_text="asked")
    assert row.locator("td").all_inner_texts() == ["yes", "no", "–", "–"]
    assert row.locator(".odd").count() == 0


def test_single_keys_can_be_turned_off(page: Page, tmp_path: Path) -> None:
    """WCAG 2.2, 2.1.4: whoever speaks to a browser, or trembles, would set them off."""
    rows = [("q", f"u{unit}", name, name) for unit in range(6) for name in "ab"]
    opened(page, tmp_path, rows)
    current = page.locator("#list [aria-current=true]")
    page.keyboard.press("j")
    expect(current).to_have_count(1)
    page.get_by_role("checkbox", name="Keys:").uncheck()
    first = current.get_attribute("data-row")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert current.get_attribute("data-row") == first
    expect(page.get_by_role("button", name="Copy selected as a list")).to_be_disabled()


def test_what_is_copied_twice_is_still_called_what_it_does(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, [("q", f"u{unit}", name, name) for unit in range(6) for name in "ab"])
    button = page.locator("#methods [data-copy]").first
    button.click()
    button.click()
    expect(page.get_by_role("status").filter(has_text="opied")).to_be_visible()
    expect(button).to_have_text("Copy")
    page.wait_for_timeout(4500)
    expect(page.get_by_role("status").filter(has_text="opied")).to_have_count(0)
    expect(button).to_have_text("Copy")


def test_a_browser_that_cannot_unpack_the_list_says_so(page: Page, tmp_path: Path) -> None:
    page.add_init_script("delete window.DecompressionStream")
    page_of_table(tmp_path, [("q", f"u{unit}", name, name) for unit in range(6) for name in "ab"])
    page.goto((tmp_path / "page.html").as_uri())
    expect(page.locator("#sentences")).to_contain_text("cannot be shown by your browser")
    expect(page.locator("#explorer")).to_be_hidden()


def test_a_name_written_from_right_to_left_is_turned_by_itself(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, [("q", f"\u202eu{unit}", name, name) for unit in range(3) for name in "ab"])
    isolated = page.locator("#list .sentence h3 bdi")
    assert isolated.all_inner_texts() == [f"\u202eu{unit}" for unit in range(3)]
