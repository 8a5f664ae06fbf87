from __future__ import annotations

import stat
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import BadInput
from toolkit.study import settings
from toolkit.study.settings import ExportTarget

BY_HAND = """\
# Coding study of spring 2026.
exports: "../out"     # the data team reads here
name: 'Spring 2026'   # as in the proposal

label_studio:
  # ours, in the cellar
  embedded: true
rounds:
  # the pilot was with students
  pilot:
    project: 3   # do not delete
    seed: 7
    note: mine
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(path: Path) -> dict[str, str]:
    with pytest.raises(BadInput) as refused:
        settings.read(path)
    return {fault.place: fault.message for fault in refused.value.faults}


# No control characters: YAML has none. No surrogates: UTF-8 has none.
names = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=200)


@given(names, names)
def test_what_a_new_study_says_is_read_back(tmp_path_factory: pytest.TempPathFactory, name: str, exports: str) -> None:
    path = written(tmp_path_factory.mktemp("study"), settings.initial(name, exports=exports))
    found = settings.read(path)
    assert (found.name, found.exports, found.label_studio.embedded, found.rounds) == (name, exports, True, {})


def test_a_hand_edited_file_keeps_comments_order_and_quotes(tmp_path: Path) -> None:
    path = written(tmp_path, BY_HAND)
    settings.update(path, {"rounds": {"pilot": {"project": 3, "seed": 7, "sample": "all articles"}}})
    assert path.read_text(encoding="utf-8") == BY_HAND + "    sample: all articles\n"


def test_another_round_stands_beside_the_first(tmp_path: Path) -> None:
    path = written(tmp_path, BY_HAND)
    settings.update(path, {"rounds": {"main": {"project": 4}}})
    assert path.read_text(encoding="utf-8") == BY_HAND + "  main:\n    project: 4\n"


def test_connecting_changes_only_what_it_says(tmp_path: Path) -> None:
    path = written(tmp_path, BY_HAND)
    settings.update(path, {"label_studio": {"embedded": False, "url": "https://ls.example.org"}})
    after = path.read_text(encoding="utf-8")
    removed = [line for line in BY_HAND.splitlines() if line not in after.splitlines()]
    assert removed == ["  embedded: true"]
    assert settings.read(path).label_studio.url == "https://ls.example.org"


def test_a_new_study_keeps_its_comments_at_the_first_push(tmp_path: Path) -> None:
    before = settings.initial("demo", exports="exports")
    path = written(tmp_path, before)
    settings.update(path, {"rounds": {"pilot": {"project": 1}}})
    after = path.read_text(encoding="utf-8")
    assert after == before.replace("rounds: {}\n", "rounds:\n  pilot:\n    project: 1\n")


def test_nothing_is_written_where_nothing_changes(tmp_path: Path) -> None:
    path = written(tmp_path, BY_HAND)
    before = path.stat().st_ino
    settings.update(path, {"rounds": {"pilot": {"project": 3, "seed": 7}}})
    assert path.stat().st_ino == before


def test_a_file_its_owner_closed_stays_closed(tmp_path: Path) -> None:
    path = written(tmp_path, BY_HAND)
    path.chmod(0o600)
    settings.update(path, {"rounds": {"main": {}}})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_every_fault_is_listed_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, "label_studio: {embedded: perhaps}\nexports: 5\nrounds: []\ncolour: red\n")
    assert faults_of(path) == {
        "name": "is missing",
        "label_studio.embedded": "must be true or false, not 'perhaps'",
        "exports": "must be text, not 5",
        "rounds": "must be a mapping",
        "colour": "is no setting of a study",
    }


def test_a_token_in_the_wrong_place_is_not_printed(tmp_path: Path) -> None:
    path = written(tmp_path, "name: x\nlabel_studio: {embedded: true, token: 5e1c2e7}\n")
    with pytest.raises(BadInput) as refused:
        settings.read(path)
    assert "token" in str(refused.value)
    assert "5e1c2e7" not in str(refused.value)


def test_neither_embedded_nor_anywhere_else(tmp_path: Path) -> None:
    path = written(tmp_path, "name: x\nlabel_studio: {embedded: false}\n")
    assert "has no url" in faults_of(path)["label_studio"]


def test_a_name_that_is_empty_or_a_number(tmp_path: Path) -> None:
    assert faults_of(written(tmp_path, "name: ''\n")) == {"name": "is empty"}
    assert faults_of(written(tmp_path, "name: 2026\n")) == {"name": "must be text, not 2026"}


def test_a_file_that_is_not_yaml_says_where(tmp_path: Path) -> None:
    path = written(tmp_path, "name: x\nexports: [a, b\n")
    (place,) = faults_of(path)
    assert place.startswith(f"{path}:3:")
    assert faults_of(written(tmp_path, "name: x\nname: y\n")).keys() == {f"{path}:2:1"}


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No such file"):
        settings.read(tmp_path / "study.yaml")
    (tmp_path / "study.yaml").write_bytes(b"name: caf\xe9\n")
    with pytest.raises(BadInput, match="not UTF-8"):
        settings.read(tmp_path / "study.yaml")
    with pytest.raises(BadInput, match="must be a mapping"):
        settings.read(written(tmp_path, "- name\n"))


def test_a_mapping_where_a_text_belongs(tmp_path: Path) -> None:
    assert faults_of(written(tmp_path, "name: {a: 1}\n"))["name"].startswith("must be text, not ")


def test_exports_are_a_folder_or_several_by_name(tmp_path: Path) -> None:
    assert settings.read(written(tmp_path, "name: x\nexports: out\n")).exports == "out"
    named = settings.read(written(tmp_path, "name: x\nexports: {open: {folder: out, text: false}}\n")).exports
    assert named == {"open": ExportTarget(folder="out", text=False)}
    faults = faults_of(written(tmp_path, "name: x\nexports: {a: 1, b: {folder: x, text: maybe}}\n"))
    assert faults.keys() == {"exports.a", "exports.b.text"}


LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: s\nrounds: " + "[" * 90_000, "2:59: it has lists and maps nested too deep"),
        (LAUGHS + "name: s\nrounds: {pilot: {a: *a29}}", "it has more than 5,000 values once aliases are written out"),
        ("#" * 100_001, "1:1: it is 100,001 characters long"),
        ("name: 2026-02-31", "1:1: it is not YAML: day is out of range for month"),
        ("name: &a [*a]", "1:11: it has an alias that holds itself"),
        ("name: " + "9" * 5000, "1:7: it has a number of 5,000 digits"),
        ("name: !!python/name:os.system x", "1:7: it has the tag '!!python/name:os.system'"),
    ],
    ids=["nested", "laughs", "long", "date", "itself", "number", "tag"],
)
def test_a_file_that_means_harm_is_refused_at_once(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text)
    before = time.process_time()
    for read in (settings.read, lambda path: settings.update(path, {"name": "t"})):
        with pytest.raises(BadInput) as refused:
            read(path)
        (fault,) = refused.value.faults
        assert said in str(fault)
    assert time.process_time() - before < 5
    assert path.read_text(encoding="utf-8") == text
