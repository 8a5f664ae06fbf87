"""An article cut into sentences: by nupunkt, one paragraph at a time, with exact offsets.

nupunkt only says where a sentence begins. The cut is made here, from those places, so that by construction every
character that is not white space belongs to exactly one sentence, whatever the splitter does with odd Unicode.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib import import_module
from importlib.metadata import version
from itertools import pairwise
from types import ModuleType

from toolkit.corpus.article import Article, Sentence
from toolkit.corpus.paragraphs import paragraphs

SPLITTER = "nupunkt"

LONGEST_WORD = 400
"""A run without white space longer than this is no prose; nupunkt's time grows with the square of its length."""

_OTHER_WHITE_SPACE = re.compile(r"[^\S ]")
_ENDLESS_WORD = re.compile(rf"\S{{{LONGEST_WORD},}}")


@cache
def splitter_version() -> str:
    """Return the version of the installed splitter; stored with every frozen cut."""
    return version(SPLITTER)


def cut(article: Article) -> tuple[Sentence, ...]:
    """Return every sentence of the article in reading order; ``article.text[start:end]`` is its text exactly.

    Paragraphs and positions count from 1. No sentence begins or ends with white space; a sentence of a hard-wrapped
    article keeps the line breaks inside it.
    """
    text, sentences = article.text, list[Sentence]()
    for paragraph, (begin, stop) in enumerate(paragraphs(text), start=1):
        for start, end in _sentences(text, begin, stop):
            position = len(sentences) + 1
            name = sentence_id(article, position, start, end)
            sentences.append(Sentence(name, article.article_id, position, paragraph, start, end, text[start:end]))
    return tuple(sentences)


def sentence_id(article: Article, position: int, start: int, end: int) -> str:
    """Return the id of the sentence at this place of the article: the same whenever the same article is cut alike."""
    digest = hashlib.sha256(f"{article.sha256}:{start}:{end}".encode()).hexdigest()
    return f"{article.article_id}-{position:03d}-{digest[:8]}"


def _sentences(text: str, begin: int, stop: int) -> list[tuple[int, int]]:
    """Offsets of the sentences of one paragraph, white space around them left out."""
    paragraph = text[begin:stop]
    starts = [start for start, _ in _splitter().sent_spans(_as_shown_to_splitter(paragraph)) if start > 0]
    found: list[tuple[int, int]] = []
    for left, right in pairwise((0, *starts, len(paragraph))):
        piece = paragraph[left:right]
        start = begin + right - len(piece.lstrip())
        end = begin + left + len(piece.rstrip())
        if start < end:
            found.append((start, end))
    return found


@cache
def _splitter() -> ModuleType:
    return import_module(SPLITTER)  # only the commands that cut pay for it


def _as_shown_to_splitter(paragraph: str) -> str:
    """The paragraph, as long as it was, with ordinary spaces for all white space and no endless word."""
    spaced = _OTHER_WHITE_SPACE.sub(" ", paragraph)
    if len(spaced) < LONGEST_WORD:
        return spaced
    return _ENDLESS_WORD.sub(lambda word: "x" * (len(word[0]) - 8) + word[0][-8:], spaced)
