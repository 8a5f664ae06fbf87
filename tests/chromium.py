"""The one browser of a test session: Playwright runs once in a process, whoever needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

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


def sign_in(page: Page, address: str, email: str, password: str) -> None:
    """Open an address of Label Studio that asks who one is, and say it."""
    page.goto(address)
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="Log in").click()
