"""Cutting many articles: by helper processes beside this one, with the very result ``cut`` has.

A helper is this Python with this path, started with nothing but this module and spoken to through its pipes: whoever
calls the library need not guard a main module, as the processes of ``multiprocessing`` would ask. What a helper does
not answer is cut here, so a helper that cannot start or is killed costs time and nothing else.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import chain
from operator import attrgetter
from queue import SimpleQueue
from typing import IO, Self, TypeVar

from toolkit.corpus.article import Article, Sentence
from toolkit.corpus.sentences import cut, splitter_version

Item = TypeVar("Item")
_Cut = tuple[Sentence, ...]

MOST_HELPERS = 4
"""Reading and storing go on here, and keep no more than so many busy."""

_BATCH_CHARACTERS = 200_000
_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from toolkit.corpus.cutting import serve; serve()"


def spare_cores() -> int:
    """Return how many helpers this machine has room for now: the cores this process may use, but for those that are
    busy.
    """
    busy = max(1, round(os.getloadavg()[0]))
    return max(0, min(MOST_HELPERS, len(os.sched_getaffinity(0)) - busy))


def cut_each(
    items: Iterable[Item], *, article_of: Callable[[Item], Article | None], helpers: int
) -> Generator[tuple[Item, Sequence[Sentence]], None, None]:
    """Yield each item with the sentences of its article, in the order given; an item without an article has none.

    Helpers are started where there is more than one batch of work, and some batches are read ahead for them.
    """
    batches = _batches(iter(items), article_of)
    first, second = next(batches, []), next(batches, [])
    if helpers < 1 or not second:
        for item in chain(first, second, chain.from_iterable(batches)):
            yield item, _here(article_of(item))
        return
    with ExitStack() as at_the_end:
        idle: SimpleQueue[_Helper | None] = SimpleQueue()
        threads = at_the_end.enter_context(ThreadPoolExecutor(helpers))
        for _ in range(helpers):
            idle.put(at_the_end.enter_context(_Helper()))
        waiting: deque[tuple[list[Item], Future[list[_Cut] | None]]] = deque()
        for batch in chain((first, second), batches):
            waiting.append((batch, threads.submit(_by_helper, idle, [article_of(item) for item in batch])))
            if len(waiting) > 2 * helpers:
                yield from _answered(*waiting.popleft(), article_of)
        while waiting:
            yield from _answered(*waiting.popleft(), article_of)


def _here(article: Article | None) -> _Cut:
    return cut(article) if article is not None else ()


def _answered(
    batch: list[Item], answer: Future[list[_Cut] | None], article_of: Callable[[Item], Article | None]
) -> Iterator[tuple[Item, _Cut]]:
    found = answer.result()
    yield from zip(batch, found if found is not None else (_here(article_of(item)) for item in batch), strict=True)


def _batches(items: Iterator[Item], article_of: Callable[[Item], Article | None]) -> Iterator[list[Item]]:
    batch: list[Item] = []
    characters = 0
    for item in items:
        batch.append(item)
        article = article_of(item)
        characters += 100 + (len(article.text) if article is not None else 0)
        if characters >= _BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _by_helper(idle: SimpleQueue[_Helper | None], articles: Sequence[Article | None]) -> list[_Cut] | None:
    """What a helper makes of the articles; None where it failed, and then it is not asked again."""
    helper = idle.get()
    found = helper.cut(articles) if helper is not None else None
    idle.put(helper if found is not None else None)
    return found


class _Helper:
    """A process that cuts what it is sent, ended by the end of its input: it cannot outlive this one."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this Python, a fixed program
                [sys.executable, "-c", _START, json.dumps(sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            self._process = None
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def cut(self, articles: Sequence[Article | None]) -> list[_Cut] | None:
        """Return the sentences of each article; None if the helper fails."""
        if self._process is None or self._process.stdin is None or self._process.stdout is None:
            return None
        # Plain tuples travel, and no text comes back: records would cost more than the cut.
        sent = [(one.article_id, one.text, one.sha256) if one is not None else None for one in articles]
        try:
            _say(self._process.stdin, sent)
            version, found = pickle.load(self._process.stdout)  # noqa: S301 - from a process of our own
        except (OSError, EOFError, pickle.UnpicklingError, ValueError):
            return None
        if version != splitter_version() or len(found) != len(articles):
            return None
        return [_sentences(one, places) for one, places in zip(articles, found, strict=True)]


def _sentences(article: Article | None, places: Sequence[tuple[str, int, int, int]]) -> _Cut:
    if article is None:
        return ()
    name, text = article.article_id, article.text
    return tuple(
        Sentence(sentence_id, name, position, paragraph, start, end, text[start:end])
        for position, (sentence_id, paragraph, start, end) in enumerate(places, start=1)
    )


def serve() -> None:
    """Cut what comes in until nothing comes any more: what a helper does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells the whole group; who started us ends us
    while True:
        try:
            articles: Sequence[tuple[str, str, str] | None] = pickle.load(sys.stdin.buffer)  # noqa: S301
        except EOFError:
            return
        cuts = (_here(Article(*one) if one is not None else None) for one in articles)
        _say(sys.stdout.buffer, (splitter_version(), [[_place(sentence) for sentence in one] for one in cuts]))


_place = attrgetter("sentence_id", "paragraph", "start", "end")


def _say(pipe: IO[bytes], what: object) -> None:
    pipe.write(pickle.dumps(what, pickle.HIGHEST_PROTOCOL))
    pipe.flush()
