"""The whole way in a browser: begun by command, decided by mouse and keyboard, pulled exactly as it was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import sign_in
from tests.live.loop.conftest import GOVERNMENT, WRITER, LiveStudy
from tests.live.loop.marking import drag_over, let_go, take_up
from tests.live.loop.test_adjudicate import NAME
from tests.live.loop.test_adjudication_page import asks, option, press, sent, sentence
from toolkit.codebook.answers import Mark
from toolkit.labelstudio.encode import submission
from toolkit.loop.adjudication.decisions import decisions_of, settled_of
from toolkit.loop.adjudication.design import AdjudicationAsked
from toolkit.loop.adjudication.start import start
from toolkit.loop.online.passwords import passwords_of
from toolkit.loop.pull import pull

pytestmark = [pytest.mark.live, pytest.mark.browser]

ADJUDICATOR = "adjudicator-in-a-browser@example.org"
SPOKEN = "“It is over,” she said."
SHE = Mark("Source", SPOKEN.index("she"), SPOKEN.index("she") + 3, "she")


@pytest.fixture
def coded(pushed: LiveStudy) -> LiveStudy:
    """Two coders differ on whose view the first sentence is, a mark in the second, the perspective of the third."""
    anna, ben = pushed.emails
    code(pushed, anna, [(WRITER, ()), (GOVERNMENT, (SHE,)), (WRITER, ())])
    code(pushed, ben, [(GOVERNMENT, ()), (GOVERNMENT, ()), ({**WRITER, "frame_primary": "diplomacy"}, ())])
    pull(pushed.study)
    return pushed


def code(study: LiveStudy, email: str, coding: Sequence[tuple[Mapping[str, object], Sequence[Mark]]]) -> None:
    with study.signed_in(email) as connection:
        for entry, (answers, marks) in zip(study.ledger(), coding, strict=False):
            words = study.texts()[entry.sentence_id]
            assert entry.remote_id is not None
            parts = submission(study.codebook, answers, {"spans": marks}, sentence=words)
            connection.submit(entry.remote_id, parts, seconds=5.0)


def test_three_sentences_are_settled_and_pulled_as_they_were_decided(coded: LiveStudy, page: Page) -> None:
    asked = AdjudicationAsked(sample=0)
    started = start(coded.study, asked=asked, adjudicators=[ADJUDICATOR], sleep=lambda _: None)
    assert (started.n_sent, started.n_verified) == (3, 3)
    coded.server.raw("PATCH", f"/api/projects/{started.project_id}/", json={"show_instruction": False})
    sign_in(page, str(started.link), ADJUDICATOR, passwords_of(coded.study)[ADJUDICATOR])

    expect(sentence(page)).to_have_text("The minister resigned.")
    asks(page, "attribution", "source_type")
    press(page, "1", "#question-attribution", "The writer's")
    asks(page, "attribution")
    press(page, "u", ".ic-why", "Slip")
    sent(page, "ctrl+enter")

    expect(sentence(page)).to_have_text(SPOKEN)
    asks(page, "spans")
    take_up(page, "5")
    drag_over(page, sentence(page), "she", "she")
    expect(page.locator(".htx-highlight")).to_have_text(["she"])
    let_go(page)
    option(page, ".ic-why", "Codebook gap").click()
    said = page.locator(".ic-q").filter(has_text="The codebook should say").locator("input, textarea")
    said.fill("a pronoun is a source")
    sent(page, "submit")

    expect(sentence(page)).to_have_text("Nobody had expected it.")
    asks(page, "frame_primary")
    option(page, "#question-frame_primary", "Both defensible: no single answer").click()
    option(page, ".ic-why", "Ambiguous text").click()
    sent(page, "submit")

    reports = {report.round: report for report in pull(coded.study)}
    assert reports[NAME].tally.new == 3
    assert not reports[NAME].rejected
    ids = [entry.sentence_id for entry in coded.ledger()]
    with coded.study.database() as database:
        settled = settled_of(database, "pilot")
        suggested = {one.sentence_id: one.suggestion for one in decisions_of(database, NAME)}
    found = {
        (ids.index(sentence_id), question): (one.outcome, one.value, one.reason)
        for (sentence_id, question), one in settled.items()
        if one.outcome != "agreed"
    }
    assert found == {
        (0, "attribution"): ("decided", "writer", "slip"),
        (0, "source_type"): ("not_shown", None, "slip"),
        (1, "spans"): ("decided", [["Source", SHE.start, SHE.end]], "codebook_gap"),
        (2, "frame_primary"): ("both_defensible", None, "ambiguous"),
    }
    assert suggested[ids[1]] == "a pronoun is a source"
    again = start(coded.study, asked=asked, sleep=lambda _: None)
    assert (again.n_sent, again.n_verified) == (0, 3)
