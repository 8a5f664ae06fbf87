"""An escalation on its way to Label Studio: what stands otherwise there, and every sentence opened again; twice changes
nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.errors import Fault, TransferIncomplete
from toolkit.files.wording import counted
from toolkit.labelstudio.pipelining import ahead
from toolkit.loop.progress import Progress
from toolkit.loop.pushing.made_anew import coded_before
from toolkit.loop.pushing.withdrawn import places_in_vain
from toolkit.study import escalations, rounds, server_items
from toolkit.study.database import Database
from toolkit.study.escalations import Escalation

if TYPE_CHECKING:
    from toolkit.labelstudio.records import SentenceOnServer
    from toolkit.labelstudio.session import LabelStudio

_ATTEMPTS = 3
_LISTED = 20


@dataclass(frozen=True, slots=True)
class OnServer:
    """A round's project on the server, and how to say how far a listing of it is."""

    database: Database
    server: LabelStudio
    round_name: str
    project_id: int
    progress: Progress

    def listed(self) -> dict[int, SentenceOnServer]:
        """Return every sentence of the project, by its item.

        Raise ``TransferIncomplete`` for a listing that does not hold as many as the server counts: it is not believed.
        """
        for _ in range(_ATTEMPTS):
            found: dict[int, SentenceOnServer] = {}
            for page in ahead(self.server.sentences_on_server(self.project_id)):
                found |= {one.remote_id: one for one in page}
                self.progress("checking the server", len(found), None)
            if len(found) == self.server.count(self.project_id):
                return found
        raise TransferIncomplete(
            f"the server lists {len(found):,} items of project {self.project_id} and counts another number",
            todo="Nothing was changed on its word. Run the command again.",
        )

    def changed_since_the_pull(self) -> frozenset[str]:
        """Return the sentences that are not there, or carry another number of annotations or skips than were pulled."""
        there = self.listed()
        held = server_items.states(self.database, self.round_name, first=0, last=max(there, default=0))
        copies = server_items.copies(self.database, self.round_name)
        changed = set(copies)
        for entry in rounds.ledger(self.database, self.round_name):
            item, known = there.get(entry.remote_id or 0), held.get(entry.remote_id or 0)
            has = None if item is None else (item.n_annotations, item.n_skips)
            if known is None or has != (known.n_annotations, known.n_skips):
                changed.add(entry.sentence_id)
        return frozenset(changed)


def apply(there: OnServer, escalation: Escalation) -> int:
    """Have Label Studio offer the sentences of an escalation until they have their annotators, and record that it does.

    Return how many were not so already. Raise ``TransferIncomplete`` where the server, looked at again, has one
    otherwise; what the server has is compared, never counted up, so a run that was stopped goes on where it was.
    """
    wanted = _wanted(there, {sentence.sentence_id for sentence in escalation.sentences})
    other = _other(there.listed(), wanted)
    for done, (item, n) in enumerate(other, start=1):
        there.server.set_annotators_wanted(item.remote_id, n, n_annotations=item.n_annotations)
        there.progress("asking for one annotator more", done, len(other))
    if other and (left := _other(there.listed(), wanted)):
        raise TransferIncomplete(
            f"Label Studio does not ask for another annotator yet for {counted(len(left), 'sentence')}",
            faults=[Fault(f"item {item.remote_id}", "stands as before") for item, _ in left[:_LISTED]],
            todo="Run the same command again: it goes on where it was.",
        )
    escalations.mark_applied(there.database, there.round_name, escalation.sequence)
    return len(other)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """How many annotators a sentence is to have in the project there is now, and which item it is known to be."""

    sentence_id: str
    annotators: int
    remote_id: int | None


def _wanted(there: OnServer, sentence_ids: Collection[str]) -> list[_Wanted]:
    before, vain = coded_before(there.database, there.round_name), places_in_vain(there.database, there.round_name)
    found = []
    for entry in rounds.ledger(there.database, there.round_name):
        left = entry.annotators_wanted - before.get(entry.sentence_id, 0)
        if entry.sentence_id in sentence_ids and left > 0:
            found.append(_Wanted(entry.sentence_id, left + vain.get(entry.sentence_id, 0), entry.remote_id))
    return found


def _other(listed: Mapping[int, SentenceOnServer], wanted: Sequence[_Wanted]) -> list[tuple[SentenceOnServer, int]]:
    """Items that want another number of annotators than this, or are closed although they have not got them.

    Raise ``TransferIncomplete`` for sentences that are not there at all.
    """
    missing = [one for one in wanted if one.remote_id not in listed]
    if missing:
        raise TransferIncomplete(
            f"not on the server: {counted(len(missing), 'sentence')} to be given to an annotator more",
            faults=[Fault(one.sentence_id, "not on the server") for one in missing[:_LISTED]],
            todo="`intercoder push` sends what is missing; then run the same command again.",
        )
    there = [(listed[one.remote_id], one.annotators) for one in wanted if one.remote_id is not None]
    return [(item, n) for item, n in there if item.annotators_wanted != n or (item.is_done and item.n_annotations < n)]
