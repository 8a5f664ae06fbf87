"""The rows decisions are exported as: one for each adjudicator and question, in an order that says nothing."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.loop.adjudication.adjudicated import ARMY, BOOK, MIA, NAME, NOA, decide, stored, study
from tests.loop.test_answers import BEN, raw
from toolkit.codebook.answers import Mark
from toolkit.labelstudio.decisions import BOTH_DEFENSIBLE
from toolkit.labelstudio.encode import submission
from toolkit.loop.export import export
from toolkit.loop.validate import validate
from toolkit.study import removals
from toolkit.study.folder import Study
from toolkit.study.removals import Removal

PAPER = {"gate": "ok", "kind": "paper"}
LOW = {"kind": "army", "rank": "low"}


def rows(made: Study) -> list[dict[str, Any]]:
    folder = export(made, replicates=0).folder
    assert validate(folder).faults == ()
    found: list[dict[str, Any]] = pq.read_table(folder / "adjudications.parquet").to_pylist()
    return found


def removed(made: Study, removal: Removal) -> None:
    with made.database() as database, database.transaction() as connection:
        removals.remove(connection, "mia@example.org", removal)


def of_kind(made: Study) -> list[tuple[str, str | None, bool]]:
    return [(row["code"], row["excluded_because"], row["settled"]) for row in rows(made) if row["question"] == "kind"]


def test_who_passed_a_sentence_over_and_then_decided_has_one_row(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER]])
    with made.database() as database:
        stored(database, NAME, "a-1", raw(800, MIA, was_cancelled=True, at="09:30"))
    decide(made, 1, LOW)
    assert of_kind(made) == [("STATE/army", None, True)]


def test_of_who_decided_on_after_they_were_removed_the_row_is_what_counts(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER]])
    decide(made, 1, LOW, at="10:00")
    decide(made, 1, {"kind": "paper"}, at="11:00")
    removed(made, Removal("kept", datetime(2026, 3, 1, 10, 30, tzinfo=UTC)))
    assert of_kind(made) == [("STATE/army", None, True)]


def test_where_nothing_counts_the_latest_stands(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER]])
    decide(made, 1, LOW, at="10:00")
    decide(made, 1, {"kind": "paper"}, at="11:00")
    removed(made, Removal("withdrawn", datetime(2026, 4, 1, tzinfo=UTC)))
    assert of_kind(made) == [("PRESS/paper", "withdrawn", False)]


def test_two_submissions_of_somebody_not_registered_are_one_row(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER]])
    decide(made, 1, {"kind": "paper"}, user=BEN, at="10:00")
    decide(made, 1, LOW, user=BEN, at="11:00")
    assert of_kind(made) == [("STATE/army", "not_registered", False)]


def distribution(made: Study, question: str) -> dict[str, int]:
    """How the answers that were decided on are distributed, by their JSON."""
    (row,) = [row for row in rows(made) if row["question"] == question]
    assert (row["outcome"], row["code"], row["number"]) == ("both_defensible", None, None)
    given = json.loads(row["coded"])
    assert len(given) == len({annotation for annotation, _ in given}) == row["n_answers"]
    return Counter(json.dumps(answer) for _, answer in given)


def test_where_both_are_defensible_the_distribution_has_what_cannot_be_judged(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, {"gate": "ok", "kind": "unknown"}]])
    decide(made, 1, {"kind": BOTH_DEFENSIBLE, "rank": "low"})
    assert distribution(made, "kind") == {'"STATE/army"': 1, '"unknown"': 1}


def test_where_both_are_defensible_the_distribution_is_there_of_numbers_and_spans(tmp_path: Path) -> None:
    coded = [[{**ARMY, "warmth": 1.0}, {**ARMY, "warmth": 5.0}]]
    made = study(tmp_path / "s", coded, marks={(0, 0): [Mark("Cue", 0, 1, "a")]})
    decide(made, 1, {}, reason="both_defensible")
    assert distribution(made, "warmth") == {"1.0": 1, "5.0": 1}
    assert distribution(made, "words") == {'[["Cue", 0, 1]]': 1, "[]": 1}


def test_the_distribution_stays_the_one_decided_on_whatever_a_coder_says_later(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER]])
    decide(made, 1, {"kind": BOTH_DEFENSIBLE, "rank": "low"})
    with made.database() as database:
        parts = submission(BOOK, ARMY, {}, sentence="a says 1.")
        stored(database, "pilot", "a-1", raw(900, BEN, *parts, at="12:00"))
    assert distribution(made, "kind") == {'"STATE/army"': 1, '"PRESS/paper"': 1}


def test_rows_go_by_sentence_question_and_pseudonym_whoever_submitted_first(tmp_path: Path) -> None:
    orders = []
    for first, second in ((MIA, NOA), (NOA, MIA)):
        made = study(tmp_path / f"s{first}", [[ARMY, PAPER], [PAPER, ARMY]], per_sentence=2)
        with made.database() as database, database.transaction() as connection:
            connection.execute("UPDATE meta SET value = ? WHERE key = 'key'", ("00" * 16,))
        for user in (first, second):
            for place in (2, 1):
                decide(made, place, LOW, user=user)
        orders.append([(row["sentence_id"], row["question"], row["adjudicator"]) for row in rows(made)])
    assert orders[0] == orders[1]
    places = [place[:2] for place in orders[0]]
    assert places == [(f"a-{n}", question) for n in (1, 2) for question in ("kind", "kind", "rank", "rank")]
    assert all(one[2] < other[2] for one, other in zip(orders[0][::2], orders[0][1::2], strict=True))
