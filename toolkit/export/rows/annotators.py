"""Rows of the table ``annotators``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from toolkit.export.content.flat_answers import numbered
from toolkit.export.content.study_content import OrderedContent

_COUNTS = ("n_annotations", "n_counted", "n_skipped", "n_answers")


def columns(content: OrderedContent) -> Mapping[str, Any]:
    """Return one row per pseudonym that is registered or has coded, by pseudonym."""
    annotations = content.annotations
    coded, of = numbered(annotation.annotator for annotation in annotations)
    registered = {name for names in content.registered.values() for name in names}
    names = sorted({*coded, *registered})
    rank = {name: at for at, name in enumerate(names)}
    who = np.array([rank[name] for name in coded], np.int64)[of]
    there = np.array([annotation.deleted_at is None for annotation in annotations], bool)
    counts = np.array([annotation.excluded_because is None for annotation in annotations], bool)
    skipped = np.array([annotation.skipped for annotation in annotations], bool)
    answers = content.answers
    of_round = {
        name: {(a.annotator) for a in annotations if a.round == name and a.deleted_at is None}
        for name in _rounds(content)
    }

    def many(which: Any) -> Any:
        return np.bincount(which, minlength=len(names))

    return {
        "annotator": names,
        "registered_rounds": [
            [r for r in sorted(content.registered) if name in content.registered[r]] for name in names
        ],
        "coded_rounds": [[r for r, people in of_round.items() if name in people] for name in names],
        "n_annotations": many(who[there]),
        "n_counted": many(who[counts]),
        "n_skipped": many(who[skipped & there]),
        "n_answers": many(who[answers.row[answers.in_agreement]]),
        "email": [content.addresses.get(name) for name in names],
        "attributes": [_as_json(content.attributes.get(name)) for name in names],
    }


def joined(tables: Sequence[pa.Table]) -> pa.Table:
    """Return one row per pseudonym of any block: what it did in each, together."""
    found: dict[str, dict[str, Any]] = {}
    for row in pa.concat_tables(tables).to_pylist():
        so_far = found.setdefault(row["annotator"], row)
        if so_far is not row:
            so_far["coded_rounds"] = sorted({*so_far["coded_rounds"], *row["coded_rounds"]})
            for column in _COUNTS:
                so_far[column] += row[column]
    return pa.Table.from_pylist([found[name] for name in sorted(found)], schema=tables[0].schema)


def _as_json(known: Mapping[str, str] | None) -> str | None:
    return json.dumps(dict(known), ensure_ascii=False, sort_keys=True) if known else None


def _rounds(content: OrderedContent) -> list[str]:
    return sorted({annotation.round for annotation in content.annotations})
