"""The page and its instructions edited in Label Studio, by an annotator: said everywhere, mended when asked."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from typing import Any

import pytest

from tests.live.loop.conftest import WRITER, LiveStudy
from tests.terminal.printed import printed
from toolkit.cli.app import app
from toolkit.codebook.shipped import shipped_names
from toolkit.labelstudio.page.config import labelling_config
from toolkit.loop import push
from toolkit.loop.doctor import doctor
from toolkit.loop.init import init
from toolkit.loop.pushing.design import Design
from toolkit.loop.pushing.task_data import task_data
from toolkit.loop.status import status
from toolkit.terminal.status import status_text

pytestmark = pytest.mark.live


def test_a_code_renamed_and_instructions_edited_on_the_server(
    pushed: LiveStudy, capsys: pytest.CaptureFixture[str]
) -> None:
    (before,) = status(pushed.study).rounds
    assert before.page_differences == ()
    pushed.code(pushed.emails[0], 0, WRITER)
    project_id = pushed.project_id()
    with pushed.server.as_lead() as lead:
        page = lead.project(project_id)
        lead.update_project(
            project_id,
            config_xml=page.config_xml.replace('alias="mixed"', 'alias="both"'),
            instructions_html=page.instructions_html.replace("<p>", "<p>Hurry. ", 1),
        )

    (progress,) = status(pushed.study).rounds
    assert progress.page_differences is not None
    said = "\n".join(progress.page_differences)
    assert "question 'attribution': category 'mixed' is not on the page" in said
    assert "question 'attribution': category 'both' is on the page, not in the codebook" in said
    assert "the instructions say 'Hurry. " in said
    assert "--mend-page" in printed(status_text(status(pushed.study)))
    (check,) = [check for check in doctor(pushed.study) if check.name == "page pilot"]
    assert check.outcome == "warning"
    assert "'both'" in check.found
    assert "--mend-page" in check.todo

    app(["status", "--format", "json", "--study", str(pushed.study.folder)], standalone_mode=False)
    shown = json.loads(capsys.readouterr().out)
    assert shown == json.loads(json.dumps(asdict(status(pushed.study))))
    assert "mixed" in str(shown["rounds"][0]["page_differences"])

    pushed_again = push.push(pushed.study)
    assert (pushed_again.page_differences, pushed_again.page_mended) == (progress.page_differences, False)
    mended = push.push(pushed.study, mend_page=True)
    assert (mended.page_differences, mended.page_mended) == (progress.page_differences, True)
    (after,) = status(pushed.study).rounds
    assert after.page_differences == ()
    nothing = push.push(pushed.study, mend_page=True)
    assert (nothing.page_differences, nothing.page_mended) == ((), False)
    assert {check.outcome for check in doctor(pushed.study)} == {"ok"}


@pytest.mark.parametrize("name", shipped_names())
def test_what_label_studio_gives_back_is_what_was_written(live_study: LiveStudy, name: str) -> None:
    other = init(live_study.study.folder.with_name(f"of-{name}"), codebook=name)
    live_study.study.codebook_file.write_text(other.codebook_file.read_text(encoding="utf-8"), encoding="utf-8")
    assert push.push(live_study.study, design=Design(annotators_per_sentence=1)).page_differences == ()


def test_a_round_of_a_version_that_did_not_say_how_far_it_is_gets_its_new_codebook(
    live_study: LiveStudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its sentences lack what the page would read, and Label Studio refuses a page that reads what is not there."""

    def as_before(*arguments: Any, **more: Any) -> dict[str, object]:
        sent = task_data(*arguments, **more)
        return {name: value for name, value in sent.items() if name not in {"round_position", "n_in_round"}}

    page_before = partial(labelling_config, in_round=False)
    monkeypatch.setattr("toolkit.loop.pushing.transfer.task_data", as_before)
    monkeypatch.setattr("toolkit.labelstudio.page.config.labelling_config", page_before)
    push.push(live_study.study, design=Design(annotators_per_sentence=1))
    monkeypatch.undo()
    file = live_study.study.codebook_file
    text = file.read_text(encoding="utf-8")
    mended = text.replace("version: 1.1.2", "version: 1.1.3", 1).replace('title: "Both"', 'title: "Both of them"', 1)
    file.write_text(mended, encoding="utf-8")
    assert push.push(live_study.study, update_codebook=True).codebook_updated
    with live_study.server.as_lead() as lead:
        page = lead.project(live_study.project_id()).config_xml
        assert "Both of them" in page
        assert "$round_position" not in page
        lead.update_project(live_study.project_id(), config_xml=page.replace("Both of them", "Both"))
    assert push.push(live_study.study, mend_page=True).page_mended
