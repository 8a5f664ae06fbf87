from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.codebook.samples import FULL, codebook
from tests.loop.several_rounds import several_rounds
from toolkit.errors import UsageError
from toolkit.loop.adjudication.agreed import accept_agreed
from toolkit.loop.adjudication.start import start
from toolkit.loop.adjudication.status import status
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree
from toolkit.loop.annotator_overview import show_annotators
from toolkit.loop.annotators import links_of
from toolkit.loop.disagreement.request import DisagreementRequest
from toolkit.loop.disagreements import disagreements
from toolkit.loop.escalate import escalate
from toolkit.loop.feedback.letters import feedback
from toolkit.loop.rounds.meant import round_meant
from toolkit.loop.rounds.renamed import rename_round
from toolkit.study import adjudications, annotators, answer_migrations, round_endings, rounds
from toolkit.study.adjudications import AdjudicationDesign
from toolkit.study.answer_migrations import SplitRound
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision

SPLIT = "main-split-kind"

Asking = Callable[[Study, str | None], object]

DECIDING: dict[str, Asking] = {
    "adjudicate start": lambda study, name: start(study, round_name=name, dry_run=True),
    "adjudicate status": lambda study, name: status(study, round_name=name),
    "accept-agreed": lambda study, name: accept_agreed(study, round_name=name),
    "escalate": lambda study, name: escalate(study, round_name=name, budget=1, dry_run=True),
    "feedback": lambda study, name: feedback(study, round_name=name),
}
READING: dict[str, Asking] = {
    "agree": lambda study, name: agree(study, AgreementRequest(round_name=name, replicates=0)),
    "annotators show": lambda study, name: show_annotators(study, round_name=name, replicates=0),
    "disagreements": lambda study, name: disagreements(study, DisagreementRequest(round_name=name)),
}


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Rounds ``old``, ``pilot``, ``empty`` and ``main``, and one that asks a question of ``main`` again."""
    made = several_rounds(tmp_path / "study")
    with made.database() as database:
        split = SplitRound(SPLIT, "main", 2, "kind")
        answer_migrations.create_split_round(database, split, Decision(2), codebook(), document=FULL)
    return made


def discarded(database: Database, *names: str) -> None:
    for name in names:
        round_endings.end(database, name, "discarded")


@pytest.mark.parametrize("asking", [*DECIDING.values(), *READING.values()], ids=[*DECIDING, *READING])
def test_whoever_asks_hears_why_a_named_round_cannot_be_meant(study: Study, asking: Asking) -> None:
    with pytest.raises(UsageError, match="there is no round 'mian'"):
        asking(study, "mian")
    rename_round(study, "old", "trial")
    with pytest.raises(UsageError, match="round 'old' is called 'trial' now"):
        asking(study, "old")
    with study.database() as database:
        made = adjudications.create(
            database, "pilot", AdjudicationDesign(questions=("gate",)), codebook(), document=FULL
        )
    with pytest.raises(UsageError, match="'pilot-adjudication' decides on round 'pilot'"):
        asking(study, made)


@pytest.mark.parametrize("asking", DECIDING.values(), ids=DECIDING)
def test_nobody_decides_in_a_discarded_round_or_in_one_that_asks_again(study: Study, asking: Asking) -> None:
    with study.database() as database:
        discarded(database, "old")
    with pytest.raises(UsageError, match=r"round 'old' (was|is) discarded") as refused:
        asking(study, "old")
    assert refused.value.todo is not None
    assert "undo" in refused.value.todo
    with pytest.raises(UsageError, match="'main-split-kind' asks kind of round 'main' again"):
        asking(study, SPLIT)


def test_a_round_that_asks_again_is_no_choice(study: Study) -> None:
    with study.database() as database:
        with pytest.raises(UsageError, match=r"which round is meant\? \(rounds: old, pilot, empty, main\)"):
            round_meant(database, None)
        discarded(database, "old", "pilot", "empty")
        assert rounds.names(database) == ("main", SPLIT)
        assert round_meant(database, None) == "main"
        assert round_meant(database, None, among=[SPLIT, "main"]) == "main"
        discarded(database, "main")
        with pytest.raises(UsageError, match="every round was discarded"):
            round_meant(database, None)


def test_a_link_to_a_round_that_asks_again_goes_to_who_is_to_answer_there(study: Study) -> None:
    links = {"main": "main's", SPLIT: "the other's"}
    with study.database() as database:
        annotators.register(database, ["ana@example.org"], round=SPLIT)
        assert links_of(database, "Ana@example.org", links) == links
        assert links_of(database, "ben@example.org", links) == {"main": "main's"}
