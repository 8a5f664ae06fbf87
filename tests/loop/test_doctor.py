"""What the doctor finds in ``study.db``, without a server."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from toolkit.errors import BadInput
from toolkit.loop.checks import Check
from toolkit.loop.doctor import doctor
from toolkit.study.folder import Study

FROZEN = Path(__file__).parents[1] / "frozen" / "v1" / "study"
PARTS = ("structure", "articles", "sentences", "versions", "annotations")


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return Study(Path(shutil.copytree(FROZEN, tmp_path / "study")))


def deep(study: Study) -> dict[str, Check]:
    return {check.name: check for check in doctor(study, deep=True) if check.name.startswith("study.db")}


def alter(study: Study, *statements: str) -> None:
    with study.database(), closing(sqlite3.connect(study.database_file)) as connection:
        for statement in statements:
            assert connection.execute(statement).rowcount > 0
        connection.commit()


def test_a_sound_study_has_every_part_looked_at(study: Study) -> None:
    found = deep(study)
    assert list(found) == [f"study.db: {part}" for part in PARTS]
    assert {check.outcome for check in found.values()} == {"ok"}
    assert [check.found.split(" ")[0] for check in found.values()] == ["tables,", "5", "54", "218", "216"]


@pytest.mark.parametrize(
    ("statement", "part", "complaint"),
    [
        ("UPDATE articles SET text = text || '!' WHERE sequence = 1", "articles", "has changed"),
        ("UPDATE sentences SET text = upper(text) WHERE position = 1", "sentences", "not what stands"),
        ("UPDATE annotation_versions SET raw = raw || ' ' WHERE annotation_id = 190", "versions", "main-190 has"),
        ("UPDATE annotations SET digest = '0' WHERE annotation_id = 190", "annotations", "main-190 and its"),
        ("UPDATE annotations SET version = 9 WHERE annotation_id = 190", "annotations", "main-190 has no version 9"),
        ("DELETE FROM annotators WHERE email = 'anna@example.org'", "structure", "points at nothing in annotators"),
    ],
)
def test_each_damage_is_found_where_it_is(study: Study, statement: str, part: str, complaint: str) -> None:
    alter(study, statement)
    found = deep(study)
    wrong = [check for check in found.values() if check.outcome == "problem"]
    assert [check.name for check in wrong] == [f"study.db: {part}"]
    assert complaint in wrong[0].found
    assert wrong[0].exit_code == BadInput.exit_code
    assert wrong[0].todo


def test_all_of_it_is_found_at_once_and_few_are_listed(study: Study) -> None:
    alter(study, "UPDATE annotation_versions SET raw = 'secret'", "UPDATE articles SET text = 'secret'")
    found = deep(study)
    assert "and 198 more" in found["study.db: versions"].found
    assert [name for name, check in found.items() if check.outcome == "ok"] == [
        "study.db: structure", "study.db: annotations",
    ]  # fmt: skip
    assert "secret" not in str(found)


def test_a_file_that_is_none_is_said_without_looking_deep(study: Study) -> None:
    study.database_file.write_bytes(b"")
    for checks in (doctor(study), doctor(study, deep=True)):
        assert checks[-1].name == "study.db"
        assert "is empty" in checks[-1].found
        assert checks[-1].exit_code == BadInput.exit_code


def test_a_sound_study_goes_on_to_its_server(study: Study) -> None:
    assert [check.name for check in doctor(study)] == ["codebook", "study.db", "connection"]
