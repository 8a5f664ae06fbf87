"""What the tables say together: consensus and soft labels are what anyone computes from the answers themselves."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow.parquet as pq

from tests.loop.several_rounds import several_rounds
from toolkit.loop.export import export

Key = tuple[str, str, str]


def asked_of(tables: dict[str, list[dict[str, Any]]]) -> tuple[Counter[Key], Counter[Key]]:
    """How many annotators count on each question of a sentence, and to how many of them it was not shown."""
    counts = {(row["round"], row["annotation_id"]) for row in tables["annotations"] if not row["excluded_because"]}
    given = [row for row in tables["answers"] if (row["round"], row["annotation_id"]) in counts]

    def keys(rows: list[dict[str, Any]]) -> Counter[Key]:
        return Counter((row["round"], row["sentence_id"], row["question"]) for row in rows)

    return keys(given), keys([row for row in given if row["status"] == "not_shown"])


def test_consensus_follows_from_the_answers_in_agreement(tmp_path: Path) -> None:
    paths = export(several_rounds(tmp_path / "study"), to=tmp_path / "out", replicates=0).paths
    tables = {name: pq.read_table(path).to_pylist() for name, path in paths.items()}
    given: dict[Key, list[Any]] = {}
    for row in tables["answers"]:
        if row["in_agreement"] and row["level"] != "span":
            value = (
                row["code"] if row["code"] is not None else row["codes"] if row["codes"] is not None else row["number"]
            )
            given.setdefault((row["round"], row["sentence_id"], row["question"]), []).append(value)
    rows: dict[Key, dict[str, Any]] = {
        (row["round"], row["sentence_id"], row["question"]): row for row in tables["consensus"]
    }
    assert {key for key, row in rows.items() if row["n_answers"]} == given.keys()
    soft: dict[Key, dict[str, int]] = {}
    for row in tables["soft_labels"]:
        soft.setdefault((row["round"], row["sentence_id"], row["question"]), {})[row["code"]] = row["count"]
    coded, hidden = asked_of(tables)
    few: list[bool] = []
    methods = set()
    for key, values in given.items():
        row = rows[key]
        methods.add(row["method"])
        assert row["n_answers"] == len(values)
        arises = 2 * hidden[key] < coded[key]
        assert row["applies"] == 1 - hidden[key] / coded[key]
        if row["method"] == "median":
            assert row["number"] == (median(values) if arises else None)
            continue
        each = values if row["method"] == "majority" else [code for chosen in values for code in chosen]
        counts = Counter(each)
        assert soft.get(key, {}) == counts
        if row["method"] == "majority":
            best = [code for code, n in counts.items() if n == max(counts.values())]
            expected = (best[0] if len(best) == 1 else None, len(best) > 1) if arises else (None, None)
            assert (row["code"], row["tie"]) == expected
            few.append(arises)
        elif arises:
            assert set(row["codes"]) == {code for code, n in counts.items() if 2 * n > len(values)}
    assert {True, False} == set(few)  # some questions arise for few only
    assert methods == {"majority", "majority_per_category", "median"}
    wide = {(row["round"], row["sentence_id"]): row for row in tables["wide"]}
    for (name, sentence, question), row in rows.items():
        assert wide[name, sentence][f"{question}_n"] == row["n_answers"]
