"""Categories renamed, merged and split in a round that people coded on a real Label Studio."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.live.loop.conftest import GOVERNMENT, WRITER, LiveStudy
from toolkit.codebook.answers import Answer
from toolkit.labelstudio.encode import submission
from toolkit.labelstudio.session import LabelStudio
from toolkit.loop.answers import annotations_of, codebook_of
from toolkit.loop.doctor import doctor
from toolkit.loop.migrate import MigrationResult, migrate
from toolkit.loop.pull import pull
from toolkit.loop.push import push
from toolkit.loop.rounds.ended import close_round, discard_round, reopen_round
from toolkit.study import answer_migrations, rounds

pytestmark = pytest.mark.live

MAP = """\
attribution: {writer: author, attributed: sourced, carried: sourced}
source_type: {gov: [executive, legislature]}
spans: {Cue: Credit}
"""
SPLIT = "pilot-split-source_type"


@pytest.fixture
def after(pushed: LiveStudy, tmp_path: Path) -> Path:
    """The codebook after: a rename, a merge, a label renamed, a split. The map is beside it."""
    text = pushed.study.codebook_file.read_text(encoding="utf-8").replace("version: 1.1.2", "version: 2.0.0")
    head, voice, rest = re.split(r"(?=  - id: attribution\n)|(?=  - id: spans\n)", text)
    voice = re.sub(r"      - code: carried\n.*?(?=      - code: mixed\n)", "", voice, flags=re.DOTALL)
    voice = re.sub(r" *- \{when: [^\n]*, then: carried\}\n", "", voice)
    for was, now in (("writer", "author"), ("attributed", "sourced")):
        voice = voice.replace(f"- code: {was}\n", f"- code: {now}\n").replace(f"then: {was}}}", f"then: {now}}}")
    rest = rest.replace("attribution: [attributed, carried, mixed]", "attribution: [sourced, mixed]")
    rest = rest.replace("- code: Cue\n", "- code: Credit\n").replace("Cue: 0.65", "Credit: 0.65")
    legislature = (
        "      - {code: legislature, title: Legislature, definition: A parliament., hotkey: '.', parent: STATE}\n"
    )
    rest = rest.replace("      - code: military\n", f"{legislature}      - code: military\n")
    rest = rest.replace("- code: gov\n", "- code: executive\n").replace("then: gov}", "then: executive}")
    text = head + voice + rest
    file = tmp_path / "after.yaml"
    file.write_text(text, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    return file


def carry(study: LiveStudy, after: Path, *, dry_run: bool = False) -> MigrationResult:
    return migrate(study.study, "1.1.2", str(after), map_file=after.parent / "map.yaml", dry_run=dry_run, replicates=0)


def kinds(study: LiveStudy) -> list[Answer]:
    with study.study.database() as database:
        found = [(one.annotation_id, answer) for one in annotations_of(database, "pilot") for answer in one.answers]
    return [answer for _, answer in sorted(found, key=lambda each: each[0]) if answer.question == "source_type"]


def test_the_round_goes_on_under_new_categories_and_the_split_is_asked_again(
    pushed: LiveStudy, lead: LabelStudio, after: Path
) -> None:
    first, second = pushed.emails
    pushed.code(first, 0, GOVERNMENT)
    pushed.code(second, 0, GOVERNMENT)
    pushed.code(first, 1, WRITER)
    pull(pushed.study)
    looked = carry(pushed, after, dry_run=True)
    assert [one.n_waiting for one in looked.rounds[0].asked_again] == [2]
    result = carry(pushed, after)
    assert result.codebook_written
    (again,) = result.rounds[0].asked_again
    assert (again.round, again.n_sent, again.n_sentences) == (SPLIT, 1, 1)
    # the page of the round, and of the one that asks again
    page = lead.project(pushed.project_id()).config_xml
    assert 'alias="author"' in page
    assert 'alias="writer"' not in page.partition('name="loaded"')[0]
    alone = lead.project(pushed.project_id(SPLIT)).config_xml
    assert 'name="source_type"' in alone
    assert 'name="attribution"' not in alone
    # what waits is coded again, and taken over
    assert [answer.status for answer in kinds(pushed)] == ["rejected", "rejected", "not_shown"]
    with pushed.study.database() as database:
        book, (entry,) = codebook_of(database, SPLIT), rounds.ledger(database, SPLIT)
    assert entry.remote_id is not None
    for email, code in ((first, "executive"), (second, "legislature")):
        with pushed.signed_in(email) as connection:
            parts = submission(book, {"source_type": code}, sentence=pushed.texts()[entry.sentence_id])
            connection.submit(entry.remote_id, parts, seconds=3.0)
    pull(pushed.study)
    assert {answer.value for answer in kinds(pushed)} == {"STATE/executive", "STATE/legislature", None}
    assert {answer.migrated_from for answer in kinds(pushed)} == {("STATE/gov",), None}
    # again changes nothing; both rounds are in order; coding goes on under the new codes
    repeated = carry(pushed, after)
    assert [(one.applied, one.touched) for one in repeated.rounds] == [(True, ())]
    assert [one.n_sent for one in repeated.rounds[0].asked_again] == [0]
    assert push(pushed.study).n_sent == push(pushed.study, round_name=SPLIT).n_sent == 0
    pushed.code(second, 1, {**WRITER, "attribution": "author"})
    pull(pushed.study)
    with pushed.study.database() as database:
        given = [
            a.value for one in annotations_of(database, "pilot") for a in one.answers if a.question == "attribution"
        ]
    assert sorted(map(str, given)) == ["author", "author", "sourced", "sourced"]
    assert [check.name for check in doctor(pushed.study) if check.outcome == "problem"] == []


def test_a_round_is_closed_and_discarded_with_what_asks_it_again(
    pushed: LiveStudy, lead: LabelStudio, after: Path
) -> None:
    def open_sentences() -> list[int]:
        projects = [pushed.project_id(), pushed.project_id(SPLIT)]
        return [
            sum(not one.is_done for page in lead.sentences_on_server(one_of) for one in page) for one_of in projects
        ]

    for email in pushed.emails:
        pushed.code(email, 0, GOVERNMENT)
    pull(pushed.study)
    carry(pushed, after)
    assert open_sentences() == [4, 1]
    assert close_round(pushed.study, "pilot").n_offered_no_more == 5
    assert open_sentences() == [0, 0]
    reopen_round(pushed.study, "pilot")
    for name in ("pilot", SPLIT):
        push(pushed.study, round_name=name)
    assert open_sentences() == [4, 1]
    assert discard_round(pushed.study, "pilot").n_offered_no_more == 5
    assert open_sentences() == [0, 0]


def test_stopped_between_page_and_record_it_is_done_again(
    pushed: LiveStudy, lead: LabelStudio, after: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed.code(pushed.emails[0], 0, GOVERNMENT)
    pull(pushed.study)
    with monkeypatch.context() as patched:
        patched.setattr(answer_migrations, "record", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            carry(pushed, after)
    assert [answer.value for answer in kinds(pushed)] == ["STATE/gov"]
    result = carry(pushed, after)
    assert [one.n_sent for one in result.rounds[0].asked_again] == [1]
    assert 'alias="author"' in lead.project(pushed.project_id()).config_xml
