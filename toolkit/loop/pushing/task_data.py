"""What travels with a sentence to the labelling page, and comes back with its annotations."""

from __future__ import annotations

import re

from toolkit.corpus.article import Sentence
from toolkit.corpus.context import context_before
from toolkit.study.articles import FrozenArticle


def task_data(
    frozen: FrozenArticle, sentence: Sentence, *, codebook_hash: str, round_name: str, study_id: str
) -> dict[str, object]:
    """Return the fields of one sentence: what the page shows, and what says whose it is."""
    return {
        "sentence": _on_one_line(sentence.text),
        "context": context_before(frozen.article.text, sentence.start),
        "article_title": frozen.article.title or frozen.article.article_id,
        "article_id": frozen.article.article_id,
        "sentence_id": sentence.sentence_id,
        "position": sentence.position,
        "n_sentences": frozen.n_sentences,
        "codebook_hash": codebook_hash,
        "round": round_name,
        "study": study_id,
    }


def _on_one_line(text: str) -> str:
    r"""A sentence of a hard-wrapped article as the page shows it: offsets stay, line breaks become spaces.

    Label Studio would write each line break in a marked span as a backslash and an n.

    >>> _on_one_line("It is\r\nover.")
    'It is  over.'
    """
    return re.sub(r"\s", " ", text)
