"""The link to a disputed sentence, followed in a real browser: it opens that sentence, with everybody's codings."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import sign_in
from tests.live.loop.conftest import WRITER, LiveStudy
from tests.live.server import LiveServer, label_studio
from toolkit.loop.disagreements import disagreements
from toolkit.loop.pull import pull

pytestmark = [pytest.mark.live, pytest.mark.browser]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One with few accounts: the page of a server that has more than a hundred lists answers of some of them only."""
    with label_studio(tmp_path_factory.mktemp("few")) as made:
        yield made


def test_the_link_opens_the_sentence_and_compare_all_shows_every_coding(pushed: LiveStudy, page: Page) -> None:
    for email, loaded in zip(pushed.emails, ("none", "writer"), strict=True):
        pushed.code(email, 3, {**WRITER, "loaded": loaded})
        pushed.code(email, 4, WRITER)
    pull(pushed.study)
    (disputed,) = disagreements(pushed.study).sentences
    assert (disputed.text, disputed.disputed) == ("Prices rose again.", ("loaded",))
    assert disputed.link is not None
    sign_in(page, disputed.link, pushed.server.email, pushed.server.password)
    if "task=" not in page.url:  # signing in forgets what was asked for
        page.goto(disputed.link)
    expect(page.locator(".ic-sentence .lsf-richtext__container")).to_have_text("Prices rose again.")
    expect(page.locator(".lsf-annotation-button")).to_have_count(
        2
    )  # both are there: the page is not made anew any more
    page.get_by_label(re.compile("Compare all", re.IGNORECASE)).click()
    expect(page.locator(".ic-sentence")).to_have_count(2)
    for answer in ("None", "In the writer's words"):
        chosen = page.locator("#question-loaded label").filter(has_text=answer).locator("input:checked")
        expect(chosen).to_have_count(1)

    # the browser remembers it: what is opened by a link after that cannot be changed
    page.goto(disputed.link)
    expect(page.locator("#question-loaded input").first).to_be_disabled()
