"""Rows of the table ``adjudications``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import pyarrow as pa

from toolkit.codebook.model import Level
from toolkit.export.content.study_content import OrderedContent
from toolkit.export.contract.templates import asked_in
from toolkit.study.decisions import Decision

_COLUMNS = (
    "sentence_id", "article_id", "round", "question", "level", "adjudicator", "decided_at", "outcome", "code", "codes",
    "number", "spans", "reason", "suggestion", "because", "asked_where", "inclusion_probability",
    "anchored", "n_answers", "coded", "settled", "excluded_because",
)  # fmt: skip


def columns(content: OrderedContent) -> Mapping[str, Any]:
    """Return one row per adjudicator and question of a sentence they submitted a decision on.

    Rounds go by name, sentences in reading order, questions as the codebook has them, adjudicators by pseudonym. Of
    several submissions of an adjudicator on a sentence the one that counts is there, else the latest.
    """
    place = {sentence.sentence_id: at for at, sentence in enumerate(content.sentences)}
    asked = {id_: at for at, (id_, _) in enumerate(asked_in(content.codebooks.values()))}
    rows: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
    for name in sorted(content.decisions):
        settled = {(one.sentence_id, one.question): one.decided_by for one in content.settled.get(name, ())}
        levels = content.levels_of(name)
        ordered = sorted(
            _one_each(content.decisions[name]),
            key=lambda one: (
                place.get(one.sentence_id, len(place)), one.sentence_id, asked[one.question], one.adjudicator,
            ),
        )  # fmt: skip
        for one in ordered:
            is_settled = one.adjudicator in settled.get((one.sentence_id, one.question), ())
            settles = is_settled and one.excluded_because is None
            row = _row(
                one, levels[one.question], settled=settles, named=[content.called(each) for each in one.coded_by]
            )
            for column, value in {**row, "round": name}.items():
                rows[column].append(value)
    return rows


def joined(tables: Sequence[pa.Table]) -> pa.Table:
    """Return the rows of all blocks, rounds by name; within a round they follow each other."""
    whole = pa.concat_tables(tables)
    rounds = whole["round"].to_pylist()
    return whole.take(pa.array(sorted(range(len(rounds)), key=rounds.__getitem__), pa.int64()))


def _one_each(decisions: Iterable[Decision]) -> Iterable[Decision]:
    """One decision per sentence, question and adjudicator: that which counts, else the latest.

    More than one may be left where none was revised by another: what somebody did after they were removed, say, or
    while they were not registered.
    """
    found: dict[tuple[str, str, str], Decision] = {}
    for one in sorted(decisions, key=lambda one: (one.excluded_because is None, one.decided_at)):
        if one.excluded_because != "revised":
            found[one.sentence_id, one.question, one.adjudicator] = one
    return found.values()


def _row(one: Decision, level: Level, *, settled: bool, named: Sequence[str]) -> dict[str, Any]:
    value = one.value
    spans = sorted(value, key=lambda span: (span[1], span[2], span[0])) if level == "span" and value else []
    chosen = [value] if isinstance(value, str) else value
    return {
        "sentence_id": one.sentence_id,
        "article_id": one.article_id,
        "question": one.question,
        "level": level,
        "adjudicator": one.adjudicator,
        "decided_at": one.decided_at,
        "outcome": one.outcome,
        "code": value if level in {"nominal", "ordinal", "taxonomy"} else None,
        "codes": chosen if level == "set" else None,
        "number": value if level in {"interval", "ratio"} and not isinstance(value, str) else None,
        "spans": json.dumps(spans, ensure_ascii=False) if level == "span" and one.outcome == "decided" else None,
        "reason": one.reason,
        "suggestion": one.suggestion,
        "because": one.because,
        "asked_where": one.where,
        "inclusion_probability": one.chance,
        "anchored": one.anchored,
        "n_answers": len(one.coded),
        "coded": json.dumps(sorted(zip(named, one.coded, strict=True), key=itemgetter(0)), ensure_ascii=False),
        "settled": settled,
        "excluded_because": one.excluded_because,
    }
