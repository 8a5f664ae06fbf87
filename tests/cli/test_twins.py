"""Every command is the twin of a function in ``loop/``: its JSON is what the function returns, its defaults are its."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from tests.codebook.migration.books import AFTER, MAP
from tests.codebook.samples import FULL, codebook
from tests.loop.test_answers import ANA, BEN, choice, pull, raw
from tests.study.small import numbered
from toolkit.cli.app import app
from toolkit.cli.streams import plain
from toolkit.errors import UsageError
from toolkit.loop import (
    annotator_overview,
    annotators,
    doctor,
    escalate,
    export,
    init,
    migrate,
    plan,
    push,
    replay,
    status,
    validate,
)
from toolkit.loop import codebook as codebooks
from toolkit.loop.agreement import study as agree
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.rounds import listed
from toolkit.study import annotators as register
from toolkit.study import articles, rounds
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Three sentences of two articles, each coded by two; one sentence has two opinions."""
    made = init.init(tmp_path / "study")
    with made.database() as database:
        articles.add(database, [numbered("a", 2), numbered("b", 1)], splitter="by hand", splitter_version="1")
        rounds.create(database, "pilot", Decision(2), codebook(), document=FULL)
        rounds.set_project(database, "pilot", server_url="embedded", project_id=1)
        rounds.plan(database, "pilot", [("a-1", 2), ("a-2", 2), ("b-1", 2)])
        register.register(database, ["ana@example.org", "ben@example.org"], round=None)
        register.learn_accounts(database, "embedded", {ANA: "ana@example.org", BEN: "ben@example.org"})
        for item, (sentence, first, second) in enumerate([("a-1", "ok", "ok"), ("a-2", "ok", "broken")], start=1):
            coded = (raw(2 * item, ANA, choice("gate", first)), raw(2 * item + 1, BEN, choice("gate", second)))
            pull(database, sentence, *coded, remote_id=item)
    return made


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    app([*arguments, "--format", "json"], standalone_mode=False, prog_name="intercoder")
    return json.loads(capsys.readouterr().out)


def as_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def test_agree(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "agree", "--study", str(study.folder), "--bootstrap", "50", "--seed", "3")
    report = agree.agree(study, AgreementRequest(replicates=50, seed=3))
    assert found == as_json(asdict(report))
    assert found["estimates"]


def test_plan(capsys: pytest.CaptureFixture[str]) -> None:
    options = "--level nominal --expect .9 --target .7 --coders 2 --sentences-per-article 9 --differ little --seed 5"
    found = printed(capsys, "plan", *options.split(), "--categories", ".4,.3,.3")
    planned = plan.plan(
        level="nominal",
        categories=[0.4, 0.3, 0.3],
        expect=0.9,
        target=0.7,
        coders=2,
        sentences_per_article=9,
        differ="little",
        seed=5,
    )
    assert found == as_json(asdict(planned))


def test_codebook_migrate(study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new, map_file = tmp_path / "after.yaml", tmp_path / "map.yaml"
    new.write_text(AFTER, encoding="utf-8")
    map_file.write_text(MAP, encoding="utf-8")
    options = ["--map", str(map_file), "--round", "pilot", "--dry-run", "--study", str(study.folder)]
    found = printed(capsys, "codebook", "migrate", "1.0.0", str(new), *options)
    expected = migrate.migrate(study, "1.0.0", str(new), map_file=map_file, round_name="pilot", dry_run=True)
    assert found == as_json(asdict(expected))
    assert found["rounds"][0]["touched"]


def test_plan_wants_categories_it_can_read() -> None:
    options = "--level nominal --expect .9 --target .7 --coders 2 --sentences-per-article 6 --categories few"
    with pytest.raises(UsageError, match="'few'"):
        app(["plan", *options.split()], standalone_mode=False)


def test_status(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "status", "--study", str(study.folder))
    assert found == as_json(asdict(status.status(study)))
    assert found["rounds"][0]["done"] == 2


def test_escalate(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    with study.database() as database:
        rounds.record_remote(database, "pilot", {"a-1": 1, "a-2": 2, "b-1": 3})
        register.register(database, ["cem@example.org"], round=None)
    options = ("--study", str(study.folder), "--budget", "3", "--least-gain", "0.001", "--dry-run")
    found = printed(capsys, "escalate", *options)
    assert found == as_json(asdict(escalate.escalate(study, budget=3, least_gain=0.001, dry_run=True)))
    assert [one["sentence_id"] for one in found["plan"]["sentences"]] == ["a-2"]
    found = printed(capsys, "escalate", "--report", "--study", str(study.folder))
    assert found == as_json(asdict(escalate.escalated(study)))
    with pytest.raises(UsageError, match="how many annotations more"):
        app(["escalate", "--study", str(study.folder)], standalone_mode=False)
    with pytest.raises(UsageError, match="changes nothing"):
        app(["escalate", "--report", "--budget", "3", "--study", str(study.folder)], standalone_mode=False)


def test_doctor(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    checks = doctor.doctor(study)
    assert printed_checks(study, capsys) == [as_json(asdict(check)) for check in checks]
    assert checks[-1].outcome == "problem"  # no server runs


def printed_checks(study: Study, capsys: pytest.CaptureFixture[str]) -> Any:
    ended = app(["doctor", "--study", str(study.folder), "--format", "json"], standalone_mode=False)
    assert ended == 5
    return json.loads(capsys.readouterr().out)


def test_export_and_what_changed(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "export", "--study", str(study.folder), "--bootstrap", "0")
    again = export.export(study, replicates=0)
    assert found == plain(again) | {"changed": True, "licence_missing": True}  # each is said of the first time
    assert found["version"] == 1
    with study.database() as database:
        changed = raw(2, ANA, choice("gate", "broken"), at="12:00"), raw(3, BEN, choice("gate", "ok"), at="12:01")
        pull(database, "a-1", *changed)
    export.export(study, replicates=0)
    found = printed(capsys, "export", "--study", str(study.folder), "--diff", "v1", "v2")
    assert found == plain(export.difference(study, "v1", "v2"))
    assert found["answers"][0]["changed"] == 1


def test_validate(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    place = export.export(study, replicates=0).folder
    found = printed(capsys, "validate", str(place))
    assert found == plain(validate.validate(place))
    assert found["faults"] == []


def test_annotators(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "annotators", "list", "--identities", "--study", str(study.folder))
    listed = annotators.listed(study)
    assert [(row["annotator"], row["email"]) for row in found] == [(each.pseudonym, each.email) for each in listed]


def test_annotators_shown(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "annotators", "show", "--bootstrap", "50", "--seed", "3", "--study", str(study.folder))
    assert found == plain(annotator_overview.show_annotators(study, replicates=50, seed=3))
    name = found["annotators"][0]["annotator"]
    one = printed(capsys, "annotators", "show", name, "--bootstrap", "50", "--seed", "3", "--study", str(study.folder))
    assert one["annotators"] == found["annotators"][:1]


def test_rounds(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "rounds", "list", "--study", str(study.folder))
    assert found == [as_json(asdict(each)) for each in listed.listed(study)]
    assert (found[0]["round"], found[0]["state"], found[0]["coded"]) == ("pilot", "open", 2)


def test_codebooks(capsys: pytest.CaptureFixture[str]) -> None:
    names = "source-framing", "source-framing-extended"
    assert printed(capsys, "codebook", "show", names[0]) == codebooks.check(names[0]).model_dump(mode="json")
    found = printed(capsys, "codebook", "diff", *names)
    assert found == as_json(asdict(codebooks.diff(*names)))
    assert found["changes"]


@pytest.mark.parametrize(
    ("command", "option", "function", "parameter"),
    [
        ("init", "codebook", init.init, "codebook"),
        ("push", "round", push.push, "round_name"),
        ("replay", "round", replay.replay, "round_name"),
        ("agree", "bootstrap", AgreementRequest, "replicates"),
        ("agree", "seed", AgreementRequest, "seed"),
        ("escalate", "least_gain", escalate.escalate, "least_gain"),
        ("escalate", "rule", escalate.escalate, "rule"),
        ("escalate", "seed", escalate.escalate, "seed"),
        ("export", "bootstrap", export.export, "replicates"),
        ("export", "seed", export.export, "seed"),
        ("plan", "power", plan.plan, "power"),
        ("plan", "seed", plan.plan, "seed"),
    ],
)
def test_defaults_are_the_functions(command: str, option: str, function: Callable[..., Any], parameter: str) -> None:
    group: Any = get_command(app)
    (found,) = (each for each in group.commands[command].params if each.name == option)
    assert found.default == inspect.signature(function).parameters[parameter].default


def test_nobody_is_removed_before_it_is_said_what_becomes_of_their_answers(study: Study) -> None:
    for words in (["remove", "ana@example.org"], ["replace", "ana@example.org", "dana@example.org"]):
        with pytest.raises(UsageError, match="is what they did until now to count") as refused:
            app(["annotators", *words, "--study", str(study.folder)], standalone_mode=False)
        assert "--keep-answers or --withdraw-answers" in refused.value.todo
    assert [person.removal for person in annotators.listed(study)] == [None, None]


def test_removing_says_what_counts(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["annotators", "remove", "ana@example.org", "--withdraw-answers", "--study", str(study.folder)]
    app(words, standalone_mode=False)
    said = capsys.readouterr().out
    assert "Nothing they did counts: withdrawn, and kept, are 2 annotations of pilot." in said
    assert "ana@example.org" not in said
    found = printed(capsys, "annotators", "list", "--study", str(study.folder))
    assert sorted(row["removed"][10:] for row in found) == ["", ", answers withdrawn"]
