from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.codebook.samples import FULL, codebook
from tests.loop.several_rounds import several_rounds
from toolkit.errors import ServerUnreachable, UsageError
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree
from toolkit.loop.annotator_overview import show_annotators
from toolkit.loop.disagreements import disagreements
from toolkit.loop.export import export
from toolkit.loop.push import push
from toolkit.loop.rounds.ended import close_round, discard_round, reopen_round
from toolkit.loop.rounds.listed import listed
from toolkit.loop.status import status
from toolkit.study import adjudications, rounds
from toolkit.study.adjudications import AdjudicationDesign
from toolkit.study.answer_migrations import SplitRound, create_split_round
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Rounds old, pilot, empty and main, oldest first; no server runs."""
    return several_rounds(tmp_path / "study")


def states(study: Study) -> dict[str, str]:
    return {one.round: one.state for one in listed(study)}


def agreed(study: Study, name: str | None = None) -> str:
    report = agree(study, AgreementRequest(round_name=name, replicates=0))
    assert report.round is not None
    return report.round


def close(study: Study, name: str) -> None:
    """Close a round: no server runs here, and that is said when it is done."""
    with pytest.raises(ServerUnreachable) as told:
        close_round(study, name)
    assert f"Round {name!r} is closed here" in told.value.todo


def test_a_discarded_round_counts_for_nothing_until_that_is_taken_back(study: Study) -> None:
    assert agreed(study) == "main"
    ended = discard_round(study, "main")
    assert (ended.was, ended.state, ended.n_offered_no_more) == ("open", "discarded", None)
    assert ended.server_away is not None  # none runs here
    assert agreed(study) == "pilot"
    assert agreed(study, "main") == "main"  # by its name it can be looked at
    assert [one.round for one in status(study).rounds] == ["old", "pilot", "empty"]
    assert status(study).n_discarded == 1
    assert [one.round for one in status(study, discarded=True).rounds] == ["old", "pilot", "empty", "main"]
    folder = export(study, replicates=0).folder
    assert set(pq.read_table(folder / "annotations.parquet")["round"].to_pylist()) == {"old", "pilot"}
    assert discard_round(study, "main", undo=True).state == "open"
    assert agreed(study) == "main"
    assert states(study)["main"] == "open"


def test_rounds_are_compared_without_the_discarded_ones(study: Study) -> None:
    def compared() -> set[str | None]:
        report = agree(study, AgreementRequest(round_name="main", replicates=0, by=("round",)))
        return {one.group for one in report.estimates if one.by == "round"}

    assert {"old", "pilot", "main"} <= compared()
    discard_round(study, "old")
    assert "old" not in compared()


def test_a_closed_round_stays_in_agreement(study: Study) -> None:
    close(study, "main")
    assert agreed(study) == "main"
    assert [(one.round, one.state) for one in status(study).rounds][-1] == ("main", "closed")
    with pytest.raises(UsageError, match="'main' is closed") as refused:
        push(study, round_name="main", dry_run=True)
    assert refused.value.todo.startswith("Open it again with `reopen_round(main)`")
    assert reopen_round(study, "main").state == "open"
    assert states(study) == dict.fromkeys(("old", "pilot", "empty", "main"), "open")


def test_a_discarded_round_takes_no_sentences_and_stays_closed_if_it_was(study: Study) -> None:
    close(study, "main")
    discard_round(study, "main")
    with pytest.raises(UsageError, match="'main' was discarded"):
        push(study, round_name="main", dry_run=True)
    with pytest.raises(UsageError, match="was discarded, which asks for no more work"):
        close_round(study, "main")
    assert discard_round(study, "main", undo=True).state == "closed"


def test_where_every_round_is_discarded_that_is_said(study: Study) -> None:
    for name in states(study):
        discard_round(study, name)
    with pytest.raises(UsageError, match="every round was discarded: old, pilot, empty, main"):
        agreed(study)
    assert status(study).rounds == ()


def test_an_unknown_round_is_refused_and_nothing_is_changed(study: Study) -> None:
    for call in (close_round, reopen_round, discard_round):
        with pytest.raises(UsageError, match="no round 'mian'"):
            call(study, "mian")
    assert set(states(study).values()) == {"open"}


def test_the_list_says_how_each_round_stands(study: Study) -> None:
    one = {each.round: each for each in listed(study)}
    assert (one["main"].sentences, one["main"].coded, one["main"].annotators) == (7, 6, 3)
    assert (one["empty"].coded, one["empty"].annotators, one["empty"].registered) == (0, 0, 3)
    assert (one["pilot"].codebook, one["pilot"].project_id, one["pilot"].pulled_at) == ("1.1.0", 2, None)


# ---------------------------------------------------------------- what goes with a round


@pytest.fixture
def asked_again(study: Study) -> Study:
    """The same study, in which a question of ``main`` is asked again in a round of its own."""
    with study.database() as database:
        split = SplitRound("main-split-kind", "main", 2, "kind")
        create_split_round(database, split, Decision(2), codebook(), document=FULL)
    return study


def test_a_round_that_asks_again_is_discarded_with_the_one_it_asks_again_for(asked_again: Study) -> None:
    discard_round(asked_again, "main")
    assert states(asked_again)["main-split-kind"] == "discarded"
    assert [one.round for one in status(asked_again).rounds] == ["old", "pilot", "empty"]
    assert agreed(asked_again) == "pilot"
    discard_round(asked_again, "main", undo=True)
    assert states(asked_again)["main-split-kind"] == "open"


def test_where_all_is_discarded_but_what_asks_again_that_is_said_as_usual(asked_again: Study) -> None:
    for name in ("old", "pilot", "empty", "main"):
        discard_round(asked_again, name)
    for asks in (agreed, disagreements, show_annotators):
        with pytest.raises(UsageError, match=r"every round was discarded: old, pilot, empty, main\n") as refused:
            asks(asked_again)
        assert "`discard_round(main, undo=True)`" in refused.value.todo
    with pytest.raises(UsageError, match="no round is left but what asks a question of another again"):
        agree(asked_again, AgreementRequest(repeats="main-split-kind", replicates=0))


def test_a_round_that_asks_again_is_closed_with_the_one_it_asks_again_for(asked_again: Study) -> None:
    close(asked_again, "main")
    assert states(asked_again)["main-split-kind"] == "closed"
    with pytest.raises(UsageError, match="'main-split-kind' is closed") as refused:
        push(asked_again, round_name="main-split-kind", dry_run=True)
    assert "`reopen_round(main)`" in refused.value.todo
    reopen_round(asked_again, "main")
    assert states(asked_again)["main-split-kind"] == "open"


def test_a_round_that_asks_again_is_not_ended_by_itself(asked_again: Study) -> None:
    for call in (close_round, reopen_round, discard_round):
        with pytest.raises(UsageError, match="'main-split-kind' asks a question of round 'main' again") as refused:
            call(asked_again, "main-split-kind")
        assert refused.value.todo == "Name main instead."
    assert set(states(asked_again).values()) == {"open"}


def test_an_adjudication_is_discarded_with_its_round_and_goes_on_where_that_is_closed(study: Study) -> None:
    with study.database() as database:
        design = AdjudicationDesign(questions=("gate",))
        name = adjudications.create(database, "main", design, codebook(), document=FULL)
    close(study, "main")
    with study.database() as database:
        assert rounds.get(database, name).state == "open"
    discard_round(study, "main")
    with study.database() as database:
        assert rounds.get(database, name).state == "discarded"
