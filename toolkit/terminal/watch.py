"""One pull of a watch, in one line."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.files.wording import counted
from toolkit.loop.completion import Completion
from toolkit.loop.pulling.report import PullReport
from toolkit.loop.watch import WatchedPull
from toolkit.terminal.parameters_as_options import in_options
from toolkit.terminal.pull import moved, odd


def watched_line(seen: WatchedPull) -> str:
    """Return when it was, by the clock of this place, and what is new in each round and how far it is."""
    when = f"{seen.at.astimezone():%Y-%m-%d %H:%M:%S}"
    if seen.not_pulled_because is not None:
        return f"{when}  not pulled, the next pull tries again: {in_options(seen.not_pulled_because)}"
    rounds = (
        f"{report.round}: {', '.join([_new(report), *_how_far(one)])}"
        for report, one in zip(seen.reports, seen.rounds, strict=True)
    )
    return f"{when}  {'; '.join(rounds)}"


def _new(report: PullReport) -> str:
    """What was new, with what is odd about it in brackets: ``3 new, 1 edited (1 skipped)``."""
    listed = [f"{n:,} {label}" for label, n, _ in odd(report)]
    if rejected := sum(report.rejected.values()):
        listed.append(f"{counted(rejected, 'answer')} not valid")
    new = moved(report)
    if not new and report.changed:  # sentences came or went, and no annotation did
        return ", ".join(listed)
    head = ", ".join(new) or "nothing new"
    return f"{head} ({', '.join(listed)})" if listed else head


def _how_far(one: Completion) -> Iterator[str]:
    yield f"{one.done:,} of {counted(one.sentences, 'sentence')} done"
    if one.given_up:
        yield f"nothing more to come of {one.given_up:,}"
    if one.stuck:
        yield f"nobody to code {one.stuck:,}"
    if one.state != "open":
        yield one.state
