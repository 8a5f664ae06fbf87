"""Rows of the table ``sentences``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from toolkit.export.content.study_content import OFFSET_UNIT, OrderedContent


def columns(content: OrderedContent) -> Mapping[str, Any]:
    """Return one row per sentence, in reading order."""
    sentences = content.sentences
    cut = {frozen.article.article_id: (frozen.splitter, frozen.splitter_version) for frozen in content.articles}
    # a sentence of no article is the foreign key's fault to find
    by = [cut.get(sentence.article_id, ("", "")) for sentence in sentences]
    return {
        "sentence_id": [sentence.sentence_id for sentence in sentences],
        "article_id": [sentence.article_id for sentence in sentences],
        "position": [sentence.position for sentence in sentences],
        "paragraph": [sentence.paragraph for sentence in sentences],
        "start_offset": [sentence.start for sentence in sentences],
        "end_offset": [sentence.end for sentence in sentences],
        "offset_unit": [OFFSET_UNIT] * len(sentences),
        "text": [sentence.text for sentence in sentences],
        "sha256": [hashlib.sha256(sentence.text.encode()).hexdigest() for sentence in sentences],
        "splitter": [splitter for splitter, _ in by],
        "splitter_version": [version for _, version in by],
    }
