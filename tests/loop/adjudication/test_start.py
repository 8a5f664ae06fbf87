"""What a start plans and says before it meets a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.codebook.samples import FULL, codebook
from tests.loop.adjudication.adjudicated import ARMY, BOOK, NAME, study
from tests.loop.several_rounds import several_rounds
from toolkit.errors import UsageError
from toolkit.loop.adjudication.design import AdjudicationAsked, design_of
from toolkit.loop.adjudication.start import start
from toolkit.loop.rounds.renamed import rename_round
from toolkit.study import adjudications, rounds
from toolkit.study.rounds import Decision

PAPER = {"gate": "ok", "kind": "paper"}
TWO = AdjudicationAsked(per_sentence=2)


def test_a_start_where_everything_is_decided_on_can_be_said_again(tmp_path: Path) -> None:
    made = several_rounds(tmp_path / "s")
    asked = AdjudicationAsked(where="all", sample=0.1)
    with made.database() as database:
        design = design_of(database, None, "pilot", BOOK, asked)
        adjudications.create(database, "pilot", design, BOOK, document=FULL)
        assert design_of(database, NAME, "pilot", BOOK, asked) == design
        with pytest.raises(UsageError, match="keeps its design"):
            design_of(database, NAME, "pilot", BOOK, AdjudicationAsked(where="split", sample=0.1))


@pytest.mark.parametrize(
    ("named", "is_said"), [([], True), (["mia@example.org"], True), (["m@x.org", "n@x.org"], False)]
)
def test_that_too_few_can_decide_is_said_before_anything_is_sent(
    tmp_path: Path, named: list[str], *, is_said: bool
) -> None:
    made = several_rounds(tmp_path / "s")
    notes = start(made, round_name="pilot", asked=TWO, adjudicators=named, dry_run=True).notes
    assert any("2 people are to decide on each sentence, and 1 can" in note for note in notes) is is_said


def test_who_decides_already_counts_among_those_who_can(tmp_path: Path) -> None:
    made = study(tmp_path / "s", [[ARMY, PAPER]], per_sentence=2)
    assert start(made, dry_run=True).notes == ()


def test_it_is_called_by_a_name_that_no_round_has_or_had(tmp_path: Path) -> None:
    made = several_rounds(tmp_path / "study")
    assert start(made, round_name="pilot", incomplete=True, dry_run=True).plan.name == "pilot-adjudication"
    with made.database() as database:
        rounds.create(database, "pilot-adjudication", Decision(1), codebook(), document=FULL)
    assert start(made, round_name="pilot", dry_run=True).plan.name == "pilot-adjudication-2"
    rename_round(made, "pilot-adjudication", "other")
    assert start(made, round_name="pilot", dry_run=True).plan.name == "pilot-adjudication-2"
