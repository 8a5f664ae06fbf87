"""A round that was coded under more than one version of its codebook: it is said, and can be divided by it."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from tests.agreement import by_definition
from tests.loop.several_rounds import several_rounds
from toolkit.codebook.diff import reworded
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree
from toolkit.loop.answers import annotations_of, codebook_of
from toolkit.loop.push import _old_wording
from toolkit.study.folder import Study
from toolkit.study.records import Annotation
from toolkit.words.legend import legend


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return several_rounds(tmp_path / "study")


def counting(study: Study, name: str) -> list[Annotation]:
    with study.database() as database:
        return [one for one in annotations_of(database, name) if one.excluded_because is None]


def test_a_round_that_mixes_versions_says_so(study: Study) -> None:
    report = agree(study, AgreementRequest(round_name="pilot", replicates=0))
    expected = Counter(one.codebook_version for one in counting(study, "pilot"))
    assert len(expected) == 2
    assert report.codebooks == expected
    assert list(report.codebooks) == sorted(expected)
    said = [line for line in legend(report, []) if "mixed" in line]
    assert len(said) == 1
    assert all(f"{n} {version}" in said[0] for version, n in expected.items())
    one = agree(study, AgreementRequest(round_name="main", replicates=0))
    assert len(one.codebooks) == 1
    assert not any("mixed" in line for line in legend(one, []))


def test_a_round_can_be_divided_by_version(study: Study) -> None:
    report = agree(study, AgreementRequest(round_name="pilot", replicates=0, by=("codebook",)))
    of: dict[str, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
    for one in counting(study, "pilot"):
        for answer in one.answers:
            if (answer.question, answer.status) == ("gate", "answered"):
                of[one.codebook_version][one.sentence_id].append(answer.value)
    found = {
        each.group: each.value
        for each in report.estimates
        if each.about == "group" and (each.question, each.measure) == ("gate", "krippendorff_alpha")
        and each.category is None
    }  # fmt: skip
    expected = {
        version: by_definition.alpha([values for values in units.values() if len(values) > 1], by_definition.nominal)
        for version, units in of.items()
    }
    assert found == {version: pytest.approx(value) for version, value in expected.items()}


def test_answers_under_an_old_wording_are_counted_before_the_new_one_is_brought(study: Study) -> None:
    with study.database() as database:
        before = codebook_of(database, "pilot")
        first = before.questions[0]
        said = first.categories[0].model_copy(update={"definition": "Something else."})
        asked = first.model_copy(update={"categories": [said, *first.categories[1:]]})
        mended = before.model_copy(update={"version": "9.0.0", "questions": [asked, *before.questions[1:]]})
        assert reworded(before, mended) == {first.id: (said.code,)}
        (note,) = _old_wording(database, "pilot", mended)
        n = sum(
            answer.status in {"answered", "cannot_be_judged"}
            for one in counting(study, "pilot")
            for answer in one.answers
            if answer.question == first.id
        )
        assert note.startswith(f"{first.id}: {n} answers")
        assert said.code in note
        assert list(_old_wording(database, "pilot", before)) == []
