"""An escalation on its way to Label Studio: what stands otherwise there, and every sentence opened again; twice changes
nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.errors import Fault, TransferIncomplete
from toolkit.labelstudio.pipelining import ahead
from toolkit.loop.progress import Progress
from toolkit.loop.push import coded_before
from toolkit.study import escalations, rounds, server_items
from toolkit.study.database import Database
from toolkit.study.escalations import Escalation

if TYPE_CHECKING:
    from toolkit.labelstudio.records import SentenceOnServer
    from toolkit.labelstudio.session import LabelStudio

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
        """Return every sentence of the project, by its item."""
        found: dict[int, SentenceOnServer] = {}
        for page in ahead(self.server.sentences_on_server(self.project_id)):
            found |= {one.remote_id: one for one in page}
            self.progress("checking the server", len(found), None)
        return found

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
    wanted = _wanted(there, [sentence.sentence_id for sentence in escalation.sentences])
    other = _other(there.listed(), wanted)
    for done, item in enumerate(other, start=1):
        there.server.set_annotators_wanted(item.remote_id, wanted[item.remote_id][1], n_annotations=item.n_annotations)
        there.progress("asking for one annotator more", done, len(other))
    if other and (left := _other(there.listed(), wanted)):
        raise TransferIncomplete(
            f"{len(left)} sentences do not want another annotator on the server yet",
            faults=[Fault(wanted[item.remote_id][0], "stands as before") for item in left[:_LISTED]],
            todo="Run the same command again: it goes on where it was.",
        )
    escalations.mark_applied(there.database, there.round_name, escalation.sequence)
    return len(other)


def _wanted(there: OnServer, sentence_ids: Collection[str]) -> Mapping[int, tuple[str, int]]:
    """Sentence and number of annotators by item, of those known to be on the server: a push sends the others so."""
    before, chosen = coded_before(there.database, there.round_name), set(sentence_ids)
    return {
        entry.remote_id: (entry.sentence_id, entry.annotators_wanted - before.get(entry.sentence_id, 0))
        for entry in rounds.ledger(there.database, there.round_name)
        if entry.remote_id is not None and entry.sentence_id in chosen
    }


def _other(listed: Mapping[int, SentenceOnServer], wanted: Mapping[int, tuple[str, int]]) -> list[SentenceOnServer]:
    """Items that want another number of annotators, or are closed although they have not got them."""
    there = [(listed[remote_id], n) for remote_id, (_, n) in wanted.items() if remote_id in listed and n > 0]
    return [item for item, n in there if item.annotators_wanted != n or (item.is_done and item.n_annotations < n)]
