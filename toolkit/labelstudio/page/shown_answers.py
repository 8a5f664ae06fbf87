"""What an adjudicator reads of the coders: their answers under letters, as HTML that travels with the sentence.

Label Studio shows it with its markup, so all that people wrote is escaped, and none of it becomes a task field.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import pairwise
from typing import Final

from toolkit.codebook.answers import Answer, Span, Status
from toolkit.codebook.explained import definition_lines
from toolkit.codebook.model import Category, Codebook, Question
from toolkit.labelstudio.page.blocks import mark_colours, plain

_NO_VALUE: Final[Mapping[Status, str]] = {
    "unanswered": "left blank",
    "not_shown": "was not asked",
    "skipped": "skipped the sentence",
    "rejected": "answered what cannot be read",
}
_LONGEST_NOTE: Final = 600


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """What one coder answered, under that coder's letter on this sentence; the status says why there is no value."""

    letter: str
    answer: Answer


def answers_html(question: Question, codebook: Codebook, answers: Sequence[ShownAnswer], *, sentence: str) -> str:
    """Return what each coder answered to a question, and the definitions of the categories in dispute."""
    if question.level == "span":
        colours = {code: colour for (asked, code), colour in mark_colours(codebook).items() if asked == question.id}
        lines = "".join(
            f'<div class="ic-line"><b>{_text(each.letter)}</b>'
            f"<span>{_marked(each.answer, question, sentence, colours)}</span></div>"
            for each in answers
        )
        said = f'<div class="ic-lines">{lines}</div>'
    else:
        said = "".join(
            f'<span class="ic-one"><b>{_text(each.letter)}</b> {value_html(question, each.answer)}</span> '
            for each in answers
        )
        said = f'<div class="ic-letters">{said}</div>'
    return said + _definitions(question, [each.answer for each in answers]) if answers else ""


def agreed_html(codebook: Codebook, agreed: Mapping[str, Answer]) -> str:
    """Return a line for each question that all coders answered alike."""
    return "".join(
        f'<div class="ic-line"><b>{_text(question.text)}</b>'
        f"<span>{value_html(question, agreed[question.id])}</span></div>"
        for question in codebook.questions
        if question.id in agreed
    )


def notes_html(notes: Sequence[tuple[str, str]]) -> str:
    """Return a line for each note a coder left, the letter before it."""
    return "".join(
        f'<div class="ic-line"><b>{_text(letter)}</b><span dir="auto">{_text(_short(note))}</span></div>'
        for letter, note in notes
    )


def value_html(question: Question, answer: Answer) -> str:
    """Return what was answered, in the words of the codebook; in brackets why there is no value."""
    value = answer.value
    if value is None or answer.status not in ("answered", "cannot_be_judged"):
        return f"<i>({_NO_VALUE.get(answer.status, 'no value')})</i>"
    if isinstance(value, int | float):
        return _text(f"{value:.15g}")
    if isinstance(value, str):
        return _text(_title(question, value) if question.categories else value)
    if not value:
        return "<i>(nothing marked)</i>" if question.level == "span" else "<i>(none of them)</i>"
    return "; ".join(
        f"{_text(_title(question, each.label))}: “{_text(each.text)}”"
        if isinstance(each, Span)
        else _text(_title(question, each))
        for each in value
    )


def _title(question: Question, stored: str) -> str:
    """The title of what is stored: of a path, all its titles."""
    steps = stored.split("/") if question.level == "taxonomy" else [stored]
    return " › ".join(question.by_code[code].title if code in question.by_code else code for code in steps)


# ---------------------------------------------------------------- definitions


def _definitions(question: Question, answers: Sequence[Answer]) -> str:
    """The categories some chose and others did not; where all chose the same, those."""
    chosen = [codes for answer in answers if (codes := _codes(answer)) is not None]
    some = set().union(*(codes.keys() for codes in chosen)) if chosen else set()
    disputed = {code for code in some if len({codes.get(code) for codes in chosen}) > 1} or some
    defined = [category for category in question.choosable if category.code in disputed]
    if not defined:
        return ""
    lines = "".join(
        f"<dt>{_text(each.title)}</dt><dd>{_text(_explained(question, each, disputed))}</dd>" for each in defined
    )
    return f'<dl class="ic-defined">{lines}</dl>'


def _explained(question: Question, category: Category, disputed: Collection[str]) -> str:
    """The definition, and where the border to the others in dispute runs; examples stand in the instructions."""
    lines = definition_lines(question, category, with_examples=False, among=disputed)
    return " ".join(line.text for line in lines)


def _codes(answer: Answer) -> dict[str, object] | None:
    """The codes an answer uses, each with what it was used for; None where nothing was answered."""
    value = answer.value
    if answer.status not in ("answered", "cannot_be_judged") or value is None or isinstance(value, int | float):
        return None
    if isinstance(value, str):
        return {value.split("/")[-1]: True}
    spans = [each for each in value if isinstance(each, Span)]
    chosen: dict[str, object] = {each: True for each in value if isinstance(each, str)}
    for label in {each.label for each in spans}:
        chosen[label] = frozenset((each.start, each.end) for each in spans if each.label == label)
    return chosen


# ---------------------------------------------------------------- words marked in the sentence


def _marked(answer: Answer, question: Question, sentence: str, colours: Mapping[str, str]) -> str:
    """The sentence with its marked words underlined, each mark's label after it."""
    if not isinstance(answer.value, tuple) or not answer.value:
        return value_html(question, answer)
    spans = [each for each in answer.value if isinstance(each, Span)]
    cuts = sorted({0, len(sentence), *(each.start for each in spans), *(each.end for each in spans)})
    return "".join(_piece(sentence, begin, end, spans, question, colours) for begin, end in pairwise(cuts))


def _piece(
    sentence: str, begin: int, end: int, spans: Sequence[Span], question: Question, colours: Mapping[str, str]
) -> str:
    over = [each for each in spans if each.start <= begin and end <= each.end]
    said = _text(sentence[begin:end])
    if over:
        lines = ", ".join(f"inset 0 -{2 + 3 * n}px {colours.get(each.label, '#555')}" for n, each in enumerate(over))
        said = f'<mark style="box-shadow:{lines};padding-bottom:{3 * len(over) - 2}px">{said}</mark>'
    return said + "".join(_ended(spans, end, question, colours))


def _ended(spans: Sequence[Span], end: int, question: Question, colours: Mapping[str, str]) -> Iterator[str]:
    for each in spans:
        if each.end == end:
            colour = colours.get(each.label, "#555")
            yield f'<sub style="border-color:{colour}">{_text(_title(question, each.label))}</sub>'


def _short(note: str) -> str:
    return note if len(note) <= _LONGEST_NOTE else note[: _LONGEST_NOTE - 1] + "…"


@lru_cache(maxsize=4096)
def _text(text: str) -> str:
    return escape(plain(text))
