"""What one adjudicator's submission decides: pure, from what was asked, what is known and what was submitted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from toolkit.codebook.accepted_answers import check_shown, not_asked
from toolkit.codebook.answers import Answer, Response
from toolkit.codebook.model import Codebook, Question
from toolkit.codebook.reasons import REASONS
from toolkit.codebook.visibility import visible
from toolkit.labelstudio.decisions import BOTH_DEFENSIBLE, decision_of

REASON: Final = "ic_reason"
"""What the reason is called beside the answers; no question of a codebook is called so."""
SUGGESTION: Final = "ic_suggestion"
"""The same of what the codebook should say."""
BOTH: Final = BOTH_DEFENSIBLE
"""In place of a category: no single answer is right, and the distribution of the coders' answers is kept."""


def decision_responses(result: Sequence[object]) -> Iterator[Response]:
    """Yield what an adjudicator submitted: responses to questions, ``BOTH`` among them, then reason and suggestion."""
    decision = decision_of(result)
    yield from decision.responses
    yield from (Response(question, codes=(BOTH,)) for question in decision.both_defensible)
    if decision.reason is not None:
        yield Response(REASON, codes=(decision.reason,))
    if decision.suggestion is not None:
        yield Response(SUGGESTION, texts=(decision.suggestion,))


def decided_answers(
    codebook: Codebook,
    asked: Mapping[str, Sequence[Any]],
    known: Mapping[str, Any],
    responses: Iterable[Response],
    *,
    sentence: str,
) -> tuple[Answer, ...]:
    """Return one answer per question that was asked, in codebook order, then the reason and the suggestion if given,
    then a rejected one per name that was not asked.

    ``asked`` gives the values coders had given to each question that was asked, ``known`` the values of questions on
    which they agree. A question that a decision makes superfluous is not shown, whatever was answered to it; below one
    that was left open or refused it is left open. An answer
    of ``BOTH`` stands for what coders had given: whatever one of them shows is shown. With the reason
    ``both_defensible`` a question left open is answered so, and one of marked words where nothing is marked; unless
    another question was answered so in so many words.
    """
    submitted: dict[str, list[Response]] = {}
    for response in responses:
        submitted.setdefault(response.question, []).append(response)
    reason = _choice(REASON, submitted.pop(REASON, []), tuple(REASONS))
    explicit = any(BOTH in one.codes for question in asked for one in submitted.get(question, []))
    open_is_both = reason is not None and reason.value == "both_defensible" and not explicit
    answers: list[Answer] = []
    superfluous: set[str] = set()
    valid = {question: as_answer(question, value) for question, value in known.items()}
    hidden: set[str] = set()
    for question in codebook.questions:
        if question.id not in asked:
            if question.id in valid and not _is_shown(question, valid, hidden | asked.keys()):
                del valid[question.id]  # what all gave is not asked any more, and shows nothing
                hidden.add(question.id)
            continue
        given = submitted.pop(question.id, [])
        settled = hidden | {name for name in asked if name in valid or name in superfluous}
        answer = _decided(
            question, given, valid, hidden | asked.keys(), settled, sentence=sentence, open_is_both=open_is_both
        )
        if answer.status == "not_shown":
            superfluous.add(question.id)
        if answer.value == BOTH:
            valid[question.id] = Answer(question.id, "answered", every_code(asked[question.id]))
        elif answer.status in ("answered", "cannot_be_judged"):
            valid[question.id] = answer
        answers.append(answer)
    if reason is not None:
        answers.append(reason)
    if words := "\n".join(text for one in submitted.pop(SUGGESTION, []) for text in one.texts if text.strip()):
        answers.append(Answer(SUGGESTION, "answered", words))
    return (*answers, *map(not_asked, submitted))


def _decided(
    question: Question,
    given: Sequence[Response],
    valid: Mapping[str, Answer],
    known_of: Collection[str],
    settled: Collection[str],
    *,
    sentence: str,
    open_is_both: bool,
) -> Answer:
    if not _is_shown(question, valid, known_of):
        # A question left open or refused says nothing of what depends on it: that is left open as well.
        open_before = any(name in known_of and name not in settled for name in question.show_if)
        return Answer(question.id, "unanswered" if open_before else "not_shown")
    codes = [code for one in given for code in one.codes]
    if BOTH in codes:
        alone = len(codes) == 1
        because = "'both defensible' beside a category"
        return Answer(question.id, "answered", BOTH) if alone else Answer(question.id, "rejected", None, because)
    answer = check_shown(question, given, sentence=sentence)
    nothing = answer.status == "unanswered" or (answer.status == "answered" and answer.value == ())
    return Answer(question.id, "answered", BOTH) if open_is_both and nothing else answer


def _is_shown(question: Question, valid: Mapping[str, Answer], known_of: Collection[str]) -> bool:
    """Whether a question is shown; what was neither asked nor agreed on says nothing of that."""
    conditions = {name: codes for name, codes in question.show_if.items() if name in valid or name in known_of}
    return visible(question.model_copy(update={"show_if": conditions}), valid)


def _choice(name: str, given: Sequence[Response], permitted: Sequence[str]) -> Answer | None:
    codes = [code for one in given for code in one.codes]
    if not codes:
        return None
    if len(codes) > 1 or codes[0] not in permitted:
        return Answer(name, "rejected", None, f"is none of {', '.join(permitted)}, or several: {', '.join(codes)}")
    return Answer(name, "answered", codes[0])


def every_code(values: Sequence[Any]) -> tuple[str, ...]:
    """Return every code among values as they are stored, with the parents of a taxonomy's paths."""
    every = [code for value in values for code in (value if isinstance(value, list) else [value])]
    return tuple(dict.fromkeys(part for code in every if isinstance(code, str) for part in code.split("/")))


def as_answer(question: str, value: Any) -> Answer:
    """Return a stored value as an answer, which says what it shows."""
    return Answer(question, "answered", tuple(value) if isinstance(value, list) else value)
