"""Which categories two annotators took for each other on one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import combinations

from toolkit.agreement.answer_rows import Recoded
from toolkit.agreement.spans.marks import SpanMark
from toolkit.codebook.model import Question

Pair = tuple[str, str | None]
"""Two categories as answers store them, in codebook order; None: where one gave the first the other gave nothing."""


def confused_pairs(question: Question, answers: Mapping[str, Hashable]) -> Counter[Pair]:
    """Return the pairs of categories of which one annotator gave the one and another the other, with how many pairs of
    annotators did.

    ``answers`` are those to the question on one sentence, as they are compared. Of two sets those categories stand
    against each other that one of them lacks; where only one lacks any, these stand alone. Of spans, two labels on the
    same characters do, and a label stands alone where the other marked nothing there. Numbers have no categories.
    """
    if question.level in {"interval", "ratio", "text"}:
        return Counter()
    rank = {code: place for place, code in enumerate(_stored(question))}
    found: Counter[Pair] = Counter()
    for one, other in combinations(answers.values(), 2):
        found.update({_ordered(pair, rank) for pair in _of_two(one, other)})
    return found


def says(question: Question, value: Hashable, category: str) -> bool:
    """Return whether an answer gives the category: the code, a step or the whole of a path, a member of a set."""
    if isinstance(value, frozenset):
        return category in {member[0] if isinstance(member, tuple) else member for member in value}
    text = str(value)
    return category == text or (question.level == "taxonomy" and category in text.split("/"))


def stand_against(question: Question, one: Hashable, other: Hashable, pair: tuple[str, str]) -> bool:
    """Return whether one of two answers gives the first category of ``pair`` where the other gives the second."""
    return any(_stand(question, one, other, *named) for named in (pair, pair[::-1]))


def _stand(question: Question, one: Hashable, other: Hashable, first: str, second: str) -> bool:
    if question.level == "span":
        ours, theirs = _spans(one), _spans(other)
        return any(
            mark[0] == first
            and any(each[0] == second for each in _over(mark, theirs))
            and not any(each[0] == first for each in _over(mark, theirs))
            for mark in ours
        )
    gives = says(question, one, first) and says(question, other, second)
    return gives and not (says(question, one, second) and says(question, other, first))


def _of_two(one: Hashable, other: Hashable) -> Iterator[Pair]:
    if one == other or Recoded.NOT_SHOWN in (one, other):
        return
    if not (isinstance(one, frozenset) and isinstance(other, frozenset)):
        # "cannot be judged" against a set is against each of its categories
        yield from ((str(first), str(second)) for first in _members(one) for second in _members(other))
        return
    if any(isinstance(member, tuple) for member in one | other):
        yield from _of_marks(_spans(one), _spans(other))
        yield from _of_marks(_spans(other), _spans(one))
        return
    mine, theirs = one - other, other - one
    if mine and theirs:
        yield from ((str(first), str(second)) for first in mine for second in theirs)
    else:
        yield from ((str(member), None) for member in mine | theirs)


def _of_marks(marks: Sequence[SpanMark], others: Sequence[SpanMark]) -> Iterator[Pair]:
    for mark in marks:
        labels = {each[0] for each in _over(mark, others)}
        if mark[0] not in labels:
            yield from ((mark[0], label) for label in labels)
            if not labels:
                yield mark[0], None


def _over(mark: SpanMark, others: Sequence[SpanMark]) -> Iterator[SpanMark]:
    return (each for each in others if each[1] < mark[2] and mark[1] < each[2])


def _ordered(pair: Pair, rank: Mapping[str, int]) -> Pair:
    first, second = pair
    if second is None or rank.get(first, 0) <= rank.get(second, 0):
        return pair
    return second, first


def _stored(question: Question) -> list[str]:
    """Every category that can be chosen, as answers store it: a missing one by its code alone."""
    return [each.code if each.missing else question.stored(each.code) for each in question.choosable]


def _members(value: Hashable) -> list[Hashable]:
    return sorted(value, key=str) if isinstance(value, frozenset) else [value]


def _spans(value: Hashable) -> list[SpanMark]:
    return sorted(value) if isinstance(value, frozenset) else []
