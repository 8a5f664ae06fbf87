"""A project's file, made up by hand, on the command line: no flags, and what can be said otherwise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.agreement import by_definition
from toolkit.errors import BadInput, UsageError
from toolkit.loop.agreement.label_studio_file import ReadingAs, agree_label_studio, readings
from toolkit.loop.agreement.report import AgreementReport
from toolkit.loop.agreement.request import AgreementRequest

VALUES = [("good", "good"), ("bad", "good"), ("bad", "bad"), ("fair", "bad"), ("good", "fair"), ("good", "good")]
QUICK = AgreementRequest(replicates=0)


def project(folder: Path, values: list[tuple[str, ...]] | None = None) -> Path:
    tasks: list[dict[str, Any]] = []
    number = 0
    for n, given in enumerate(VALUES if values is None else values, start=1):
        annotations = []
        for who, code in enumerate(given, start=1):
            number += 1
            result = [{"from_name": "tone", "to_name": "t", "type": "choices", "value": {"choices": [code]}}]
            at = "2026-01-01T10:00:00Z"
            annotations.append(
                {"id": number, "completed_by": who, "result": result, "created_at": at, "updated_at": at}
            )
        tasks.append({"id": n, "data": {"text": f"Text {n}.", "story": f"s{n // 3}"}, "annotations": annotations})
    path = folder / "project-1.json"
    path.write_text(json.dumps(tasks), encoding="utf-8")
    return path


def alpha(report: AgreementReport) -> float | None:
    (found,) = (estimate.value for estimate in report.estimates if estimate.headline)
    return found


def test_without_a_flag_the_value_is_that_of_the_definition(tmp_path: Path) -> None:
    report = agree_label_studio(project(tmp_path), QUICK)
    assert alpha(report) == pytest.approx(by_definition.alpha([list(pair) for pair in VALUES], by_definition.nominal))
    assert [(one.question, one.level, one.n_categories) for one in report.read_as] == [("tone", "nominal", 3)]


def test_a_level_and_an_order_can_be_said(tmp_path: Path) -> None:
    order = ("bad", "fair", "good")
    report = agree_label_studio(project(tmp_path), QUICK, read={"tone": ReadingAs("ordinal", order)})
    units = [list(pair) for pair in VALUES]
    assert alpha(report) == pytest.approx(by_definition.alpha(units, by_definition.ordinal(units, order)))
    assert report.read_as[0].because == "as asked"


def test_an_explanation_shows_the_texts_that_were_coded_differently(tmp_path: Path) -> None:
    (found,) = agree_label_studio(project(tmp_path), AgreementRequest(replicates=0, explain=("tone",))).explained
    assert {example.text for example in found.examples} <= {f"Text {n}." for n in range(1, 7)}
    assert found.examples


def test_clusters_are_fields_beside_the_text(tmp_path: Path) -> None:
    report = agree_label_studio(project(tmp_path), AgreementRequest(replicates=50), cluster="story")
    assert {(each.cluster, each.n_clusters) for each in report.estimates} == {("story", 3)}


@pytest.mark.parametrize(
    ("read", "said"),
    [
        ({"tone": ReadingAs("ordinal")}, "from low to high"),
        ({"tone": ReadingAs("span")}, "cannot be read at level 'span'"),
        ({"tone": ReadingAs("nominal", ("good",))}, "bad, fair"),
        ({"none": ReadingAs("nominal")}, "no question none"),
        ({"tone": ReadingAs("skip")}, "every question is left out"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, read: dict[str, ReadingAs], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        agree_label_studio(project(tmp_path), QUICK, read=read)


def test_words_are_no_numbers(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="'good'"):
        agree_label_studio(project(tmp_path), QUICK, read={"tone": ReadingAs("interval")})


def test_a_field_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'outlet'") as refused:
        agree_label_studio(project(tmp_path), AgreementRequest(replicates=0, by=("outlet",)))
    assert "story" in refused.value.todo


def test_a_project_nobody_answered_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no answer"):
        agree_label_studio(project(tmp_path, [()]), QUICK)


@pytest.mark.parametrize(
    ("asked", "names", "found"),
    [
        (["tone=nominal"], ["tone"], {"tone": ReadingAs("nominal")}),
        (["a=b:c=skip"], ["a=b:c", "a"], {"a=b:c": ReadingAs("skip")}),
        ([" tone =nominal"], [" tone "], {" tone ": ReadingAs("nominal")}),
        (
            ['t=ordinal:low, mid ,"yes, but: maybe"'],
            ["t"],
            {"t": ReadingAs("ordinal", ("low", "mid", "yes, but: maybe"))},
        ),
    ],
)
def test_readings_are_said_of_any_question_and_category(
    asked: list[str], names: list[str], found: dict[str, ReadingAs]
) -> None:
    assert readings(asked, names) == found


@pytest.mark.parametrize("asked", [["tone"], ["=nominal"], ["tone="], ["tone=ordinal:"], ["tone=a", "tone=b"]])
def test_readings_that_say_nothing_or_two_things_are_refused(asked: list[str]) -> None:
    with pytest.raises(UsageError):
        readings(asked, ["tone"])


def test_where_nothing_counts_it_is_said_why(tmp_path: Path) -> None:
    path = project(tmp_path)
    skipped = path.read_text(encoding="utf-8").replace('"result"', '"was_cancelled": true, "result"')
    path.write_text(skipped, encoding="utf-8")
    with pytest.raises(BadInput, match="12 annotations") as refused:
        agree_label_studio(path, QUICK)
    assert "12 skipped" in str(refused.value)


def test_a_configuration_of_another_project_is_refused(tmp_path: Path) -> None:
    other = '<View><Choices name="mood" toName="t"><Choice value="good"/></Choices></View>'
    with pytest.raises(UsageError, match="names no question"):
        agree_label_studio(project(tmp_path), QUICK, config=other)


def test_a_task_nobody_answered_needs_no_cluster(tmp_path: Path) -> None:
    path = project(tmp_path)
    tasks = json.loads(path.read_text(encoding="utf-8"))
    tasks.append({"id": 99, "data": {"text": "Nobody."}, "annotations": []})
    path.write_text(json.dumps(tasks), encoding="utf-8")
    assert agree_label_studio(path, QUICK, cluster="story").estimates
