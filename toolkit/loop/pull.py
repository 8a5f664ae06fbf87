"""Pull: everything new, edited, gone or back since the last pull, page by page, checked against the codebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import BadInput, UsageError
from toolkit.files.text_lines import unreadable
from toolkit.labelstudio.decode import read_time
from toolkit.labelstudio.export_file import read_export
from toolkit.labelstudio.patience import Tell, untold
from toolkit.loop.online.admission import admit
from toolkit.loop.online.connection import open_server, server_identity
from toolkit.loop.online.round_project import check_there
from toolkit.loop.progress import Progress, silent
from toolkit.loop.pulling.reading_anew import ReadAnew, read_anew
from toolkit.loop.pulling.reconcile import RoundOnServer
from toolkit.loop.pulling.report import PullReport
from toolkit.loop.pulling.store import Store
from toolkit.study import annotators, blind_periods, pulled_files, rounds, server_items, sweeps
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.rounds import Round
from toolkit.study.sweeps import Sweep

if TYPE_CHECKING:
    from toolkit.labelstudio.session import LabelStudio

PAGE = 500
_SET = timedelta(seconds=30)
"""Two clocks that come apart by more than this between two pulls: one of them was set."""


def _now() -> datetime:
    return datetime.now(UTC)


def pull(
    study: Study,
    *,
    round_name: str | None = None,
    from_file: Path | None = None,
    full: bool = False,
    accept_loss: bool = False,
    revive: bool = False,
    update_codebook: bool = False,
    page_size: int = PAGE,
    progress: Progress = silent,
    tell: Tell = untold,
    clock: Callable[[], datetime] = _now,
) -> tuple[PullReport, ...]:
    """Fetch what annotators did since the last complete pull, of one round or of all; again changes nothing.

    Each page is stored in its own transaction, and a pull that was stopped goes on after the last one; the watermark
    moves only when the sweep ended complete. At its end the study is reconciled with what the server announces.
    ``full`` reads everything; a pull does so by itself where a clock was set. Where most of a round would be gone, the
    pull refuses unless ``accept_loss``. With ``from_file`` a Label Studio JSON export stands in for the server: same
    checks, nothing is concluded from what it lacks, and what is gone comes back from it only with ``revive``.
    ``update_codebook`` reads adopted rounds with ``codebook.yaml`` as it is now, whatever was answered when.
    Raise ``ServerUnreachable``, ``ServerRefused``, ``TransferIncomplete``, ``BadInput`` (the file).
    """
    with study.locked(), study.database() as database:
        every = rounds.names(database, adjudications=True)
        chosen = [rounds.get(database, name) for name in ([round_name] if round_name else every)]
        if not chosen:
            raise rounds.none_to_work_on(database)
        readings = [read_anew(study, database, one.name, asked=update_codebook) for one in chosen]
        if update_codebook and not any(readings):
            raise UsageError(
                "no round here was adopted",
                todo="Bring a codebook to a pushed round with `push(update_codebook=True)`.",
            )
        if from_file is not None:
            report = _pull_file(database, _only(chosen), from_file, progress, revive=revive)
            return tuple(_told((report,), readings))
        identity = server_identity(study)
        here = [(one, one.project_id) for one in chosen if one.project_id is not None and one.server_url == identity]
        if not here:
            names = ", ".join(current.name for current in chosen)
            raise UsageError(
                f"round {names} has no project on the server this study uses now",
                todo="Run `intercoder push` first, or connect to the server the round is on.",
            )
        from toolkit.labelstudio.connection import NotThere

        with open_server(study, tell=tell) as server:
            people = server.people()
            annotators.learn_accounts(database, identity, {person.user_id: person.email for person in people})
            admit(study, database, server)
            reports = []
            for current, project_id in here:
                store = Store(database, current.name)
                there = RoundOnServer(database, server, project_id, store, page_size, accept_loss, progress)
                try:
                    _pull_round(database, server, current, there, full=full, clock=clock)
                except NotThere:
                    check_there(database, server, current)
                    raise
                store.report.copies = sum(map(len, server_items.copies(database, current.name).values()))
                reports.append(store.report)
            # After what was pulled: an annotation is covered up to when the gate was last seen, and no further.
            if (gate := server.gate.state()) is not None:
                blind_periods.record(database, identity, gate.duty, seeing=gate.leads)
            return tuple(_told(reports, readings))


def _told(reports: Sequence[PullReport], readings: Sequence[ReadAnew | None]) -> Iterator[PullReport]:
    """The reports, each with what was said of the codebook its round is read with."""
    by_round = {one.round: one for one in readings if one is not None}
    for report in reports:
        if (reading := by_round.get(report.round)) is not None:
            report.is_adopted = True
            report.codebook_taken_up, report.codebook_differs = reading.taken_up, reading.differs
        yield report


def _only(chosen: Sequence[Round]) -> Round:
    if len(chosen) > 1:
        names = ", ".join(current.name for current in chosen)
        raise UsageError(f"which round is this file of? (rounds: {names})", todo="Say `round_name=NAME`.")
    return chosen[0]


def _pull_round(
    database: Database,
    server: LabelStudio,
    current: Round,
    there: RoundOnServer,
    *,
    full: bool,
    clock: Callable[[], datetime],
) -> None:
    moment, here_now = server.newest_change(there.project_id), clock()
    since, stopped = current.watermark, sweeps.begun(database, current.name)
    why_all = "asked for" if full else clock_was_set(current, stopped, moment.server_now, here_now)
    if why_all is not None:
        there.store.report.read_all_because = why_all
        since = None
    elif stopped is not None:
        # What it read before it was stopped may have changed since: that is after its watermark, and read next.
        there.sweep(stopped)
        sweeps.finish(database, current.name, stopped)
        since = stopped.watermark or since
    sweep = Sweep(since, moment.newest_updated_at, moment.server_now, here_now)
    there.sweep(sweep)
    there.reconcile(sweep)
    sweeps.finish(database, current.name, sweep)


def clock_was_set(current: Round, stopped: Sweep | None, server_now: datetime, here_now: datetime) -> str | None:
    """Return why the watermark cannot be trusted: a clock, the server's or ours, was set since the last pull; else
    None.

    A watermark ahead of the server's clock would hide everything done until the clock has caught up with it. Half a
    minute either way hides nothing: a watermark stays a whole one behind the clock.
    """
    if current.watermark is not None and current.watermark > server_now:
        return "the server's clock was set back since the last pull"
    pairs = [(current.server_asked_at, current.asked_at)]
    if stopped is not None:
        pairs.append((stopped.server_asked_at, stopped.asked_at))
    for server_then, here_then in pairs:
        if server_then is None or here_then is None:
            continue
        if server_then - server_now > _SET:
            return "the server's clock was set back since the last pull"
        if here_then - here_now > _SET:
            return "this machine's clock was set back since the last pull"
        if abs((server_now - server_then) - (here_now - here_then)) > _SET:
            return "the server's clock or this machine's was set since the last pull"
    return None


def _pull_file(database: Database, current: Round, path: Path, progress: Progress, *, revive: bool) -> PullReport:
    try:
        text = path.read_bytes()
    except OSError as fault:
        raise unreadable(path, fault) from None
    export = read_export(text, name=path.name)
    if current.server_url is None:
        raise UsageError(f"round {current.name!r} has no project yet", todo="Run `intercoder push` first.")
    if export.entries and not Store(database, current.name).knows_any(export.entries):
        raise BadInput(
            f"no sentence in {path.name} ({len(export.entries):,}) is of round {current.name!r}",
            todo="Give an export of this round's own project, or name another round with `round_name=NAME`.",
        )
    # What the server itself said of its accounts stands: the file may be of another server.
    known = annotators.accounts(database, current.server_url)
    people = {person.user_id: person.email for person in export.people if person.user_id not in known}
    annotators.learn_accounts(database, current.server_url, people)
    store = Store(database, current.name)  # now that it is known whose the accounts are
    store.page(export.entries, snapshot=False, revive=revive)  # whole or not at all: a fault may be anywhere in it
    progress(f"reading {path.name}", store.report.n_items, len(export.entries))
    moments = (
        read_time(raw.get("updated_at") or raw.get("created_at"))
        for entry in export.entries
        for raw in entry.annotations
    )
    newest = max((moment for moment in moments if moment is not None), default=None)
    pulled_files.record(database, current.name, newest=newest)
    return store.report
