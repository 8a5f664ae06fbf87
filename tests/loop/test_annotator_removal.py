from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.codebook.samples import FULL, codebook
from tests.loop.several_rounds import several_rounds
from tests.loop.test_answers import ANA, BEN, LEAD, raw
from tests.loop.test_answers import pull as pull_pilot
from tests.study.small import numbered
from toolkit.errors import UsageError
from toolkit.labelstudio.records import RawEntry
from toolkit.loop.adjudication.start import start
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree
from toolkit.loop.annotator_removal import remove_annotator
from toolkit.loop.annotators import addresses, listed
from toolkit.loop.answers import annotations_of
from toolkit.loop.erase import erase
from toolkit.loop.export import export
from toolkit.loop.init import init
from toolkit.loop.pulling.adopted import AdoptedItems
from toolkit.loop.pulling.report import PullReport
from toolkit.loop.push import push
from toolkit.loop.pushing.design import Design
from toolkit.loop.pushing.withdrawn import places_in_vain
from toolkit.loop.status import status
from toolkit.loop.validate import validate
from toolkit.study import adjudications, annotators, articles, removals, rounds
from toolkit.study.adoptions import Adoption
from toolkit.study.folder import Study
from toolkit.study.removals import Removal
from toolkit.study.rounds import Decision

CEM = "cem@example.org"
"""One of three who coded everything in old, pilot and main of the study of several rounds."""


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return several_rounds(tmp_path / "study")


def reasons(study: Study, email: str, name: str = "main") -> Mapping[str | None, int]:
    with study.database() as database:
        pseudonym = annotators.pseudonym(database, email)
        return Counter(one.excluded_because for one in annotations_of(database, name) if one.annotator == pseudonym)


def everything(study: Study) -> list[object]:
    with study.database() as database:
        return [one for name in rounds.names(database) for one in annotations_of(database, name)]


def test_what_was_kept_counts_and_what_was_withdrawn_does_not(study: Study) -> None:
    before = everything(study)
    kept = remove_annotator(study, "Cem@example.org", answers="kept")
    assert everything(study) == before
    assert (kept.counted["main"], kept.withdrawn, kept.wanting) == (6, {}, {})
    withdrawn = remove_annotator(study, CEM, answers="withdrawn")
    assert (withdrawn.counted, withdrawn.withdrawn["main"], withdrawn.at) == ({}, 6, kept.at)
    assert reasons(study, CEM) == {"withdrawn": 6}
    assert reasons(study, "ana@example.org") == {None: 6}
    assert withdrawn.wanting["main"] == 6


def test_a_removed_annotator_is_asked_for_nothing_and_registering_again_undoes_it(study: Study) -> None:
    before = everything(study)
    remove_annotator(study, CEM, answers="withdrawn")
    with study.database() as database:
        assert CEM not in {one.email for one in annotators.registered(database)}
        assert {one.email: one.removal is not None for one in annotators.ever_registered(database, round="main")} == {
            "ana@example.org": False,
            "ben@example.org": False,
            CEM: True,
        }
    plan = push(study, round_name="later", dry_run=True).plan
    assert plan.decision.annotators_per_sentence == 2  # as many as are registered
    assert [one.removal is not None for one in listed(study) if one.email == CEM] == [True]
    assert CEM in addresses(study).values()
    (progress,) = (one for one in status(study).rounds if one.round == "main")
    assert sorted(str(one.removed) for one in progress.annotators) == ["None", "None", "withdrawn"]
    assert (progress.done, progress.excluded["withdrawn"]) == (0, 6)
    with study.database() as database:
        assert annotators.register(database, [CEM], round=None, reinstate=True) == (
            annotators.pseudonym(database, CEM),
        )
        assert annotators.register(database, [CEM], round=None, reinstate=True) == ()
    assert everything(study) == before


def test_being_named_for_something_else_does_not_undo_a_removal(study: Study) -> None:
    remove_annotator(study, CEM, answers="withdrawn")
    before = everything(study)
    with study.database() as database, pytest.raises(UsageError, match="was removed") as refused:
        annotators.register(database, ["new@example.org", "Cem@example.org"], round="main")
    assert [(fault.place, fault.message) for fault in refused.value.faults] == [
        ("Cem@example.org", "was removed; add them first")
    ]
    assert everything(study) == before
    assert "new@example.org" not in {one.email for one in listed(study)}
    # There is no server here: it is refused before one is asked, and before anything is made.
    with pytest.raises(UsageError, match="was removed"):
        start(study, round_name="main", adjudicators=["dana@example.org", CEM])
    with study.database() as database:
        assert adjudications.find(database, "main") is None
        assert CEM not in {one.email for one in annotators.registered(database)}
    assert everything(study) == before


def test_a_pull_that_meets_somebody_in_an_adopted_round_does_not_undo_a_removal(study: Study) -> None:
    lead = "lead@example.org"
    with study.database() as database:
        annotators.register(database, [lead], round="old")
        with database.transaction() as connection:
            removals.remove(connection, lead, Removal("withdrawn", datetime(2026, 3, 1, tzinfo=UTC)))
        adopted = AdoptedItems(database, "main", Adoption("text", None, "{}"), {1: "a-1"}, set())
        entry = RawEntry(1, {"text": "One."}, datetime(2026, 3, 1, tzinfo=UTC), (raw(900, LEAD),))
        assert adopted.take_up([entry], PullReport("main"))
        (person,) = (one for one in annotators.ever_registered(database, round="main") if one.email == lead)
        assert person.removal is not None


def test_agreement_is_of_those_who_count(study: Study) -> None:
    def coders() -> set[int]:
        report = agree(study, AgreementRequest(round_name="main", replicates=0))
        return {one.n_annotators for one in report.estimates if one.headline and one.question == "gate"}

    assert coders() == {3}
    remove_annotator(study, CEM, answers="withdrawn")
    assert coders() == {2}
    assert agree(study, AgreementRequest(round_name="main", replicates=0)).excluded["withdrawn"] == 6


def test_an_export_says_withdrawn_and_earlier_ones_stay_valid(study: Study) -> None:
    old = export(study, replicates=0)
    remove_annotator(study, CEM, answers="withdrawn")
    new = export(study, replicates=0)
    assert (old.version, new.version) == (1, 2)
    assert validate(old.folder).faults == validate(new.folder).faults == ()
    table = pq.read_table(new.folder / "annotations.parquet")
    assert table.schema.metadata[b"intercoder.schema_version"] == b"2"
    assert Counter(table["excluded_because"].to_pylist())["withdrawn"] > 6
    rejected = pq.read_table(new.folder / "rejected.parquet", columns=["because"])
    assert "withdrawn" in rejected["because"].to_pylist()
    open_slots = pq.read_table(new.folder / "assignments.parquet", columns=["round", "status"]).to_pylist()
    assert sum(one == {"round": "main", "status": "open"} for one in open_slots) == 6 + 3  # p-1 nobody coded


@pytest.fixture
def pilot(tmp_path: Path) -> Study:
    """One round, two sentences, Ana and Ben."""
    made = init(tmp_path / "study")
    with made.database() as database:
        articles.add(database, [numbered("a", 2)], splitter="by hand", splitter_version="1")
        rounds.create(database, "pilot", Decision(2), codebook(), document=FULL)
        rounds.set_project(database, "pilot", server_url="embedded", project_id=1)
        rounds.plan(database, "pilot", [("a-1", 2), ("a-2", 2)])
        annotators.register(database, ["ana@example.org", "ben@example.org"], round=None)
        annotators.learn_accounts(database, "embedded", {ANA: "ana@example.org", BEN: "ben@example.org"})
    return made


def removed_at(study: Study, hour: int, minute: int = 0, second: int = 0) -> None:
    with study.database() as database, database.transaction() as connection:
        at = datetime(2026, 3, 1, hour, minute, second, tzinfo=UTC)
        removals.remove(connection, "ana@example.org", Removal("kept", at))


def why(study: Study) -> dict[str, str | None]:
    with study.database() as database:
        return {one.annotation_id: one.excluded_because for one in annotations_of(database, "pilot")}


def test_kept_is_what_came_until_then(pilot: Study) -> None:
    with pilot.database() as database:
        late = {"created_at": "2026-03-01T09:00:00.250000Z", "updated_at": "2026-03-01T12:30:00.250000Z"}
        pull_pilot(database, "a-1", raw(1, ANA, at="09:00"), raw(2, BEN, at="13:00"), remote_id=1)
        pull_pilot(database, "a-2", raw(3, ANA, at="12:00"), raw(4, BEN, at="12:00"), remote_id=2)
        pull_pilot(database, "a-1", raw(1, ANA, at="09:00"), raw(2, BEN, at="13:00"), raw(5, ANA, **late), remote_id=1)
    removed_at(pilot, 12, 0, 1)
    # At 12:00:00.25 she was there; what she began before and changed after is not what it was.
    assert why(pilot) == {"pilot-1": None, "pilot-2": None, "pilot-3": None, "pilot-4": None, "pilot-5": "withdrawn"}
    removed_at(pilot, 11)
    assert why(pilot)["pilot-3"] is None  # removed before: since then, whatever is said again
    with pilot.database() as database:
        annotators.register(database, ["ana@example.org"], round=None, reinstate=True)
    removed_at(pilot, 12)
    assert why(pilot)["pilot-3"] == "withdrawn"
    with pilot.database() as database:
        # The later annotation on a-1 takes a place on the server and the one on a-2 as well.
        assert places_in_vain(database, "pilot") == {"a-1": 1, "a-2": 1}


def test_places_in_vain_are_those_of_the_project_the_round_has_and_no_skips(pilot: Study) -> None:
    with pilot.database() as database:
        pull_pilot(database, "a-1", raw(1, ANA), raw(2, BEN), remote_id=1)
        pull_pilot(database, "a-2", raw(3, ANA, was_cancelled=True, result=[]), remote_id=2)
        assert places_in_vain(database, "pilot") == {}
    remove_annotator(pilot, "ana@example.org", answers="withdrawn")
    with pilot.database() as database:
        assert places_in_vain(database, "pilot") == {"a-1": 1}
        with database.transaction() as connection:
            connection.execute("UPDATE rounds SET project = 2")
        assert places_in_vain(database, "pilot") == {}


def test_somebody_who_was_never_registered_for_a_round_does_not_count_in_it_by_being_removed(pilot: Study) -> None:
    with pilot.database() as database:
        pull_pilot(database, "a-1", raw(1, ANA), raw(7, 99), remote_id=1)
        annotators.learn_accounts(database, "embedded", {99: "guest@example.org"})
        annotators.register(database, ["guest@example.org"], round="other")
    remove_annotator(pilot, "guest@example.org", answers="kept")
    assert why(pilot) == {"pilot-1": None, "pilot-7": "not_registered"}


def test_nobody_is_removed_who_is_not_registered_and_no_address_is_repeated(pilot: Study) -> None:
    with pytest.raises(UsageError) as refused:
        remove_annotator(pilot, "nobody@example.org", answers="kept")
    assert "nobody@example.org" not in str(refused.value) + refused.value.todo


def test_an_erased_annotator_leaves_no_removal(pilot: Study) -> None:
    remove_annotator(pilot, "ana@example.org", answers="kept")
    erase(pilot, "ana@example.org")
    with pilot.database() as database:
        assert removals.removals(database) == {}
    assert b"ana@example.org" not in pilot.database_file.read_bytes()


def test_a_design_counts_those_who_are_left(pilot: Study) -> None:
    remove_annotator(pilot, "ana@example.org", answers="kept")
    plan = push(pilot, round_name="next", design=Design(annotators_per_sentence=2), dry_run=True).plan
    assert plan.notes == ("1 annotators are registered for this round; some sentences want 2",)
