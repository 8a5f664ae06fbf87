"""An article and its sentences: the text that is frozen when a study takes it in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Article:
    """One article; ``text`` is kept exactly as read (offsets count Unicode code points in it)."""

    article_id: str
    text: str
    sha256: str
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    author: str | None = None
    published: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """The unit of annotation: ``article.text[start:end] == text``; position and paragraph count from 1."""

    sentence_id: str
    article_id: str
    position: int
    paragraph: int
    start: int
    end: int
    text: str
