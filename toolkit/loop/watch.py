"""Watch: pull again and again while people work, until the rounds are done."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from toolkit.errors import ServerUnreachable, TransferIncomplete, UsageError
from toolkit.labelstudio.patience import Tell, untold
from toolkit.loop.completion import Completion, completion
from toolkit.loop.progress import Progress, silent
from toolkit.loop.pull import pull
from toolkit.loop.pulling.report import PullReport
from toolkit.study.folder import Study, StudyInUse

LEAST, MOST = timedelta(seconds=5), timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class WatchedPull:
    """One pull of a watch: what it found, and how far each round is that was pulled."""

    at: datetime
    """When it had ended, by this machine's clock."""
    reports: tuple[PullReport, ...]
    rounds: tuple[Completion, ...]
    """The same rounds in the same order."""
    not_pulled_because: str | None = None
    """Why nothing could be pulled this time, which the next may mend; None where it was."""

    @property
    def is_done(self) -> bool:
        """Whether every round is done, so that this was the last pull."""
        return self.not_pulled_because is None and all(one.is_done for one in self.rounds)


def _now() -> datetime:
    return datetime.now(UTC)


def _nothing(_: WatchedPull) -> None:
    """Nobody wants more of a pull than its record."""


def watch(
    study: Study,
    *,
    every: timedelta,
    round_name: str | None = None,
    after: Callable[[WatchedPull], None] = _nothing,
    progress: Progress = silent,
    tell: Tell = untold,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], datetime] = _now,
) -> Iterator[WatchedPull]:
    """Pull one round, or all of them, again ``every`` so long, and yield what each pull found, until they are done.

    A round is **done** when each sentence has as many counted annotations as planned, those of escalations included, or
    when it was closed. A sentence is not waited for where people skipped it and nobody registered is left who has not
    met it, nor where it was deleted from an adopted project. It is where too few people are registered: register more,
    or close the round. Without a name every round that a pull takes in is waited for, adjudications and those that
    begin meanwhile as well.

    Between two pulls the study is free for other commands, and whoever stops a watch, or kills it, loses nothing. What
    passes by itself ends no watch: ``not_pulled_because`` says why nothing was pulled, and the next pull tries again.
    That is a server that does not answer, fails (500) or has too much to do, a transfer that was incomplete, and a
    study that another command holds. Everything else is raised as by ``pull``.

    ``after`` is called with each pull that came through, before it is yielded. Raise ``UsageError`` for an ``every``
    under five seconds or over a day.
    """
    if not LEAST <= every <= MOST:
        raise UsageError(
            f"`every=` is from 5 seconds to 24 hours, not {every.total_seconds():,g} seconds",
            todo="Ten minutes is enough for most: `every=10m`.",
        )
    return _watched(study, every, round_name, after, progress, tell, sleep, clock)


def _watched(
    study: Study,
    every: timedelta,
    round_name: str | None,
    after: Callable[[WatchedPull], None],
    progress: Progress,
    tell: Tell,
    sleep: Callable[[float], None],
    clock: Callable[[], datetime],
) -> Iterator[WatchedPull]:
    while True:
        seen = _pulled(study, round_name, progress, tell, clock)
        if seen.not_pulled_because is None:
            after(seen)
        yield seen
        if seen.is_done:
            return
        sleep(every.total_seconds())


def _pulled(
    study: Study, round_name: str | None, progress: Progress, tell: Tell, clock: Callable[[], datetime]
) -> WatchedPull:
    from toolkit.labelstudio.connection import ServerBusy, ServerStumbled

    try:
        reports = pull(study, round_name=round_name, progress=progress, tell=tell, clock=clock)
    except (ServerUnreachable, ServerBusy, ServerStumbled, TransferIncomplete, StudyInUse) as fault:
        return WatchedPull(clock(), (), (), fault.what)
    with study.database() as database:
        rounds = tuple(completion(database, report.round) for report in reports)
    return WatchedPull(clock(), reports, rounds)
