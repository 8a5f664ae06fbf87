"""An answer's value in the words of its codebook, for people who read answers and not codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolkit.codebook.model import Category, Question

NOTHING = "none of them"
NOTHING_MARKED = "nothing marked"


def value_in_words(question: Question, value: Any, sentence: str) -> str:
    """Return a value, in the form JSON holds it, by the titles of its categories; of marks the words they cover.

    ``value`` is a code, a path, a number, a list of codes, or a list of label, start and end.
    """
    if question.level == "span":
        marks = sorted(value, key=lambda mark: (mark[1], mark[2], mark[0]))
        words = (f"{_title(question, label)} “{sentence[start:end]}”" for label, start, end in marks)
        return ", ".join(words) or NOTHING_MARKED
    if isinstance(value, list | tuple):
        return ", ".join(_title(question, code) for code in value) or NOTHING
    if isinstance(value, str):
        return _title(question, value.rpartition("/")[2])
    return f"{value:g}"


def categories_in(question: Question, value: Any) -> tuple[Category, ...]:
    """Return the categories that a value names, in the order of the codebook; none for a number."""
    return tuple(question.by_code[code] for code in question.by_code if code in _codes(question, value))


def is_one_category(question: Question) -> bool:
    """Return whether an answer to the question is a single category, which can be taken for another one."""
    return question.level in {"nominal", "ordinal", "taxonomy"}


def _codes(question: Question, value: Any) -> Sequence[str]:
    if question.level == "span":
        return [label for label, _, _ in value]
    if isinstance(value, list | tuple):
        return value
    return [value.rpartition("/")[2]] if isinstance(value, str) else []


def _title(question: Question, code: str) -> str:
    return question.by_code[code].title if code in question.by_code else code
