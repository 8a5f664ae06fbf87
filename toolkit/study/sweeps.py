"""How far a sweep of a round's project has come: one that was stopped goes on, one that ended moves the watermark."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from toolkit.study.database import Database, now

_LATE_COMMIT = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Sweep:
    """A sweep of what changed after ``since`` (None: of everything), and the item up to which it is stored.

    ``newest`` is the newest change there was when it began; ``server_asked_at`` and ``asked_at`` are the server's
    clock and this machine's at that moment.
    """

    since: datetime | None
    newest: datetime | None
    server_asked_at: datetime
    asked_at: datetime
    last: int = 0

    @property
    def watermark(self) -> datetime | None:
        """Up to where the sweep has read once it is complete, by the server's clock at its *start*.

        The newest change seen while sweeping would be too late: a sweep by id takes minutes on a large project, and
        what changed on a page already read must be read again. The minute's grace is for transactions that commit late.

        >>> start = datetime(2026, 1, 1, 12, 0, 0)
        >>> Sweep(None, start - timedelta(hours=1), start, start).watermark.isoformat()
        '2026-01-01T11:00:00'
        >>> Sweep(None, start - timedelta(seconds=5), start, start).watermark.isoformat()
        '2026-01-01T11:59:00'
        """
        return min(self.newest, self.server_asked_at - _LATE_COMMIT) if self.newest is not None else None


def begun(database: Database, round: str) -> Sweep | None:
    """Return the sweep of the round's project that was begun and has not ended; None if there is none."""
    row = database.one("SELECT s.* FROM sweeps s JOIN rounds USING (round, project) WHERE round = ?", (round,))
    if row is None:
        return None
    return Sweep(
        _moment(row["since"]),
        _moment(row["newest"]),
        datetime.fromisoformat(row["server_asked_at"]),
        datetime.fromisoformat(row["asked_at"]),
        row["last"],
    )


def reached(database: Database, round: str, sweep: Sweep, last: int) -> Sweep:
    """Record that the sweep has stored everything up to the item ``last``."""
    with database.transaction() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO sweeps SELECT round, project, ?, ?, ?, ?, ? FROM rounds WHERE round = ?",
            (
                _iso(sweep.since), last, _iso(sweep.newest), _iso(sweep.server_asked_at), _iso(sweep.asked_at), round,
            ),
        )  # fmt: skip
    return replace(sweep, last=last)


def forget(database: Database, round: str) -> None:
    """Have the next sweep begin anew."""
    with database.transaction() as connection:
        connection.execute("DELETE FROM sweeps WHERE round = ?", (round,))


def finish(database: Database, round: str, sweep: Sweep) -> None:
    """Record that the sweep ended complete: the watermark moves to where it had read when it began.

    An empty project moves nothing: there was no change to read up to.
    """
    with database.transaction() as connection:
        connection.execute("DELETE FROM sweeps WHERE round = ?", (round,))
        connection.execute(
            "UPDATE rounds SET watermark = coalesce(?, watermark), newest_seen = coalesce(?, newest_seen), "
            "server_asked_at = ?, asked_at = ?, pulled_at = ? WHERE round = ?",
            (
                _iso(sweep.watermark), _iso(sweep.newest), _iso(sweep.server_asked_at), _iso(sweep.asked_at), now(),
                round,
            ),
        )  # fmt: skip


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
