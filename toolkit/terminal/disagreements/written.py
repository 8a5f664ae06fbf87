"""How an answer is written, and a sentence with everybody's marks in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from toolkit.codebook.answers import Answer, Span
from toolkit.loop.disagreement.records import DisputedSentence

NOTHING = "–"
_NOT_ANSWERED = {"not_shown": "(not shown)", "rejected": "(rejected)", "skipped": "(skipped)", "unanswered": NOTHING}
_LONGEST_WORDS = 60


def written(answer: Answer | None) -> str:
    """Return an answer as it is read: codes, a number, a text, or in brackets why there is none.

    >>> written(Answer("topics", "answered", ("war", "law"))), written(Answer("topics", "not_shown"))
    ('war, law', '(not shown)')
    """
    if answer is None:
        return NOTHING
    if answer.value is None:
        return _NOT_ANSWERED.get(answer.status, NOTHING)
    if isinstance(answer.value, tuple):
        return ", ".join(map(_member, answer.value)) or "(none)"
    return f"{answer.value:g}" if isinstance(answer.value, float) else answer.value


def span_written(span: Span) -> str:
    """Return a mark as it is read: its label and its words, a long stretch without its middle."""
    words = " ".join(span.text.split())
    if len(words) > _LONGEST_WORDS:
        half = _LONGEST_WORDS // 2
        words = f"{words[:half].rstrip()} … {words[-half:].lstrip()}"
    return f"{span.label} “{words}”"


def _member(value: object) -> str:
    return span_written(value) if isinstance(value, Span) else str(value)


def coders_of(sentence: DisputedSentence, letters: Mapping[str, str]) -> dict[str, str]:
    """Return the letters of those who coded the sentence, by pseudonym, A first."""
    coded = {name for question in sentence.questions for name in question.answers}
    return {name: letter for name, letter in letters.items() if name in coded}


def spans_by_coders(
    answers: Mapping[str, Answer], letters: Mapping[str, str]
) -> list[tuple[Span | None, tuple[str, ...]]]:
    """Return every mark with the letters of those who made it, in the order of the text; None: who marked nothing."""
    by_span: defaultdict[tuple[int, int, str], list[str]] = defaultdict(list)
    of_place: dict[tuple[int, int, str], Span] = {}
    nothing: list[str] = []
    for name, letter in letters.items():
        answer = answers.get(name)
        if answer is None or not isinstance(answer.value, tuple):
            continue
        if not answer.value:
            nothing.append(letter)
        for span in answer.value:
            if isinstance(span, Span):
                place = span.start, span.end, span.label
                of_place.setdefault(place, span)
                by_span[place].append(letter)
    found: list[tuple[Span | None, tuple[str, ...]]] = [(of_place[at], tuple(by_span[at])) for at in sorted(by_span)]
    return [*found, *([(None, tuple(nothing))] if nothing else [])]


def marked_pieces(sentence: DisputedSentence, letters: Mapping[str, str]) -> list[tuple[str, bool]]:
    """Return the sentence in pieces, each with whether it is a mark: brackets around what was marked.

    What everybody marked stands in brackets; what some did, in brackets that begin and end with their letters. Where
    the text has square brackets of its own, marks have braces.
    """
    opening, closing = ("{", "}") if {"[", "]"} & set(sentence.text) else ("[", "]")
    opens: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    closes: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for start, end, who in _stretches(sentence, letters):
        opens[start].append((-end, f"{who}{opening}"))
        closes[end].append((-start, f"{closing}{who}"))
    pieces: list[tuple[str, bool]] = []
    before = 0
    for at in sorted({*opens, *closes}):
        if at > before:
            pieces.append((sentence.text[before:at], False))
        marks = [*(mark for _, mark in sorted(closes[at])), *(mark for _, mark in sorted(opens[at]))]
        pieces.append(("".join(marks), True))
        before = at
    return [*pieces, (sentence.text[before:], False)] if before < len(sentence.text) else pieces


def _stretches(sentence: DisputedSentence, letters: Mapping[str, str]) -> Sequence[tuple[int, int, str]]:
    """Start, end and whose: of one stretch with several labels, whoever marked it with any."""
    found: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    asked: set[str] = set()
    for question in sentence.questions:
        for span, who in spans_by_coders(question.answers, letters):
            asked.update(who)
            if span is not None:
                found[span.start, span.end].update(who)
    return [(*place, "" if who == asked else "".join(sorted(who))) for place, who in sorted(found.items())]
