"""Probability samples of articles and sentences: seeded, the same on every machine, every sentence with one chance.

Random order means: sorted by the SHA-256 of seed, purpose and article id. It does not depend on the order articles
were added in, nor on a random-number generator's version. Samples are of whole articles (cluster sampling), because
annotators read sentences in their article, and intervals resample articles.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction


def random_order(ids: Sequence[str], *, seed: int, purpose: str) -> list[str]:
    """Return these ids in random order, the same whatever order they came in.

    >>> sorted(random_order(["a", "b", "c"], seed=0, purpose="ties"))
    ['a', 'b', 'c']
    """
    return sorted(ids, key=lambda each: _rank(seed, purpose, each))


def draw_articles(article_ids: Sequence[str], n: int, *, seed: int, purpose: str) -> frozenset[str]:
    """Return a simple random sample of ``n`` articles, without replacement: each has the chance n / len(article_ids).

    >>> sorted(draw_articles(["a", "b", "c"], 3, seed=0, purpose="sample"))
    ['a', 'b', 'c']
    >>> len(draw_articles(["a", "b", "c"], 2, seed=0, purpose="sample"))
    2
    """
    return frozenset(random_order(article_ids, seed=seed, purpose=purpose)[:n])


def draw_sentences(n_sentences: Mapping[str, int], n: int, *, seed: int, purpose: str) -> Mapping[str, tuple[int, ...]]:
    """Return positions (from 1) per article of exactly ``n`` sentences, each with the same chance n / total.

    The articles are laid end to end in random order, closed to a ring, and ``n`` consecutive sentences are taken from
    a random start (circular systematic sampling): whole articles, but for the two at the ends.

    >>> drawn = draw_sentences({"a": 4, "b": 5}, 6, seed=1, purpose="sample")
    >>> sum(len(positions) for positions in drawn.values())
    6
    """
    ring = [
        (article_id, position)
        for article_id in random_order(tuple(n_sentences), seed=seed, purpose=purpose)
        for position in range(1, n_sentences[article_id] + 1)
    ]
    if not ring or n <= 0:
        return {}
    start = int(_rank(seed, f"{purpose}:start", ""), 16) % len(ring)
    drawn: dict[str, list[int]] = {}
    for step in range(min(n, len(ring))):
        article_id, position = ring[(start + step) % len(ring)]
        drawn.setdefault(article_id, []).append(position)
    return {article_id: tuple(sorted(positions)) for article_id, positions in drawn.items()}


def draw_evenly(n: int, share: float, *, seed: int, purpose: str) -> tuple[int, ...]:
    """Return the places (from 0) of a systematic sample of ``n`` things in order: each has exactly the chance
    ``share``.

    They are spread evenly, from a random start (Cochran 1977, *Sampling Techniques*, ch. 8).

    >>> len(draw_evenly(100, 0.1, seed=0, purpose="sample")), draw_evenly(3, 1.0, seed=0, purpose="sample")
    (10, (0, 1, 2))
    """
    start = Fraction(int(_rank(seed, f"{purpose}:start", str(n)), 16), 16**64)
    step = Fraction(str(share))
    return tuple(place for place in range(n) if int(start + (place + 1) * step) > int(start + place * step))


def share_of(share: float, article_ids: Sequence[str]) -> int:
    """Return how many of these articles make at least the given share of them.

    >>> share_of(0.15, "abcdefghijk"), share_of(0.5, "abc"), share_of(0.15, "abcdefghijklmnopqrst")
    (2, 2, 3)
    """
    return min(len(article_ids), math.ceil(round(share * len(article_ids), 9)))


def rounded_share(share: float, article_ids: Sequence[str], *, seed: int, purpose: str) -> int:
    """Return how many of these articles to draw so that each has exactly the chance ``share``: rounded up or down at
    random.

    >>> {rounded_share(0.5, ["a"], seed=seed, purpose="rounding") for seed in range(20)}
    {0, 1}
    """
    exact = share * len(article_ids)
    chance = int(_rank(seed, purpose, "\x1e".join(sorted(article_ids))), 16) / 16**64
    return math.floor(exact) + (chance < exact - math.floor(exact))


def _rank(seed: int, purpose: str, article_id: str) -> str:
    return hashlib.sha256(f"{seed}\x1f{purpose}\x1f{article_id}".encode()).hexdigest()
