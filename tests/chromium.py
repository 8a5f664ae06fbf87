"""The one browser of a test session: Playwright runs once in a process, whoever needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.expected import absent

CHROMIUM: Final = Path("/usr/bin/chromium")
FLAGS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip


@contextmanager
def started() -> Iterator[Browser]:
    """Debian's Chromium, headless; where it is not, the test is skipped or fails, as the session expects."""
    if not CHROMIUM.exists():
        absent("chromium", f"there is no Chromium at {CHROMIUM}; install your system's package of it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def page_of(context: BrowserContext) -> Iterator[Page]:
    """A page of the context, which keeps what it loaded; who signed in and what they chose are forgotten with the page.

    Label Studio keeps *Compare All* in the browser's storage, and whoever opens a sentence by its link after that can
    change nothing there.
    """
    page = context.new_page()
    yield page
    if page.url.startswith("http"):
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.close()
    context.clear_cookies()


def sign_in(page: Page, address: str, email: str, password: str) -> None:
    """Open an address of Label Studio that asks who one is, and say it."""
    page.goto(address)
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="Log in").click()
