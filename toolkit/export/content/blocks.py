"""A study's content in blocks: some articles with all that was said of them, each block small enough for memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from toolkit.export.content.study_content import StudyContent

A_BLOCK = 5_000
"""Annotations and sentences in a block: of fewer it takes longer, of four times as many 100 MB more and as long."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class BlocksOfContent:
    """What an export is made from, where it need not be in memory at once.

    ``whole`` is everything but what is in the ``blocks``: articles, sentences and annotations, what was planned,
    decided and settled. A block has all of that for some articles, and whatever else the study has, the estimates only
    in the first. Blocks follow each other in reading order, and what belongs to no article is in the last one. They
    may be asked for again, and are the same then.
    """

    whole: StudyContent
    blocks: Callable[[], Iterator[StudyContent]]

    def together(self) -> StudyContent:
        """Return all of it in memory."""
        blocks = list(self.blocks())
        return replace(joined(self.whole, blocks), estimates=blocks[0].estimates)


def joined(whole: StudyContent, parts: Sequence[StudyContent]) -> StudyContent:
    """Return the content of which these are parts, in their order, without estimates."""

    def by_round(of: Callable[[StudyContent], Mapping[str, Iterable[_T]]]) -> Mapping[str, list[_T]]:
        return {name: [one for part in parts for one in of(part).get(name, ())] for name in of(whole)}

    return replace(
        whole,
        estimates={},
        articles=[one for part in parts for one in part.articles],
        sentences=[one for part in parts for one in part.sentences],
        annotations=[one for part in parts for one in part.annotations],
        planned=by_round(lambda part: part.planned),
        decisions=by_round(lambda part: part.decisions),
        settled=by_round(lambda part: part.settled),
    )


def in_blocks(content: StudyContent, *, size: int = A_BLOCK) -> BlocksOfContent:
    """Return a content that is in memory in blocks of about ``size`` annotations and sentences.

    It is one block where models of all answers are asked for.
    """
    whole = replace(
        content,
        articles=(),
        sentences=(),
        annotations=(),
        planned=dict.fromkeys(content.planned, ()),
        decisions=dict.fromkeys(content.decisions, ()),
        settled=dict.fromkeys(content.settled, ()),
    )
    if content.dawid_skene or len(content.annotations) + len(content.sentences) <= size:
        return BlocksOfContent(whole, lambda: iter([content]))
    return BlocksOfContent(whole, partial(_blocks, content, size))


def _blocks(content: StudyContent, size: int) -> Iterator[StudyContent]:
    article_of = {sentence.sentence_id: sentence.article_id for sentence in content.sentences}
    known = dict.fromkeys(frozen.article.article_id for frozen in content.articles)

    def by_article(found: Iterable[_T], article_id: Callable[[_T], str]) -> Mapping[str | None, list[_T]]:
        of: dict[str | None, list[_T]] = defaultdict(list)
        for one in found:
            name = article_id(one)
            of[name if name in known else None].append(one)
        return of

    def named(sentence_id: str) -> str:
        return article_of.get(sentence_id, "")

    articles = by_article(content.articles, lambda one: one.article.article_id)
    sentences = by_article(content.sentences, lambda one: one.article_id)
    annotations = by_article(content.annotations, lambda one: named(one.sentence_id))
    planned = {name: by_article(of, lambda one: named(one.sentence_id)) for name, of in content.planned.items()}
    decisions = {name: by_article(of, lambda one: named(one.sentence_id)) for name, of in content.decisions.items()}
    settled = {name: by_article(of, lambda one: named(one.sentence_id)) for name, of in content.settled.items()}
    groups = _together([*known, None], lambda name: len(annotations[name]) + len(sentences[name]), size)
    for number, names in enumerate(groups):
        yield replace(
            content,
            estimates=content.estimates if number == 0 else {},
            articles=_of(articles, names),
            sentences=_of(sentences, names),
            annotations=_of(annotations, names),
            planned={name: _of(of, names) for name, of in planned.items()},
            decisions={name: _of(of, names) for name, of in decisions.items()},
            settled={name: _of(of, names) for name, of in settled.items()},
        )


def _of(found: Mapping[str | None, list[_T]], names: Sequence[str | None]) -> list[_T]:
    return [one for name in names for one in found.get(name, ())]


def _together(names: Sequence[_T], weight: Callable[[_T], int], size: int) -> Iterator[list[_T]]:
    """The names in groups of at least that weight; the last one is what is left."""
    group: list[_T] = []
    so_far = 0
    for name in names:
        group.append(name)
        so_far += weight(name)
        if so_far >= size:
            yield group
            group, so_far = [], 0
    if group:
        yield group
