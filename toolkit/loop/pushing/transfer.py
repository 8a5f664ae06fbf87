"""Transfer: the sentences of a round onto the server, each exactly once, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from typing import TYPE_CHECKING, TypeVar

from toolkit.codebook.model import Codebook
from toolkit.errors import Fault, TransferIncomplete
from toolkit.labelstudio.pipelining import ahead, answers_to
from toolkit.loop.progress import Progress
from toolkit.loop.pushing.task_data import OfRound, task_data
from toolkit.study import articles, rounds
from toolkit.study.database import Database
from toolkit.study.rounds import LedgerEntry

if TYPE_CHECKING:
    from toolkit.labelstudio.session import LabelStudio

T = TypeVar("T")
Item = tuple[LedgerEntry, Mapping[str, object]]
Parts = Sequence[Mapping[str, object]]

BATCH = 1000
_ATTEMPTS = 3
_SETTLE_SECONDS = 180.0
_STANDS_STILL = 60  # looks, a second apart: a server whose database is locked tries again for longer than half a minute
_LISTED = 20


@dataclass(slots=True)
class Transfer:
    """One push's view of the server. What is there decides what is sent; the ledger remembers it."""

    database: Database
    server: LabelStudio
    round_name: str
    project_id: int
    codebook: Codebook
    progress: Progress
    sleep: Callable[[float], None]
    coded_before: Mapping[str, int] = field(default_factory=dict)
    """Annotations that sentences have from projects the round had before: so many fewer are wanted now."""
    places_in_vain: Mapping[str, int] = field(default_factory=dict)
    """Annotations that sentences have there and that do not count: so many more are wanted."""
    remove_copies: bool = False
    called: str = "push"
    """The function that goes on with it, for messages."""
    of_round: str | None = None
    """The round that function is told, where it is another than the one that is sent."""
    more_of: Callable[[Sequence[str]], Mapping[str, Mapping[str, object]]] = lambda _: {}
    """Called with ids of sentences: what travels with each besides what every page shows, by sentence id."""
    prefilled: Mapping[str, Parts] = field(default_factory=dict)
    """What the page chooses beforehand, as it would submit it, by sentence id."""
    removed: list[str] = field(default_factory=list)
    """Copies that were removed, each named."""
    notes: list[str] = field(default_factory=list)
    planned: list[LedgerEntry] = field(init=False)
    """The round's sentences that are to be on the server, each with how many annotators it is to have there."""
    _known: dict[str, int | None] = field(init=False)
    """The item that each sentence of the round is, as the ledger has it."""
    _answers_lost: int = 0
    _there: dict[int, tuple[int, int, bool]] = field(default_factory=dict)
    """Annotators wanted, annotations had and whether it is offered no more, by item, as last seen on the server."""
    _annotations: dict[int, int] = field(default_factory=dict)
    """Annotations and skips, by item."""

    def __post_init__(self) -> None:
        ledger = list(rounds.ledger(self.database, self.round_name))
        self.planned = list(self._to_be_there(ledger))
        self._known = {entry.sentence_id: entry.remote_id for entry in ledger}

    def _to_be_there(self, ledger: Iterable[LedgerEntry]) -> Iterator[LedgerEntry]:
        for entry in ledger:
            coded, vain = (each.get(entry.sentence_id, 0) for each in (self.coded_before, self.places_in_vain))
            if (wanted := entry.annotators_wanted - coded) > 0:
                yield replace(entry, annotators_wanted=wanted + vain) if coded or vain else entry

    def send_missing(self) -> int:
        """Send what is not there and look again: how many were sent, once every sentence is there exactly once."""
        from toolkit.labelstudio.connection import AnswerLost

        missing = self._look()
        n_to_send = len(missing)
        for attempt in range(1, _ATTEMPTS + 1):
            if not missing:
                return n_to_send
            try:
                self._send(missing)
            except AnswerLost:
                self._answers_lost += 1
                if attempt == _ATTEMPTS:
                    raise
                self._settle()
            missing = self._look()
        if missing:
            raise TransferIncomplete(
                f"{len(missing)} of {len(self.planned)} sentences did not arrive",
                faults=[Fault(entry.sentence_id, "not on the server") for entry in missing[:_LISTED]],
                todo=f"Run `{self.called}()` again: it sends only what is missing.",
            )
        return n_to_send

    def _send(self, missing: Sequence[LedgerEntry]) -> None:
        n_sent = 0
        for (batch, _), ids in answers_to(lambda ready: ready[1](), self._ready(missing)):
            self._record(dict(zip(batch, ids, strict=True)))
            n_sent += len(batch)
            self.progress("sending sentences", n_sent, len(missing))

    def _ready(self, missing: Sequence[LedgerEntry]) -> Iterator[tuple[list[str], Callable[[], list[int]]]]:
        """Batches of sentence ids, each with what sends it."""
        for batch in _batches(self._items(missing), BATCH):
            ids = [entry.sentence_id for entry, _ in batch]
            prefilled = [self.prefilled.get(each, ()) for each in ids] if self.prefilled else None
            yield ids, self.server.about_to_send(self.project_id, [data for _, data in batch], prefilled=prefilled)

    def _record(self, remote_ids: Mapping[str, int | None]) -> None:
        rounds.record_remote(self.database, self.round_name, remote_ids)
        self._known.update(remote_ids)

    def set_overlaps(self) -> int:
        """Give each sentence its number of annotators, last of all: a change of the project resets them."""
        wanted = {self._known[entry.sentence_id]: entry.annotators_wanted for entry in self.planned}
        other = [
            (remote_id, has)
            for remote_id, (n, has, done) in self._there.items()
            if (want := wanted.get(remote_id)) is not None and (n != want or (done and has < want))
        ]
        for done, (remote_id, n_annotations) in enumerate(other, start=1):
            self.server.set_annotators_wanted(remote_id, wanted[remote_id], n_annotations=n_annotations)
            self.progress("setting annotators per sentence", done, len(other))
        return len(other)

    def _look(self) -> list[LedgerEntry]:
        """Sentences not on the server; raises if one is there twice. The ledger is corrected by what is there.

        A listing that does not hold what the server counts is not believed: sending on its word would double sentences.
        """
        for _ in range(_ATTEMPTS):
            there, strangers, n_seen = self._list({entry.sentence_id for entry in self.planned})
            if n_seen == self.server.count(self.project_id):
                break
            self.sleep(1.0)  # somebody may be adding or deleting
        else:
            raise TransferIncomplete(
                f"the server lists {n_seen:,} items of project {self.project_id} and counts another number",
                todo="Nothing was sent on its word. Run the command again.",
            )
        self.notes[:] = [f"{strangers} items on the server are not sentences of this round"] if strangers else []
        if self._answers_lost:
            self.notes.append(
                "an answer of the server was lost on the way, and it may still carry out that request: "
                "push again in some minutes, which finds copies if there are any"
            )
        there = self._without_copies(there)
        found = {entry.sentence_id: there.get(entry.sentence_id, [None])[0] for entry in self.planned}
        if moved := {key: remote for key, remote in found.items() if self._known[key] != remote}:
            self._record(moved)
        return [entry for entry in self.planned if entry.sentence_id not in there]

    def _list(self, planned: Collection[str]) -> tuple[dict[str, list[int]], int, int]:
        """The items of each sentence, how many items are of none, and how many there are in all."""
        there: dict[str, list[int]] = {}
        strangers = n_seen = 0
        self._there.clear()
        for page in ahead(self.server.sentences_on_server(self.project_id)):
            n_seen += len(page)
            self.progress("checking the server", n_seen, len(planned))
            for item in page:
                sentence_id = item.data.get("sentence_id")
                if isinstance(sentence_id, str) and sentence_id in planned:
                    there.setdefault(sentence_id, []).append(item.remote_id)
                    self._there[item.remote_id] = item.annotators_wanted, item.n_annotations, item.is_done
                    self._annotations[item.remote_id] = item.n_annotations + item.n_skips
                else:
                    strangers += 1
        return there, strangers, n_seen

    def _without_copies(self, there: dict[str, list[int]]) -> dict[str, list[int]]:
        """The items by sentence, without copies nobody has annotated; raises where there are copies and none may go.

        Of several the one with annotations stays, else the one the ledger names. Several with annotations all stay:
        what was answered on any of them is an answer on the sentence.
        """
        twice = {sentence_id: ids for sentence_id, ids in there.items() if len(ids) > 1}
        if twice and not self.remove_copies:
            raise TransferIncomplete(
                f"{len(twice)} sentences are on the server more than once",
                faults=[Fault(key, f"is there as items {', '.join(map(str, ids))}") for key, ids in twice.items()],
                todo=f"Copies nobody has annotated are removed by `{self._removing_copies}`.",
            )
        begun = {draft.remote_id for draft in self.server.in_progress(self.project_id)} if twice else set()
        kept = dict(there)
        for sentence_id, ids in twice.items():
            order = sorted(
                ids, key=lambda each: (not self._touched(each, begun), each != self._known[sentence_id], each)
            )
            for copy in order[1:]:
                if not self._touched(copy, begun) and self._remove(copy):
                    self.removed.append(f"{sentence_id}: item {copy}")
                    kept[sentence_id] = [each for each in kept[sentence_id] if each != copy]
            kept[sentence_id] = [each for each in order if each in kept[sentence_id]]
        several = {sentence_id: ids for sentence_id, ids in kept.items() if len(ids) > 1}
        for sentence_id, ids in several.items():
            self.notes.append(
                f"{sentence_id} is there as items {', '.join(map(str, ids))}, and people have worked on each: "
                "all stay, and what they answered counts"
            )
        return kept

    @property
    def _removing_copies(self) -> str:
        return f"{self.called}(round_name={self.of_round or self.round_name}, remove_copies=True)"

    def _touched(self, remote_id: int, begun: Collection[int]) -> bool:
        return self._annotations.get(remote_id, 0) > 0 or remote_id in begun

    def _remove(self, remote_id: int) -> bool:
        """Whether the copy was removed: it is looked at once more, right before."""
        from toolkit.labelstudio.connection import NotThere

        for page in self.server.pages_of(self.project_id, [remote_id]):
            if any(entry.annotations for entry in page.entries):
                return False
        try:
            self.server.delete_sentence(remote_id)
        except NotThere:
            self._check_gone(remote_id)
        self._there.pop(remote_id, None)
        return True

    def _check_gone(self, remote_id: int) -> None:
        """Raise where the server lists an item of which it said, asked to delete it, that it is not there."""
        if any(page.entries for page in self.server.pages_of(self.project_id, [remote_id])):
            raise TransferIncomplete(
                f"item {remote_id} was to be removed: the server says that it is not there, and lists it",
                todo=f"Ask again: `{self._removing_copies}`.",
            )

    def _settle(self) -> None:
        """After an answer was lost, wait until the server's count stands still: it may be writing yet."""
        before, waited, still = -1, 0.0, 0
        while waited < _SETTLE_SECONDS and still < _STANDS_STILL:
            count = self.server.count(self.project_id)
            still = still + 1 if count == before else 0
            before = count
            self.progress("waiting until the server has finished", int(waited), None)
            self.sleep(1.0)
            waited += 1.0

    def _items(self, entries: Sequence[LedgerEntry]) -> Iterator[Item]:
        """What travels with each sentence, in the round's order; one article's text is held at a time."""
        of = OfRound(
            rounds.get(self.database, self.round_name).first_name,
            self.codebook.hash,
            self.codebook.show,
            self.database.meta("study_id"),
            n_sentences=len(self._known),
        )
        for article_id, stretch in groupby(entries, key=lambda entry: entry.article_id):
            frozen, sentences = articles.one(self.database, article_id)
            by_id = {sentence.sentence_id: sentence for sentence in sentences}
            own = list(stretch)
            more = self.more_of([entry.sentence_id for entry in own])
            for entry in own:
                data = task_data(frozen, by_id[entry.sentence_id], of, place=entry.sequence)
                yield entry, {**data, **more.get(entry.sentence_id, {})}


def _batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    """Parts of at most ``size``. The first are smaller, so that the server has work while others are put together.

    >>> [len(batch) for batch in _batches(iter(range(60)), 16)]
    [2, 4, 8, 16, 16, 14]
    """
    n = max(1, size // 8)
    while batch := list(islice(items, n)):
        yield batch
        n = min(2 * n, size)
