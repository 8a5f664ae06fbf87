"""Pull: everything new, edited or gone since the last complete sweep, page by page, checked against the codebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.codebook.model import Codebook
from toolkit.errors import BadInput, UsageError
from toolkit.labelstudio.decode import read_annotation, read_export
from toolkit.loop.ahead import ahead
from toolkit.loop.answers import Who, answers_of, codebook_of, who
from toolkit.loop.connection import open_server, server_identity
from toolkit.loop.progress import Progress, silent
from toolkit.report.pull import PullReport
from toolkit.study import annotators, articles, pulled, rounds
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.pulled import Seen, SeenItem, Tally
from toolkit.study.rounds import Round

if TYPE_CHECKING:
    from toolkit.labelstudio.records import RawEntry
    from toolkit.labelstudio.session import LabelStudio

PAGE = 500
_LATE_COMMIT = timedelta(seconds=60)
_LISTED = 10


def pull(
    study: Study,
    *,
    round_name: str | None = None,
    from_file: Path | None = None,
    page_size: int = PAGE,
    progress: Progress = silent,
) -> tuple[PullReport, ...]:
    """Fetch what annotators did since the last complete pull, of one round or of all; again changes nothing.

    Each page is stored in its own transaction; the watermark moves only when the sweep ended complete. With
    ``from_file`` a Label Studio JSON export stands in for the server: same checks, and nothing is concluded from what
    it lacks. Raises ``ServerUnreachable``, ``ServerRefused``, ``TransferIncomplete``, ``BadInput`` (the file).
    """
    with study.locked(), study.open() as database:
        chosen = [rounds.get(database, name) for name in ([round_name] if round_name else rounds.names(database))]
        if not chosen:
            raise UsageError("no round has been pushed yet", todo="Send the sentences with `intercoder push`.")
        if from_file is not None:
            return (_pull_file(database, _only(chosen), from_file, progress),)
        identity = server_identity(study)
        here = [(one, one.project_id) for one in chosen if one.project_id is not None and one.server_url == identity]
        if not here:
            names = ", ".join(current.name for current in chosen)
            raise UsageError(
                f"round {names} has no project on the server this study uses now",
                todo="Run `intercoder push` first, or connect to the server the round is on.",
            )
        with open_server(study) as server:
            people = server.people()
            annotators.learn_accounts(database, identity, {person.user_id: person.email for person in people})
            return tuple(
                _pull_round(database, server, current, project_id, page_size, progress) for current, project_id in here
            )


def _only(chosen: Sequence[Round]) -> Round:
    if len(chosen) > 1:
        names = ", ".join(current.name for current in chosen)
        raise UsageError(f"which round is this file of? (rounds: {names})", todo="Say --round NAME.")
    return chosen[0]


def _pull_round(
    database: Database, server: LabelStudio, current: Round, project_id: int, page_size: int, progress: Progress
) -> PullReport:
    store = _Store(database, current.name)
    moment = server.newest_change(project_id)
    for page in ahead(server.pages_changed_since(project_id, current.watermark, page_size=page_size)):
        store.page(page.entries, snapshot=True)
        progress(f"pulling {current.name}", store.report.n_items, store.report.n_items + page.n_left)
    _bury_vanished(database, server, current, project_id, store.report)
    rounds.finish_sweep(
        database,
        current.name,
        watermark=watermark(moment.newest_updated_at, moment.server_now),
        newest=moment.newest_updated_at,
    )
    return store.report


def watermark(newest: datetime | None, server_now: datetime) -> datetime | None:
    """Up to where a complete sweep has read, by the server's clock at its *start*.

    The newest change seen while sweeping would be too late: a sweep by id takes minutes on a large project, and what
    changed on a page already read must be read again. The minute's grace is for transactions that commit late.

    >>> start = datetime(2026, 1, 1, 12, 0, 0)
    >>> watermark(start - timedelta(hours=1), start).isoformat()
    '2026-01-01T11:00:00'
    >>> watermark(start - timedelta(seconds=5), start).isoformat()
    '2026-01-01T11:59:00'
    """
    return min(newest, server_now - _LATE_COMMIT) if newest is not None else None


def _bury_vanished(
    database: Database, server: LabelStudio, current: Round, project_id: int, report: PullReport
) -> None:
    """Find sentences deleted on the server: they simply vanish, so compare counts and list ids when they differ."""
    if server.count(project_id) == pulled.n_items(database, current.name):
        return
    there = {item.remote_id for page in server.sentences_on_server(project_id) for item in page}
    vanished = sorted(pulled.known_items(database, current.name) - there)
    report.tally += Tally(gone=pulled.bury_items(database, current.name, vanished))
    lost: dict[str, int | None] = {
        entry.sentence_id: None for entry in rounds.ledger(database, current.name) if entry.remote_id in set(vanished)
    }
    report.vanished_items = len(lost)
    if lost:
        rounds.record_remote(database, current.name, lost)


def _pull_file(database: Database, current: Round, path: Path, progress: Progress) -> PullReport:
    try:
        text = path.read_bytes()
    except OSError as fault:
        raise BadInput(f"{path} cannot be read: {fault.strerror}") from None
    export = read_export(text, name=path.name)
    if current.server_url is None:
        raise UsageError(f"round {current.name!r} has no project yet", todo="Run `intercoder push` first.")
    planned = {entry.sentence_id for entry in rounds.ledger(database, current.name)}
    if export.entries and planned.isdisjoint(entry.sentence_id for entry in export.entries):
        raise BadInput(
            f"not one of the {len(export.entries):,} sentences in {path.name} is of round {current.name!r}",
            todo="Give an export of this round's own project, or name another round with --round NAME.",
        )
    # What the server itself said of its accounts stands: the file may be of another server.
    known = annotators.accounts(database, current.server_url)
    people = {person.user_id: person.email for person in export.people if person.user_id not in known}
    annotators.learn_accounts(database, current.server_url, people)
    store = _Store(database, current.name)
    store.page(export.entries, snapshot=False)  # whole or not at all: a fault may be anywhere in it
    progress(f"reading {path.name}", store.report.n_items, len(export.entries))
    return store.report


class _Store:
    """Stores pages and counts what there is to report about what was new in them."""

    def __init__(self, database: Database, round_name: str) -> None:
        self._database = database
        self._codebook: Codebook = codebook_of(database, round_name)
        self._who: Who = who(database, round_name)
        self._sentences: Mapping[str, str] = {}
        self.report = PullReport(round_name)

    def page(self, entries: Iterable[RawEntry], *, snapshot: bool) -> None:
        items = []
        for entry in entries:
            seen = tuple(_seen(raw) for raw in entry.annotations)
            items.append(SeenItem(entry.remote_id, entry.sentence_id, seen))
        self.report.n_items += len(items)
        # Only this page's sentences: memory does not grow with the project.
        self._sentences = articles.texts(self._database, [item.sentence_id for item in items if item.sentence_id])
        self.report.tally += pulled.store(
            self._database, self.report.round, items, snapshot=snapshot, on_change=self._count
        )

    def _count(self, item: SeenItem, annotation: Seen) -> None:
        report, raw = self.report, read_annotation(annotation.raw)
        sentence = self._sentences.get(item.sentence_id or "")
        if sentence is None:
            report.unknown_sentences += 1
            return
        pseudonym = self._who.pseudonym_of.get(raw.user_id) if raw.user_id is not None else None
        report.not_registered += pseudonym not in self._who.registered
        report.skipped += raw.skipped
        report.edited_by_other += raw.edited_by_other
        report.repeats += any(
            other.annotation_id < annotation.annotation_id and other.user_id == raw.user_id
            for other in item.annotations
        )
        for answer in answers_of(self._codebook, raw, sentence):
            if answer.status == "rejected":
                because = f"{answer.question}: {answer.rejected_because}"
                report.rejected[because] += 1
                if len(report.rejected_examples) < _LISTED:
                    report.rejected_examples.append(f"{item.sentence_id}: {because}")


def _seen(raw: Mapping[str, object]) -> Seen:
    read = read_annotation(raw)
    return Seen(read.annotation_id, read.updated_at.isoformat(), read.user_id, raw)
