"""Escalation planned and judged from what was pulled; that Label Studio then asks is for the live tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.codebook.migration.books import AFTER, MAP
from tests.codebook.samples import FULL, codebook
from tests.loop.several_rounds import CEM, PEOPLE, pull
from tests.loop.test_answers import ANA, BEN, LEAD, choice, raw
from tests.study.small import numbered
from tests.terminal.printed import words
from toolkit.codebook.migration.map_of_codes import read_map, written_map
from toolkit.errors import UsageError
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree
from toolkit.loop.answers import annotations_of
from toolkit.loop.escalate import escalate, escalated
from toolkit.loop.escalating import planning
from toolkit.loop.escalating.labels import labels_of
from toolkit.loop.init import init
from toolkit.study import (
    adjudications,
    annotators,
    answer_migrations,
    articles,
    escalations,
    gold_sentences,
    round_endings,
    rounds,
)
from toolkit.study.adjudications import AdjudicationDesign, AskedAgain
from toolkit.study.database import Database
from toolkit.study.escalations import EscalatedLabel, EscalatedSentence, EscalationDesign
from toolkit.study.folder import Study
from toolkit.study.round_endings import Ending
from toolkit.study.rounds import Decision
from toolkit.terminal.escalate import plan_rows, plan_text, report_rows, report_text, result_lines
from toolkit.terminal.parameters_as_options import in_options
from toolkit.words.legend import left_out

N = 12
DISPUTED = ("a-11", "a-12")
IDS = {f"a-{n}": n for n in range(1, N + 1)}


def code(database: Database, sentence_id: str, said: Mapping[int, str], *, round_name: str = "pilot") -> None:
    """Everything that is on the sentence: who said what of ``gate``, in the order they came."""
    item = IDS[sentence_id]
    raws = [
        raw(100 * item + who, who, choice("gate", code), at=f"09:{place:02}")
        if code != "skip"
        else {**raw(100 * item + who, who, at=f"09:{place:02}"), "was_cancelled": True, "result": []}
        for place, (who, code) in enumerate(said.items())
    ]
    pull(database, round_name, item, sentence_id, *raws)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Twelve sentences coded by ana and ben, who differ on two; cem may be asked as well."""
    made = init(tmp_path / "study")
    with made.database() as database:
        articles.add(database, [numbered("a", N)], splitter="by hand", splitter_version="1")
        annotators.register(database, ["ana@example.org", "ben@example.org", "cem@example.org"], round=None)
        annotators.learn_accounts(database, "embedded", PEOPLE)
        rounds.create(database, "pilot", Decision(2), codebook(), document=FULL)
        rounds.set_project(database, "pilot", server_url="embedded", project_id=1)
        rounds.plan(database, "pilot", [(sentence_id, 2) for sentence_id in IDS])
        rounds.record_remote(database, "pilot", IDS)
        for sentence_id, item in IDS.items():
            first = "broken" if item % 3 == 0 and sentence_id not in DISPUTED else "ok"
            code(database, sentence_id, {ANA: first, BEN: "broken" if sentence_id in DISPUTED else first})
    return made


def planned(study: Study, **asked: object) -> planning.EscalationPlan:
    plan = escalate(study, dry_run=True, **{"budget": 10, "questions": ["gate"], **asked}).plan  # type: ignore[arg-type]
    assert plan is not None
    return plan


def applied(study: Study, plan: planning.EscalationPlan) -> None:
    """The plan recorded as if Label Studio had all of it."""
    with study.database() as database:
        sequence = escalations.record(database, plan.round, plan.design, plan.sentences)
        escalations.mark_applied(database, plan.round, sequence)


@pytest.mark.parametrize("rule", ["dawid-skene", "vote"])
def test_the_disputed_sentences_are_asked_about(study: Study, rule: str) -> None:
    plan = planned(study, rule=rule, least_gain=0.1)
    assert {sentence.sentence_id for sentence in plan.sentences} == set(DISPUTED)
    assert [one.nth for one in plan.annotations] == [1, 1]
    assert (plan.n_candidates, plan.left_out, plan.ended_by) == (N, {}, "gain")
    for sentence in plan.sentences:
        assert (sentence.wanted_before, sentence.coded_before, sentence.more) == (2, 2, 1)
        (label,) = sentence.labels
        assert label.gain == pytest.approx(sentence.gain)
        assert (label.label is None) == (rule == "vote")
    assert plan.expected.gain == pytest.approx(sum(one.gain for one in plan.annotations))


def test_the_budget_is_never_exceeded_and_the_seed_decides_among_equals(study: Study) -> None:
    chosen = {planned(study, budget=1, seed=seed).sentences[0].sentence_id for seed in range(8)}
    assert chosen == set(DISPUTED)
    plan = planned(study, budget=1)
    assert (len(plan.annotations), plan.ended_by) == (1, "budget")
    assert plan == planned(study, budget=1)


def test_a_plan_changes_nothing(study: Study) -> None:
    before = study.database_file.read_bytes()
    planned(study)
    assert study.database_file.read_bytes() == before
    assert escalated(study).escalations == ()


def test_only_sentences_that_somebody_more_can_be_asked_about_are_candidates(study: Study) -> None:
    with study.database() as database:
        code(database, "a-1", {ANA: "ok"})
        rounds.record_remote(database, "pilot", {"a-2": None})
        code(database, "a-3", {ANA: "ok", BEN: "ok", LEAD: "ok"})
        code(database, "a-4", {ANA: "ok", BEN: "ok", CEM: "skip"})
        code(database, "a-5", {ANA: "unclear", BEN: "unclear"})
        code(database, "a-11", {ANA: "ok", BEN: "broken", CEM: "ok"})
    plan = planned(study)
    assert plan.left_out == {
        planning.OUTSTANDING: 1,
        planning.NOT_THERE: 1,
        planning.NOT_COUNTED: 1,
        planning.NOBODY: 2,
        planning.UNANSWERED: 1,
    }
    assert plan.n_candidates == N - 6
    assert {sentence.sentence_id for sentence in plan.sentences} == {"a-12"}


def test_what_was_coded_in_a_project_that_is_gone_is_left_alone(study: Study) -> None:
    """Label Studio does not know there who coded it: the same person would be asked again."""
    with study.database() as database, database.transaction() as connection:
        connection.execute("UPDATE rounds SET project = 2")
    assert planned(study).left_out == {planning.EARLIER: N}


def test_nobody_is_asked_twice_and_nobody_who_is_not_registered(study: Study) -> None:
    """However much is to be gained: cem is the only one who has not coded the sentences."""
    plan = planned(study, budget=100, least_gain=0.0)
    assert {sentence.more for sentence in plan.sentences} == {1}


def test_an_annotation_answers_every_question_there(study: Study) -> None:
    with study.database() as database:
        for item, sentence_id in enumerate(IDS, start=1):
            kinds = ("police", "army") if sentence_id == "a-1" else ("police", "police") if item % 2 else ("paper",) * 2
            raws = [
                raw(100 * item + who, who, choice("gate", "ok"), choice("kind", kind))
                for who, kind in zip((ANA, BEN), kinds, strict=True)
            ]
            pull(database, "pilot", item, sentence_id, *raws)
    plan = planned(study, questions=[], budget=1)
    assert plan.design.questions == ("gate", "kind", "rank")
    (sentence,) = plan.sentences
    assert sentence.sentence_id == "a-1"
    assert {label.question: label.label for label in sentence.labels}["gate"] == "ok"
    assert [one.question for one in plan.by_question] == ["gate", "kind", "rank"]
    assert [one.n_labels for one in plan.by_question] == [1, 1, 0]


def test_a_question_some_were_not_shown_is_answered_by_as_many_as_before(study: Study) -> None:
    """Of two coders one was not shown ``kind``: whoever comes next answers it with a probability of a half."""
    with study.database() as database:
        shown, hidden = [choice("gate", "ok"), choice("kind", "police")], [choice("gate", "broken")]
        pull(database, "pilot", 1, "a-1", raw(101, ANA, *shown), raw(102, BEN, *hidden))
        pull(database, "pilot", 2, "a-2", raw(201, ANA, *shown), raw(202, BEN, *shown))
        pull(database, "pilot", 3, "a-3", raw(301, ANA, *hidden), raw(302, BEN, *hidden))
        annotations = list(annotations_of(database, "pilot"))
    (kind,) = labels_of(annotations, [codebook().by_id["kind"]], "vote").values()
    answered = {sentence_id: kind.answered[row] for sentence_id, row in kind.sentences.items()}
    assert (answered["a-1"], answered["a-2"]) == (0.5, 1.0)
    assert "a-3" not in answered


def test_what_came_stands_beside_what_was_expected(study: Study) -> None:
    plan = planned(study, rule="vote", least_gain=0.1)
    applied(study, plan)
    (before,) = escalated(study).escalations
    assert (before.n_annotations, before.n_annotations_in, before.n_sentences_in, before.outstanding) == (2, 0, 0, 2)
    assert before.all.expected.n_labels == 0
    with study.database() as database:
        code(database, "a-11", {ANA: "ok", BEN: "broken", CEM: "ok"})
    (half,) = escalated(study).escalations
    assert (half.n_annotations_in, half.n_sentences_in, half.outstanding) == (1, 1, 1)
    assert (half.all.expected.n_labels, half.all.changed) == (1, 1)
    with study.database() as database:
        code(database, "a-12", {ANA: "ok", BEN: "broken", CEM: "unclear"})
    (after,) = escalated(study).escalations
    assert (after.n_annotations_in, after.n_sentences_in, after.outstanding) == (2, 2, 0)
    assert after.all.changed == 1  # cem could not tell: that tie is one still
    assert after.all.expected.changes == pytest.approx(plan.expected.changes)
    assert after.by_question[0].expected == after.all.expected.__class__(
        question="gate",
        **{name: getattr(plan.expected, name) for name in ("n_labels", "certainty", "gain", "changes", "low", "high")},
    )
    assert 0 < after.all.gain <= 1  # two ties, of which one is a label now


def coded_kind(database: Database, sentence_id: str, said: Mapping[int, str]) -> None:
    """Everything that is on the sentence: kind, with the rank of it where one is said (``army low``)."""
    item = IDS[sentence_id]
    raws = []
    for place, (who, chosen) in enumerate(said.items()):
        kind, _, rank = chosen.partition(" ")
        parts = [choice("gate", "ok"), choice("kind", kind), *([choice("rank", rank)] if rank else [])]
        raws.append(raw(100 * item + who, who, *parts, at=f"09:{place:02}"))
    pull(database, "pilot", item, sentence_id, *raws)


def migrate(database: Database) -> None:
    """gate: ok became whole; kind: police and army became force, paper became daily and weekly."""
    step = read_map(MAP, old=codebook(), new=codebook(AFTER), source="map.yaml")
    since, codes = datetime(2026, 3, 1, 12, tzinfo=UTC), written_map(step.codes)
    answer_migrations.record(database, "pilot", step.new, document=AFTER, codes=codes, since=since)


def test_what_came_stands_beside_what_was_expected_after_a_migration_as_before(study: Study) -> None:
    with study.database() as database:
        # Two said ok of a-1, and one more agrees: the label is what it was, under whatever name.
        sentence = EscalatedSentence("a-1", 2, 2, 1, 0.5, (EscalatedLabel("gate", "ok", 0.9, 0.5, 0.5),))
        design = EscalationDesign("vote", ("gate",), 1, 0.01, 0)
        escalations.record(database, "pilot", design, [sentence])
        code(database, "a-1", {ANA: "ok", BEN: "ok", CEM: "ok"})
    (before,) = escalated(study).escalations
    assert (before.all.expected.n_labels, before.all.changed) == (1, 0)
    with study.database() as database:
        migrate(database)
    (after,) = escalated(study).escalations
    assert (after.all.expected, after.all.changed, after.n_left_out) == (before.all.expected, 0, 0)


def test_labels_that_no_category_of_now_stands_for_are_left_out_and_counted(study: Study) -> None:
    said = {
        "a-1": ("kind", "STATE/army", ["army", "army", "police"]),  # merged: as before
        "a-2": ("kind", "PRESS/paper", ["paper", "paper", "paper"]),  # split
        "a-3": ("rank", None, ["army low", "army middle", "army low"]),  # a tie of what is one category now
        "a-4": ("rank", None, ["army low", "army high", "army low"]),  # a tie still, which was decided
        "a-5": ("kind", "STATE/army", ["army", "army", "paper"]),  # an answer waits to be given again
    }
    with study.database() as database:
        sentences = [
            EscalatedSentence(name, 2, 2, 1, 0.5, (EscalatedLabel(question, label, 0.5, 0.5, 0.5),))
            for name, (question, label, _) in said.items()
        ]
        escalations.record(database, "pilot", EscalationDesign("vote", ("kind", "rank"), 5, 0.01, 0), sentences)
        for name, (_, _, codes) in said.items():
            coded_kind(database, name, dict(zip((ANA, BEN, CEM), codes, strict=True)))
        migrate(database)
    report = escalated(study)
    (one,) = report.escalations
    assert (one.n_sentences_in, one.n_left_out) == (5, 3)
    assert [(each.expected.n_labels, each.changed) for each in one.by_question] == [(1, 0), (1, 1)]
    assert "3 labels" in words(report_text(report))


def test_a_later_escalation_does_not_change_what_came_of_an_earlier_one(study: Study) -> None:
    with study.database() as database:
        annotators.register(database, ["lead@example.org"], round=None)
    applied(study, planned(study, rule="vote", budget=2))
    with study.database() as database:
        for sentence_id in DISPUTED:
            code(database, sentence_id, {ANA: "ok", BEN: "broken", CEM: "ok"})
    (first,) = escalated(study).escalations
    with study.database() as database:
        code(database, "a-11", {ANA: "ok", BEN: "broken", CEM: "ok", LEAD: "broken"})
    (again,) = escalated(study).escalations
    assert first.all.changed == again.all.changed == 2


def test_agreement_says_how_many_annotations_came_so(study: Study) -> None:
    request = AgreementRequest(replicates=0)
    assert agree(study, request).n_escalated == 0
    applied(study, planned(study, rule="vote", budget=2))
    assert agree(study, request).n_escalated == 0  # asked for, and not in yet
    with study.database() as database:
        code(database, "a-11", {ANA: "ok", BEN: "broken", CEM: "ok"})
    report = agree(study, request)
    assert report.n_escalated == 1
    assert any("1 annotation of these came by `escalate`" in line for line in left_out(report))


def test_while_answers_are_outstanding_nothing_more_is_asked(study: Study) -> None:
    applied(study, planned(study, budget=1))
    result = escalate(study, budget=5, questions=["gate"])
    assert result.plan is None
    assert result.waits_for is not None
    assert result.waits_for.outstanding == 1
    with study.database() as database:
        assert len(escalations.of_round(database, "pilot")) == 1
    assert "still waits for 1 of its 1 annotation" in " ".join(result_lines(result))


def test_faults_of_what_is_asked_for_are_listed_at_once(study: Study) -> None:
    with pytest.raises(UsageError) as caught:
        escalate(study, budget=0, least_gain=-1.0)
    assert len(caught.value.faults) == 2
    with pytest.raises(UsageError) as caught:
        escalate(study, budget=1, questions=["topics", "words", "nothing", "gate"], dry_run=True)
    assert [fault.place for fault in caught.value.faults] == ["topics", "words", "nothing"]


def test_which_round_is_meant(study: Study) -> None:
    with study.database() as database:
        rounds.create(database, "main", Decision(2), codebook(), document=FULL)
    with pytest.raises(UsageError, match="which round is meant"):
        escalate(study, budget=1, dry_run=True)
    with study.database() as database, database.transaction() as connection:
        connection.execute("INSERT INTO adjudications VALUES ('main', 'pilot', '{}')")
    assert planned(study).round == "pilot"
    with pytest.raises(UsageError, match="decides on round 'pilot'"):
        escalate(study, round_name="main", budget=1, dry_run=True)


def test_nobody_is_asked_where_an_adjudicator_decides(study: Study) -> None:
    with study.database() as database:
        design = AdjudicationDesign(questions=("gate",))
        name = adjudications.create(database, "pilot", design, codebook(), document=FULL)
        asked = AskedAgain(sentence_id="a-11", question="gate", because="tie", chance=1.0, shown=())
        adjudications.queue(database, name, [asked], {})
    plan = planned(study, least_gain=0.1)
    assert [sentence.sentence_id for sentence in plan.sentences] == ["a-12"]
    assert plan.left_out == {planning.SETTLED: 1}


def test_gold_is_known_already(study: Study) -> None:
    with study.database() as database, database.transaction() as connection:
        gold_sentences.record(connection, "pilot", {"a-11": False, "a-1": True})
    plan = planned(study, least_gain=0.1)
    assert [sentence.sentence_id for sentence in plan.sentences] == ["a-12"]
    assert plan.left_out == {planning.SETTLED: 2}


@pytest.mark.parametrize("ending", ["closed", "discarded"])
def test_nobody_is_asked_in_a_round_that_has_ended(study: Study, ending: str) -> None:
    with study.database() as database, database.transaction() as connection:
        connection.execute("INSERT INTO round_endings VALUES ('pilot', ?, '2026-03-02')", (ending,))
    for dry_run in (True, False):
        with pytest.raises(UsageError, match=ending) as refused:
            escalate(study, round_name="pilot", budget=1, dry_run=dry_run)
        todo = in_options(refused.value.todo)
        assert ("`intercoder rounds reopen pilot`" if ending == "closed" else "rounds discard pilot --undo`") in todo
        assert "`intercoder escalate --report --round pilot`" in todo


@pytest.mark.parametrize("ending", ["closed", "discarded"])
def test_what_came_is_reported_of_a_round_that_has_ended(study: Study, ending: Ending) -> None:
    applied(study, planned(study, rule="vote"))
    with study.database() as database:
        for sentence_id in DISPUTED:
            code(database, sentence_id, {ANA: "ok", BEN: "broken", CEM: "ok"})
    before = escalated(study)
    with study.database() as database:
        round_endings.end(database, "pilot", ending)
    assert escalated(study, round_name="pilot") == before
    assert before.escalations[0].all.changed == 2


def test_a_round_without_a_project_cannot_be_escalated(study: Study) -> None:
    with study.database() as database:
        rounds.create(database, "main", Decision(2), codebook(), document=FULL)
    with pytest.raises(UsageError, match="no project yet"):
        escalate(study, round_name="main", budget=1)


def test_the_plan_and_the_report_can_be_read(study: Study) -> None:
    plan = planned(study, rule="vote", least_gain=0.1)
    text = words(plan_text(plan))
    assert "12 sentences with all their annotations" in text
    assert "2 annotations more on 2 sentences; then no other annotation is expected to gain as much as 0.1" in text
    assert [row["sentence_id"] for row in plan_rows(plan)] == [one.sentence_id for one in plan.sentences]
    assert "Nothing was escalated" in words(report_text(escalated(study)))
    applied(study, plan)
    with study.database() as database:
        for sentence_id in DISPUTED:
            code(database, sentence_id, {ANA: "ok", BEN: "broken", CEM: "ok"})
    report = escalated(study)
    assert "2; 2 sentences with all of theirs" in words(report_text(report))
    assert "As many labels changed as was to be expected" in words(report_text(report))
    (row,) = report_rows(report)
    assert (row["question"], row["changed"], row["annotations_in"]) == ("gate", 2, 2)
    assert "nothing" in words(plan_text(planned(study)))
