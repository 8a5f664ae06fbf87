"""When a server enforced blindness (annotators see their own answers only), and whether an annotation was made so.

What enforces it runs in the server, which says since when it does, and when it last did. Nothing else is taken for it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from toolkit.errors import BadInput, Fault
from toolkit.study.database import Database
from toolkit.study.records import saved_again


@dataclass(frozen=True, slots=True)
class BlindPeriod:
    """From when to when blindness was enforced, by the server's clock, in UTC; both moments are in it."""

    began: datetime
    last_seen: datetime
    """When it last was, as far as the server has said: it may be longer by now."""


def record(
    database: Database,
    server_url: str,
    periods: Iterable[tuple[datetime, datetime]],
    *,
    seeing: Iterable[int] = (),
) -> None:
    """Keep the periods a server says it enforced blindness in: of each when it began, and when it was last seen.

    ``server_url`` is what rounds remember as their server. The same again changes nothing; a period that goes on is as
    long as it was ever said to be, and none is forgotten because the server did. Ask the server for them *after* what
    was pulled: an annotation is covered up to ``last_seen`` and no further. ``seeing`` are the accounts that saw
    everybody's answers all the same; who was one once stays one.

    Raise ``BadInput`` that lists every period that can be none; then nothing is kept.
    """
    given = list(periods)
    faults = [Fault(f"period {place}", why) for place, one in enumerate(given, 1) if (why := _wrong(*one)) is not None]
    if faults:
        raise BadInput(
            "what the server says of when it enforced blindness cannot be",
            faults=faults,
            todo="Look at the server's clock, then run this again.",
        )
    rows = [(server_url, _written(began), _written(last_seen)) for began, last_seen in given]
    with database.transaction() as connection:
        connection.executemany(
            "INSERT INTO blind_periods VALUES (?, ?, ?) ON CONFLICT (server_url, began) "
            "DO UPDATE SET last_seen = excluded.last_seen WHERE excluded.last_seen > last_seen",
            rows,
        )
        connection.executemany(
            "INSERT OR IGNORE INTO seeing_accounts VALUES (?, ?)", [(server_url, account) for account in seeing]
        )


def periods(database: Database, server_url: str) -> tuple[BlindPeriod, ...]:
    """Return when a server enforced blindness, oldest first; periods that overlap are one."""
    rows = database.rows(
        "SELECT began, last_seen FROM blind_periods WHERE server_url = ? ORDER BY began", (server_url,)
    )
    found: list[BlindPeriod] = []
    for row in rows:
        one = BlindPeriod(datetime.fromisoformat(row["began"]), datetime.fromisoformat(row["last_seen"]))
        if found and one.began <= found[-1].last_seen:
            found[-1] = BlindPeriod(found[-1].began, max(found[-1].last_seen, one.last_seen))
        else:
            found.append(one)
    return tuple(found)


def seeing(database: Database, server_url: str) -> frozenset[int]:
    """Return the accounts of a server that see everybody's answers whatever it enforces: its leads'."""
    rows = database.rows("SELECT user_id FROM seeing_accounts WHERE server_url = ?", (server_url,))
    return frozenset(row["user_id"] for row in rows)


def covered(enforced: Sequence[BlindPeriod], moment: datetime) -> bool:
    """Return whether a moment lies within one of the periods, which are as ``periods`` has them.

    >>> morning = BlindPeriod(datetime(2026, 3, 1, 9, tzinfo=UTC), datetime(2026, 3, 1, 12, tzinfo=UTC))
    >>> [covered([morning], datetime(2026, 3, 1, hour, tzinfo=UTC)) for hour in (8, 9, 12, 13)]
    [False, True, True, False]
    """
    before = bisect_right(enforced, moment, key=lambda one: one.began)
    return before > 0 and moment <= enforced[before - 1].last_seen


def made_blind(
    enforced: Sequence[BlindPeriod], *, created_at: datetime, updated_at: datetime, saved_by_annotator: bool
) -> bool:
    """Return whether blindness was enforced when an annotation was submitted and when it was last changed.

    What somebody else saved, or nobody knows who, was not made under anybody's eyes: whoever enters annotations for
    others, or imports them, sees all of them.
    """
    if not saved_by_annotator or not covered(enforced, created_at):
        return False
    return not saved_again(created_at, updated_at) or covered(enforced, updated_at)


def _wrong(began: datetime, last_seen: datetime) -> str | None:
    if began.tzinfo is None or last_seen.tzinfo is None:
        return "does not say of which time zone its moments are"
    if last_seen < began:
        return f"was last seen ({last_seen.isoformat()}) before it began ({began.isoformat()})"
    return None


def _written(moment: datetime) -> str:
    # Of one length, so that later is greater for SQL as well.
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
