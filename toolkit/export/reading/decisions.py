"""What is settled by decisions, from the rows they were exported as."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from toolkit.export.contract.faults import Faults
from toolkit.export.contract.renamed import STUDY_ID, without_study
from toolkit.export.reading.restore import values
from toolkit.export.reading.stored import stored_tables
from toolkit.study.decisions import Settled

TABLE = "adjudications"
USED = (
    "round", "sentence_id", "question", "adjudicator", "outcome", "code", "codes", "number", "spans", "reason",
    "because", "asked_where", "inclusion_probability", "anchored", "coded", "settled", STUDY_ID,
)  # fmt: skip


def restored_decisions(folder: Path, faults: Faults) -> Mapping[str, tuple[Settled, ...]]:
    """Return what is settled by decisions in each round of an export; nothing of one without that table.

    Of two adjudicators who decided alike there is one.
    """
    if not (folder / f"{TABLE}.parquet").is_file():
        return {}
    table = stored_tables(folder, {TABLE: USED}, faults).get(TABLE)
    if table is None:
        return {}
    found: dict[tuple[str, str, str], Settled] = {}
    columns = {name: values(table[name]) for name in table.column_names}
    for number in range(table.num_rows):
        row = {name: column[number] for name, column in columns.items()}
        if not row["settled"]:
            continue
        if not 0 < row["inclusion_probability"] <= 1:
            faults.at(f"{TABLE}.parquet", number, "inclusion_probability", "is not above 0 and at most 1")
        place = row["round"], row["sentence_id"], row["question"]
        one = _settled(row, number, faults)
        before = found.setdefault(place, one)
        if (before.outcome, before.value) != (one.outcome, one.value):
            faults.at(
                f"{TABLE}.parquet", number, "settled", "two decisions that differ are said to settle one question"
            )
        elif before is not one:
            found[place] = _together(before, one)
    of_round: dict[str, list[Settled]] = {}
    for (name, *_), one in found.items():
        of_round.setdefault(name, []).append(one)
    return {name: tuple(those) for name, those in of_round.items()}


def _settled(row: Mapping[str, Any], number: int, faults: Faults) -> Settled:
    coded = _coded(row, number, faults)
    return Settled(
        sentence_id=row["sentence_id"],
        question=row["question"],
        outcome=row["outcome"],
        value=_value(row, number, faults),
        decided_by=(row["adjudicator"],),
        reason=row["reason"],
        because=row["because"],
        chance=row["inclusion_probability"],
        where=row["asked_where"],
        anchored=row["anchored"],
        coded=tuple(answer for _, answer in coded),
        coded_by=tuple(without_study(annotation, row.get(STUDY_ID) or "") for annotation, _ in coded),
    )


def _coded(row: Mapping[str, Any], number: int, faults: Faults) -> list[tuple[str, Any]]:
    """The answers that were decided on, each with its annotation."""
    try:
        given = json.loads(row["coded"])
    except ValueError:
        given = None
    if not isinstance(given, list) or not all(
        isinstance(each, list) and len(each) == 2 and isinstance(each[0], str) for each in given
    ):
        faults.at(f"{TABLE}.parquet", number, "coded", "is no JSON list of annotations and answers")
        return []
    return [(annotation, answer) for annotation, answer in given]


def _value(row: Mapping[str, Any], number: int, faults: Faults) -> Any:
    if row["spans"] is not None:
        try:
            return json.loads(row["spans"])
        except ValueError:
            faults.at(f"{TABLE}.parquet", number, "spans", "is no JSON")
    if row["codes"] is not None:
        return list(row["codes"])
    return row["number"] if row["code"] is None else row["code"]


def _together(one: Settled, other: Settled) -> Settled:
    """What two adjudicators settled."""
    return replace(
        one,
        decided_by=tuple(sorted((*one.decided_by, *other.decided_by))),
        reason=one.reason if one.reason == other.reason else None,
        anchored=one.anchored or other.anchored,
    )
