"""From what was decided to letters: pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from toolkit.agreement.binomial import lower_limit, upper_limit
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.known.sampled import LookedInto, sampled_accuracy
from toolkit.agreement.resampling import Resampling
from toolkit.codebook.explained import definition_lines
from toolkit.codebook.in_words import categories_in, is_one_category, value_in_words
from toolkit.codebook.model import Category, Codebook, Question
from toolkit.codebook.reasons import REASONS
from toolkit.loop.adjudication.compared import Compared
from toolkit.loop.feedback.letter import (
    CategoryFound,
    DecidedOtherwise,
    Defensible,
    Letter,
    Meaning,
    QuestionLetter,
    SameDifference,
    SentenceRead,
    TakenFor,
)
from toolkit.study.adjudications import AdjudicationDesign

HABIT = 2
"""Times from which a category taken for another one is listed: once is a sentence, not a habit."""

_TAIL = 0.025


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What all letters of a round have in common."""

    study: str
    round: str
    codebook: Codebook
    design: AdjudicationDesign
    read: Callable[[str], SentenceRead]
    """The sentence of an id, as a coder reads it."""


def letter_of(
    setting: Setting,
    annotator: str,
    answers: Sequence[Compared],
    *,
    waiting: Mapping[str, int],
    n_unasked: Mapping[str, int],
) -> Letter:
    """Return the letter to one coder, whose ``answers`` these are; ``waiting`` and ``n_unasked`` count by question."""
    questions = [
        _question(setting, question, of_question, waiting.get(question.id, 0), n_unasked.get(question.id, 0))
        for question in setting.codebook.questions
        if (of_question := [one for one in answers if one.question == question.id])
    ]
    differing = {one.sentence_id: one.reason for one in answers if one.differs}
    reasons = Counter(reason for reason in differing.values() if reason is not None)
    return Letter(
        annotator=annotator,
        study=setting.study,
        round=setting.round,
        codebook=f"{setting.codebook.name} {setting.codebook.version}",
        questions=tuple(questions),
        reasons={reason: reasons[reason] for reason in REASONS if reasons[reason]},
    )


def _question(
    setting: Setting, question: Question, answers: Sequence[Compared], n_waiting: int, n_unasked: int
) -> QuestionLetter:
    decided = [one for one in answers if one.outcome == "decided"]
    disputed, drawn = ([one for one in decided if one.drawn is is_drawn] for is_drawn in (False, True))
    share, because = _share(setting.design, question, decided)
    one_category = is_one_category(question)
    return QuestionLetter(
        question=question.id,
        text=question.text,
        n_disputed=len(disputed),
        n_disputed_stand=sum(one.stands for one in disputed),
        n_drawn=len(drawn),
        n_drawn_stand=sum(one.stands for one in drawn),
        n_unasked=n_unasked,
        n_waiting=n_waiting,
        share=share,
        share_undefined_because=because,
        found=tuple(_found(question, decided)) if one_category else (),
        taken_for=tuple(_taken_for(question, decided)) if one_category else (),
        differences=tuple(_differences(setting, question, [one for one in decided if one.differs])),
        defensible=tuple(
            Defensible(
                sentence=setting.read(one.sentence_id),
                given=_words(setting, question, one, one.given),
                suggestions=one.suggestions,
            )
            for one in answers
            if one.outcome == "both_defensible"
        ),
    )


def _share(
    design: AdjudicationDesign, question: Question, decided: Sequence[Compared]
) -> tuple[Estimate | None, str | None]:
    """The share of all answers that stand, where every answer had a chance of being looked into."""
    if design.where == "tie":
        return None, "where one answer was given most often, nobody decided"
    if design.where == "split" and not any(one.because == "sampled" for one in decided):
        return None, "no sentence on which all agree was decided on"
    estimate = sampled_accuracy(
        question.id,
        question.level,
        decided[0].annotator,
        [
            LookedInto(unit=one.sentence_id, cluster=one.article_id, right=one.stands, chance=one.chance)
            for one in decided
        ],
        Resampling("article"),
        n_categories=len(question.scale),
    ) if decided else None  # fmt: skip
    return estimate, None if decided else "nothing is decided with one answer"


def _found(question: Question, decided: Sequence[Compared]) -> list[CategoryFound]:
    n, n_found = Counter(_category(question, one).code for one in decided), Counter(
        _category(question, one).code for one in decided if one.stands
    )  # fmt: skip
    return [
        CategoryFound(category=category.title, n=n[category.code], n_found=n_found[category.code])
        for category in question.categories
        if n[category.code]
    ]


def _taken_for(question: Question, decided: Sequence[Compared]) -> list[TakenFor]:
    n_decided = Counter(_category(question, one).code for one in decided)
    pairs = Counter(
        (given.code, _category(question, one).code)
        for one in decided
        if one.differs
        for given in categories_in(question, one.given)
    )
    place = {code: at for at, code in enumerate(question.by_code)}
    ranked = sorted(pairs.items(), key=lambda pair: (-pair[1], place[pair[0][0]], place[pair[0][1]]))
    return [
        TakenFor(
            given=_meaning(question, question.by_code[given], [true]),
            decided=_meaning(question, question.by_code[true], [given]),
            n=n,
            n_decided=n_decided[true],
            low=lower_limit(n, n_decided[true], _TAIL),
            high=upper_limit(n, n_decided[true], _TAIL),
        )
        for (given, true), n in ranked
        if n >= HABIT
    ]


def _differences(setting: Setting, question: Question, differing: Sequence[Compared]) -> list[SameDifference]:
    """Most frequent first, then in the order they were met."""
    groups: dict[tuple[str, str], list[Compared]] = {}
    for one in differing:
        # words alone would not do: two categories may have one title
        codes = [",".join(each.code for each in categories_in(question, value)) for value in (one.given, one.decided)]
        words = [_words(setting, question, one, value) for value in (one.given, one.decided)]
        groups.setdefault((f"{codes[0]}\x1f{words[0]}", f"{codes[1]}\x1f{words[1]}"), []).append(one)
    return [
        SameDifference(
            given=_words(setting, question, group[0], group[0].given),
            decided=_words(setting, question, group[0], group[0].decided),
            meanings=_meanings(question, _at_issue(question, group[0])),
            sentences=tuple(
                DecidedOtherwise(sentence=setting.read(one.sentence_id), reason=one.reason, suggestions=one.suggestions)
                for one in group
            ),
        )
        for group in sorted(groups.values(), key=len, reverse=True)
    ]


def _at_issue(question: Question, one: Compared) -> list[Category]:
    """The categories of which the one answer has more than the other; of marks elsewhere, both's."""
    given, decided = categories_in(question, one.given), categories_in(question, one.decided)
    apart = [each for each in (*given, *decided) if each not in given or each not in decided]
    return apart or list(given)


def _category(question: Question, one: Compared) -> Category:
    (category,) = categories_in(question, one.decided)
    return category


def _meanings(question: Question, categories: Sequence[Category]) -> tuple[Meaning, ...]:
    codes = [category.code for category in categories]
    return tuple(_meaning(question, category, codes) for category in categories)


def _meaning(question: Question, category: Category, beside: Sequence[str]) -> Meaning:
    among = {step for code in beside for step in question.path(code)}
    lines = definition_lines(question, category, with_examples=False, among=among)
    borders = tuple(line.text for line in lines if line.kind == "not_this_but")
    return Meaning(category.title, category.definition, borders)


def _words(setting: Setting, question: Question, one: Compared, value: object) -> str:
    return value_in_words(question, value, setting.read(one.sentence_id).text)
