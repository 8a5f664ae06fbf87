"""Reconcile: what a round holds against what the server announces, at the end of every pull.

A watermark says what to look at, never that nothing else changed: clocks are set, backups restored, answers cut short.
So a pull ends by comparing two numbers with the server's, which costs one small request. Where they differ, all
sentences are listed, and those that stand otherwise than they were read are read again. Whatever is missing is looked
for a second time before it is marked as gone, and most of a round is not given up on the server's word alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from toolkit.errors import Fault, TransferIncomplete
from toolkit.labelstudio.pipelining import ahead
from toolkit.loop.progress import Progress
from toolkit.loop.pulling.store import Store
from toolkit.study import annotation_versions, rounds, server_items, sweeps
from toolkit.study.annotation_versions import Tally
from toolkit.study.database import Database
from toolkit.study.server_items import ItemState
from toolkit.study.sweeps import Sweep

if TYPE_CHECKING:
    from toolkit.labelstudio.records import ChangedPage, SentenceState
    from toolkit.labelstudio.session import LabelStudio

_NOTICED = 10
"""Fewer annotations or sentences than this may go without being asked about."""


@dataclass(slots=True)
class RoundOnServer:
    """One pull's view of a round's project: sweeps it, reconciles with it, settles what is gone."""

    database: Database
    server: LabelStudio
    project_id: int
    store: Store
    page_size: int
    accept_loss: bool
    progress: Progress
    _n_alive: int = field(init=False)
    _n_known: int = field(init=False)
    _n_lost: int = 0
    _missing: set[int] = field(default_factory=set)
    _in_doubt: bool = False

    def __post_init__(self) -> None:
        self._n_alive = server_items.n_alive(self.database, self.round)
        self._n_known = len(server_items.known_items(self.database, self.round))

    @property
    def round(self) -> str:
        """The round's name."""
        return self.store.report.round

    def sweep(self, sweep: Sweep) -> None:
        """Read what changed after the sweep's ``since``, from where it was stopped, page by page."""
        announced, n_read = 0, 0
        newest: datetime | None = None
        pages = self.server.pages_changed_since(
            self.project_id, sweep.since, page_size=self.page_size, after=sweep.last
        )
        for page in ahead(pages):
            self._keep(page)
            announced = announced or len(page.entries) + page.n_left
            n_read += len(page.entries)
            newest = max([entry.updated_at for entry in page.entries] + ([newest] if newest is not None else []))
            sweep = sweeps.reached(self.database, self.round, sweep, page.entries[-1].remote_id)
            self.progress(f"pulling {self.round}", n_read, n_read + page.n_left)
        # An edit that one false answer hides leaves the totals equal: the sweep must have met the change that was
        # announced before it, and as many sentences as its first page announced. (A deletion meanwhile looks alike.)
        expected = sweep.newest is not None and (sweep.since is None or sweep.newest > sweep.since)
        met = newest is not None and sweep.newest is not None and newest >= sweep.newest
        self._in_doubt |= n_read < announced or (expected and sweep.last == 0 and not met)
        self._settle(())

    def reconcile(self, sweep: Sweep) -> None:
        """Make the round hold what the server holds, whatever the watermark said."""
        if self._is_even() and not self._in_doubt:
            return
        # People may simply have gone on working: what they did since the sweep began is read the cheap way first.
        since = sweep.watermark
        if since is not None:
            for page in self.server.pages_changed_since(self.project_id, since, page_size=self.page_size):
                self._keep(page)
            self._settle(())
            if self._is_even() and not self._in_doubt:
                return
        differing, vanished = self._listed()
        for page in ahead(self.server.pages_of(self.project_id, differing, page_size=self.page_size)):
            self._keep(page)
        self._settle(vanished)

    def _is_even(self) -> bool:
        announced = self.server.newest_change(self.project_id)
        here = server_items.held(self.database, self.round)
        return (announced.n_sentences, announced.n_annotations) == (here.n_items, here.n_annotations)

    def _listed(self) -> tuple[list[int], list[int]]:
        """Sentences that stand otherwise on the server than they were read, and those that are not there any more."""
        differing: list[int] = []
        there: set[int] = set()
        for page in ahead(self.server.states(self.project_id)):
            differing += self._differing(page)
            there.update(state.remote_id for state in page)
            self.progress(f"comparing {self.round} with the server", len(there), max(self._n_known, len(there)))
        return differing, sorted(server_items.known_items(self.database, self.round) - there)

    def _differing(self, page: list[SentenceState]) -> Iterator[int]:
        read = server_items.states(self.database, self.round, first=page[0].remote_id, last=page[-1].remote_id)
        for state in page:
            now = ItemState(state.remote_id, state.updated_at.isoformat(), state.n_annotations, state.n_skips)
            if read.get(state.remote_id) != now:
                yield state.remote_id

    def _keep(self, page: ChangedPage) -> None:
        self._missing |= self.store.page(page.entries, snapshot=True).missing

    def _settle(self, vanished: Collection[int]) -> None:
        """Mark as gone what was missing and is missing still when it is looked for once more."""
        if not self._missing and not vanished:
            return
        missing, self._missing = self._missing, set()
        items = annotation_versions.items_of(self.database, self.round, missing)
        gone = set(items) | set(vanished)
        for page in self.server.pages_of(self.project_id, sorted(gone), page_size=self.page_size):
            self._keep(page)
            gone -= {entry.remote_id for entry in page.entries}
        lost, self._missing = self._missing, set()
        n_lost = len(lost | annotation_versions.alive_on(self.database, self.round, gone))
        self._check_loss(self._n_lost + n_lost, len(gone))
        self._n_lost += n_lost
        n_buried = annotation_versions.bury(self.database, self.round, annotation_ids=lost, remote_ids=gone)
        self.store.report.tally += Tally(gone=n_buried)
        sent_again: dict[str, int | None] = {
            entry.sentence_id: None
            for entry in rounds.ledger(self.database, self.round)
            if entry.remote_id is not None and entry.remote_id in gone
        }
        self.store.report.vanished_items += len(sent_again)
        if sent_again:
            rounds.record_remote(self.database, self.round, sent_again)

    def _check_loss(self, n_lost: int, n_vanished: int) -> None:
        """Raise where most of what the round holds would be given up, unless that was agreed to."""
        lost = n_lost >= _NOTICED and 2 * n_lost > self._n_alive
        vanished = n_vanished >= _NOTICED and 2 * n_vanished > self._n_known
        if self.accept_loss or not (lost or vanished or (self._n_known and n_vanished >= self._n_known)):
            return
        sweeps.forget(self.database, self.round)
        raise TransferIncomplete(
            f"most of round {self.round!r} is not on the server any more; nothing was marked as gone",
            faults=[
                Fault("annotations", f"{n_lost:,} of {self._n_alive:,} are missing"),
                Fault("sentences", f"{n_vanished:,} of {self._n_known:,} are missing"),
            ],
            todo="If the server is being restored or moved, wait and pull again. If they were deleted on purpose: "
            "`pull(accept_loss=True)`. What was pulled before stays either way.",
        )
