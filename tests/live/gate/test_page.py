"""Everything an annotator can reach in a real browser is clicked: nothing of others is there, nothing dead-ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, Locator, Page, Response, expect

from tests.chromium import page_of, sign_in
from tests.live.gate.conftest import PASSWORD, SECRET, World, _annotated, answer
from tests.live.server import LiveServer

pytestmark = [pytest.mark.live, pytest.mark.browser]

CLICKABLE: Final = "button:visible, a[href]:visible, [role=menuitem]:visible, [role=tab]:visible, .ls-userpic:visible"
LEFT_ALONE: Final = re.compile("Submit|Skip|Update|Cancel skip|Log out|Sign out", re.IGNORECASE)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with page_of(browser) as one:
        yield one


@pytest.fixture
def heard(page: Page) -> list[str]:
    """What every answer that came to the page said."""
    said: list[str] = []

    def hear(response: Response) -> None:
        if response.request.resource_type in {"xhr", "fetch", "document"} and response.status // 100 != 3:
            said.append(f"{response.request.method} {response.url} {response.status} {_body(response)}")

    page.on("response", hear)
    return said


def _body(response: Response) -> str:
    try:
        return response.text()
    except Exception:  # noqa: BLE001 - the page went on before the answer was read
        return ""


def ready(page: Page) -> None:
    expect(
        page.get_by_test_id("bottombar-submit-button").or_(page.get_by_test_id("bottombar-update-button"))
    ).to_be_visible()
    if page.locator(".lsf-modal-ls_visible").count():
        page.get_by_label("Close modal").click()
        expect(page.locator(".lsf-modal-ls_visible")).to_be_hidden()


def named(one: Locator) -> str:
    return (
        f"{one.inner_text().strip()} {one.get_attribute('aria-label') or ''} {one.get_attribute('href') or ''}".strip()
    )


def test_everything_is_clicked_and_nothing_of_anybody_else_is_there(page: Page, heard: list[str], world: World) -> None:
    start = f"{world.server.url}/projects/{world.project}/data?task={world.tasks[0]}"
    sign_in(page, start, world.anna.email, PASSWORD)
    ready(page)
    names = [named(one) for one in page.locator(CLICKABLE).all()]
    ways = [(place, name) for place, name in enumerate(names) if not LEFT_ALONE.search(name)]
    assert len(ways) >= 8
    assert not [name for _, name in ways if "Compare all" in name or "Create an annotation" in name]
    for place, _ in ways:
        page.goto(start)
        ready(page)
        page.evaluate("() => document.querySelectorAll('a[target]').forEach(one => one.removeAttribute('target'))")
        found = page.locator(CLICKABLE)
        if place >= found.count() or "http" in (found.nth(place).get_attribute("href") or ""):
            continue  # documentation on other sites, which there is no way to from here
        found.nth(place).click(force=True)
        page.wait_for_load_state("networkidle")
        assert page.url.startswith(f"{world.server.url}/")
        coding = page.locator("[data-testid^=bottombar]").count() > 0
        assert coding or page.get_by_role("heading", level=1).count() == 1, page.url
    all_of_it = "\n".join(heard)
    assert f'"id": {world.annotation["anna"]}' in all_of_it
    for theirs in (SECRET, world.ben.email, world.cleo.email, world.server.email):
        assert theirs not in all_of_it


def test_the_menu_of_oneself_leads_out_and_nowhere_else(page: Page, world: World) -> None:
    sign_in(page, f"{world.server.url}/projects/{world.project}/data?labeling=1", world.anna.email, PASSWORD)
    ready(page)
    page.locator("a[href='/projects']").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your rounds")
    assert page.get_by_role("listitem").count() == 2
    expect(page.get_by_role("listitem").filter(has_text="closed")).to_contain_text("1 sentence coded")
    page.get_by_role("link", name="pilot").click()
    ready(page)
    page.goto(f"{world.server.url}/projects/{world.project}/settings/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This is not open to you")
    page.get_by_role("link", name="Your rounds").click()
    page.get_by_role("link", name="Sign out").click()
    expect(page.locator("input[name=password]")).to_be_visible()


def test_after_the_last_sentence_there_are_thanks(page: Page, server: LiveServer, world: World) -> None:
    for task in world.tasks[3:]:
        _annotated(world.ben, task, answer("writer", "ben"))
    sign_in(page, f"{server.url}/projects/{world.project}/data?labeling=1", world.ben.email, PASSWORD)
    for _ in range(2):
        ready(page)
        page.get_by_text("Writer").first.click()
        page.get_by_test_id("bottombar-submit-button").click()
        page.wait_for_load_state("networkidle")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    expect(page.locator("main")).to_contain_text("You coded 6 sentences in pilot, and nothing is left for you now.")
