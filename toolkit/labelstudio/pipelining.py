"""Working while the server works: one request is always on its way, one result is always being handled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Page = TypeVar("Page")
Sent = TypeVar("Sent")
Answer = TypeVar("Answer")


def ahead(pages: Iterator[Page]) -> Iterator[Page]:
    """Yield the same pages, each asked for while the one before is being worked on.

    >>> list(ahead(iter("abc")))
    ['a', 'b', 'c']
    """
    with ThreadPoolExecutor(max_workers=1) as worker:
        coming = worker.submit(next, pages, None)
        while (page := coming.result()) is not None:
            coming = worker.submit(next, pages, None)
            yield page


def answers_to(send: Callable[[Sent], Answer], batches: Iterable[Sent]) -> Iterator[tuple[Sent, Answer]]:
    """Yield each batch with the answer to it; the next one is put together while it is on its way, and is sent as soon
    as it was answered.

    >>> list(answers_to(str.upper, ["a", "b"]))
    [('a', 'A'), ('b', 'B')]
    """
    with ThreadPoolExecutor(max_workers=1) as worker:
        waiting: tuple[Sent, Future[Answer]] | None = None
        for batch in batches:
            answered = (waiting[0], waiting[1].result()) if waiting is not None else None
            waiting = batch, worker.submit(send, batch)
            if answered is not None:
                yield answered
        if waiting is not None:
            yield waiting[0], waiting[1].result()
