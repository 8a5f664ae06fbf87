"""A round that was closed or discarded, as annotators meet it: Label Studio offers them nothing of it any more."""

from __future__ import annotations

import pytest

from tests.live.loop.conftest import GOVERNMENT, WRITER, LiveStudy
from toolkit.errors import ServerRefused, UsageError
from toolkit.labelstudio.session import LabelStudio
from toolkit.loop import annotators
from toolkit.loop.pull import pull
from toolkit.loop.push import push
from toolkit.loop.rounds.ended import close_round, discard_round, reopen_round
from toolkit.loop.rounds.renamed import rename_round
from toolkit.loop.status import status

pytestmark = pytest.mark.live


def offered(study: LiveStudy, email: str) -> int | None:
    """The sentence that the labelling page would open next for this person; None where there is none."""
    with study.signed_in(email) as connection:
        asked = {"id": "next_task", "project": study.project_id()}
        try:
            return int(connection._client.write("POST", "api/dm/actions/", {}, dict, asked)["id"])
        except ServerRefused:
            return None


def wanted(study: LiveStudy, lead: LabelStudio) -> dict[str, tuple[int, bool]]:
    pages = lead.sentences_on_server(study.project_id())
    return {str(one.data["sentence_id"]): (one.annotators_wanted, one.is_done) for page in pages for one in page}


def test_a_closed_round_is_offered_to_nobody_and_open_again_as_it_was(pushed: LiveStudy, lead: LabelStudio) -> None:
    first, second = pushed.emails
    pushed.code(first, 0, WRITER)
    before = wanted(pushed, lead)
    assert offered(pushed, first) == pushed.ledger()[1].remote_id
    assert offered(pushed, second) == pushed.ledger()[0].remote_id

    closed = close_round(pushed.study, "pilot")
    assert (closed.state, closed.n_offered_no_more, closed.server_away) == ("closed", 5, None)
    assert [offered(pushed, email) for email in pushed.emails] == [None, None]
    assert close_round(pushed.study, "pilot").n_offered_no_more == 0
    (handover,) = annotators.add(pushed.study, [first]).handovers
    assert handover.links == {}
    with pytest.raises(UsageError, match="is closed"):
        push(pushed.study)

    with pytest.raises(ServerRefused, match="This round is closed"):
        pushed.code(second, 0, GOVERNMENT)
    # Where nothing keeps annotators apart, somebody who has a sentence open still gets it in: it is taken, and nothing
    # is offered because of it.
    pushed.server.admit(project_id=pushed.project_id(), email=second)
    pushed.code(second, 0, GOVERNMENT)
    pushed.code(second, 3, WRITER)
    assert [offered(pushed, email) for email in pushed.emails] == [None, None]
    (report,) = pull(pushed.study)
    assert report.tally.new == 3

    reopen_round(pushed.study, "pilot")
    push(pushed.study)
    after = wanted(pushed, lead)
    coded_by_both = pushed.ledger()[0].sentence_id
    assert {name: n for name, (n, _) in after.items()} == {name: n for name, (n, _) in before.items()}
    assert {name for name, (_, done) in after.items() if done} == {coded_by_both}
    assert offered(pushed, first) == pushed.ledger()[1].remote_id
    assert push(pushed.study).n_overlaps_set == 0


def test_a_round_of_single_coding_is_offered_again_after_it_was_closed(
    live_study: LiveStudy, lead: LabelStudio
) -> None:
    """One annotator a sentence: closing changes no number, only that a sentence is done."""
    live_study.emails = ["alone@example.org"]
    annotators.add(live_study.study, live_study.emails)
    push(live_study.study)
    close_round(live_study.study, "pilot")
    assert offered(live_study, "alone@example.org") is None
    reopen_round(live_study.study, "pilot")
    assert push(live_study.study).n_overlaps_set == 5
    assert offered(live_study, "alone@example.org") == live_study.ledger()[0].remote_id


def test_a_discarded_round_is_there_still_and_comes_back_whole(pushed: LiveStudy, lead: LabelStudio) -> None:
    first, _ = pushed.emails
    pushed.code(first, 0, WRITER)
    assert discard_round(pushed.study, "pilot").n_offered_no_more == 5
    assert offered(pushed, first) is None
    assert lead.count(pushed.project_id()) == 5
    assert status(pushed.study).rounds == ()
    with pytest.raises(UsageError, match="every round was discarded"):
        pull(pushed.study)
    discard_round(pushed.study, "pilot", undo=True)
    (report,) = pull(pushed.study)
    assert report.tally.new == 1
    push(pushed.study)
    assert offered(pushed, first) == pushed.ledger()[1].remote_id


def test_a_renamed_round_goes_on_in_its_project(pushed: LiveStudy, lead: LabelStudio) -> None:
    project_id = pushed.project_id()
    pushed.code(pushed.emails[0], 0, WRITER)
    rename_round(pushed.study, "pilot", "trial")
    again = push(pushed.study, round_name="trial")
    assert (again.project_id, again.n_sent, again.n_verified) == (project_id, 0, 5)
    (report,) = pull(pushed.study)
    assert (report.round, report.tally.new) == ("trial", 1)
    with pytest.raises(UsageError, match="'pilot' was the name of round 'trial'"):
        push(pushed.study)
    with pytest.raises(UsageError, match="has its project"):
        push(pushed.study, round_name="trial", again=True)
