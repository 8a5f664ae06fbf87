"""Sentences in dispute as rows for a spreadsheet: one per sentence and question, with a column per annotator."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.loop.disagreement.records import Disagreements
from toolkit.terminal.disagreements.written import NOTHING, written

WIDTHS: Mapping[str, int] = {"article_id": 24, "position": 9, "title": 30, "text": 60, "question": 18, "link": 30}
"""Characters a column shows in a workbook; those not named here show 16."""


def disagreement_rows(found: Disagreements) -> list[dict[str, object]]:
    """Return the rows, worst sentence first, questions as the codebook has them; annotators under pseudonyms."""
    return [
        {
            "round": found.round,
            "article_id": sentence.article_id,
            "position": sentence.position,
            "sentence_id": sentence.sentence_id,
            "title": sentence.title or "",
            "text": sentence.text,
            "sentence_disagreement": round(sentence.disagreement, 4),
            "question": question.question,
            "outcome": question.outcome or "",
            "disputed": question.disputed,
            "disagreement": round(question.disagreement, 4),
            **{name: _cell(written(question.answers.get(name))) for name in found.annotators},
            "link": sentence.link or "",
        }
        for sentence in found.sentences
        for question in sentence.questions
    ]


def _cell(text: str) -> str:
    return "" if text == NOTHING else text
