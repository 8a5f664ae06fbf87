"""Where the paragraphs of a text are, whether its lines are paragraphs or were wrapped by hand.

The rule
    A line is a paragraph and a blank line separates, unless the article was hard-wrapped. It was, when

    1. most of its text stands in lines of at most 120 characters,
    2. a line that has a line below it is typically at least 30 characters long, and
    3. at least a quarter of those line breaks fall inside a sentence: no closing punctuation before the break, and
       a letter that is not a capital after it.

    In a hard-wrapped article a line runs on into the next one when the break falls inside a sentence, or when the
    first word below would not have fitted on the line; the latter not in a block where no line ends in closing
    punctuation, such as a headline above a byline. A list mark, a Markdown heading or a deeper indent always begins a
    paragraph.

Joining two lines too many is harmless where the first ends in a full stop, since sentences are cut there anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median_low
from typing import NamedTuple

LONGEST_WRAPPED_LINE = 120
NARROWEST_COLUMN = 30
CLOSING = frozenset(".!?…:;。！？؟।\"'”’»)]")

_BEGINS_PARAGRAPH = re.compile(r"(?:[-*•+>]|#{1,6}|\d{1,3}[.)])\s")
_HEADING = re.compile(r"#{1,6}\s")


class _Line(NamedTuple):
    """A line without the white space around it; ``indent`` counts what stood before it."""

    start: int
    end: int
    indent: int

    @property
    def length(self) -> int:
        return self.end - self.start


def paragraphs(text: str) -> tuple[tuple[int, int], ...]:
    r"""Return offsets of every paragraph, in order, without the white space around it.

    >>> paragraphs("One line.\n\nAnother.")
    ((0, 9), (11, 19))
    """
    lines = tuple(_lines(text))
    if len(lines) == 1:
        return ((lines[0].start, lines[0].end),) if lines[0].length else ()
    prose = _in_prose(text, lines)
    column = _wrapped_column(text, lines)
    found: list[tuple[int, int]] = []
    above: _Line | None = None
    for line, in_prose in zip(lines, prose, strict=True):
        if line.length == 0:
            above = None
            continue
        if above is not None and column is not None and _runs_on(text, above, line, column, full=in_prose):
            found[-1] = (found[-1][0], line.end)
        else:
            found.append((line.start, line.end))
        above = line
    return tuple(found)


def _lines(text: str) -> Iterator[_Line]:
    """Every line as Python's ``splitlines`` sees them: LF, CRLF, CR, form feed, U+2028 and their like."""
    begin = 0
    for line in text.splitlines(keepends=True):
        indent = len(line) - len(line.lstrip())
        length = len(line.strip())
        yield _Line(begin + indent, begin + indent + length, indent)
        begin += len(line)


def _wrapped_column(text: str, lines: Sequence[_Line]) -> int | None:
    """Characters a wrapped line typically holds; None where lines were not wrapped by hand."""
    short = sum(line.length for line in lines if line.length <= LONGEST_WRAPPED_LINE)
    if 2 * short <= sum(line.length for line in lines):
        return None
    breaks = [
        (above, below)
        for above, below in pairwise(lines)
        if 0 < above.length <= LONGEST_WRAPPED_LINE and 0 < below.length <= LONGEST_WRAPPED_LINE
    ]
    if not breaks:
        return None
    column = median_low(above.length for above, _ in breaks)
    inside = sum(_inside_a_sentence(text, above, below) for above, below in breaks)
    return column if column >= NARROWEST_COLUMN and 4 * inside >= len(breaks) else None


def _in_prose(text: str, lines: Sequence[_Line]) -> list[bool]:
    """For each line whether a line of its block, the lines between two blank ones, ends in closing punctuation."""
    prose: list[bool] = []
    for blank, block in groupby(lines, key=lambda line: line.length == 0):
        block_lines = list(block)
        closed = not blank and any(text[line.end - 1] in CLOSING for line in block_lines)
        prose.extend([closed] * len(block_lines))
    return prose


def _runs_on(text: str, above: _Line, below: _Line, column: int, *, full: bool) -> bool:
    """Whether a wrapped line goes on in the line below it; ``full`` lets it for being full."""
    if below.indent > above.indent or above.length > LONGEST_WRAPPED_LINE:
        return False
    if _BEGINS_PARAGRAPH.match(text, below.start) or _HEADING.match(text, above.start):
        return False
    if _inside_a_sentence(text, above, below):
        return True
    if not full:
        return False
    first_word = text[below.start : below.end].split(maxsplit=1)[0]
    return above.length + 1 + len(first_word) > column


def _inside_a_sentence(text: str, above: _Line, below: _Line) -> bool:
    first = text[below.start]
    return text[above.end - 1] not in CLOSING and first.isalpha() and not first.isupper() and not first.istitle()
