"""Somebody erased whose account and answers are still on the server: they do not come back, and nothing is uneven."""

from __future__ import annotations

import pytest

from tests.live.loop.conftest import GOVERNMENT, WRITER, LiveStudy
from toolkit.errors import ServerRefused
from toolkit.labelstudio.session import LabelStudio, connect
from toolkit.loop.answers import annotations_of
from toolkit.loop.erase import erase
from toolkit.loop.pull import pull
from toolkit.study import annotators, server_items

pytestmark = pytest.mark.live


def check_even(study: LiveStudy, lead: LabelStudio) -> None:
    announced = lead.newest_change(study.project_id())
    with study.study.database() as database:
        here = server_items.held(database, "pilot")
    assert (announced.n_sentences, announced.n_annotations) == (here.n_items, here.n_annotations)


def whose(study: LiveStudy) -> list[str]:
    with study.study.database() as database:
        return [one.annotator for one in annotations_of(database, "pilot")]


def test_a_pull_leaves_them_out_and_is_even_with_the_server(pushed: LiveStudy) -> None:
    gone, stays = pushed.emails
    for email in (gone, stays):
        pushed.code(email, 0, WRITER)
    pushed.code(gone, 1, GOVERNMENT)
    pull(pushed.study)
    with pushed.study.database() as database:
        left = annotators.pseudonym(database, stays)
    with pushed.signed_in(gone) as theirs, connect(pushed.server.url, pushed.server.token) as lead:
        done = erase(pushed.study, gone)
        assert (done.n_annotations, done.on_server, done.server_away) == (2, {"pilot": 2}, None)
        check_even(pushed, lead)
        assert whose(pushed) == [left]
        remote_id = pushed.ledger()[2].remote_id
        assert remote_id is not None
        with pytest.raises(ServerRefused, match="not registered"):
            theirs.submit(remote_id, [], seconds=1.0)
        pushed.server.admit(project_id=pushed.project_id(), email=gone)  # as where nothing keeps anybody out
        theirs.submit(remote_id, [], seconds=1.0)
        (report,) = pull(pushed.study)
        assert 1 <= report.erased <= 3  # what changed in the minute before the watermark is read again
        assert not report.changed
        (full,) = pull(pushed.study, full=True)
        assert (full.erased, full.changed) == (3, False)
        check_even(pushed, lead)
        assert whose(pushed) == [left]
        pushed.code(stays, 1, GOVERNMENT)
        pull(pushed.study)
        check_even(pushed, lead)
        assert whose(pushed) == [left, left]
