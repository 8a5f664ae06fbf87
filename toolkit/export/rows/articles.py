"""Rows of the table ``articles``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.export.content.study_content import OrderedContent, day_of


def columns(content: OrderedContent) -> Mapping[str, Any]:
    """Return one row per article, in the order they were added."""
    frozen = content.articles
    articles = [each.article for each in frozen]
    return {
        "article_id": [article.article_id for article in articles],
        "title": [article.title for article in articles],
        "outlet": [article.outlet for article in articles],
        "url": [article.url for article in articles],
        "author": [article.author for article in articles],
        "published": [day_of(article.published) for article in articles],
        "published_as_given": [article.published for article in articles],
        "language": [article.language for article in articles],
        "text": [article.text for article in articles],
        "sha256": [article.sha256 for article in articles],
        "n_characters": [len(article.text) for article in articles],
        "n_sentences": [each.n_sentences for each in frozen],
        "splitter": [each.splitter for each in frozen],
        "splitter_version": [each.splitter_version for each in frozen],
    }
