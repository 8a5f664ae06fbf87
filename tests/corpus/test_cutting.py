"""Helper processes change the time it takes and nothing else, whatever becomes of them."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from toolkit.corpus.article import Article, Sentence
from toolkit.corpus.cutting import cut_each
from toolkit.corpus.sentences import cut

pytestmark = pytest.mark.slow

PIECES = (
    "The harbour closed.",
    "Mr. Smith of the U.S. “said” so!",
    "Prices rose 3.5 percent.",
    "\n\n",
    "It is\nover. ",
)


def article(number: int, text: str) -> Article:
    return Article(f"a{number}", text, hashlib.sha256(text.encode()).hexdigest())


def many(n: int) -> list[Article]:
    """Articles enough for several batches, every one with another text."""
    draw = random.Random(8)
    return [article(number, f"Dispatch {number}. " + " ".join(draw.choices(PIECES, k=40))) for number in range(n)]


def cut_with(helpers: int, articles: Sequence[Article | None]) -> list[tuple[Article | None, Sequence[Sentence]]]:
    return list(cut_each(articles, article_of=lambda item: item, helpers=helpers))


def here(articles: Sequence[Article | None]) -> list[tuple[Article | None, Sequence[Sentence]]]:
    return [(one, cut(one) if one is not None else ()) for one in articles]


def children() -> set[int]:
    return {int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}


@pytest.mark.parametrize("helpers", [0, 1, 3])
def test_cuts_and_their_order_are_the_same(helpers: int) -> None:
    articles = [*many(700), None, article(-1, " \n"), *many(5), None]
    assert cut_with(helpers, articles) == here(articles)


def test_nothing_and_little_are_cut_without_a_helper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false-that-is-not-there")
    assert cut_with(2, []) == []
    assert cut_with(2, many(3)) == here(many(3))


@pytest.mark.parametrize("program", ["/is/not/there", "/bin/true", "/bin/cat"])
def test_what_no_helper_answers_is_cut_here(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(sys, "executable", program)
    assert cut_with(2, many(700)) == here(many(700))


def test_a_helper_that_is_killed_costs_nothing_but_time() -> None:
    articles, before = many(2_000), children()

    def coming() -> Iterator[Article]:
        for number, one in enumerate(articles):
            if number == 1_500:
                (helper,) = children() - before
                os.kill(helper, signal.SIGKILL)
            yield one

    assert list(cut_each(coming(), article_of=lambda item: item, helpers=1)) == here(articles)


def test_no_helper_stays_behind() -> None:
    before = children()
    cutting = cut_each(many(2_000), article_of=lambda item: item, helpers=2)
    next(cutting)
    assert len(children() - before) == 2
    cutting.close()  # as whoever stops half-way does
    assert children() == before
