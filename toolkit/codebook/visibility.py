"""When a question is shown: the one place that knows what ``show_if`` means."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.codebook.answers import Answer
from toolkit.codebook.model import Codebook, Question


def visible(question: Question, valid_answers: Mapping[str, Answer]) -> bool:
    """Return whether a question is shown, given the valid answers so far by question id.

    Every question named in ``show_if`` must have been answered with one of the listed categories. A question that was
    hidden, left blank or rejected shows nothing. A listed parent of a taxonomy stands for every category below it.
    """
    return all(
        question_id in valid_answers and not chosen(valid_answers[question_id]).isdisjoint(codes)
        for question_id, codes in question.show_if.items()
    )


def chosen(answer: Answer) -> frozenset[str]:
    """Return the codes an answer chose, with the parents of a taxonomy's path; none where it is not a choice."""
    if answer.status not in ("answered", "cannot_be_judged"):
        return frozenset()
    if isinstance(answer.value, str):
        return frozenset(answer.value.split("/"))
    if isinstance(answer.value, tuple):
        return frozenset(code for code in answer.value if isinstance(code, str))
    return frozenset()


def triggers(codebook: Codebook, question: Question) -> dict[str, tuple[str, ...]]:
    """Return for each question in ``show_if``, the categories that can be chosen there and show this one, in page
    order.
    """
    shown_by: dict[str, tuple[str, ...]] = {}
    for question_id, codes in question.show_if.items():
        target = codebook.by_id[question_id]
        listed = set(codes)
        shown_by[question_id] = tuple(c.code for c in target.choosable if not listed.isdisjoint(target.path(c.code)))
    return shown_by
