"""Marked words as submitted, checked against the sentence they were marked in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from toolkit.codebook.answers import Mark, OffsetUnit, Span

_UNITS: tuple[OffsetUnit, ...] = ("code_point", "utf16")


def check_marks(labels: Sequence[str], marks: Sequence[Mark], sentence: str) -> tuple[tuple[Span, ...], list[str]]:
    """Return spans in code points, sorted by place and label, and the reason for every mark that cannot be one.

    A mark counts where its offsets give back its text. Code points are tried first, UTF-16 code units second. A unit
    that fits all marks is preferred to one chosen mark by mark, so that a word occurring twice cannot mislead.
    """
    if not marks:
        return (), []
    as_units = _utf16_boundaries(sentence)
    unit = _unit_of_all(marks, sentence, as_units)
    spans: dict[tuple[int, int, str], Span] = {}
    reasons: list[str] = []
    rank = {label: position for position, label in enumerate(labels)}
    for mark in marks:
        if mark.label not in rank:
            reasons.append(f"unknown label {mark.label!r}")
            continue
        span = _span(mark, sentence, as_units, unit)
        if isinstance(span, str):
            reasons.append(span)
        else:
            spans.setdefault((span.start, span.end, span.label), span)
    ordered = sorted(spans.values(), key=lambda span: (span.start, span.end, rank[span.label]))
    return tuple(ordered), reasons


@lru_cache(maxsize=16)  # the annotators of a sentence come one after the other
def _utf16_boundaries(sentence: str) -> dict[int, int]:
    """From UTF-16 offsets that begin a character (or end the sentence) to code-point offsets."""
    widths = (2 if ord(character) > 0xFFFF else 1 for character in sentence)
    return {offset: index for index, offset in enumerate(accumulate(widths, initial=0))}


def _unit_of_all(marks: Sequence[Mark], sentence: str, as_units: dict[int, int]) -> OffsetUnit:
    """UTF-16 where only that gives back the text of every mark that has one; else code points."""
    worded = [mark for mark in marks if mark.text is not None]
    fits = {unit: all(_read(mark, sentence, as_units, unit) for mark in worded) for unit in _UNITS}
    return "utf16" if fits["utf16"] and not fits["code_point"] else "code_point"


def _read(mark: Mark, sentence: str, as_units: dict[int, int], unit: OffsetUnit) -> Span | None:
    """The span a mark names if its offsets count in ``unit``; None where they do not fit."""
    start: int | None = mark.start
    end: int | None = mark.end
    if unit == "utf16":
        start, end = as_units.get(mark.start), as_units.get(mark.end)
    if start is None or end is None or not 0 <= start < end <= len(sentence):
        return None
    words = sentence[start:end]
    return Span(mark.label, start, end, words, unit) if mark.text is None or _same(mark.text, words) else None


def _same(submitted: str, words: str) -> bool:
    """Whether the words are the same but for white space: a page shows any run of it as one space.

    A line break comes back as backslash and n.
    """
    return _without_space(submitted) == _without_space(words)


def _without_space(words: str) -> str:
    return "".join(words.replace("\\n", " ").split())


def _span(mark: Mark, sentence: str, as_units: dict[int, int], unit: OffsetUnit) -> Span | str:
    """The span of one mark, in the unit of its companions if that fits; else why it is none."""
    if mark.start >= mark.end:
        return f"span {mark.start}–{mark.end} holds nothing"
    other: OffsetUnit = "utf16" if unit == "code_point" else "code_point"
    units = (unit,) if mark.text is None else (unit, other)
    for candidate in units:
        if (span := _read(mark, sentence, as_units, candidate)) is not None:
            return span
    length = len(sentence) if mark.text is None and unit == "code_point" else max(as_units)
    if not 0 <= mark.start < mark.end <= length:
        return f"span {mark.start}–{mark.end} is out of range: the sentence has {len(sentence)} characters"
    if mark.text is None:
        return f"span {mark.start}–{mark.end} cuts a character in half"
    return f"span {mark.start}–{mark.end}: text not matching, {_short(mark.text)} was submitted"


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")
