"""A hand-out for the training meeting: few sentences in which every confused pair of categories occurs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.codebook.model import Category, Codebook, Question
from toolkit.loop.disagreement.confused import Pair, confused_pairs
from toolkit.loop.disagreement.records import Disagreements, DisputedSentence
from toolkit.loop.disputes import compared_as

MOST_SENTENCES = 20
"""What a meeting gets through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfusedCategories:
    """Two categories of a question that annotators took for each other in the sentences looked at."""

    question: str
    category: Category
    other_category: Category | None
    """None where the other annotator gave nothing in its place: a category of a set, marked words."""
    n_pairs: int
    """Pairs of annotators within a sentence, over all sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoutSentence:
    """One sentence of the hand-out, and the pairs it stands there for."""

    sentence: DisputedSentence
    shows: tuple[ConfusedCategories, ...]
    """What no sentence before it shows, most frequent first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handout:
    """The sentences in the order in which they were chosen."""

    found: Disagreements
    sentences: tuple[HandoutSentence, ...]
    n_pairs: int
    """Pairs of categories that were confused in any sentence."""
    left_out: tuple[ConfusedCategories, ...]
    """Those that no chosen sentence shows: there was no room."""


def handout(found: Disagreements, codebook: Codebook, *, most: int = MOST_SENTENCES) -> Handout:
    """Return at most ``most`` sentences chosen so that every pair of confused categories occurs, the frequent first.

    Greedily: next comes the sentence whose pairs that were not shown yet were confused most often in all, the worse
    one where two are equal, until nothing is left to be shown (a cover by Chvátal 1979, *Mathematics of Operations
    Research* 4(3), 233–235, with the weights on what is covered).
    """
    pairs_of = [_pairs(sentence, codebook) for sentence in found.sentences]
    in_all: Counter[tuple[str, Pair]] = Counter()
    for pairs in pairs_of:
        in_all.update(pairs)
    missing, left = set(in_all), list(range(len(pairs_of)))
    chosen: list[HandoutSentence] = []
    while missing and len(chosen) < most:
        gain, place = max((sum(in_all[pair] for pair in missing & pairs_of[at].keys()), -at) for at in left)
        if not gain:
            break
        at = -place
        new = missing & pairs_of[at].keys()
        chosen.append(HandoutSentence(sentence=found.sentences[at], shows=_described(new, in_all, codebook)))
        missing -= new
        left.remove(at)
    return Handout(
        found=found, sentences=tuple(chosen), n_pairs=len(in_all), left_out=_described(missing, in_all, codebook)
    )


def _pairs(sentence: DisputedSentence, codebook: Codebook) -> Counter[tuple[str, Pair]]:
    found: Counter[tuple[str, Pair]] = Counter()
    for each in sentence.questions:
        if each.disputed:
            answers = {name: compared_as(answer) for name, answer in each.answers.items()}
            given = {name: value for name, value in answers.items() if value is not None}
            for pair, n in confused_pairs(codebook.by_id[each.question], given).items():
                found[each.question, pair] += n
    return found


def _described(
    pairs: set[tuple[str, Pair]], in_all: Counter[tuple[str, Pair]], codebook: Codebook
) -> tuple[ConfusedCategories, ...]:
    """Most frequent first, then as the codebook asks."""
    asked = list(codebook.by_id)

    def place(of: tuple[str, Pair]) -> tuple[int, int, Sequence[int]]:
        codes = [category.code for category in codebook.by_id[of[0]].categories]
        return -in_all[of], asked.index(of[0]), [codes.index(_code(each)) for each in of[1] if each is not None]

    return tuple(
        ConfusedCategories(
            question=question,
            category=_category(codebook.by_id[question], first),
            other_category=None if second is None else _category(codebook.by_id[question], second),
            n_pairs=in_all[question, (first, second)],
        )
        for question, (first, second) in sorted(pairs, key=place)
    )


def _category(question: Question, stored: str) -> Category:
    return question.by_code[_code(stored)]


def _code(stored: str) -> str:
    return stored.rpartition("/")[2]
