"""Wire copy is found, quotations and short texts are not; the share is that of the definition."""

from __future__ import annotations

import random

import pytest

from toolkit.corpus.near_duplicates import NearDuplicates

WORDS = [f"word{n}" for n in range(3000)]


def text(n: int, seed: int = 0) -> list[str]:
    return random.Random(seed).choices(WORDS, k=n)


def like(*texts: list[str]) -> tuple[str, float] | None:
    """What the last of the texts nearly is."""
    found = NearDuplicates()
    for number, words in enumerate(texts[:-1]):
        found.keep(str(number), " ".join(words))
    near = found.like("new", " ".join(texts[-1]))
    return None if near is None else (near.like, near.share)


def by_definition(one: list[str], other: list[str]) -> float:
    runs = [{tuple(words[at : at + 5]) for at in range(len(words) - 4)} for words in (one, other)]
    return len(runs[0] & runs[1]) / min(len(runs[0]), len(runs[1]))


def test_wire_copy_with_another_lead_is_found_with_its_share() -> None:
    wire = text(300)
    copy = [*text(12, seed=1), *wire[:240], "edited", *wire[241:]]
    found = like(text(300, seed=2), wire, copy)
    assert found is not None
    assert found[0] == "1"
    assert found[1] == pytest.approx(by_definition(wire, copy))


def test_a_shortened_copy_is_found() -> None:
    wire = text(400)
    assert like(wire, wire[:160]) == ("0", 1.0)


def test_case_punctuation_and_white_space_do_not_count() -> None:
    wire = text(100)
    found = NearDuplicates()
    found.keep("a", " ".join(wire))
    near = found.like("b", ",\n".join(wire).upper())
    assert near is not None
    assert near.share == 1.0


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (text(300), text(300, seed=1)),
        (text(19), text(19)),  # too short to say
        (text(1000), text(1000)[:200]),  # a quotation in something much longer
        (text(300), [word for at, word in enumerate(text(300)) if at % 4]),  # every run is broken
    ],
)
def test_others_are_not(earlier: list[str], later: list[str]) -> None:
    assert like(earlier, later) is None


def test_half_of_it_is_no_duplicate() -> None:
    wire = text(300)
    assert like(wire, [*wire[:150], *text(150, seed=3)]) is None


def test_a_copy_is_found_however_many_came_before() -> None:
    found, wire = NearDuplicates(), text(200)
    for number in range(150):
        found.keep(str(number), " ".join([*text(10, seed=number + 1), *wire]))
    near = found.like("new", " ".join([*text(10, seed=999), *wire]))
    assert near is not None
    assert int(near.like) < 150
