"""Rows of the table ``questions``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from toolkit.export.content.study_content import OrderedContent


def columns(content: OrderedContent) -> Mapping[str, Any]:
    """Return one row per codebook, by its hash, and question, in the codebook's order."""
    asked = [
        (hash_, place, question, {one.id for one in book.measured()})
        for hash_, book in sorted(content.codebooks.items())
        for place, question in enumerate(book.questions, start=1)
    ]
    return {
        "codebook_hash": [hash_ for hash_, *_ in asked],
        "question": [question.id for _, _, question, _ in asked],
        "position": [place for _, place, *_ in asked],
        "level": [question.level for _, _, question, _ in asked],
        "text": [question.text for _, _, question, _ in asked],
        "required": [question.required for _, _, question, _ in asked],
        "show_if": [_in_json(question.show_if) for _, _, question, _ in asked],
        "in_agreement": [question.id in measured for _, _, question, measured in asked],
        "target": [question.target if isinstance(question.target, float) else None for _, _, question, _ in asked],
        "target_of_parts": [
            _in_json(question.target) if isinstance(question.target, Mapping) else None for _, _, question, _ in asked
        ],
        "minimum": [question.minimum for _, _, question, _ in asked],
        "maximum": [question.maximum for _, _, question, _ in asked],
    }


def joined(tables: Sequence[pa.Table]) -> pa.Table:
    """Return the table of any block: every block has the codebooks of the whole study."""
    return tables[0]


def _in_json(said: Mapping[str, Any]) -> str | None:
    return json.dumps(said, ensure_ascii=False) if said else None
