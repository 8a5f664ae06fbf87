"""The one browser of a test session: Playwright runs once in a process, whoever needs it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.expected import absent

CHROMIUM: Final = Path("/usr/bin/chromium")
FLAGS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip
PATIENCE: Final = 20_000
"""Milliseconds a page may take for anything: far more than it does, for a machine that is busy with other things."""


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
def page_of(browser: Browser) -> Iterator[Page]:
    """A page of a browser that knows nobody yet: cookies and storage are this page's own.

    A session that several pages share leaks: an answer that comes in after a page was closed signs its user in again,
    and *Compare All*, which Label Studio keeps in the storage, locks every sentence opened by its link after that.
    """
    context = browser.new_context(viewport={"width": 1400, "height": 900}, accept_downloads=False)
    expect.set_options(timeout=PATIENCE)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def sign_in(page: Page, address: str, email: str, password: str) -> None:
    """Open an address of Label Studio that asks who one is, and say it."""
    page.goto(address)
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="Log in").click()


def put_away(warning: Locator) -> None:
    """Press OK of a warning once it has grown to its size: a click that meets it growing may be lost."""
    expect(warning).to_be_visible()
    expect(warning).not_to_have_class(re.compile("ant-zoom"))
    warning.get_by_role("button", name="OK").click()
    expect(warning).to_be_hidden()
