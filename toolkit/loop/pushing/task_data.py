"""What travels with a sentence to the labelling page, and comes back with its annotations."""

from __future__ import annotations

import re
from dataclasses import dataclass

from toolkit.codebook.model import Shown
from toolkit.corpus.article import Sentence
from toolkit.corpus.context import context_before
from toolkit.study.articles import FrozenArticle


@dataclass(frozen=True, slots=True)
class OfRound:
    """The round a sentence is sent in: its name, its codebook, the study it is of, and how many sentences it has."""

    name: str
    codebook_hash: str
    shown: Shown
    study_id: str
    n_sentences: int


def task_data(frozen: FrozenArticle, sentence: Sentence, of: OfRound, *, place: int) -> dict[str, object]:
    """Return the fields of one sentence: what the page shows, and what says whose it is; ``place`` is that in the
    round.
    """
    return {
        "sentence": _on_one_line(sentence.text),
        "context": context_before(frozen.article.text, sentence.start),
        "article_title": _title(frozen, of.shown),
        "article_id": frozen.article.article_id,
        "sentence_id": sentence.sentence_id,
        "position": sentence.position,
        "n_sentences": frozen.n_sentences,
        "round_position": place,
        "n_in_round": of.n_sentences,
        "codebook_hash": of.codebook_hash,
        "round": of.name,
        "study": of.study_id,
    }


def _title(frozen: FrozenArticle, shown: Shown) -> str:
    """What stands above the sentence: an id is often the name of a file, which says whose article it is."""
    if not shown.title:
        return ""
    return frozen.article.title or (frozen.article.article_id if shown.outlet else "")


def _on_one_line(text: str) -> str:
    r"""A sentence of a hard-wrapped article as the page shows it: offsets stay, line breaks become spaces.

    Label Studio would write each line break in a marked span as a backslash and an n.

    >>> _on_one_line("It is\r\nover.")
    'It is  over.'
    """
    return re.sub(r"\s", " ", text)
