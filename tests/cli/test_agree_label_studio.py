"""`agree PROJECT.json`: no flags, the same as the function, and what can be said otherwise."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.loop.test_agree_label_studio import project
from toolkit.loop.agreement.label_studio_file import agree_label_studio
from toolkit.loop.agreement.request import AgreementRequest


def test_it_prints_what_the_function_returns(tmp_path: Path, intercoder: Command) -> None:
    path = project(tmp_path)
    ended = intercoder("agree", path, "--bootstrap", "20", "--format", "json")
    assert (ended.code, ended.err) == (0, "")
    report = asdict(agree_label_studio(path, AgreementRequest(replicates=20)))
    assert json.loads(ended.out) == json.loads(json.dumps(report))


def test_what_was_guessed_is_said_within_80_columns(tmp_path: Path, intercoder: Command) -> None:
    ended = intercoder("agree", project(tmp_path), "--bootstrap", "0")
    assert ended.code == 0
    assert "Read as" in ended.out
    assert "one category an answer" in ended.out
    assert all(len(line) <= 80 for line in ended.out.splitlines())


def test_a_level_a_configuration_and_a_cluster_can_be_said(tmp_path: Path, intercoder: Command) -> None:
    config = tmp_path / "label.xml"
    config.write_text(
        '<View><Text name="t" value="$text"/><Choices name="tone" toName="t"><Choice value="good"/>'
        '<Choice value="fair"/><Choice value="bad"/><Choice value="awful"/></Choices></View>',
        encoding="utf-8",
    )
    said = ("--config", config, "--cluster", "story", "--bootstrap", "0", "--format", "json")
    ended = intercoder("agree", project(tmp_path), "--read", "tone=ordinal:awful,bad,fair,good", *said)
    found = json.loads(ended.out)
    (read_as,) = found["read_as"]
    assert (read_as["level"], read_as["because"], read_as["n_categories"]) == ("ordinal", "as asked", 4)


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--unit", "x"), 2, "is for tables"),
        (("--round", "main"), 2, "is for studies and exports"),
        (("--repeats", "main"), 2, "--repeats"),
        (("--fail-under", "target"), 2, "no targets"),
        (("--fail-under", "0.99"), 8, "tone"),
        (("--read", "tone"), 2, "does not say how"),
        (("--read", "tone=ordinal"), 2, "--read tone=ordinal:bad,fair,good"),
        (("--config", "nowhere.xml"), 3, "nowhere.xml"),
        (("--cluster", "outlet"), 2, "outlet"),
    ],
)
def test_what_does_not_fit_is_refused(
    tmp_path: Path, intercoder: Command, options: tuple[str, ...], code: int, said: str
) -> None:
    ended = intercoder("agree", project(tmp_path), "--bootstrap", "0", *options)
    assert (ended.code, said in " ".join(ended.err.split())) == (code, True), ended.err


@pytest.mark.parametrize("content", ["", "[", "{}", "[1]", '[{"id": 1}]', '{"a": "\\ud800"}'])
def test_a_file_that_is_something_else_is_refused(tmp_path: Path, intercoder: Command, content: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(content, encoding="utf-8")
    ended = intercoder("agree", path)
    assert ended.code == 3
    assert "Traceback" not in ended.err


def test_its_options_are_refused_elsewhere(tmp_path: Path, intercoder: Command) -> None:
    path = tmp_path / "t.csv"
    path.write_text("unit,annotator,value\ns,a,x\ns,b,x\n", encoding="utf-8")
    assert intercoder("agree", path, "--read", "q=nominal").code == 2
