"""From what was decided to a review, question by question: pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from toolkit.agreement.diagnosis.merges import Merge
from toolkit.codebook.in_words import categories_in, is_one_category
from toolkit.codebook.model import Codebook, Question
from toolkit.codebook.reasons import REASONS
from toolkit.loop.adjudication.compared import Compared
from toolkit.loop.review.records import CategoryReview, MergeToConsider, Neighbour, QuestionReview, Quote

SMALLEST_GAIN = 0.01
"""Gain of alpha from which a merge is worth a thought."""

FEWEST = 2
"""Sentences with two categories taken for each other, slips apart, from which making one of them is worth a thought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    """What one sentence says of one question: codes by whether coders gave and adjudicators decided them."""

    sentence_id: str
    given: tuple[frozenset[str], ...]
    decided: frozenset[str] | None
    """None where more than one answer is defensible."""
    disputed: bool
    reason: str | None
    suggestions: tuple[str, ...]

    @property
    def at_issue(self) -> frozenset[str]:
        """Categories that somebody gave and was not decided, or the other way round; of defensible answers, those
        that not all gave.
        """
        if self.decided is None:
            return frozenset().union(*self.given) - frozenset.intersection(*self.given)
        return frozenset().union(*(given ^ self.decided for given in self.given))


def question_review(
    question: Question, answers: Iterable[Compared], texts: Mapping[str, str], *, merges: Sequence[MergeToConsider] = ()
) -> QuestionReview:
    """Return the review of one question from all answers to it that were settled; ``texts`` by sentence."""
    sentences = _sentences(question, answers)
    return QuestionReview(
        question=question.id,
        text=question.text,
        level=question.level,
        n_settled=len(sentences),
        n_disputed=sum(one.disputed for one in sentences),
        n_defensible=sum(one.decided is None for one in sentences),
        reasons=_reasons(one for one in sentences if one.disputed),
        categories=tuple(
            _category(question, code, sentences, texts)
            for code in question.by_code
            if code not in question.parents and any(_mentions(one, code) for one in sentences)
        ),
        merges=tuple(merges),
    )


def merges_to_consider(
    codebook: Codebook, question: Question, answers: Sequence[Compared], *, before: float | None, after: Iterable[Merge]
) -> list[MergeToConsider]:
    """Return the merges that would raise alpha by a hundredth, where categories are taken for each other by more than
    slips.

    ``before`` is alpha, ``after`` what it would be with two categories as one.
    """
    sentences = _sentences(question, answers)
    found: list[MergeToConsider] = []
    for merge in after:
        pair = {merge.category, merge.other_category}
        confused = [one for one in sentences if _n_confused(one, *pair)]
        n_slips = sum(one.reason == "slip" for one in confused)
        if before is None or merge.value is None or merge.gain is None or merge.gain < SMALLEST_GAIN:
            continue
        if len(confused) - n_slips < FEWEST:
            continue
        found.append(
            MergeToConsider(
                category=merge.category,
                other_category=merge.other_category,
                alpha_before=before,
                alpha_after=merge.value,
                n_confused=sum(_n_confused(one, *pair) for one in confused),
                n_sentences=len(confused),
                n_slips=n_slips,
                n_told_apart=sum(
                    given == one.decided for one in sentences for given in one.given if one.decided in _alone(pair)
                ),
                conditions=tuple(
                    other.id
                    for other in codebook.questions
                    if len(pair.intersection(other.show_if.get(question.id, ()))) == 1
                ),
            )
        )
    return found


def _alone(codes: Iterable[str]) -> list[frozenset[str]]:
    return [frozenset({code}) for code in codes]


def _n_confused(one: _Sentence, code: str, other: str) -> int:
    """Answers that gave the one of two categories where the other was decided."""
    both = _alone((code, other))
    return sum(one.decided in both and given in both and given != one.decided for given in one.given)


def _sentences(question: Question, answers: Iterable[Compared]) -> list[_Sentence]:
    of_sentence: dict[str, list[Compared]] = {}
    for one in answers:
        if one.question == question.id:
            of_sentence.setdefault(one.sentence_id, []).append(one)
    return [
        _Sentence(
            sentence_id=sentence_id,
            given=tuple(_codes(question, one.given) for one in here),
            decided=_codes(question, here[0].decided) if here[0].outcome == "decided" else None,
            disputed=not here[0].drawn,
            reason=here[0].reason,
            suggestions=here[0].suggestions,
        )
        for sentence_id, here in of_sentence.items()
    ]


def _codes(question: Question, value: object) -> frozenset[str]:
    return frozenset(category.code for category in categories_in(question, value))


def _mentions(one: _Sentence, code: str) -> bool:
    return code in (one.decided or ()) or any(code in given for given in one.given)


def _reasons(sentences: Iterable[_Sentence]) -> Mapping[str, int]:
    counts = Counter(one.reason for one in sentences if one.reason is not None)
    return {reason: counts[reason] for reason in REASONS if counts[reason]}


def _category(
    question: Question, code: str, sentences: Sequence[_Sentence], texts: Mapping[str, str]
) -> CategoryReview:
    at_issue = [one for one in sentences if code in one.at_issue]
    category = question.by_code[code]
    return CategoryReview(
        category=code,
        title=category.title,
        definition=category.definition,
        n_decided=sum(code in (one.decided or ()) for one in sentences),
        n_defensible=sum(one.decided is None and _mentions(one, code) for one in sentences),
        reasons=_reasons(at_issue),
        quotes=tuple(_quote(one, says, texts) for one in at_issue for says in one.suggestions),
        neighbours=tuple(_neighbours(question, code, sentences)) if is_one_category(question) else (),
    )


def _quote(one: _Sentence, says: str, texts: Mapping[str, str]) -> Quote:
    given = frozenset().union(*one.given)
    decided = given if one.decided is None else one.decided
    return Quote(
        says=says,
        sentence_id=one.sentence_id,
        sentence=texts[one.sentence_id],
        reason=one.reason,
        decided=tuple(sorted(decided)),
        given=tuple(sorted(given - decided)),
    )


def _neighbours(question: Question, code: str, sentences: Sequence[_Sentence]) -> list[Neighbour]:
    this = frozenset({code})
    found = []
    for other in question.by_code:
        both = [one for one in sentences if other != code and _n_confused(one, code, other)]
        if both:
            so_decided = [one for one in both if one.decided == this]
            otherwise = [one for one in both if one.decided != this]
            found.append(
                Neighbour(
                    category=other,
                    n_given=sum(_n_confused(one, code, other) for one in so_decided),
                    n_decided=sum(_n_confused(one, code, other) for one in otherwise),
                    n_sentences=len(both),
                    reasons=_reasons(both),
                    given_on=tuple(one.sentence_id for one in so_decided if one.reason != "slip"),
                    decided_on=tuple(one.sentence_id for one in otherwise if one.reason != "slip"),
                )
            )
    return sorted(found, key=lambda one: -(one.n_given + one.n_decided))
