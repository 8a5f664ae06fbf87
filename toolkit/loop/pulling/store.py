"""What was fetched into the study, page by page, and what there is to report about what was new in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from toolkit.labelstudio.decode import read_annotation
from toolkit.loop.answers import Who, answers_read, codebook_of, migration_steps, responses_read, who
from toolkit.loop.pulling.adopted import AdoptedItems
from toolkit.loop.pulling.report import PullReport
from toolkit.study import adjudications, annotation_versions, articles, rounds
from toolkit.study.annotation_versions import Seen, SeenItem, StoredPage
from toolkit.study.database import Database
from toolkit.study.erasure import erased

if TYPE_CHECKING:
    from toolkit.labelstudio.records import RawEntry

_LISTED = 10


class Store:
    """Stores pages of a round and counts what there is to report about what was new in them."""

    def __init__(self, database: Database, round_name: str) -> None:
        self._database = database
        self._who: Who = who(database, round_name)
        self._responses = responses_read(database, round_name, codebook_of(database, round_name))
        self._answers = answers_read(database, round_name, migration_steps(database, round_name))
        self._adopted = AdoptedItems.of(database, round_name)
        self._erased = erased(database)
        self._left_out: set[int] = set()
        current = rounds.get(database, round_name)
        self._server_url, self._first_name = current.server_url or "", current.first_name
        self._sentences: Mapping[str, str] = {}
        self.report = PullReport(round_name, decides_on=adjudications.adjudicated_round(database, round_name))

    def page(self, entries: Iterable[RawEntry], *, snapshot: bool, revive: bool = False) -> StoredPage:
        """Store one page (see ``annotation_versions.store``) and count it in the report."""
        items, entries = [], list(entries)
        if self._adopted is not None and not snapshot:
            entries = self._adopted.of_file(entries, self.report, revive=revive)
        if self._adopted is not None and self._adopted.take_up(entries, self.report):
            self._who = who(self._database, self.report.round)
        for entry in entries:
            every = [_seen(raw) for raw in entry.annotations]
            seen = tuple(one for one in every if not self._is_erased(one.user_id))
            n_skips = sum(one.skipped for one in every) - sum(one.skipped for one in seen)
            n_left_out = len(every) - len(seen)
            self._left_out.update(one.annotation_id for one in every if one not in seen)
            items.append(
                SeenItem(
                    entry.remote_id,
                    self.sentence_id(entry),
                    seen,
                    entry.updated_at.isoformat(),
                    n_left_out=n_left_out - n_skips,
                    n_skips_left_out=n_skips,
                )
            )
        self.report.n_items += len(items)
        self.report.erased = len(self._left_out)  # a page may be read twice
        # Only this page's sentences: memory does not grow with the project.
        self._sentences = articles.texts(self._database, [item.sentence_id for item in items if item.sentence_id])
        stored = annotation_versions.store(
            self._database, self.report.round, items, snapshot=snapshot, revive=revive, on_change=self._count
        )
        self.report.tally += stored.tally
        return stored

    def knows_any(self, entries: Sequence[RawEntry]) -> bool:
        """Return whether any item of a file is a sentence of the round."""
        if self._adopted is not None:
            return bool(self._adopted.of_file(entries, PullReport(self.report.round), revive=True))
        planned = {entry.sentence_id for entry in rounds.ledger(self._database, self.report.round)}
        return not planned.isdisjoint(entry.sentence_id for entry in entries)

    def sentence_id(self, entry: RawEntry) -> str | None:
        """Return the sentence that an item of the server is; None where it is none of the study's."""
        return entry.sentence_id if self._adopted is None else self._adopted.sentence_of.get(entry.remote_id)

    def _is_erased(self, user_id: int | None) -> bool:
        # A number that belongs to somebody known is theirs: another server may have the place of the one before.
        if user_id is None or user_id in self._who.pseudonym_of:
            return False
        return self._erased.is_account(self._server_url, user_id)

    def _count(self, item: SeenItem, annotation: Seen) -> None:
        report, raw = self.report, read_annotation(annotation.raw, responses=self._responses)
        if raw.impossible_seconds is not None:
            report.impossible_seconds.append(f"{self._first_name}-{raw.annotation_id}: {raw.impossible_seconds:g} s")
        sentence = self._sentences.get(item.sentence_id or "")
        if sentence is None:
            report.unknown_sentences += 1
            return
        pseudonym = self._who.pseudonym(raw.user_id)
        if (removal := self._who.removed.get(pseudonym or "")) is not None:
            report.withdrawn += not removal.counts(max(raw.created_at, raw.updated_at))
        else:
            report.not_registered += pseudonym not in self._who.registered
        report.skipped += raw.skipped
        report.edited_by_other += raw.edited_by_other
        report.repeats += any(
            other.annotation_id < annotation.annotation_id and other.user_id == raw.user_id
            for other in item.annotations
        )
        for answer in self._answers(item.sentence_id or "", pseudonym, raw, sentence):
            if answer.status == "rejected":
                because = f"{answer.question}: {answer.rejected_because}"
                report.rejected[because] += 1
                if len(report.rejected_examples) < _LISTED:
                    report.rejected_examples.append(f"{item.sentence_id}: {because}")


def _seen(raw: Mapping[str, object]) -> Seen:
    read = read_annotation(raw)
    return Seen(read.annotation_id, read.updated_at.isoformat(), read.user_id, raw, skipped=read.skipped)
