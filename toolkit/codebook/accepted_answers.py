"""Which submitted responses the codebook vouches for: exactly one answer per question, or the reason why not."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from toolkit.codebook.answers import Answer, Response
from toolkit.codebook.model import Codebook, Question
from toolkit.codebook.spans import check_marks
from toolkit.codebook.visibility import visible

_KINDS = {
    "nominal": "codes",
    "ordinal": "codes",
    "taxonomy": "codes",
    "set": "codes",
    "interval": "numbers",
    "ratio": "numbers",
    "text": "texts",
    "span": "marks",
}
_VERB = {"codes": "were", "numbers": "were", "texts": "was", "marks": "were"}
_CALLED = {"codes": "categories", "numbers": "numbers", "texts": "text", "marks": "marked words"}


def check_answers(codebook: Codebook, responses: Iterable[Response], *, sentence: str) -> tuple[Answer, ...]:
    """Return one answer per question, in codebook order, then a rejected one per name that is no question of the
    codebook.

    Whether a question was shown follows from the valid answers before it, so an answer that depends on a hidden or
    rejected one is itself rejected. A shown span question without a response is answered with nothing, ``()``, and so
    is a set that may be left blank; of one that may not the page would have insisted on something.
    Annotations that were skipped as a whole are not for this function.
    """
    submitted: dict[str, list[Response]] = {}
    for response in responses:
        submitted.setdefault(response.question, []).append(response)
    answers: list[Answer] = []
    valid: dict[str, Answer] = {}
    for question in codebook.questions:
        given = [response for response in submitted.pop(question.id, []) if _contents(response)]
        answer = _answer(question, given, sentence, shown=visible(question, valid))
        if answer.status in ("answered", "cannot_be_judged"):
            valid[question.id] = answer
        answers.append(answer)
    return (*answers, *(not_asked(name) for name in submitted))


def check_shown(question: Question, responses: Iterable[Response], *, sentence: str) -> Answer:
    """Return the answer to one question that was shown, whatever stood before it."""
    return _answer(question, [one for one in responses if _contents(one)], sentence, shown=True)


def not_asked(name: str) -> Answer:
    """Return the rejected answer that stands for what was submitted under a name that is no question of the
    codebook.
    """
    return _rejected(name, f"no question {name!r} in the codebook")


def _answer(question: Question, given: Sequence[Response], sentence: str, *, shown: bool) -> Answer:
    if not shown:
        return _rejected(question.id, "answered although not shown") if given else Answer(question.id, "not_shown")
    wanted = _KINDS[question.level]
    for response in given:
        for kind in _contents(response):
            if kind != wanted:
                return _rejected(
                    question.id, f"answered with {_CALLED[kind]} where {_CALLED[wanted]} {_VERB[wanted]} asked for"
                )
    if wanted == "marks":
        return _spans(question, given, sentence)
    if len(given) > 1:
        return _rejected(question.id, f"answered {len(given)} times")
    if not given:
        nothing = question.level == "set" and not question.required
        return Answer(question.id, "answered", ()) if nothing else Answer(question.id, "unanswered")
    return _single(question, given[0])


def _contents(response: Response) -> tuple[str, ...]:
    """The kinds of content a response has; a text of blanks is none."""
    worded = any(text.strip() for text in response.texts)
    return tuple(kind for kind in _CALLED if (worded if kind == "texts" else getattr(response, kind)))


def _single(question: Question, response: Response) -> Answer:
    if response.numbers:
        return _number(question, response.numbers)
    if response.codes:
        return _choice(question, response.codes)
    return Answer(question.id, "answered", "\n".join(text for text in response.texts if text.strip()))


def _choice(question: Question, codes: Sequence[str]) -> Answer:
    leaves = question.submitted_as
    reasons = [_not_choosable(question, code) for code in codes if code not in leaves]
    if reasons:
        return _rejected(question.id, "; ".join(dict.fromkeys(reasons)))
    picked = {leaves[code] for code in codes}
    chosen = [category.code for category in question.choosable if category.code in picked]
    missing = [code for code in chosen if code in question.missing_codes]
    if len(chosen) > 1 and (missing or question.level != "set"):
        together = ", ".join(chosen)
        why = (
            "'cannot be judged' beside other categories"
            if question.level == "set"
            else "several answers to a single choice"
        )
        return _rejected(question.id, f"{why}: {together}")
    if missing:
        return Answer(question.id, "cannot_be_judged", missing[0])
    if question.at_most is not None and len(chosen) > question.at_most:
        return _rejected(question.id, f"{len(chosen)} categories where at most {question.at_most} may be chosen")
    if question.level == "set":
        return Answer(question.id, "answered", tuple(chosen))
    return Answer(question.id, "answered", question.stored(chosen[0]))


def _not_choosable(question: Question, code: str) -> str:
    groups = {question.stored(parent) for parent in question.parents} | question.parents
    if code in groups:
        return f"{code!r} only groups others and cannot be chosen"
    return f"unknown category {code!r}"


def _number(question: Question, numbers: Sequence[float]) -> Answer:
    if len(numbers) > 1:
        return _rejected(question.id, f"several numbers: {', '.join(f'{number:g}' for number in numbers)}")
    number = float(numbers[0])
    if not math.isfinite(number):
        return _rejected(question.id, f"{number} is not a finite number")
    if question.level == "ratio" and number < 0:
        return _rejected(question.id, f"{number:g} is below zero on a ratio scale")
    if question.minimum is not None and number < question.minimum:
        return _rejected(question.id, f"{number:g} is below the minimum of {question.minimum:g}")
    if question.maximum is not None and number > question.maximum:
        return _rejected(question.id, f"{number:g} is above the maximum of {question.maximum:g}")
    return Answer(question.id, "answered", number)


def _spans(question: Question, given: Sequence[Response], sentence: str) -> Answer:
    marks = [mark for response in given for mark in response.marks]
    spans, reasons = check_marks([category.code for category in question.categories], marks, sentence)
    if reasons:
        return _rejected(question.id, "; ".join(dict.fromkeys(reasons)))
    return Answer(question.id, "answered", spans)


def _rejected(question_id: str, because: str) -> Answer:
    return Answer(question_id, "rejected", rejected_because=because)
