"""The page and its instructions edited in Label Studio, by an annotator: said everywhere, mended when asked."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from tests.live.loop.conftest import WRITER, LiveStudy
from tests.terminal.printed import printed
from toolkit.cli.app import app
from toolkit.codebook.shipped import shipped_names
from toolkit.loop import push
from toolkit.loop.doctor import doctor
from toolkit.loop.init import init
from toolkit.loop.pushing.design import Design
from toolkit.loop.status import status
from toolkit.terminal.status import status_text

pytestmark = pytest.mark.live


def test_a_code_renamed_and_instructions_edited_by_an_annotator(
    pushed: LiveStudy, capsys: pytest.CaptureFixture[str]
) -> None:
    (before,) = status(pushed.study).rounds
    assert before.page_differences == ()
    pushed.code(pushed.emails[0], 0, WRITER)
    project_id = pushed.project_id()
    with pushed.signed_in(pushed.emails[1]) as annotator:
        page = annotator.project(project_id)
        annotator.update_project(
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
