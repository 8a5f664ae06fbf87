"""A damaged ``study.db`` is said to be damaged: it gives no other numbers, no traceback, and shows nothing stored."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from toolkit.errors import BadInput, IntercoderError
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree
from toolkit.study import articles, database, stored_annotations
from toolkit.study.folder import Study
from toolkit.study.soundness import SMALL

FROZEN = Path(__file__).parents[1] / "frozen" / "v1" / "study"
PLACES = 40


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The frozen study, brought up to date, everything in one file."""
    folder = Path(shutil.copytree(FROZEN, tmp_path_factory.mktemp("today") / "study"))
    with Study(folder).database():
        pass
    (folder / "study.db.v1").unlink()
    assert sorted(path.name for path in folder.glob("study.db*")) == ["study.db"]
    return folder


@pytest.fixture
def study(today: Path, tmp_path: Path) -> Study:
    return Study(Path(shutil.copytree(today, tmp_path / "study")))


def numbers(study: Study) -> object:
    return [agree(study, AgreementRequest(round_name=name, replicates=5)).estimates for name in ("pilot", "main")]


def used_bytes(path: Path) -> list[int]:
    """Places in the file that hold something: between zeroes a flipped bit is mostly in space nobody uses."""
    content = path.read_bytes()
    return [at for at, byte in enumerate(content) if byte]


def flip(path: Path, at: int, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << bit
    path.write_bytes(content)


def test_flipped_bits_change_no_number_and_show_nothing(today: Path, tmp_path: Path) -> None:
    expected, outcomes, said = numbers(Study(today)), {"same": 0, "refused": 0}, ""
    places = used_bytes(today / "study.db")
    chance = random.Random(8)
    chosen = [*range(20), *chance.sample(places, PLACES)]  # the header is looked at more closely
    for at in chosen:
        study = Study(Path(shutil.copytree(today, tmp_path / "study")))
        bit = chance.randrange(8)
        flip(study.database_file, at, bit)
        try:
            found = numbers(study)
        except IntercoderError as refused:
            outcomes["refused"] += 1
            said += str(refused)
        else:
            assert found == expected, (at, bit)
            outcomes["same"] += 1
        shutil.rmtree(study.folder)
    assert outcomes["refused"] > PLACES / 2, outcomes
    assert "from_name" not in said  # as every answer has it


def altered(study: Study, statement: str, *parameters: object) -> None:
    with closing(sqlite3.connect(study.database_file)) as connection:
        connection.execute(statement, parameters)
        connection.commit()


def test_an_answer_that_is_not_what_was_pulled_is_named(study: Study) -> None:
    secret = '{"result": "a secret of anna"'
    altered(study, "UPDATE annotation_versions SET raw = ? WHERE round = 'main' AND annotation_id = 190", secret)
    with pytest.raises(BadInput, match=r"annotation main-190 is not what was stored") as refused:
        agree(study, AgreementRequest(round_name="main", replicates=0))
    assert "secret" not in str(refused.value)
    assert "doctor --deep" in refused.value.todo


def test_an_annotation_that_points_at_another_version_is_named(study: Study) -> None:
    altered(study, "UPDATE annotations SET version = 7 WHERE round = 'main' AND annotation_id = 190")
    with study.database() as opened, pytest.raises(BadInput, match="annotation main-190 points at no version"):
        list(stored_annotations.newest(opened, "main"))


@pytest.mark.parametrize("column", ["text = 'z' || text", "sha256 = upper(sha256)"])
def test_an_article_whose_text_changed_is_named(study: Study, column: str) -> None:
    with study.database() as opened:
        first = next(articles.articles(opened)).article.article_id
    altered(study, f"UPDATE articles SET {column} WHERE article_id = ?", first)
    with study.database() as opened:
        for read in (articles.articles, articles.sentences):
            with pytest.raises(BadInput, match=f"the text of article {first} is not what was stored"):
                list(read(opened))


def test_a_sentence_that_is_not_in_its_article_is_named(study: Study) -> None:
    with study.database() as opened:
        first = next(articles.sentences(opened)).sentence_id
    altered(study, "UPDATE sentences SET start = start + 1 WHERE sentence_id = ?", first)
    with study.database() as opened, pytest.raises(BadInput, match=f"sentence {first} is not what stands"):
        list(articles.sentences(opened))


@pytest.mark.parametrize("table", SMALL[:2])
def test_a_table_that_is_missing_is_named(study: Study, table: str) -> None:
    altered(study, f"ALTER TABLE {table} RENAME TO lost")
    with pytest.raises(BadInput, match="tables or columns are missing") as refused:
        study.database()
    assert {fault.place for fault in refused.value.faults} == {table}


def test_a_file_that_says_it_is_older_than_it_is_is_damaged(study: Study) -> None:
    altered(study, "PRAGMA user_version = 1")
    with pytest.raises(BadInput, match="it has tables that schema version 1 has not"):
        study.database()
    assert not study.database_file.with_name("study.db.v1").exists()


def test_an_empty_file_is_named_as_such(study: Study) -> None:
    study.database_file.write_bytes(b"")
    with pytest.raises(BadInput, match=r"study\.db is empty"):
        study.database()
    assert study.database_file.read_bytes() == b""


def test_a_text_that_is_none_is_not_shown(study: Study) -> None:
    altered(study, "UPDATE ledger SET sentence_id = CAST(x'73656372657480' AS TEXT) WHERE sequence = 1")
    with study.database() as opened, pytest.raises(BadInput, match="damaged") as refused:
        list(opened.rows("SELECT sentence_id FROM ledger"))
    assert "secret" not in str(refused.value)


def test_a_name_of_a_table_that_is_no_text_is_damage(study: Study) -> None:
    """SQLite then says so in a message that cannot be decoded either."""
    content = study.database_file.read_bytes()
    for sound, broken in (
        (b"tableerasureserasures", b"tableeras\xc7reserasures"),
        (b"CREATE TABLE eras", b"CREATE TABLX eras"),
    ):
        assert sound in content
        content = content.replace(sound, broken)
    study.database_file.write_bytes(content)
    with pytest.raises(BadInput, match="damaged"):
        study.database()


def test_a_design_nobody_can_read_is_named(study: Study) -> None:
    altered(study, "UPDATE rounds SET decision = 'a secret' WHERE round = 'main'")
    with pytest.raises(BadInput, match="the design of round 'main' cannot be read") as refused:
        agree(study, AgreementRequest(round_name="main", replicates=0))
    assert "secret" not in str(refused.value)


def test_a_file_larger_than_is_checked_whole_is_still_checked(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.study.soundness.WHOLE", 0)
    flip(study.database_file, study.database_file.read_bytes().index(b"anna@example.org"), 0)
    with pytest.raises(BadInput, match="damaged"):
        numbers(study)


def test_the_study_is_opened_as_before(study: Study) -> None:
    with database.open_database(study.database_file) as opened:
        opened.check()
        assert opened.structure() == []
