"""An article cut into sentences: by nupunkt, one paragraph at a time, with exact offsets.

nupunkt only says where a sentence begins. The cut is made here, from those places, so that by construction every
character that is not white space belongs to exactly one sentence, whatever the splitter does with odd Unicode.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from itertools import pairwise

from toolkit.corpus.article import Article, Sentence
from toolkit.corpus.paragraphs import paragraphs

SPLITTER = "nupunkt"

LONGEST_WORD = 400
"""A run without white space longer than this is no prose; nupunkt's time grows with the square of its length."""

_WHITE_SPACE = re.compile(r"\s")
_ENDLESS_WORD = re.compile(rf"\S{{{LONGEST_WORD},}}")


@cache
def splitter_version() -> str:
    """Version of the installed splitter; stored with every frozen cut."""
    return version(SPLITTER)


def cut(article: Article) -> tuple[Sentence, ...]:
    """Every sentence of the article in reading order; ``article.text[start:end]`` is its text exactly.

    Paragraphs and positions count from 1. No sentence begins or ends with white space; a sentence of a hard-wrapped
    article keeps the line breaks inside it.
    """
    spans = (
        (paragraph, start, end)
        for paragraph, (begin, stop) in enumerate(paragraphs(article.text), start=1)
        for start, end in _sentences(article.text, begin, stop)
    )
    return tuple(
        Sentence(
            sentence_id=_sentence_id(article, position, start, end),
            article_id=article.article_id,
            position=position,
            paragraph=paragraph,
            start=start,
            end=end,
            text=article.text[start:end],
        )
        for position, (paragraph, start, end) in enumerate(spans, start=1)
    )


def _sentence_id(article: Article, position: int, start: int, end: int) -> str:
    digest = hashlib.sha256(f"{article.sha256}:{start}:{end}".encode()).hexdigest()
    return f"{article.article_id}-{position:03d}-{digest[:8]}"


def _sentences(text: str, begin: int, stop: int) -> Iterator[tuple[int, int]]:
    """Offsets of the sentences of one paragraph, white space around them left out."""
    import nupunkt  # noqa: PLC0415 - only the commands that cut pay for it

    paragraph = text[begin:stop]
    starts = [start for start, _ in nupunkt.sent_spans(_as_shown_to_splitter(paragraph))]
    borders = [0, *(start for start in starts if start > 0), len(paragraph)]
    for left, right in pairwise(borders):
        piece = paragraph[left:right]
        start = begin + left + len(piece) - len(piece.lstrip())
        end = start + len(piece.strip())
        if start < end:
            yield start, end


def _as_shown_to_splitter(paragraph: str) -> str:
    """The paragraph, as long as it was, with ordinary spaces for all white space and no endless word."""
    spaced = _WHITE_SPACE.sub(" ", paragraph)
    return _ENDLESS_WORD.sub(lambda word: "x" * (len(word[0]) - 8) + word[0][-8:], spaced)
