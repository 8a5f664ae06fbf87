"""Rows of the table ``categories``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from toolkit.export.content.study_content import OrderedContent


def columns(content: OrderedContent) -> Mapping[str, Any]:
    """Return one row per codebook, by its hash, question and category, in the order of the page."""
    listed = [
        (hash_, question, place, category)
        for hash_, book in sorted(content.codebooks.items())
        for question in book.questions
        for place, category in enumerate(question.categories, start=1)
    ]
    return {
        "codebook_hash": [hash_ for hash_, *_ in listed],
        "question": [question.id for _, question, *_ in listed],
        "code": [category.code for *_, category in listed],
        "path": [question.stored(category.code) for _, question, _, category in listed],
        "parent": [category.parent for *_, category in listed],
        "title": [category.title for *_, category in listed],
        "definition": [category.definition for *_, category in listed],
        "position": [place for _, _, place, _ in listed],
        "rank": [
            question.scale.index(category.code) + 1 if question.order and category.code in question.scale else None
            for _, question, _, category in listed
        ],
        "choosable": [category.code not in question.parents for _, question, _, category in listed],
        "missing": [category.missing for *_, category in listed],
    }


def joined(tables: Sequence[pa.Table]) -> pa.Table:
    """Return the table of any block: every block has the codebooks of the whole study."""
    return tables[0]
