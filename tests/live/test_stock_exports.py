"""Projects of ten shapes people have, exported as the server exports, and read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.agreement import by_definition
from tests.live.conftest import MakeAnnotator
from tests.live.server import LiveServer
from tests.live.stock_projects import SHAPES, TEXT, TONE, choices, computed, expected, exported, units
from toolkit.labelstudio.session import LabelStudio
from toolkit.loop.agreement.label_studio_file import ReadingAs, agree_label_studio
from toolkit.loop.agreement.request import AgreementRequest

pytestmark = pytest.mark.live


@pytest.mark.parametrize("name", SHAPES)
def test_a_project_of_this_shape_is_read_without_a_word(
    server: LiveServer, people: list[int], tmp_path: Path, name: str
) -> None:
    shape = SHAPES[name]
    path, drawn = exported(server, shape, people, tmp_path)
    for config in (None, tmp_path / "label.xml"):
        report = agree_label_studio(path, AgreementRequest(replicates=0), config=config)
        assert {each.question: each.level for each in report.read_as} == {
            question: level for question, (level, _) in shape.questions.items()
        }
        assert set(report.left_out) == shape.left_out
        for question, (level, _) in shape.questions.items():
            found = computed(report, question)
            for reading, value in expected(level, drawn[question]).items():
                assert found[reading] == pytest.approx(value, abs=1e-9), (question, reading)
        assert report.excluded.get("revised", 0) > 0
        assert report.beside.get("predictions") == 1


def test_gaps_skips_repeats_edits_and_drafts_are_counted(
    server: LiveServer, lead: LabelStudio, annotator: MakeAnnotator, tmp_path: Path
) -> None:
    """Made by people at work: what they submit, pass over, begin, and change of each other."""
    config = f"<View>{TEXT}{choices('sentiment', *TONE)}</View>"
    made = server.raw("POST", "/api/projects", json={"title": "At work", "label_config": config}).json()
    server.raw("POST", f"/api/projects/{made['id']}/import", json=[{"text": f"Text {n}."} for n in range(6)])
    server.admit(project_id=made["id"])
    tasks = [item.remote_id for page in lead.sentences_on_server(made["id"]) for item in page]
    ana, ben = annotator(), annotator()

    def said(tone: str) -> list[dict[str, Any]]:
        return [{"from_name": "sentiment", "to_name": "text", "type": "choices", "value": {"choices": [tone]}}]

    for task in tasks[:4]:
        ana.submit(task, said("Positive"), seconds=2.0)
        ben.submit(task, said("Positive" if task != tasks[0] else "Negative"), seconds=2.0)
    ana.skip(tasks[4], seconds=1.0)
    again = server.answer_again(tasks[0], ana.me().user_id, {"result": said("Negative"), "lead_time": 1.0})
    edited = server.raw("PATCH", f"/api/annotations/{again + 0}/", json={"result": said("Neutral")})
    assert edited.status_code == 200
    draft = server.raw("POST", f"/api/tasks/{tasks[5]}/drafts", json={"result": said("Neutral"), "lead_time": 1})
    assert draft.status_code == 201
    listed = server.raw(
        "GET", f"/api/projects/{made['id']}/export", params={"exportType": "JSON", "download_all_tasks": "true"}
    )
    path = tmp_path / "project.json"
    path.write_bytes(listed.content)
    report = agree_label_studio(path, AgreementRequest(replicates=0))
    assert report.n_annotations == 10
    assert report.excluded == {"skipped": 1, "edited_by_other": 1, "revised": 1}
    assert report.beside == {"drafts": 1}
    (alpha,) = (each for each in report.estimates if each.headline)
    # the repeat decides and does not count, because somebody else changed it: ana has no answer to the first
    answers = [["Positive", "Positive"]] * 3
    assert alpha.value == pytest.approx(by_definition.alpha(answers, by_definition.nominal))
    assert "@" not in json.dumps([str(each) for each in report.estimates])


def test_the_configuration_can_be_asked_of_the_server(
    server: LiveServer,
    people: list[int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    from toolkit.cli import main

    path, _ = exported(server, SHAPES["sentiment with rating"], people, tmp_path)
    number = path.stem.removeprefix("project-")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", server.token)
    asked = [
        "intercoder",
        "agree",
        str(path),
        "--config",
        f"{server.url}#{number}",
        "--bootstrap",
        "0",
        "--format",
        "json",
    ]
    monkeypatch.setattr("sys.argv", asked)
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    said = capfd.readouterr()
    read_as = {one["question"]: one for one in json.loads(said.out)["read_as"]}
    assert read_as["stars"]["because"] == "a rating; from 1 to 4"
    assert read_as["sentiment"]["because"].endswith("as configured")
    assert server.token not in said.out + said.err


def test_a_guess_can_be_overruled(server: LiveServer, people: list[int], tmp_path: Path) -> None:
    shape = SHAPES["text classification"]
    path, drawn = exported(server, shape, people, tmp_path)
    order = ("Negative", "Neutral", "Positive")
    read = {"sentiment": ReadingAs("ordinal", order)}
    report = agree_label_studio(path, AgreementRequest(replicates=50, by=("outlet",)), read=read, cluster="outlet")
    all_units = units(drawn["sentiment"])
    wanted = by_definition.alpha(all_units, by_definition.ordinal(all_units, order))
    assert computed(report, "sentiment") == {"ordinal": pytest.approx(wanted, abs=1e-9)}
    assert {each.cluster for each in report.estimates} == {"outlet"}
    assert {each.group for each in report.estimates if each.about == "group"} == {"north", "south"}
