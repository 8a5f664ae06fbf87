"""From answers to what the labelling page would submit for them: the way recorded codings are replayed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from toolkit.codebook.answers import Mark
from toolkit.codebook.model import Codebook, Question
from toolkit.codebook.reasons import Reason
from toolkit.errors import BadInput, Fault
from toolkit.labelstudio.decisions import REASON, SUGGESTION, control_of
from toolkit.labelstudio.page.blocks import SENTENCE


def submission(
    codebook: Codebook,
    answers: Mapping[str, object],
    marks: Mapping[str, Sequence[Mark]] | None = None,
    *,
    sentence: str,
) -> list[dict[str, object]]:
    """Return the parts the page would submit for these answers on ``sentence``, in the order of the codebook.

    ``answers`` maps questions to a code, a list of codes (set), a number or a text; ``marks`` maps span questions to
    marked spans, in code points. Unanswered questions are left out, as the page does. Whether the answers are *valid*
    is not asked here; raises ``BadInput`` with all faults where one has no form on the page at all.
    """
    marks = marks or {}
    faults = [
        Fault(name, "not a question of the codebook") for name in (*answers, *marks) if name not in codebook.by_id
    ]
    parts: list[dict[str, object]] = []
    for question in codebook.questions:
        try:
            if question.level == "span":
                parts += _marked(question, marks.get(question.id, ()), sentence)
            elif (answer := answers.get(question.id)) is not None:
                parts.append(_answered(question, answer))
        except _NoFormError as fault:
            faults.append(Fault(question.id, str(fault)))
    if faults:
        raise BadInput(
            "these answers cannot be entered on the labelling page", faults=faults, todo="Mend them in the recording."
        )
    return parts


def decision(
    codebook: Codebook,
    answers: Mapping[str, object],
    marks: Mapping[str, Sequence[Mark]] | None = None,
    *,
    sentence: str,
    reason: Reason | None = None,
    suggestion: str | None = None,
) -> list[dict[str, object]]:
    """Return the parts an adjudicator's page would submit for these answers, the reason and the suggestion.

    An answer of ``BOTH_DEFENSIBLE`` says that no single one is right. Raise ``BadInput`` as ``submission`` does.
    """
    parts = submission(codebook, answers, marks, sentence=sentence)
    named = [{**part, "from_name": control_of(str(part["from_name"]))} for part in parts]
    if reason is not None:
        named.append(_named(REASON, "choices", {"choices": [reason]}, number=0))
    if suggestion:
        named.append(_named(SUGGESTION, "textarea", {"text": [suggestion]}, number=0))
    return named


class _NoFormError(ValueError):
    pass


def _answered(question: Question, answer: object) -> dict[str, object]:
    value: dict[str, object]
    if question.level in {"interval", "ratio"}:
        if isinstance(answer, bool) or not isinstance(answer, int | float):
            raise _NoFormError(f"{answer!r} is not a number")
        kind, value = "number", {"number": answer}
    elif question.level == "text":
        if not isinstance(answer, str) or not answer:
            raise _NoFormError(f"{answer!r} is not a text")
        kind, value = "textarea", {"text": [answer]}
    else:
        codes = [answer] if isinstance(answer, str) else answer
        if not isinstance(codes, list | tuple) or not codes or not all(isinstance(code, str) for code in codes):
            raise _NoFormError(f"{answer!r} is neither a code nor a list of codes")
        kind, value = "choices", {"choices": list(codes)}
    return _part(question, kind, value, number=0)


def _marked(question: Question, marks: Sequence[Mark], sentence: str) -> Iterator[dict[str, object]]:
    for number, mark in enumerate(marks):
        if not 0 <= mark.start < mark.end <= len(sentence):
            raise _NoFormError(f"{mark.start}–{mark.end} is not inside the sentence")
        words = sentence[mark.start : mark.end]
        if mark.text is not None and mark.text != words:
            raise _NoFormError(f"{mark.start}–{mark.end} is {words!r}, not {mark.text!r}")
        value = {"start": mark.start, "end": mark.end, "text": words, "labels": [mark.label]}
        yield _part(question, "labels", value, number=number)


def _part(question: Question, kind: str, value: Mapping[str, object], *, number: int) -> dict[str, object]:
    return _named(question.id, kind, value, number=number)


def _named(control: str, kind: str, value: Mapping[str, object], *, number: int) -> dict[str, object]:
    # The page draws ten random characters per part; the same answers get the same ones here.
    seed = f"{control}/{number}/{value!r}"
    return {
        "id": hashlib.sha256(seed.encode()).hexdigest()[:10],
        "from_name": control,
        "to_name": SENTENCE,
        "type": kind,
        "origin": "manual",
        "value": dict(value),
    }
