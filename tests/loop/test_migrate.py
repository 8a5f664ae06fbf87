"""Answers of a round whose categories were renamed, merged and split: derived, never altered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from rich.console import Console

from tests.agreement import by_definition
from tests.codebook.migration.books import AFTER, MAP
from tests.codebook.samples import FULL, codebook
from tests.loop.test_answers import ANA, BEN, choice, raw
from tests.loop.test_export import MENDED
from tests.study.small import numbered
from toolkit.codebook.answers import Answer
from toolkit.codebook.migration.map_of_codes import read_map, written_map
from toolkit.errors import ContractViolated, UsageError
from toolkit.export.reading.read import read_export
from toolkit.labelstudio.decode import read_annotation
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree, agree_export
from toolkit.loop.answers import annotations_of, migration_steps
from toolkit.loop.export import difference, export
from toolkit.loop.init import init
from toolkit.loop.migrate import MigrationResult, migrate
from toolkit.loop.migrating.asked_again import make_rounds, planned_again
from toolkit.loop.migrating.choice import chosen_rounds
from toolkit.loop.migrating.effect import waiting
from toolkit.loop.push import push
from toolkit.loop.rounds.ended import discard_round, reopen_round
from toolkit.loop.status import status
from toolkit.loop.validate import validate
from toolkit.study import (
    adjudications,
    annotation_versions,
    annotators,
    answer_migrations,
    articles,
    removals,
    round_endings,
    round_names,
    rounds,
)
from toolkit.study.adjudications import AdjudicationDesign
from toolkit.study.annotation_versions import Seen, SeenItem
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.records import Annotation
from toolkit.study.removals import Removal
from toolkit.study.round_endings import Ending
from toolkit.study.rounds import Decision
from toolkit.terminal.migration import migration_text

pq: Any = pyarrow.parquet
SENTENCES = ("a-1", "a-2", "b-1")
AT_TEN = datetime(2026, 3, 1, 10, tzinfo=UTC)
KINDS = {("a-1", ANA): "army", ("a-1", BEN): "police", ("a-2", ANA): "paper", ("a-2", BEN): "paper",
         ("b-1", ANA): "paper", ("b-1", BEN): "army"}  # fmt: skip


def pull(database: Database, round_name: str, sentence_id: str, *raws: dict[str, Any]) -> None:
    seen = [(read_annotation(each), each) for each in raws]
    found = tuple(Seen(one.annotation_id, one.updated_at.isoformat(), one.user_id, each) for one, each in seen)
    item = SeenItem(1 + SENTENCES.index(sentence_id), sentence_id, found)
    annotation_versions.store(database, round_name, [item], snapshot=True)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """A round of three sentences in two articles, each coded by two before ten o'clock."""
    made = init(tmp_path / "study")
    made.codebook_file.write_text(FULL, encoding="utf-8")
    (tmp_path / "after.yaml").write_text(AFTER, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    with made.database() as database:
        articles.add(database, [numbered("a", 2), numbered("b", 1)], splitter="by hand", splitter_version="1")
        annotators.register(database, ["ana@example.org", "ben@example.org"], round=None)
        annotators.learn_accounts(database, "embedded", {ANA: "ana@example.org", BEN: "ben@example.org"})
        add_round(database, "pilot", project=1)
        for number, sentence_id in enumerate(SENTENCES):
            pull(database, "pilot", sentence_id, *(
                raw(10 * number + user, user, choice("gate", "ok"), choice("kind", KINDS[sentence_id, user]),
                    choice("topics", "war", "trade"))
                for user in (ANA, BEN)
            ))  # fmt: skip
    return made


def add_round(database: Database, name: str, *, project: int, text: str = FULL) -> None:
    rounds.create(database, name, Decision(2), codebook(text), document=text)
    rounds.set_project(database, name, server_url="embedded", project_id=project)
    rounds.plan(database, name, [(sentence_id, 2) for sentence_id in SENTENCES])


def apply(database: Database, name: str = "pilot", *, new: str = AFTER, text: str = MAP) -> None:
    """What ``migrate`` records of a round, without a server: the page is its other half."""
    old = rounds.codebook_versions(database, name)[-1].document
    step = read_map(text, old=codebook(old), new=codebook(new), source="map.yaml")
    codes = written_map(step.codes)
    answer_migrations.record(database, name, codebook(new), document=new, codes=codes, since=AT_TEN)


def answers(database: Database, question: str, name: str = "pilot") -> Mapping[tuple[str, int], Answer]:
    people = {annotators.pseudonym(database, f"{who}@example.org"): n for who, n in (("ana", ANA), ("ben", BEN))}
    return {
        (one.sentence_id, people[one.annotator]): answer
        for one in annotations_of(database, name)
        if one.excluded_because is None
        for answer in one.answers
        if answer.question == question
    }


def dry_run(study: Study, old: str = "1.0.0", round_name: str | None = None) -> Any:
    folder = study.folder.parent
    new, map_file = str(folder / "after.yaml"), folder / "map.yaml"
    return migrate(study, old, new, map_file=map_file, round_name=round_name, dry_run=True, replicates=0)


# ---------------------------------------------------------------- answers


def test_answers_are_read_with_what_became_of_their_categories(study: Study) -> None:
    with study.database() as database:
        before = list(database.rows("SELECT * FROM annotation_versions"))
        apply(database)
        kinds, gates = answers(database, "kind"), answers(database, "gate")
        assert kinds["a-1", ANA] == Answer("kind", "answered", "PUBLIC/force", migrated_from=("STATE/army",))
        assert kinds["a-1", BEN].value == "PUBLIC/force"
        assert kinds["a-2", ANA].status == "rejected"
        assert {answer.value for answer in gates.values()} == {"whole"}
        assert {answer.value for answer in answers(database, "topics").values()} == {("world",)}
        assert [tuple(row) for row in database.rows("SELECT * FROM annotation_versions")] == [tuple(r) for r in before]
        assert {one.codebook_hash for one in annotations_of(database, "pilot")} == {codebook().hash}


def test_answers_given_since_are_what_they_say(study: Study) -> None:
    with study.database() as database:
        apply(database)
        pull(database, "pilot", "a-1", raw(77, ANA, choice("gate", "whole"), choice("kind", "force"), at="11:00"))
        assert answers(database, "kind")["a-1", ANA] == Answer("kind", "answered", "PUBLIC/force")
        newest = [one for one in annotations_of(database, "pilot") if one.annotation_id == "pilot-77"]
        assert [one.codebook_version for one in newest] == ["2.0.0"]


def test_what_was_given_on_a_page_still_open_from_before_is_read_as_such(study: Study) -> None:
    with study.database() as database:
        apply(database)
        pull(database, "pilot", "a-1", raw(77, ANA, choice("gate", "ok"), choice("kind", "police"), at="11:00"))
        pull(database, "pilot", "a-2", raw(78, ANA, choice("gate", "whole"), choice("kind", "police"), at="11:00"))
        kinds = answers(database, "kind")
        assert kinds["a-1", ANA] == Answer("kind", "answered", "PUBLIC/force", migrated_from=("STATE/police",))
        assert kinds["a-2", ANA].rejected_because == "unknown category 'police'"  # no page ever had both
        versions = {one.annotation_id: one.codebook_version for one in annotations_of(database, "pilot")}
        assert (versions["pilot-77"], versions["pilot-78"]) == ("1.0.0", "2.0.0")


def test_a_mended_codebook_is_migrated_as_mended_and_may_be_mended_again(study: Study) -> None:
    with study.database() as database:
        since = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
        rounds.change_codebook(database, "pilot", codebook(MENDED), document=MENDED, since=since)
        third = MENDED.replace("version: 1.1.0", "version: 1.2.0").replace("code: heading", "code: title_line")
        apply(database, new=third, text="gate: {heading: title_line}\n")
        fourth = third.replace("version: 1.2.0", "version: 1.3.0") + (
            "  - {id: pace, text: How fast?, level: nominal, required: false, categories: "
            "[{code: slow, title: Slow, definition: Slow.}, {code: fast, title: Fast, definition: Fast.}]}\n"
        )
        rounds.change_codebook(database, "pilot", codebook(fourth), document=fourth, since=AT_TEN.replace(hour=12))
        pull(database, "pilot", "a-1", raw(77, ANA, choice("gate", "heading"), at="09:45"))
        assert answers(database, "gate")["a-1", ANA] == Answer(
            "gate", "answered", "title_line", migrated_from=("heading",)
        )
        assert answers(database, "pace")["a-2", ANA] == Answer("pace", "unanswered")


def test_steps_follow_one_another(study: Study) -> None:
    last = AFTER.replace("version: 2.0.0", "version: 3.0.0").replace("code: force,", "code: armed,")
    with study.database() as database:
        apply(database)
        apply(database, new=last, text="kind: {force: armed}\n")
        assert answers(database, "kind")["a-1", ANA] == Answer(
            "kind", "answered", "PUBLIC/armed", migrated_from=("STATE/army",)
        )
        assert answers(database, "kind")["a-2", BEN].rejected_because == (
            "'paper' became 'daily' or 'weekly': to be coded again"
        )


# ---------------------------------------------------------------- a split


def split(database: Database) -> str:
    """Make the rounds that ask again, as ``migrate`` does; return the one about ``kind``."""
    (step,) = migration_steps(database, "pilot").steps
    waits = waiting(annotations_of(database, "pilot"), step)
    planned = planned_again(database, "pilot", 2, waits)
    make_rounds(database, "pilot", 2, step.new, waits, planned)
    (made,) = [one.round for one in planned if one.question == "kind"]
    return made


def test_a_split_category_is_asked_again_and_taken_over(study: Study) -> None:
    with study.database() as database:
        apply(database)
        name = split(database)
        assert name == "pilot-split-kind"
        assert [(each.sentence_id, each.annotators_wanted) for each in rounds.ledger(database, name)] == [
            ("a-2", 2),
            ("b-1", 2),
        ]
        rounds.set_project(database, name, server_url="embedded", project_id=9)
        pull(database, name, "a-2", raw(1, ANA, choice("kind", "daily")), raw(2, BEN, choice("kind", "weekly")))
        pull(database, name, "b-1", raw(3, BEN, choice("kind", "daily")))
        kinds = answers(database, "kind")
        assert kinds["a-2", ANA] == Answer("kind", "answered", "PRESS/daily", migrated_from=("PRESS/paper",))
        assert kinds["a-2", BEN].value == "PRESS/weekly"
        assert kinds["b-1", ANA].status == "rejected"  # still to be coded again
        assert kinds["b-1", BEN].value == "PUBLIC/force"  # had not chosen what was split
        split(database)
        assert [each.sentence_id for each in rounds.ledger(database, name)] == ["a-2", "b-1"]
        assert rounds.names(database) == ("pilot", name)


def test_a_discarded_round_is_looked_at_with_what_was_asked_again(study: Study) -> None:
    with study.database() as database:
        apply(database)
        name = split(database)
        rounds.set_project(database, name, server_url="embedded", project_id=9)
        pull(database, name, "a-2", raw(1, ANA, choice("kind", "daily")), raw(2, BEN, choice("kind", "weekly")))
    before = agree(study, AgreementRequest(round_name="pilot", replicates=0))
    discard_round(study, "pilot")
    assert agree(study, AgreementRequest(round_name="pilot", replicates=0)) == before


def test_a_round_that_asks_again_is_not_the_round_whose_agreement_is_meant(study: Study) -> None:
    with study.database() as database:
        apply(database)
        name = split(database)
        rounds.set_project(database, name, server_url="embedded", project_id=9)
        pull(database, name, "a-2", raw(1, ANA, choice("kind", "daily")), raw(2, BEN, choice("kind", "weekly")))
    assert {each.question for each in agree(study, AgreementRequest(replicates=0)).estimates} > {"gate", "kind"}
    named = agree(study, AgreementRequest(round_name=name, replicates=0))
    assert {each.question for each in named.estimates} == {"kind"}


def test_what_waits_is_out_of_agreement_and_says_so(study: Study) -> None:
    with study.database() as database:
        apply(database)
    report = agree(study, AgreementRequest(round_name="pilot", replicates=0))
    assert report.rejected == {"kind": 3}
    (alpha,) = [each for each in report.estimates if each.headline and each.level == "taxonomy:2"]
    assert (alpha.n_pairable, alpha.n_units) == (1, 2)


@pytest.mark.parametrize("had_by", ["discarded", "adjudication", "former"])
def test_a_round_that_asks_again_takes_no_name_that_any_round_ever_had(study: Study, had_by: str) -> None:
    with study.database() as database:
        if had_by == "adjudication":
            text = FULL.replace("id: gate", "id: other").replace("{gate:", "{other:")
            design = AdjudicationDesign(questions=("other",))
            name = adjudications.create(database, "pilot", design, codebook(text), document=text)
            round_names.rename(database, {name: "pilot-split-kind"})
        else:
            add_round(database, "pilot-split-kind", project=5)
        if had_by == "discarded":
            round_endings.end(database, "pilot-split-kind", "discarded")
        elif had_by == "former":
            round_names.rename(database, {"pilot-split-kind": "other"})
        apply(database)
        assert split(database) == "pilot-split-kind-2"
        assert [one.round for one in answer_migrations.split_rounds(database, "pilot")] == ["pilot-split-kind-2"]


def test_no_round_is_made_under_a_name_another_one_had(study: Study) -> None:
    with study.database() as database:
        add_round(database, "first", project=5)
        round_names.rename(database, {"first": "second"})
        made = answer_migrations.SplitRound("first", "pilot", 2, "kind")
        with pytest.raises(UsageError, match="'first' was the name of round 'second'"):
            answer_migrations.create_split_round(database, made, Decision(2), codebook(), document=FULL)
        assert rounds.find(database, "first") is None


@pytest.mark.parametrize(("ending", "way"), [("closed", "reopen"), ("discarded", "discard")])
def test_an_ended_round_that_asks_again_is_left_as_it_is_and_named(study: Study, ending: Ending, way: str) -> None:
    with study.database() as database:
        apply(database)
        name = split(database)
        round_endings.end(database, name, ending)
        pull(database, "pilot", "a-1", raw(77, ANA, choice("gate", "ok"), choice("kind", "paper"), at="09:59"))
        split(database)
        assert [each.sentence_id for each in rounds.ledger(database, name)] == ["a-2", "b-1"]
    folder = study.folder.parent
    new, map_file = str(folder / "after.yaml"), folder / "map.yaml"
    result = migrate(study, "1.0.0", new, map_file=map_file, replicates=0)  # there is no server: nothing is sent
    (again,) = result.rounds[0].asked_again
    assert (again.round, again.state, again.n_waiting, again.n_sent) == (name, ending, 4, 0)
    said = printed(result)
    assert f"round {name}, which asks it again, is {ending}, and nothing is sent to it" in said
    assert f"`intercoder rounds {way} pilot" in said  # what asks again is ended, and opened, with its round
    if ending == "closed":
        reopen_round(study, "pilot")
        (again,) = dry_run(study).rounds[0].asked_again
        assert again.state == "open"


def remove(database: Database, email: str) -> None:
    with database.transaction() as connection:
        removals.remove(connection, email, Removal("kept", AT_TEN.replace(day=2)))


def wanted(database: Database, name: str) -> Mapping[str, int]:
    return {entry.sentence_id: entry.annotators_wanted for entry in rounds.ledger(database, name)}


def test_nobody_waits_for_somebody_who_was_removed(study: Study) -> None:
    with study.database() as database:
        remove(database, "ben@example.org")
    result = dry_run(study)
    (again,) = result.rounds[0].asked_again
    assert (again.n_waiting, again.n_sentences, len(again.annotators)) == (2, 2, 1)
    assert result.rounds[0].never_asked == {"kind": 1}
    assert "1 answer to kind is by annotators who were removed: nobody is asked again" in printed(result)
    with study.database() as database:
        apply(database)
        name = split(database)
        assert wanted(database, name) == {"a-2": 1, "b-1": 1}
        assert [one.email for one in annotators.registered(database) if name in one.rounds] == ["ana@example.org"]
        assert removals.removals(database).keys() == {"ben@example.org"}  # to be asked would take that back
        annotators.register(database, ["ben@example.org"], round=None, reinstate=True)
        split(database)
        assert wanted(database, name) == {"a-2": 2, "b-1": 2}


def test_where_everybody_was_removed_no_round_is_made(study: Study) -> None:
    with study.database() as database:
        for who in ("ana", "ben"):
            remove(database, f"{who}@example.org")
    (pilot,) = dry_run(study).rounds
    assert (pilot.asked_again, pilot.never_asked) == ((), {"kind": 3})


def test_who_comes_or_leaves_later_changes_how_many_code_again(study: Study) -> None:
    cem = 25
    with study.database() as database:
        apply(database)
        name = split(database)
        rounds.set_project(database, name, server_url="embedded", project_id=9)
        annotators.register(database, ["cem@example.org"], round=None)
        annotators.learn_accounts(database, "embedded", {cem: "cem@example.org"})
        pull(database, "pilot", "a-2", *(
            raw(number, user, choice("gate", "ok"), choice("kind", "paper"))
            for number, user in ((11, ANA), (12, BEN), (99, cem))
        ))  # fmt: skip
        split(database)
        assert wanted(database, name) == {"a-2": 3, "b-1": 3}
        pull(database, name, "a-2", raw(2, BEN, choice("kind", "weekly")))
        remove(database, "ben@example.org")
        split(database)
        assert wanted(database, name) == {"a-2": 3, "b-1": 2}  # what ben did takes a place on a-2


def printed(result: MigrationResult) -> str:
    console = Console(width=80, color_system=None)
    with console.capture() as capture:
        console.print(migration_text(result))
    return " ".join(capture.get().split())


# ---------------------------------------------------------------- looked at first


def test_a_dry_run_counts_what_it_touches_and_changes_nothing(study: Study) -> None:
    with study.database() as database:
        ana, ben = (annotators.pseudonym(database, f"{who}@example.org") for who in ("ana", "ben"))
    before = study.database_file.read_bytes(), study.settings_file.read_bytes(), study.codebook_file.read_bytes()
    result = dry_run(study)
    (pilot,) = result.rounds
    counted = {(one.question, one.code, one.annotator): one.n_answers for one in pilot.touched}
    assert counted["kind", "army", ana] == counted["kind", "army", ben] == counted["kind", "police", ben] == 1
    assert (counted["kind", "paper", ana], counted["kind", "paper", ben]) == (2, 1)
    assert counted["gate", "ok", ana] == counted["topics", "war", ben] == 3
    assert sum(counted.values()) == 6 + 6 + 12
    assert (pilot.applied, pilot.n_annotations) == (False, 6)
    (again,) = pilot.asked_again
    assert (again.round, again.n_waiting, again.n_sentences) == ("pilot-split-kind", 3, 2)
    assert again.annotators == tuple(sorted([ana, ben]))
    assert before == (
        study.database_file.read_bytes(), study.settings_file.read_bytes(), study.codebook_file.read_bytes()
    )  # fmt: skip


def test_alpha_is_shown_before_and_after(study: Study) -> None:
    moved = {(one.question, one.level): one for one in dry_run(study).rounds[0].alphas}
    one = moved["kind", "taxonomy:2"]
    assert one.before is not None
    assert one.after is not None
    units = [["army", "police"], ["paper", "paper"], ["paper", "army"]]
    assert one.before.value == pytest.approx(by_definition.alpha(units, by_definition.nominal))
    assert one.after.value is None  # of one pairable sentence, everybody says force
    assert {question for question, _ in moved} == {"gate", "kind", "rank", "topics", "words"}


def test_old_may_be_a_file_and_has_to_be_what_the_round_runs_with(study: Study, tmp_path: Path) -> None:
    (tmp_path / "before.yaml").write_text(FULL, encoding="utf-8")
    assert dry_run(study, str(tmp_path / "before.yaml")).old == "small 1.0.0"
    with pytest.raises(UsageError, match=r"no round ran with version 1\.0\.9") as refused:
        dry_run(study, "1.0.9")
    assert "1.0.0" in refused.value.todo
    other = FULL.replace("code: army", "code: troops").replace("version: 1.0.0", "version: 1.0.1")
    (tmp_path / "before.yaml").write_text(other, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAP.replace("army:", "troops:"), encoding="utf-8")
    with pytest.raises(ContractViolated, match=r"does not run with small 1\.0\.1") as wrong:
        dry_run(study, str(tmp_path / "before.yaml"), "pilot")
    assert any("army" in str(fault) for fault in wrong.value.faults)


def test_a_map_of_nothing_is_no_migration(study: Study, tmp_path: Path) -> None:
    (tmp_path / "after.yaml").write_text(FULL.replace("version: 1.0.0", "version: 1.0.1"), encoding="utf-8")
    (tmp_path / "map.yaml").write_text("gate: {ok: ok}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"no category of small 1\.0\.0 becomes another"):
        dry_run(study)


def test_rounds_under_one_version_go_together(study: Study) -> None:
    with study.database() as database:
        add_round(database, "main", project=2)
    assert [one.round for one in dry_run(study).rounds] == ["pilot", "main"]
    with pytest.raises(UsageError, match="read in one way") as refused:
        dry_run(study, round_name="main")
    assert "leave `round_name=` out" in refused.value.todo


def test_a_stop_between_two_rounds_is_gone_on_from(study: Study) -> None:
    with study.database() as database:
        add_round(database, "main", project=2)
        apply(database, "pilot")
        step = read_map(MAP, old=codebook(), new=codebook(AFTER), source="map.yaml")
        assert [(one.name, one.sequence) for one in chosen_rounds(database, step, None)] == [
            ("pilot", 2),
            ("main", None),
        ]
        assert [one.name for one in chosen_rounds(database, step, "main")] == ["main"]
    pilot, main = dry_run(study).rounds
    assert (pilot.applied, pilot.touched, main.applied) == (True, (), False)
    assert [(one.question, one.n_waiting) for one in pilot.asked_again] == [("kind", 3)]


def test_push_names_the_way(study: Study) -> None:
    study.codebook_file.write_text(AFTER, encoding="utf-8")
    with pytest.raises(ContractViolated, match="would not survive") as refused:
        push(study, update_codebook=True, dry_run=True)
    assert "`intercoder codebook migrate`" in refused.value.todo


def test_a_version_that_was_left_behind_makes_no_new_round(study: Study) -> None:
    with study.database() as database:
        apply(database)
    with pytest.raises(ContractViolated, match="carried over to a later version in round 'pilot'"):
        push(study, round_name="main", dry_run=True)


# ---------------------------------------------------------------- handed out


def comparable(one: Annotation) -> tuple[object, ...]:
    return one.annotation_id, one.codebook_hash, one.answers


def test_exports_say_what_was_chosen_and_read_back_the_same(study: Study) -> None:
    export(study, replicates=0)
    with study.database() as database:
        apply(database)
        name = split(database)
        rounds.set_project(database, name, server_url="embedded", project_id=9)
        pull(database, name, "a-2", raw(1, ANA, choice("kind", "daily")))
        expected = sorted(map(comparable, annotations_of(database, "pilot")), key=str)
    result = export(study, replicates=0)
    rows = pq.read_table(result.paths["answers"]).to_pylist()
    of = [row for row in rows if row["round"] == "pilot" and row["question"] == "kind"]
    said = sorted((row["sentence_id"], row["code"] or "", row["status"], row["migrated_from"]) for row in of)
    assert said == [
        ("a-1", "PUBLIC/force", "answered", ["STATE/army"]),
        ("a-1", "PUBLIC/force", "answered", ["STATE/police"]),
        ("a-2", "", "rejected", ["PRESS/paper"]),
        ("a-2", "PRESS/daily", "answered", ["PRESS/paper"]),
        ("b-1", "", "rejected", ["PRESS/paper"]),
        ("b-1", "PUBLIC/force", "answered", ["STATE/army"]),
    ]
    folder = result.paths["answers"].parent
    assert validate(folder).faults == ()
    assert sorted(map(comparable, read_export(folder).rounds["pilot"].annotations), key=str) == expected
    changed = {one.question: one.changed for one in difference(study, "v1", "v2").answers if one.round == "pilot"}
    assert (changed["kind"], changed["gate"]) == (6, 6)


# ---------------------------------------------------------------- asked again, in whatever is computed


@pytest.fixture
def asked_again(study: Study) -> Study:
    """``pilot`` and ``main`` coded alike; of ``pilot`` a category was split, and everything was coded again by both.

    On ``b-1`` Ben had not chosen what was split: what he says there when asked again replaces nothing.
    """
    with study.database() as database:
        add_round(database, "main", project=2, text=AFTER)
        for number, sentence_id in enumerate(SENTENCES):
            pull(database, "main", sentence_id, *(
                raw(10 * number + user, user, choice("gate", "whole"), choice("kind", "force"), at="11:00")
                for user in (ANA, BEN)
            ))  # fmt: skip
        apply(database)
        name = split(database)
        rounds.set_project(database, name, server_url="embedded", project_id=9)
        for number, sentence_id in enumerate(("a-2", "b-1")):
            pull(database, name, sentence_id, *(
                raw(10 * number + user, user, choice("kind", "daily"), at="12:00") for user in (ANA, BEN)
            ))  # fmt: skip
    return study


def rows_of(study: Study, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(export(study, replicates=0).paths[table]).to_pylist()
    return found


def test_nobodys_answer_counts_in_two_rounds(asked_again: Study) -> None:
    """By hand: what was asked again stands in ``pilot`` where ``paper`` was chosen, and nowhere else."""
    answered = rows_of(asked_again, "answers")
    with asked_again.database() as database:
        ana, ben = (annotators.pseudonym(database, f"{who}@example.org") for who in ("ana", "ben"))
    of = [row for row in answered if row["question"] == "kind" and row["in_agreement"] and row["round"] != "main"]
    assert {(row["round"], row["sentence_id"], row["annotator"]): row["code"] for row in of} == {
        ("pilot", "a-1", ana): "PUBLIC/force",
        ("pilot", "a-1", ben): "PUBLIC/force",
        ("pilot", "a-2", ana): "PRESS/daily",
        ("pilot", "a-2", ben): "PRESS/daily",
        ("pilot", "b-1", ana): "PRESS/daily",
        ("pilot", "b-1", ben): "PUBLIC/force",
    }
    submitted = [row for row in answered if row["round"] == "pilot-split-kind"]
    assert [row["code"] for row in submitted] == ["PRESS/daily"] * 4  # kept, as it was said
    reasons = {(row["round"], row["excluded_because"]) for row in rows_of(asked_again, "annotations")}
    assert reasons == {("main", None), ("pilot", None), ("pilot-split-kind", "asked_again")}
    whole = [(row["round"], row["because"]) for row in rows_of(asked_again, "rejected") if row["item"] == 0]
    assert whole == [("pilot-split-kind", "asked_again")] * 4


def test_consensus_and_agreement_have_no_round_that_asks_again(asked_again: Study) -> None:
    for table in ("consensus", "soft_labels", "agreement"):
        assert {row["round"] for row in rows_of(asked_again, table)} == {"pilot", "main"}
    work = [row for row in rows_of(asked_again, "assignments") if row["round"] == "pilot-split-kind"]
    assert len(work) == 4  # all of it was done, and nobody is to come
    assert {row["status"] for row in work} == {"excluded"}


def test_a_study_and_its_export_take_the_same_round_and_compare_the_same_ones(asked_again: Study) -> None:
    folder = export(asked_again, replicates=0).folder
    for request in (AgreementRequest(replicates=0), AgreementRequest(replicates=0, by=("round",), round_name="main")):
        here, there = agree(asked_again, request), agree_export(folder, request)
        assert here.round == there.round == "main"
        assert here.estimates == there.estimates
    with_kind = [one for one in here.estimates if one.by == "round" and one.question == "kind"]
    assert {(one.group, one.against) for one in with_kind} == {("pilot", None), ("main", None), ("main", "pilot")}
    exported = [
        row for row in rows_of(asked_again, "agreement") if row["grouped_by"] == "round" and row["question"] == "kind"
    ]
    assert {(row["round"], row["group_name"], row["against"]) for row in exported} == {
        ("main", "pilot", None),
        ("main", "main", None),
        ("main", "main", "pilot"),
    }


def test_by_its_name_a_round_that_asks_again_says_why_it_has_no_agreement(asked_again: Study) -> None:
    folder = export(asked_again, replicates=0).folder
    request = AgreementRequest(round_name="pilot-split-kind", replicates=0)
    for report in (agree(asked_again, request), agree_export(folder, request)):
        assert report.excluded == {"asked_again": 4}
        assert all(one.value is None for one in report.estimates)


def test_the_codebook_of_an_export_is_a_whole_one(asked_again: Study) -> None:
    folder = export(asked_again, replicates=0).folder
    assert (folder / "codebook.yaml").read_text(encoding="utf-8") == AFTER
    assert validate(folder).faults == ()


def test_a_round_that_asks_again_is_done_when_it_was_coded(asked_again: Study) -> None:
    (one,) = [each for each in status(asked_again).rounds if each.round == "pilot-split-kind"]
    assert (one.done, one.begun) == (2, 0)
