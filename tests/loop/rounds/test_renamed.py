from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.codebook.samples import FULL, codebook
from tests.loop.several_rounds import PEOPLE, pull, several_rounds
from tests.loop.test_answers import ANA, BEN, choice, raw
from tests.study.small import numbered
from toolkit.errors import UsageError
from toolkit.loop.adjudication.coded import coded_sentences
from toolkit.loop.adjudication.design import AdjudicationAsked, design_of
from toolkit.loop.adjudication.start import _queue
from toolkit.loop.answers import annotations_of, codebook_of
from toolkit.loop.escalate import escalate
from toolkit.loop.export import difference, export
from toolkit.loop.init import init
from toolkit.loop.online.round_project import mark
from toolkit.loop.pushing.design import choose
from toolkit.loop.rounds.renamed import rename_round
from toolkit.study import adjudications, annotators, articles, round_endings, round_names, rounds, settings
from toolkit.study.adjudications import AdjudicationDesign
from toolkit.study.folder import Study
from toolkit.study.records import Annotation
from toolkit.study.rounds import Decision


@pytest.fixture
def study(tmp_path: Path) -> Study:
    made = several_rounds(tmp_path / "study")
    settings.update(made.settings_file, {"rounds": {name: {"project": 1} for name in ("old", "pilot", "main")}})
    return made


def coded(study: Study, name: str) -> list[Annotation]:
    with study.database() as database:
        return list(annotations_of(database, name))


def holders(study: Study, name: str) -> set[tuple[str, str]]:
    """Every table and column that holds this text as it is."""

    def found(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
        for (table,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
            for column in [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]:
                if connection.execute(f"SELECT 1 FROM {table} WHERE {column} = ?", (name,)).fetchone():
                    yield table, column

    with closing(sqlite3.connect(study.database_file)) as connection:
        return set(found(connection))


def test_a_renamed_round_is_the_same_round_under_another_name(study: Study) -> None:
    before = coded(study, "pilot")
    held = holders(study, "pilot")
    renamed = rename_round(study, "pilot", "trial")
    assert (renamed.round, renamed.former_names, renamed.first_name) == ("trial", ("pilot",), "pilot")
    assert coded(study, "trial") == [replace(one, round="trial") for one in before]
    assert len(before) > 0
    assert {one.annotation_id.split("-")[0] for one in before} == {"pilot"}
    assert holders(study, "pilot") == {("round_names", "name")}
    assert holders(study, "trial") == held | {("round_names", "name"), ("round_names", "round")}
    with study.database() as database:
        assert rounds.names(database) == ("old", "trial", "empty", "main")
        assert database.structure() == []
    assert list(settings.read(study.settings_file).rounds) == ["old", "trial", "main"]


def test_what_adjudicates_a_round_goes_with_it(study: Study) -> None:
    with study.database() as database:
        design = AdjudicationDesign(questions=("gate",))
        made = adjudications.create(database, "pilot", design, codebook(), document=FULL)
        assert made == "pilot-adjudication"
    with pytest.raises(UsageError, match="'pilot-adjudication' decides on round 'pilot'"):
        rename_round(study, made, "decided")
    rename_round(study, "pilot", "trial")
    with study.database() as database:
        assert adjudications.find(database, "trial") == "trial-adjudication"
        assert rounds.get(database, "trial-adjudication").first_name == "pilot-adjudication"
        assert database.structure() == []
        assert rounds.names(database, adjudications=True)[-1] == "trial-adjudication"
        round_endings.end(database, "trial", "discarded")
        assert rounds.names(database, adjudications=True) == ("old", "empty", "main")
        assert len(rounds.names(database, adjudications=True, discarded=True)) == 5


def test_an_adjudication_never_gets_a_name_another_round_has_or_had(study: Study) -> None:
    design = AdjudicationDesign(questions=("gate",))
    with study.database() as database:
        rounds.create(database, "pilot-adjudication", Decision(1), codebook(), document=FULL)
    rename_round(study, "pilot-adjudication", "other")
    with study.database() as database:
        made = adjudications.create(database, "pilot", design, codebook(), document=FULL)
        assert made == "pilot-adjudication-2"
        marks = {name: mark(database, rounds.get(database, name)) for name in (made, "other")}
        assert marks[made] != marks["other"]
        rounds.create(database, "main-adjudication", Decision(1), codebook(), document=FULL)
        assert adjudications.create(database, "main", design, codebook(), document=FULL) == "main-adjudication-2"
        rounds.create(database, "trial-adjudication", Decision(1), codebook(), document=FULL)
    rename_round(study, "pilot", "trial")
    with study.database() as database:
        assert adjudications.find(database, "trial") == "trial-adjudication-2"
    rename_round(study, "trial", "pilot")
    with study.database() as database:
        assert adjudications.find(database, "pilot") == "pilot-adjudication-2"


def test_a_round_that_repeats_it_goes_on_repeating_it(study: Study) -> None:
    with study.database() as database:
        decision = Decision(1, repeat_of="pilot", seed=4)
        rounds.create(database, "again", decision, codebook(), document=FULL)
    rename_round(study, "pilot", "trial")
    with study.database() as database:
        assert rounds.get(database, "again").decision == replace(decision, repeat_of="trial")
        assert rounds.get(database, "main").decision == Decision(3)


def test_study_yaml_says_so_of_rounds_that_repeat_it(study: Study) -> None:
    entry = {"project": 5, "repeat_of": "pilot", "seed": 4}
    settings.update(study.settings_file, {"rounds": {"again": entry}})
    rename_round(study, "pilot", "trial")
    decided = settings.read(study.settings_file).rounds
    assert decided["again"] == entry | {"repeat_of": "trial"}
    assert list(decided) == ["old", "trial", "main", "again"]


def test_annotators_who_were_registered_for_the_new_name_are_registered_once(study: Study) -> None:
    with study.database() as database:
        annotators.register(database, ["ana@example.org"], round="trial")
        annotators.register(database, ["ana@example.org"], round="pilot")
    before = coded(study, "pilot")
    rename_round(study, "pilot", "trial")
    assert coded(study, "trial") == [replace(one, round="trial") for one in before]
    with study.database() as database:
        (ana,) = (one for one in annotators.registered(database) if one.email == "ana@example.org")
        assert ana.rounds == ("*", "trial")


def test_nobody_counts_in_a_round_because_of_its_new_name(study: Study) -> None:
    with study.database() as database:
        annotators.register(database, ["lead@example.org"], round="trial")
    held = holders(study, "pilot")
    with pytest.raises(UsageError, match="registered for a round 'trial', which is not there"):
        rename_round(study, "pilot", "trial")
    assert holders(study, "pilot") == held
    with study.database() as database:
        annotators.register(database, ["lead@example.org"], round="pilot")
    assert rename_round(study, "pilot", "trial").changed


def test_its_mark_and_its_sample_keep_the_first_name(study: Study) -> None:
    with study.database() as database:
        before = mark(database, rounds.get(database, "pilot"))
    rename_round(study, "pilot", "trial")
    rename_round(study, "trial", "first")
    with study.database() as database:
        current = rounds.get(database, "first")
        assert mark(database, current) == before
        assert current.first_name == "pilot"
    frame = {f"a{n}": [f"a{n}-1"] for n in range(30)}
    drawn = [
        choose(Decision(1, "articles", 5), frame, frozenset(), round_name=name)
        for name in ("pilot", current.first_name, "first")
    ]
    assert drawn[0] == drawn[1] != drawn[2]


def test_no_other_round_gets_a_name_it_had(study: Study) -> None:
    rename_round(study, "pilot", "trial")
    with pytest.raises(UsageError, match="'pilot' was the name of round 'trial'"):
        rename_round(study, "main", "pilot")
    with pytest.raises(UsageError, match="there is a round 'trial' already"):
        rename_round(study, "main", "trial")
    with study.database() as database:
        with pytest.raises(UsageError, match="was the name of round 'trial'"):
            rounds.create(database, "pilot", Decision(1), codebook(), document=FULL)
        with pytest.raises(UsageError, match="round 'pilot' is called 'trial' now"):
            rounds.get(database, "pilot")
    with pytest.raises(UsageError, match="a round's name is up to 30 letters"):
        rename_round(study, "main", "a b")
    with pytest.raises(UsageError, match="no round 'mian'"):
        rename_round(study, "mian", "other")


def test_a_round_may_have_its_own_name_again(study: Study) -> None:
    before = coded(study, "pilot")
    rename_round(study, "pilot", "trial")
    back = rename_round(study, "trial", "pilot")
    assert (back.round, back.former_names, back.first_name, back.changed) == ("pilot", ("trial",), "pilot", True)
    assert coded(study, "pilot") == before
    assert rename_round(study, "pilot", "pilot").changed is False


def test_a_rename_that_was_stopped_is_finished_by_the_next(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(settings, "rename_round", stopped)
        with pytest.raises(KeyboardInterrupt):
            rename_round(study, "pilot", "trial")
    assert "pilot" in settings.read(study.settings_file).rounds
    assert rename_round(study, "pilot", "trial").changed is False
    assert list(settings.read(study.settings_file).rounds) == ["old", "trial", "main"]


def test_a_rename_happens_whole_or_not_at_all(study: Study) -> None:
    held = holders(study, "pilot")
    with study.database() as database:
        with database.transaction() as connection:
            connection.execute(
                "CREATE TEMP TRIGGER stop BEFORE UPDATE ON annotations BEGIN SELECT raise(ABORT, 'no'); END"
            )
        with pytest.raises(sqlite3.IntegrityError):
            round_names.rename(database, {"pilot": "trial"})
    assert holders(study, "pilot") == held
    assert holders(study, "trial") == set()


def test_an_ended_round_stays_ended_under_its_new_name(study: Study) -> None:
    with study.database() as database:
        round_endings.end(database, "pilot", "discarded")
    rename_round(study, "pilot", "trial")
    with study.database() as database:
        assert rounds.get(database, "trial").state == "discarded"


def test_the_next_export_has_the_new_name_and_the_old_ids(study: Study) -> None:
    export(study, replicates=0)
    rename_round(study, "pilot", "trial")
    new = export(study, replicates=0)
    assert new.version == 2
    assert difference(study, "v1", "v2")
    old, newer = (
        pq.read_table(new.folder.parent / each / "annotations.parquet", columns=["annotation_id", "round"]).to_pydict()
        for each in ("v1", "v2")
    )
    named = {"pilot": "trial"}
    assert dict(zip(newer["annotation_id"], newer["round"], strict=True)) == {
        one: named.get(name, name) for one, name in zip(old["annotation_id"], old["round"], strict=True)
    }


def test_what_is_drawn_for_its_adjudication_and_its_escalation_is_the_same(tmp_path: Path) -> None:
    """On 20 of 40 sentences two agree, and half of these are drawn; the others are ties, each worth the same."""
    made = init(tmp_path / "even")
    with made.database() as database:
        articles.add(database, [numbered("a", 40)], splitter="by hand", splitter_version="1")
        ids = [sentence.sentence_id for sentence in articles.sentences(database)]
        rounds.create(database, "pilot", Decision(2), codebook(), document=FULL)
        rounds.set_project(database, "pilot", server_url="embedded", project_id=1)
        rounds.plan(database, "pilot", [(each, 2) for each in ids])
        rounds.record_remote(database, "pilot", {each: item for item, each in enumerate(ids, start=1)})
        annotators.register(database, ["ana@example.org", "ben@example.org", "cem@example.org"], round=None)
        annotators.learn_accounts(database, "embedded", PEOPLE)
        for item, sentence_id in enumerate(ids, start=1):
            said = ("ok", "ok" if item <= 20 else "broken")
            given = [raw(10 * item + n, user, choice("gate", said[n])) for n, user in enumerate((ANA, BEN))]
            pull(database, "pilot", item, sentence_id, *given)

    def drawn(name: str) -> tuple[list[str], list[str]]:
        asked = AdjudicationAsked(questions=("gate",), sample=0.5)
        with made.database() as database:
            design = design_of(database, None, name, codebook_of(database, name), asked)
            coded, short = coded_sentences(database, name)
            queue = _queue(database, name, None, codebook_of(database, name), design, coded, short, incomplete=True)
        escalation = escalate(made, round_name=name, budget=3, questions=["gate"], rule="vote", dry_run=True).plan
        assert escalation is not None
        return [one.sentence_id for one in queue.asked if one.because == "sampled"], [
            one.sentence_id for one in escalation.annotations
        ]

    before = drawn("pilot")
    assert [len(each) for each in before] == [10, 3]
    rename_round(made, "pilot", "trial")
    assert drawn("trial") == before
