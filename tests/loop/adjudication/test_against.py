"""Agree against the decisions of a round: of the study, of its export, and what the page says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.loop.adjudication.adjudicated import ARMY, BOOK, MIA, NAME, NOA, decide, stored, study
from tests.loop.test_answers import BEN, raw
from tests.terminal.printed import printed
from toolkit.agreement.estimate import Estimate
from toolkit.cli.streams import plain
from toolkit.errors import BadInput, UsageError
from toolkit.labelstudio.decisions import BOTH_DEFENSIBLE
from toolkit.labelstudio.encode import submission
from toolkit.loop.adjudication.decisions import settled_of
from toolkit.loop.agreement.report import AgreementReport, DecidedQuestion
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree, agree_export
from toolkit.loop.export import export
from toolkit.study import annotators, rounds
from toolkit.study.folder import Study
from toolkit.terminal.agreement.pages import agreement_pages

PAPER = {"gate": "ok", "kind": "paper"}
HIGH = {**ARMY, "rank": "high"}
ASKED = AgreementRequest(round_name="pilot", against=Path("adjudicated"))


def sampled(made: Study) -> list[int]:
    """Places of the sentences that were drawn."""
    with made.database() as database:
        return [int(one.sentence_id.rpartition("-")[2]) for one in rounds.ledger(database, NAME)]


def value(report: AgreementReport, question: str, measure: str = "accuracy", category: str | None = None) -> Estimate:
    of = {(one.question, one.measure, one.category): one for one in report.estimates if one.annotator is None}
    return of[question, measure, category]


def page(report: AgreementReport) -> str:
    return "\n".join(printed(part) for part in agreement_pages(report, ASKED))


def settled_study(folder: Path, *, per_sentence: int = 1) -> Study:
    """Twelve sentences: on four the coders differ, of the eight others half are drawn; all of that is decided on."""
    coded: list[Sequence[Mapping[str, Any]]] = [[ARMY, PAPER], [ARMY, HIGH], [HIGH, ARMY], [PAPER, ARMY]]
    made = study(folder, [*coded, *([[ARMY, ARMY]] * 8)], sample=0.5, per_sentence=per_sentence)
    people = [MIA, NOA][:per_sentence]
    drawn = [place for place in sampled(made) if place > 4]
    assert len(drawn) in (4, 5), "half of eight, in even steps"
    for user in people:
        decide(made, 1, {"gate": "ok", "kind": "army", "rank": "low"}, user=user)
        decide(made, 2, {"gate": "ok", "kind": "army", "rank": "low"}, user=user)
        decide(made, 3, {"gate": "ok", "kind": "army", "rank": "low"}, user=user)
        decide(made, 4, {"gate": "ok", "kind": BOTH_DEFENSIBLE}, reason="both_defensible", user=user)
        for place in drawn:
            wrong = place == drawn[0]
            decide(
                made, place, {"gate": "ok", "kind": "army", "rank": "high" if wrong else "low"}, user=user, reason=None
            )
    return made


def test_answers_are_weighed_by_the_inverse_of_the_chance_they_were_asked_with(tmp_path: Path) -> None:
    made = settled_study(tmp_path / "s")
    n = sum(place > 4 for place in sampled(made))
    report = agree(made, ASKED)
    rank = value(report, "rank")
    # In dispute: sentence 1 (ana low, ben was not asked: right), 2 (one of two right), 3 (one of two right).
    right, of = 1 + 1 + 1 + 2 * 2 * (n - 1), 1 + 2 + 2 + 2 * 2 * n
    assert rank.value == pytest.approx(right / of)
    assert rank.n_values == 5 + 2 * n
    (known,) = (one for one in report.known if one.question == "rank")
    everybody, *each = ((one.n_disputed, one.n_agreed) for one in known.confusions)
    assert (everybody, sorted(each)) == ((5, 2 * n), [(2, n), (3, n)])
    assert sum(map(sum, known.confusions[0].counts)) == rank.n_values


def test_an_export_says_the_same_as_the_study(tmp_path: Path) -> None:
    for per_sentence in (1, 2):
        made = settled_study(tmp_path / f"s{per_sentence}", per_sentence=per_sentence)
        asked = replace(ASKED, by=("article",))
        pulled = plain(agree(made, asked))
        folder = export(made, to=tmp_path / f"out{per_sentence}", replicates=0).folder
        assert plain(agree_export(folder, asked)) | {"source": ""} == pulled | {"source": ""}
        assert [one["question"] for one in pulled["decided"]] == ["gate", "kind", "rank", "topics", "words"]


def edited(made: Study, place: int, user: int, answers: Mapping[str, Any]) -> None:
    """A coder submits other answers on a sentence of the round, after it was decided on."""
    parts = submission(BOOK, answers, {}, sentence=f"a says {place}.")
    with made.database() as database:
        stored(database, "pilot", f"a-{place}", raw(7000 + 10 * place + user, user, *parts, at="12:00"))


def test_who_edits_an_answer_after_the_decision_was_not_right_for_that(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER], [PAPER, PAPER], [ARMY, PAPER]])
    decide(made, 1, {"kind": "army", "rank": "low"})
    before = agree(made, ASKED)
    edited(made, 1, BEN, ARMY)
    after = agree(made, ASKED)
    accuracies = [[one for one in report.estimates if one.measure == "accuracy"] for report in (before, after)]
    assert accuracies[0] == accuracies[1]
    assert value(after, "kind").value == 0.5
    # How common a category is said to be is of what coders say now: three times army, and three times paper.
    assert (value(before, "kind", "prevalence", "STATE/army").value) == pytest.approx(2 / 6)
    assert (value(after, "kind", "prevalence", "STATE/army").value) == pytest.approx(3 / 6)
    folder = export(made, to=tmp_path / "out", replicates=0).folder
    assert plain(agree_export(folder, ASKED)) | {"source": ""} == plain(after) | {"source": ""}


def test_who_takes_an_answer_back_or_comes_later_is_held_to_what_was_decided_on(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER]])
    decide(made, 1, {"kind": "army", "rank": "low"})
    edited(made, 1, BEN, {"gate": "broken"})
    report = agree(made, ASKED)
    assert (value(report, "kind").value, value(report, "kind").n_values) == (0.5, 2)
    assert value(report, "rank").n_values == 1, "ben was not asked when it was decided on"
    with made.database() as database:
        annotators.register(database, ["noa@example.org"], round="pilot")
    edited(made, 1, NOA, ARMY)
    assert value(agree(made, ASKED), "kind").n_values == 2


def test_where_only_ties_are_decided_on_no_share_holds_for_a_round_that_has_other_disputes(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER], *([[ARMY, ARMY]] * 4)], sample=0.5)
    with made.database() as database, database.transaction() as connection:
        connection.execute("UPDATE adjudications SET design = json_set(design, '$.where', 'tie')")
    drawn = [place for place in sampled(made) if place > 1]
    for place in sampled(made):
        decide(made, place, {"gate": "ok", "kind": "army", "rank": "low"}, reason=None)
    assert value(agree(made, ASKED), "kind").value == pytest.approx((1 + 4 * len(drawn)) / (2 + 4 * len(drawn)))
    with made.database() as database:
        annotators.register(database, ["noa@example.org"], round="pilot")
    left = next(place for place in range(2, 6) if place not in drawn)
    edited(made, left, NOA, PAPER)  # two of three say army: nobody is asked
    report = agree(made, ASKED)
    for measure, category in (
        ("accuracy", None),
        ("sensitivity", "STATE/army"),
        ("corrected_prevalence", "STATE/army"),
    ):
        one = value(report, "kind", measure, category)
        assert (one.value, one.undefined_because) == (None, "only ties decided on")
    assert value(report, "kind", "prevalence", "STATE/army").value == pytest.approx(9 / 11)
    text = page(report)
    assert "Of the sentences in dispute only ties were to be decided on." in text
    assert max(map(len, text.splitlines())) <= 80
    folder = export(made, to=tmp_path / "out", replicates=0).folder
    assert plain(agree_export(folder, ASKED)) | {"source": ""} == plain(report) | {"source": ""}


def test_what_a_decision_makes_superfluous_unasked_is_no_decision_on_it(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, {"gate": "ok", "kind": "police", "rank": "low"}]])
    decide(made, 1, {"kind": "paper"})
    report = agree(made, ASKED)
    assert [one.question for one in report.decided] == ["kind"]
    folder = export(made, to=tmp_path / "out", replicates=0).folder
    assert plain(agree_export(folder, ASKED)) | {"source": ""} == plain(report) | {"source": ""}


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    coded = [[ARMY, PAPER]] * 5 + [[HIGH, ARMY]]
    made = study(tmp_path / "s", coded)
    decide(made, 1, {"kind": BOTH_DEFENSIBLE, "rank": "low"})
    decide(made, 2, {"kind": "paper"})
    decide(made, 3, {"kind": "unknown"})
    decide(made, 4, {"kind": "army", "rank": "low"})
    report = agree(made, ASKED)
    of = {one.question: one for one in report.decided}
    empty = DecidedQuestion(
        question="", level="", can_be_held=True, n_disputed=0, n_agreed=0, n_both_defensible=0, n_not_shown=0,
        n_off_scale=0, n_undecided=0,
    )  # fmt: skip
    assert of["kind"] == replace(
        empty, question="kind", level="taxonomy", n_disputed=2, n_both_defensible=1, n_off_scale=1, n_undecided=1
    )
    assert of["rank"] == replace(empty, question="rank", level="ordinal", n_disputed=2, n_not_shown=2, n_undecided=1)
    text = page(report)
    assert "Left out: 1 both defensible, 1 cannot be judged, or no category any more." in text
    assert "In dispute and not settled by a decision: 1 sentence; no figure is of them." in text


def test_without_a_sample_the_figures_are_of_disputed_sentences_only_and_say_so(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER], [HIGH, ARMY], [ARMY, ARMY]])
    decide(made, 1, {"kind": "army", "rank": "low"})
    decide(made, 2, {"rank": "low"})
    report = agree(made, ASKED)
    assert {one.question: one.of_disputed_only for one in report.known} == {"kind": True, "rank": True}
    assert value(report, "kind").value == 0.5
    assert value(report, "kind", "corrected_prevalence", "STATE/army").undefined_because == "no agreed unit drawn"
    assert page(report).count("These figures are of the disputed sentences only") == 2
    assert "weighs the inverse" not in page(report)


def test_the_page_says_what_answers_are_of_and_fits(tmp_path: Path) -> None:
    made = settled_study(tmp_path / "s")
    n = sum(place > 4 for place in sampled(made))
    text = page(agree(made, ASKED))
    assert f"Decided on: 3 sentences in dispute, {n} on which all agree." in text
    assert "Each answer weighs the inverse of the chance with which its sentence came to" in text
    assert "counted, not weighed" in text
    assert max(map(len, text.splitlines())) <= 80


def test_what_cannot_be_held_against_is_said(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[{**ARMY, "topics": ["war"]}, ARMY | {"topics": ["law"]}]])
    decide(made, 1, {"topics": ["war"]})
    report = agree(made, ASKED)
    assert report.known == ()
    (topics,) = report.decided
    assert (topics.question, topics.can_be_held, topics.n_disputed) == ("topics", False, 1)
    text = page(report)
    assert "topics (set) was decided on in 1 sentence. Answers are not held against that" in text
    assert max(map(len, text.splitlines())) <= 80


def test_what_was_taken_over_unasked_is_no_decision(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER], [ARMY, ARMY]])
    with made.database() as database:
        assert {one.outcome for one in settled_of(database, "pilot").values()} == {"agreed"}
    with pytest.raises(UsageError, match="no adjudicated answers") as problem:
        agree(made, ASKED)
    assert "adjudicate start" in problem.value.todo
    folder = export(made, to=tmp_path / "out", replicates=0).folder
    with pytest.raises(UsageError, match="the export holds no decision on round 'pilot'"):
        agree_export(folder, ASKED)


def test_a_round_without_decisions_reads_the_file_in_the_studys_folder(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER], [ARMY, ARMY]])
    (made.folder / "adjudicated.csv").write_text("sentence_id,question,code\na-1,kind,PRESS/paper\n", encoding="utf-8")
    from_file = agree(made, ASKED)
    assert (from_file.decided, [one.question for one in from_file.known]) == ((), ["kind"])
    decide(made, 1, {"kind": "army", "rank": "low"})
    by_decision = agree(made, ASKED)
    assert {one.question for one in by_decision.decided} == {"kind", "rank"}
    assert value(by_decision, "kind", "sensitivity", "STATE/army").value == 0.5


@pytest.mark.parametrize(
    ("column", "changed", "fault"),
    [
        ("inclusion_probability", 0.0, "is not above 0"),
        ("spans", "[[", "is no JSON"),
        ("coded", "{}", "is no JSON list"),
        ("coded", "[1]", "is no JSON list"),
        ("outcome", "maybe", "is not one of"),
    ],
)
def test_decisions_spoiled_in_an_export_are_faults(tmp_path: Path, column: str, changed: object, fault: str) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER]])
    decide(made, 1, {"kind": "army", "rank": "low"})
    folder = export(made, to=tmp_path / "out", replicates=0).folder
    path = folder / "adjudications.parquet"
    table = pq.read_table(path)
    spoiled = pa.array([changed] * table.num_rows, table.schema.field(column).type)
    pq.write_table(table.set_column(table.schema.get_field_index(column), table.schema.field(column), spoiled), path)
    with pytest.raises(BadInput) as problem:
        agree_export(folder, ASKED)
    assert any(fault in one.message and one.place.startswith("adjudications.parquet") for one in problem.value.faults)


def test_two_decisions_that_differ_cannot_settle_one_question(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER]], per_sentence=2)
    decide(made, 1, {"kind": "army", "rank": "low"})
    decide(made, 1, {"kind": "paper"}, user=NOA)
    folder = export(made, to=tmp_path / "out", replicates=0).folder
    path = folder / "adjudications.parquet"
    table = pq.read_table(path)
    every = pa.array([True] * table.num_rows)
    pq.write_table(
        table.set_column(table.schema.get_field_index("settled"), table.schema.field("settled"), every), path
    )
    with pytest.raises(BadInput) as problem:
        agree_export(folder, ASKED)
    assert any("two decisions that differ" in one.message for one in problem.value.faults)


def test_an_export_without_decisions_table_is_read_as_before(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER]])
    folder = export(made, to=tmp_path / "out", replicates=0).folder
    (folder / "adjudications.parquet").unlink()
    assert agree_export(folder, AgreementRequest(round_name="pilot")).known == ()
