"""Projects that were there before us, made into studies: same numbers, and nothing of theirs is changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.agreement import by_definition
from tests.live.server import LiveServer
from tests.live.stock_projects import SHAPES, TEXT, TONE, choices, computed, expected, made, units
from tests.terminal.printed import printed
from toolkit import api
from toolkit.codebook.parse import parse
from toolkit.errors import BadInput, ContractViolated, ServerRefused, UsageError
from toolkit.loop.adopt import AdoptionPlan, adopt
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree
from toolkit.loop.doctor import doctor
from toolkit.loop.pull import pull
from toolkit.loop.push import push
from toolkit.loop.pushing.design import Design
from toolkit.loop.status import status
from toolkit.study import articles, rounds
from toolkit.study.folder import Study, read_codebook_text
from toolkit.terminal.pull import pull_text

pytestmark = pytest.mark.live
QUICK = AgreementRequest(replicates=0)


def as_it_is(server: LiveServer, project: int) -> tuple[Any, Any]:
    """Everything there is of a project but what moves by itself."""
    about = server.raw("GET", f"/api/projects/{project}").json()
    tasks = server.raw(
        "GET", f"/api/projects/{project}/export", params={"exportType": "JSON", "download_all_tasks": "true"}
    ).json()
    return {name: value for name, value in about.items() if name != "created_by"}, tasks


def taken_up(server: LiveServer, project: int, folder: Path, **more: Any) -> Study:
    study = adopt(folder, f"{server.url}#{project}", server.token, **more).study
    assert study is not None
    return study


def a_project(server: LiveServer, tasks: list[dict[str, Any]], config: str | None = None) -> int:
    config = config or TEXT + choices("sentiment", *TONE)
    answer = server.raw("POST", "/api/projects", json={"title": "Theirs", "label_config": f"<View>{config}</View>"})
    assert answer.status_code == 201, answer.text
    project = int(answer.json()["id"])
    sent = server.raw("POST", f"/api/projects/{project}/import", json=tasks)
    assert sent.status_code == 201, sent.text
    return project


def said(tone: str, name: str = "sentiment") -> list[dict[str, Any]]:
    return [{"from_name": name, "to_name": "text", "type": "choices", "value": {"choices": [tone]}}]


def task(text: str, *tones: tuple[int, str], **data: str) -> dict[str, Any]:
    return {
        "data": {"text": text, **data},
        "annotations": [{"completed_by": who, "result": said(tone)} for who, tone in tones],
    }


@pytest.mark.parametrize("name", SHAPES)
def test_the_numbers_are_those_of_the_definition_and_the_project_is_as_it_was(
    server: LiveServer, people: list[int], tmp_path: Path, name: str
) -> None:
    shape = SHAPES[name]
    project, drawn = made(server, shape, people)
    before = as_it_is(server, project)
    plans: list[AdoptionPlan] = []
    done = adopt(tmp_path / "theirs", f"{server.url}#{project}", server.token, show_plan=plans.append, page_size=5)
    assert done.study is not None
    levels = {question: level for question, (level, _) in plans[0].guesses.items() if level != "text"}
    assert levels == {question: level for question, (level, _) in shape.questions.items()}
    report = agree(done.study, QUICK)
    for question, (level, _) in shape.questions.items():
        found = computed(report, question)
        for reading, value in expected(level, drawn[question]).items():
            assert found[reading] == pytest.approx(value, abs=1e-9), (question, reading)
    assert report.rejected == {}
    assert pull(done.study)[0].changed is False
    assert {check.outcome for check in doctor(done.study)} == {"ok"}
    assert as_it_is(server, project) == before


def test_in_python_it_is_a_study_with_tables(server: LiveServer, people: list[int], tmp_path: Path) -> None:
    project = a_project(server, [task("One.", (people[0], "Positive"), (people[1], "Neutral"))])
    study = api.adopt(tmp_path / "theirs", f"{server.url}#{project}", server.token)
    assert sorted(study.answers()["code"]) == ["Neutral", "Positive"]
    assert study.sentences()["text"].tolist() == ["One."]


def test_an_adopted_round_is_only_read(server: LiveServer, people: list[int], tmp_path: Path) -> None:
    project = a_project(server, [task("One.", (people[0], "Positive")), task("Two.")])
    study = taken_up(server, project, tmp_path / "theirs")
    for more in ({}, {"again": True}, {"mend_page": True}, {"remove_copies": True}):
        with pytest.raises(UsageError, match="was adopted"):
            push(study, round_name="adopted", **more)  # type: ignore[arg-type]  # options by name
    (progress,) = status(study).rounds
    assert (progress.sentences, progress.done, progress.is_adopted) == (2, 1, True)
    assert progress.page_differences == ()


def test_its_sentences_can_be_coded_in_a_round_of_our_own(
    server: LiveServer, people: list[int], tmp_path: Path
) -> None:
    project = a_project(server, [task("One.", (people[0], "Positive")), task("Two.")])
    study = taken_up(server, project, tmp_path / "theirs")
    result = push(study, round_name="second", design=Design(annotators_per_sentence=1))
    assert result.n_verified == 2
    assert result.project_id not in {None, project}


def test_tasks_of_one_article_are_its_sentences(server: LiveServer, people: list[int], tmp_path: Path) -> None:
    tasks = [
        task("Yes.", (people[0], "Positive"), story="a", outlet="north"),
        task("No.", story="b", outlet="south"),
        task("Yes.", (people[1], "Neutral"), story="a", outlet="north"),
        task("Yes.\n\nYes.", story="c"),
    ]
    study = taken_up(server, a_project(server, tasks), tmp_path / "theirs", article_field="story")
    with study.database() as database:
        of = {one.article.article_id: (one.article.outlet, one.n_sentences) for one in articles.articles(database)}
        texts = [(sentence.article_id, sentence.text) for sentence in articles.sentences(database)]
    assert of == {"a": ("north", 2), "b": ("south", 1), "c": (None, 1)}
    assert texts == [("a", "Yes."), ("a", "Yes."), ("b", "No."), ("c", "Yes.\n\nYes.")]


def test_tasks_of_the_same_words_stay_apart(server: LiveServer, people: list[int], tmp_path: Path) -> None:
    tasks = [task("Yes.", (people[0], "Positive"), (people[1], "Neutral")) for _ in range(3)]
    study = taken_up(server, a_project(server, tasks), tmp_path / "theirs")
    with study.database() as database:
        assert articles.count(database) == (3, 3)
        assert [sentence.text for sentence in articles.sentences(database)] == ["Yes."] * 3
    (alpha,) = (one for one in agree(study, QUICK).estimates if one.headline)
    assert alpha.n_units == 3


def test_what_cannot_be_taken_up_is_listed_and_a_dry_run_writes_nothing(
    server: LiveServer, people: list[int], tmp_path: Path
) -> None:
    config = (
        '<Image name="photo" value="$photo"/><Text name="text" value="$text"/>'
        '<Labels name="who" toName="text"><Label value="Person"/></Labels>'
        '<Choices name="kind" toName="text" perRegion="true"><Choice value="a"/><Choice value="b"/></Choices>'
        '<DateTime name="when" toName="text"/><Relations/>'
    )
    tasks = [task("One.", photo="/x.png", desk="north"), {"data": {"text": "  ", "photo": "/y.png"}}]
    project = a_project(server, tasks, config)
    plans: list[AdoptionPlan] = []
    done = adopt(tmp_path / "theirs", f"{server.url}#{project}", server.token, dry_run=True, show_plan=plans.append)
    assert done.study is None
    assert list(tmp_path.iterdir()) == []
    listed = {fault.place: fault.message for fault in plans[0].not_taken}
    assert set(listed) == {"kind", "when", "image $photo", "other fields", "1 × task"}
    assert listed["other fields"] == "desk, photo"
    assert "regions" in listed["kind"]
    assert "is empty" in listed["1 × task"]
    assert plans[0].n_sentences == 1


def test_what_is_no_project_or_has_no_text_is_said(server: LiveServer, people: list[int], tmp_path: Path) -> None:
    with pytest.raises(ServerRefused, match="no project 99999"):
        adopt(tmp_path / "a", f"{server.url}#99999", server.token)
    project = a_project(server, [task("One.")])
    with pytest.raises(UsageError, match="field 'body'") as refused:
        adopt(tmp_path / "a", f"{server.url}#{project}", server.token, text_field="body")
    assert "text" in str(refused.value.todo)
    empty = a_project(server, [{"data": {"text": " "}}])
    with pytest.raises(BadInput, match="no task that can be a sentence"):
        adopt(tmp_path / "a", f"{server.url}#{empty}", server.token)
    assert list(tmp_path.iterdir()) == []


def test_what_comes_later_is_taken_up_and_what_comes_back_is_what_it_was(
    server: LiveServer, people: list[int], tmp_path: Path
) -> None:
    project = a_project(server, [task(f"Text {n}.", (people[0], "Positive"), story="a") for n in range(12)])
    study = taken_up(server, project, tmp_path / "theirs", article_field="story")
    server.raw("POST", f"/api/projects/{project}/import", json=[task("Later.", (people[1], "Neutral"), story="a")])
    (report,) = pull(study)
    assert (report.n_new_sentences, report.tally.new, report.not_registered) == (1, 1, 0)
    with study.database() as database:
        ledger = {entry.sentence_id: entry.remote_id for entry in rounds.ledger(database, "adopted")}
        assert [one.article.article_id for one in articles.articles(database)] == ["a", "a (2)"]
    first = next(iter(ledger.values()))
    assert server.raw("DELETE", f"/api/tasks/{first}/").status_code == 204
    assert pull(study)[0].vanished_items == 1
    with study.database() as database:
        after = {entry.sentence_id: entry.remote_id for entry in rounds.ledger(database, "adopted")}
    assert after == ledger | {next(iter(ledger)): None}
    assert pull(study)[0].changed is False
    edited = list(ledger.values())[1]
    assert server.raw("PATCH", f"/api/tasks/{edited}/", json={"data": {"text": "Mended.", "story": "a"}}).is_success
    assert pull(study)[0].n_texts_changed == 1


def test_what_was_answered_before_a_task_had_a_text_counts_once_it_has_one(
    server: LiveServer, people: list[int], tmp_path: Path
) -> None:
    project = a_project(server, [task("One.", (people[0], "Positive"))])
    study = taken_up(server, project, tmp_path / "theirs")
    server.raw(
        "POST", f"/api/projects/{project}/import", json=[task("", (people[0], "Neutral"), (people[1], "Neutral"))]
    )
    (report,) = pull(study)
    assert (report.unknown_sentences, sum(report.not_taken.values())) == (2, 1)
    assert "is empty" in printed(pull_text(report))
    tasks = server.raw("GET", "/api/tasks", params={"project": project}).json()["tasks"]
    empty = next(one["id"] for one in tasks if not one["data"]["text"])
    assert server.raw("PATCH", f"/api/tasks/{empty}/", json={"data": {"text": "Two."}}).is_success
    assert pull(study)[0].n_new_sentences == 1
    (alpha,) = (one for one in agree(study, QUICK).estimates if one.headline)
    assert alpha.n_pairable == 1


def test_words_that_were_changed_there_are_named_also_where_nothing_else_is_new(
    server: LiveServer, people: list[int], tmp_path: Path
) -> None:
    project = a_project(server, [task("One.", (people[0], "Positive"))])
    study = taken_up(server, project, tmp_path / "theirs")
    tasks = server.raw("GET", "/api/tasks", params={"project": project}).json()["tasks"]
    assert server.raw("PATCH", f"/api/tasks/{tasks[0]['id']}/", json={"data": {"text": "Other."}}).is_success
    (report,) = pull(study)
    said = printed(pull_text(report))
    assert "nothing new" in said
    assert "the text was changed there" in said


def test_a_file_of_another_project_is_no_file_of_this_one(
    server: LiveServer, people: list[int], tmp_path: Path
) -> None:
    """Every server counts its tasks from 1: only words tell whose they are."""
    project = a_project(server, [task(f"Text {n}.", (people[0], "Positive")) for n in range(3)])
    study = taken_up(server, project, tmp_path / "theirs")
    _, exported = as_it_is(server, project)
    for number, one in enumerate(exported):
        one["data"]["text"] = f"Stranger {number}."
        for annotation in one["annotations"]:
            annotation["id"] += 10_000
    file = tmp_path / "other.json"
    file.write_text(json.dumps(exported), encoding="utf-8")
    with pytest.raises(BadInput, match=r"no sentence in other\.json \(3\) is of round"):
        pull(study, from_file=file)
    exported[0]["data"]["text"] = "Text 0."
    exported.append({**exported[1], "id": 99_999, "annotations": []})
    file.write_text(json.dumps(exported), encoding="utf-8")
    (report,) = pull(study, from_file=file)
    assert (report.tally.new, report.n_new_sentences, sum(report.not_taken.values())) == (1, 0, 3)


def test_what_is_said_of_an_article_and_is_odd_drops_no_task(
    server: LiveServer, people: list[int], tmp_path: Path
) -> None:
    tasks = [
        task("One.", (people[0], "Positive"), published="12.03.2020", story=""),
        task("Two.", (people[0], "Positive"), published="2020-03-12", story="../x"),
        task("Three.", (people[0], "Positive"), story="../x"),
    ]
    plans: list[AdoptionPlan] = []
    study = taken_up(
        server, a_project(server, tasks), tmp_path / "theirs", article_field="story", show_plan=plans.append
    )
    with study.database() as database:
        found = {one.article.article_id: one.n_sentences for one in articles.articles(database)}
        published = [one.article.published for one in articles.articles(database)]
    assert sorted(found.values()) == [1, 2]
    assert sorted(map(str, published)) == ["2020-03-12", "None"]
    listed = [fault.message for fault in plans[0].not_taken]
    assert "its 'published' cannot be one, and is left out" in listed
    assert "without a 'story': an article by itself" in listed


def test_an_adoption_is_not_gone_on_with_under_other_names(
    server: LiveServer, people: list[int], tmp_path: Path
) -> None:
    project = a_project(server, [task("One.", (people[0], "Positive"), story="a")])
    taken_up(server, project, tmp_path / "theirs")
    for more in ({"article_field": "story"}, {"dry_run": True}, {"round_name": "other"}):
        with pytest.raises(UsageError, match="was made of this project already"):
            adopt(tmp_path / "theirs", f"{server.url}#{project}", server.token, **more)
    assert adopt(tmp_path / "theirs", f"{server.url}#{project}", server.token, text_field="text").study is not None


def test_a_level_the_lead_mends_is_read_anew(server: LiveServer, people: list[int], tmp_path: Path) -> None:
    project, drawn = made(server, SHAPES["text classification"], people)
    study = taken_up(server, project, tmp_path / "theirs")
    text = read_codebook_text(study)
    order = ("Negative", "Neutral", "Positive")
    mended = text.replace("level: nominal", f"order: [{', '.join(order)}]\n    level: ordinal")
    study.codebook_file.write_text(mended, encoding="utf-8")
    with pytest.raises(ContractViolated, match=r"says version 1\.0\.0 as well"):
        pull(study, update_codebook=True)
    study.codebook_file.write_text(mended.replace("version: 1.0.0", "version: 1.1.0"), encoding="utf-8")
    assert pull(study)[0].codebook_differs
    assert pull(study, update_codebook=True)[0].codebook_taken_up
    all_units = units(drawn["sentiment"])
    wanted = by_definition.alpha(all_units, by_definition.ordinal(all_units, order))
    assert computed(agree(study, QUICK), "sentiment") == {"ordinal": pytest.approx(wanted, abs=1e-9)}
    lost = parse(mended, source="x").model_dump(mode="json")
    lost["version"] = "1.2.0"
    lost["questions"][0]["categories"] = lost["questions"][0]["categories"][:2]
    lost["questions"][0]["order"] = []
    lost["questions"][0]["level"] = "nominal"
    study.codebook_file.write_text(json.dumps(lost), encoding="utf-8")
    with pytest.raises(ContractViolated, match="cannot be read with"):
        pull(study, update_codebook=True)


def test_an_adoption_that_was_stopped_goes_on(
    server: LiveServer, people: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = a_project(server, [task(f"Text {n}.", (people[0], "Positive")) for n in range(6)])

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("toolkit.loop.adopt.pull", stopped)
    with pytest.raises(KeyboardInterrupt):
        adopt(tmp_path / "theirs", f"{server.url}#{project}", server.token)
    monkeypatch.undo()
    done = adopt(tmp_path / "theirs", f"{server.url}#{project}", server.token)
    assert done.pulled[0].tally.new == 6
    other = a_project(server, [task("One.")])
    with pytest.raises(UsageError, match="is another study"):
        adopt(tmp_path / "theirs", f"{server.url}#{other}", server.token)


def test_what_the_project_asks_later_is_named(server: LiveServer, people: list[int], tmp_path: Path) -> None:
    project = a_project(server, [task("One.", (people[0], "Positive"))])
    study = taken_up(server, project, tmp_path / "theirs")
    config = TEXT + choices("sentiment", *TONE, "Mixed") + choices("topic", "a", "b")
    changed = server.raw("PATCH", f"/api/projects/{project}/", json={"label_config": f"<View>{config}</View>"})
    assert changed.is_success
    (progress,) = status(study).rounds
    assert progress.page_differences == ("'sentiment' has 'Mixed' as well", "it asks 'topic' as well")
    server.raw("POST", f"/api/projects/{project}/import", json=[task("Two.", (people[0], "Mixed"))])
    (report,) = pull(study)
    assert dict(report.rejected) == {"sentiment: unknown category 'Mixed'": 1}
