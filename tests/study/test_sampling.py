from __future__ import annotations

import math
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.study.sampling import draw_articles, draw_sentences, rounded_share, share_of

SEEDS = 3000
IDS = [f"article-{number}" for number in range(12)]
SIZES = {"long": 17, "middle": 6, "short": 1, "other": 8}
sizes = st.dictionaries(st.text(min_size=1, max_size=6), st.integers(1, 9), min_size=1, max_size=8)


def within(observed: int, chance: float) -> bool:
    """Whether a count of SEEDS draws is what that chance gives, to five standard deviations (1 in 1.7 million)."""
    return abs(observed - SEEDS * chance) <= 5 * math.sqrt(SEEDS * chance * (1 - chance))


@pytest.mark.parametrize("n", [1, 4, 11])
def test_every_article_has_the_chance_n_of_all(n: int) -> None:
    drawn = Counter[str]()
    for seed in range(SEEDS):
        drawn.update(draw_articles(IDS, n, seed=seed, purpose="pilot:sample"))
    assert all(within(drawn[article_id], n / len(IDS)) for article_id in IDS), drawn


def test_every_pair_of_articles_has_the_same_chance() -> None:
    pairs = Counter[tuple[str, ...]]()
    for seed in range(SEEDS):
        pairs[tuple(sorted(draw_articles(IDS, 2, seed=seed, purpose="p")))] += 1
    n_pairs = math.comb(len(IDS), 2)
    assert len(pairs) == n_pairs
    assert all(within(count, 1 / n_pairs) for count in pairs.values())


@pytest.mark.parametrize("n", [1, 5, 20, 31])
def test_every_sentence_has_the_chance_n_of_all_whatever_its_article(n: int) -> None:
    drawn = Counter[tuple[str, int]]()
    for seed in range(SEEDS):
        for article_id, positions in draw_sentences(SIZES, n, seed=seed, purpose="pilot:sample").items():
            drawn.update((article_id, position) for position in positions)
    total = sum(SIZES.values())
    everyone = [(article_id, place) for article_id, size in SIZES.items() for place in range(1, size + 1)]
    assert set(drawn) == set(everyone)
    assert all(within(drawn[sentence], n / total) for sentence in everyone), drawn


@given(sizes, st.integers(1, 80), st.integers())
def test_exactly_n_sentences_each_once_and_in_reading_order(sizes: dict[str, int], n: int, seed: int) -> None:
    drawn = draw_sentences(sizes, n, seed=seed, purpose="p")
    assert sum(map(len, drawn.values())) == min(n, sum(sizes.values()))
    for article_id, positions in drawn.items():
        assert list(positions) == sorted(set(positions))
        assert positions[0] >= 1
        assert positions[-1] <= sizes[article_id]


@given(sizes, st.integers(1, 80), st.integers())
def test_whole_articles_but_for_the_two_ends_of_the_run(sizes: dict[str, int], n: int, seed: int) -> None:
    drawn = draw_sentences(sizes, n, seed=seed, purpose="p")
    assert sum(1 for article_id, positions in drawn.items() if len(positions) < sizes[article_id]) <= 2


@given(sizes, st.integers(1, 80), st.integers(), st.randoms())
def test_the_order_articles_were_added_in_does_not_matter(
    sizes: dict[str, int], n: int, seed: int, random: Random
) -> None:
    shuffled = sorted(sizes, key=lambda _: random.random())
    reordered = {article_id: sizes[article_id] for article_id in shuffled}
    assert draw_sentences(reordered, n, seed=seed, purpose="p") == draw_sentences(sizes, n, seed=seed, purpose="p")
    assert draw_articles(shuffled, 3, seed=seed, purpose="p") == draw_articles(list(sizes), 3, seed=seed, purpose="p")


@given(st.lists(st.text(), unique=True, max_size=20), st.integers(0, 30), st.integers())
def test_exactly_n_articles(ids: list[str], n: int, seed: int) -> None:
    drawn = draw_articles(ids, n, seed=seed, purpose="p")
    assert len(drawn) == min(n, len(ids))
    assert drawn <= set(ids)


def test_samples_for_two_purposes_are_independent() -> None:
    """A reliability sample must not be the same articles as the sample it is drawn in."""
    both = sum(
        draw_articles(IDS, 6, seed=seed, purpose="pilot:sample")
        == draw_articles(IDS, 6, seed=seed, purpose="pilot:reliability")
        for seed in range(200)
    )
    assert both <= 5  # expected: 200 / 924


def test_nothing_to_draw_from() -> None:
    assert draw_sentences({}, 3, seed=0, purpose="p") == {}
    assert draw_articles([], 3, seed=0, purpose="p") == frozenset()


@pytest.mark.parametrize("percent", range(1, 101))
def test_a_share_is_the_fewest_articles_that_reach_it(percent: int) -> None:
    for n in range(300):
        assert (
            share_of(percent / 100, [str(k) for k in range(n)]) == (percent * n + 99) // 100
        )  # in whole numbers: nothing is rounded


class TestRoundedShare:
    def test_each_article_added_alone_has_the_stated_chance(self) -> None:
        drawn = sum(rounded_share(0.15, [f"article-{n}"], seed=3, purpose="rounding") for n in range(4000))
        assert abs(drawn / 4000 - 0.15) < 4 * (0.15 * 0.85 / 4000) ** 0.5

    @pytest.mark.parametrize(("share", "n", "either"), [(0.15, 10, {1, 2}), (0.5, 4, {2}), (1.0, 7, {7})])
    def test_it_is_one_of_the_two_whole_numbers_around(self, share: float, n: int, either: set[int]) -> None:
        names = [str(number) for number in range(n)]
        assert {rounded_share(share, names, seed=seed, purpose="rounding") for seed in range(60)} == either

    def test_the_order_they_were_added_in_does_not_matter(self) -> None:
        names = [str(number) for number in range(5)]
        for seed in range(20):
            backwards = rounded_share(0.3, names[::-1], seed=seed, purpose="rounding")
            assert rounded_share(0.3, names, seed=seed, purpose="rounding") == backwards
