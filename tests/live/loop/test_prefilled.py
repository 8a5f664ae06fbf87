"""What an adjudicator's page chooses beforehand where that was asked for: in a real browser, and back again."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Page, expect

from tests.chromium import sign_in
from tests.codebook.samples import FULL
from tests.live.loop.conftest import LiveStudy
from tests.live.loop.test_adjudicate import NAME, KilledAt
from tests.live.loop.test_adjudication_page import option, refused, sent, sentence
from tests.live.loop.test_push import through
from tests.live.server import LiveServer
from toolkit.codebook.answers import Mark
from toolkit.labelstudio.encode import submission
from toolkit.labelstudio.session import LabelStudio
from toolkit.loop import annotators, push
from toolkit.loop.add import add
from toolkit.loop.adjudication import start as module
from toolkit.loop.adjudication.decisions import settled_of
from toolkit.loop.adjudication.design import AdjudicationAsked
from toolkit.loop.adjudication.start import start
from toolkit.loop.export import export
from toolkit.loop.init import init
from toolkit.loop.online.passwords import passwords_of
from toolkit.loop.pull import pull
from toolkit.loop.pushing.design import Design

pytestmark = pytest.mark.live

_number = count(1)
DISPUTED: Final = "It is over 🙂 now, said the army."
TIED: Final = "The police came to the gate."
ALIKE: Final = "Nobody moved at all that day."
ARMY: Final = {"gate": "ok", "kind": "army", "rank": "low", "topics": ["war", "law"], "warmth": 4, "deaths": 3}
GIVEN: Final[Mapping[str, tuple[Mapping[str, object], ...]]] = {
    DISPUTED: (ARMY, ARMY, {"gate": "ok", "kind": "army", "rank": "high", "topics": ["war"], "warmth": 1, "deaths": 2}),
    TIED: (ARMY, {**ARMY, "kind": "police"}, {**ARMY, "kind": "paper"}),
    ALIKE: (ARMY, ARMY, ARMY),
}
SAID: Final = Mark("Cue", DISPUTED.index("said"), DISPUTED.index("said") + 4, "said")
AGAIN: Final = AdjudicationAsked(sample=1.0, questions=("kind", "rank", "topics", "words", "warmth", "deaths"))
"""Whatever is agreed is asked as well: none of it may be chosen beforehand."""


@pytest.fixture
def coded(server: LiveServer, tmp_path: Path) -> LiveStudy:
    """Three sentences by three coders, pulled: on one most say the same, on one each another, on one all the same."""
    study = init(tmp_path / f"study-{next(_number)}")
    study.server_folder.symlink_to(server.folder)
    study.codebook_file.write_text(FULL, encoding="utf-8")
    text = tmp_path / "one.txt"
    text.write_text(f"{DISPUTED}\n\n{TIED}\n\n{ALIKE}\n", encoding="utf-8")
    add(study, [str(text)])
    live = LiveStudy(study, server, [f"one-of-three-{next(_number)}@example.org" for _ in range(3)])
    annotators.add(study, live.emails)
    push.push(study, design=Design(annotators_per_sentence=3))
    for entry in live.ledger():
        words = live.texts()[entry.sentence_id]
        assert entry.remote_id is not None
        for place, (email, answers) in enumerate(zip(live.emails, GIVEN[words], strict=True)):
            marks = {"words": [SAID]} if words == DISPUTED and place < 2 else {}
            with live.signed_in(email) as connection:
                parts = submission(live.codebook, answers, marks, sentence=words)
                connection.submit(entry.remote_id, parts, seconds=5.0)
    pull(study)
    return live


def opened(study: LiveStudy, page: Page, asked: AdjudicationAsked) -> None:
    """Begin to adjudicate, sign in as the adjudicator and open the stream."""
    email = f"adjudicator-of-three-{next(_number)}@example.org"
    started = start(study.study, asked=asked, adjudicators=[email], sleep=lambda _: None)
    assert (started.n_sent, started.n_verified) == (3, 3)
    study.server.raw("PATCH", f"/api/projects/{started.project_id}/", json={"show_instruction": False})
    sign_in(page, str(started.link), email, passwords_of(study.study)[email])
    expect(sentence(page)).to_have_text(DISPUTED)


def chosen(page: Page, *titles: str) -> None:
    """Exactly these categories are chosen."""
    expect(page.locator(".ic-page input:checked")).to_have_count(len(titles))
    for title in titles:
        row = page.locator(".ic-q").filter(has=page.locator("input:checked"))
        expect(row.locator("label:has(input:checked)").filter(has_text=title)).to_have_count(1)


def numbers(page: Page) -> list[str]:
    return [box.input_value() for box in page.locator(".ic-page input[type=number]:visible").all()]


def rows(study: LiveStudy) -> dict[tuple[str, str], dict[str, Any]]:
    texts = study.texts()
    found = pq.read_table(export(study.study, replicates=0).folder / "adjudications.parquet").to_pylist()
    return {(texts[row["sentence_id"]], row["question"]): row for row in found}


@pytest.mark.browser
def test_the_most_frequent_answer_is_chosen_beforehand_and_none_in_a_tie(coded: LiveStudy, page: Page) -> None:
    opened(coded, page, AdjudicationAsked(sample=1.0, questions=AGAIN.questions, prefill="majority"))
    chosen(page, "Low", "War", "Law")  # all gave the same kind, which is asked and open
    expect(page.locator(".htx-highlight")).to_have_text(["said"])
    assert numbers(page) == ["4", "3"]
    option(page, "#question-kind", "Army").click()
    refused(page, "Still to answer: Why did the coders differ?")
    option(page, ".ic-why", "Slip").click()
    sent(page, "submit")

    expect(sentence(page)).to_have_text(TIED)
    chosen(page)
    expect(page.locator(".htx-highlight")).to_have_count(0)
    option(page, "#question-kind", "Police").click()
    option(page, "#question-rank", "Low").click()  # as all said: it is drawn, asked and open
    option(page, ".ic-why", "Ambiguous text").click()
    sent(page, "submit")

    expect(sentence(page)).to_have_text(ALIKE)
    chosen(page)
    assert numbers(page) == ["", ""]

    assert {report.round: report.tally.new for report in pull(coded.study)}[NAME] == 2
    by_text = {text: sentence_id for sentence_id, text in coded.texts().items()}
    with coded.study.database() as database:
        settled = settled_of(database, "pilot")
    decided = {name: settled[by_text[DISPUTED], name] for name in AGAIN.questions}
    assert {name: one.value for name, one in decided.items()} == {
        "kind": "STATE/army",
        "rank": "low",
        "topics": ["war", "law"],
        "words": [["Cue", SAID.start, SAID.end]],
        "warmth": 4.0,
        "deaths": 3.0,
    }
    assert {name for name, one in decided.items() if one.anchored} == set(AGAIN.questions) - {"kind"}
    exported = rows(coded)
    assert {name: exported[DISPUTED, name]["anchored"] for name in AGAIN.questions} == {
        name: name != "kind" for name in AGAIN.questions
    }
    assert exported[TIED, "kind"]["anchored"] is False
    assert settled[by_text[TIED], "kind"].value == "STATE/police"


@pytest.mark.browser
def test_nothing_is_chosen_beforehand_unless_asked_for(coded: LiveStudy, page: Page) -> None:
    opened(coded, page, AGAIN)
    chosen(page)
    expect(page.locator(".htx-highlight")).to_have_count(0)
    assert numbers(page) == ["", ""]


def shown(lead: LabelStudio, project_id: int) -> tuple[bool, list[int]]:
    """Whether the page shows what was sent beforehand, and how many of that each sentence has."""
    project = lead._client.read(f"api/projects/{project_id}/", dict)
    asked = {"project": project_id, "fields": "all", "include": "id,predictions"}
    tasks = lead._client.read("api/tasks", dict, asked)["tasks"]
    return bool(project["show_collab_predictions"]), [len(task["predictions"]) for task in tasks]


@pytest.mark.parametrize("delivered", [True, False], ids=["carried out", "not sent"])
def test_killed_at_every_request_a_second_start_has_it_shown_and_nothing_there_twice(
    coded: LiveStudy, lead: LabelStudio, monkeypatch: pytest.MonkeyPatch, delivered: bool
) -> None:
    asked = AdjudicationAsked(sample=0, prefill="majority")
    for number in count(1):
        monkeypatch.setattr(module, "open_server", through(KilledAt(number, delivered=delivered), coded))
        try:
            start(coded.study, asked=asked, sleep=lambda _: None)
        except KeyboardInterrupt:
            continue
        break
    monkeypatch.undo()
    before = lead.newest_change(coded.project_id(NAME)).newest_updated_at
    assert shown(lead, coded.project_id(NAME)) == (True, [1, 0])
    assert start(coded.study, sleep=lambda _: None).n_sent == 0
    assert shown(lead, coded.project_id(NAME)) == (True, [1, 0])
    assert lead.newest_change(coded.project_id(NAME)).newest_updated_at == before


def test_predictions_deleted_on_the_server_are_said_and_hold_nothing_up(coded: LiveStudy, lead: LabelStudio) -> None:
    started = start(coded.study, asked=AdjudicationAsked(sample=0, prefill="majority"), sleep=lambda _: None)
    assert not any("deleted the predictions" in note for note in started.notes)
    action = f"/api/dm/actions?id=delete_tasks_predictions&project={started.project_id}"
    everything = {"selectedItems": {"all": True, "excluded": []}}
    assert coded.server.raw("POST", action, json=everything).status_code == 200
    assert shown(lead, coded.project_id(NAME))[1] == [0, 0]
    again = start(coded.study, sleep=lambda _: None)
    assert (again.n_sent, again.n_verified) == (0, 2)
    assert any("deleted the predictions" in note for note in again.notes)


def test_where_no_answer_is_most_frequent_nothing_is_sent_beforehand(coded: LiveStudy, lead: LabelStudio) -> None:
    started = start(
        coded.study,
        asked=AdjudicationAsked(sample=0, where="tie", prefill="majority"),
        sleep=lambda _: None,
    )
    assert started.n_sent == 1
    assert shown(lead, coded.project_id(NAME)) == (False, [0])
