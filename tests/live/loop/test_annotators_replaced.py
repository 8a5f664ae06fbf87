"""Somebody leaves a round and somebody else comes: what Label Studio then offers to whom."""

from __future__ import annotations

from itertools import count

import pytest

from tests.live.loop.conftest import GOVERNMENT, WRITER, LiveStudy
from tests.live.loop.test_rounds_ended import offered, wanted
from toolkit.errors import ServerRefused, UsageError
from toolkit.labelstudio.session import LabelStudio
from toolkit.loop import annotators
from toolkit.loop.annotator_removal import remove_annotator, replace_annotator
from toolkit.loop.pull import pull
from toolkit.loop.push import push
from toolkit.loop.status import status

pytestmark = pytest.mark.live

_number = count(1)


def newcomer() -> str:
    return f"newcomer{next(_number)}@example.org"


def test_of_withdrawn_answers_each_sentence_is_coded_once_more(pushed: LiveStudy, lead: LabelStudio) -> None:
    old, stays = pushed.emails
    new = newcomer()
    pushed.code(old, 0, WRITER)
    pushed.code(stays, 0, GOVERNMENT)
    pushed.code(old, 1, WRITER)
    pull(pushed.study)
    replaced = replace_annotator(pushed.study, old, new, answers="withdrawn")
    assert replaced.removed.withdrawn == {"pilot": 2}
    assert replaced.removed.wanting == {"pilot": 2}
    (handover,) = replaced.added.handovers
    assert handover.password is not None
    assert list(handover.links) == ["pilot"]
    ids = [entry.sentence_id for entry in pushed.ledger()]
    assert wanted(pushed, lead)[ids[0]] == (2, True)  # done, as far as Label Studio knows

    assert push(pushed.study).n_overlaps_set == 2
    there = wanted(pushed, lead)
    assert [there[name] for name in ids[:3]] == [(3, False), (3, False), (2, False)]
    assert offered(pushed, new) == pushed.ledger()[0].remote_id
    pushed.code(new, 0, WRITER)
    pushed.code(new, 1, WRITER)
    pushed.code(stays, 1, WRITER)
    pull(pushed.study)
    (progress,) = status(pushed.study).rounds
    assert (progress.done, progress.excluded) == (2, {"withdrawn": 2})
    assert push(pushed.study).n_overlaps_set == 0
    there = wanted(pushed, lead)
    assert [there[name] for name in ids[:2]] == [(3, True), (3, True)]

    back = annotators.add(pushed.study, [old])
    assert back.reinstated == (replaced.removed.annotator,)
    # Undone: Label Studio asks for no more than was planned
    assert push(pushed.study).n_overlaps_set == 2
    assert {n for n, _ in wanted(pushed, lead).values()} == {2}


def test_of_kept_answers_nothing_is_coded_again(pushed: LiveStudy, lead: LabelStudio) -> None:
    old, stays = pushed.emails
    new = newcomer()
    pushed.code(old, 0, WRITER)
    pushed.code(stays, 0, WRITER)
    pull(pushed.study)
    replaced = replace_annotator(pushed.study, old, new, answers="kept")
    assert (replaced.removed.counted, replaced.removed.clock_of) == ({"pilot": 1}, "server")
    assert push(pushed.study).n_overlaps_set == 0
    assert offered(pushed, new) == pushed.ledger()[1].remote_id
    (progress,) = status(pushed.study).rounds
    assert (progress.done, progress.excluded) == (1, {})
    # It is run again where it was stopped; the same person is not put in their own place, nor is one who is there.
    again = replace_annotator(pushed.study, old, new, answers="kept")
    assert again.removed == replaced.removed
    assert again.added.handovers[0].password == replaced.added.handovers[0].password
    with pytest.raises(UsageError, match="is registered already"):
        replace_annotator(pushed.study, stays, new, answers="kept")
    with pytest.raises(UsageError, match="their own place"):
        replace_annotator(pushed.study, new, new, answers="kept")
    with pytest.raises(UsageError, match="was removed"):
        replace_annotator(pushed.study, stays, old, answers="kept")
    removed = [person.removal is not None for person in annotators.listed(pushed.study) if person.email == old]
    assert removed == [True]


def test_what_comes_after_somebody_was_removed_does_not_count(pushed: LiveStudy) -> None:
    gone, _ = pushed.emails
    pushed.code(gone, 0, WRITER)
    removed = remove_annotator(pushed.study, gone, answers="kept")
    assert removed.clock_of == "server"
    while pushed_clock(pushed) <= removed.at.timestamp():
        pass  # the server's clock has whole seconds
    with pytest.raises(ServerRefused, match="not registered"):
        pushed.code(gone, 1, WRITER)
    pushed.server.admit(project_id=pushed.project_id(), email=gone)  # as where nothing keeps anybody out
    pushed.code(gone, 1, WRITER)
    (report,) = pull(pushed.study)
    assert (report.tally.new, report.withdrawn, report.not_registered) == (2, 1, 0)
    (progress,) = status(pushed.study).rounds
    assert progress.excluded == {"withdrawn": 1}
    assert progress.actual_overlap == {0: 4, 1: 1}


def pushed_clock(study: LiveStudy) -> float:
    with study.server.as_lead() as lead:
        return lead.clock().timestamp()
