"""The labelling page of a codebook in a browser, without a round: signed in by a link, and nothing stays."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.live.loop.conftest import LiveStudy
from tests.live.server import LiveServer, copy_of_migrated
from toolkit.errors import ContractViolated
from toolkit.labelstudio.embedded import server as embedded
from toolkit.loop.preview import preview, server_folder

pytestmark = [pytest.mark.live, pytest.mark.browser]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache in which the preview's server was started before."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    server_folder().parent.mkdir(parents=True)
    return copy_of_migrated(server_folder())


def test_the_page_opens_with_sentences_of_the_study_and_nothing_stays(
    cache: Path, live_study: LiveStudy, page: Page
) -> None:
    with preview("source-framing", study=live_study.study) as link:
        assert httpx.get(f"{link}x").status_code == 404
        page.goto(link)
        expect(page.get_by_text("Labeling Instructions")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_text("The minister resigned.").first).to_be_visible()
        expect(page.get_by_text("Whose words or view is the main assertion?").first).to_be_visible()
        expect(page.get_by_test_id("bottombar-submit-button")).to_be_visible()
        assert httpx.get(link).status_code == 404  # it works once
    assert embedded.state(cache) is None
    with live_study.study.database() as database:
        assert database.one("SELECT count(*) FROM rounds")[0] == 0  # type: ignore[index]  # a count is a row


def test_a_codebook_with_faults_starts_nothing(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("name: bad\n", encoding="utf-8")
    with pytest.raises(ContractViolated), preview(str(tmp_path / "bad.yaml")):
        pass
    assert embedded.state(cache) is None


def test_what_an_earlier_preview_left_is_removed(cache: Path, server: LiveServer) -> None:
    del server  # the migrated folder is there
    with preview("source-framing") as first:
        assert first.startswith("http://localhost:")
    running = embedded.start(cache, host="localhost")
    try:
        token = embedded.credentials(cache).token
        with preview("source-reliability"):  # it runs already: it is left running
            listed = httpx.get(f"{running.url}/api/projects/", headers={"Authorization": f"Token {token}"}).json()
            assert [project["title"] for project in listed["results"]] == ["Preview of source-reliability"]
        assert embedded.state(cache) is not None
    finally:
        embedded.stop(cache)
