"""The recipe for shares, of the page and of every data card: run, and compared with what is counted by hand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.export.consumers.page import recipe
from toolkit.export.pages.share_recipe import share_recipe

pq: Any = pyarrow.parquet

LABELS = {"a": "xxoo", "b": "oo-", "c": "xxxo-t"}
"""Of each sentence of an article: the category, another one, not asked of most, a tie."""


def shares(sql: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, ...]:
    monkeypatch.chdir(folder)
    with duckdb.connect() as connection:
        (row,) = connection.execute(sql).fetchall()
    return tuple(row)


def test_it_counts_what_is_counted_by_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of = [(article, each) for article, labels in LABELS.items() for each in labels]
    said = {"x": "EXPERT/think_tank", "o": "STATE/gov"}
    table = {
        "article_id": [*(article for article, _ in of), "a"],
        "round": [*("main" for _ in of), "pilot"],
        "source_type_majority": [*(said.get(each) for _, each in of), "EXPERT/think_tank"],
    }
    pq.write_table(pa.table(table), tmp_path / "wide.parquet")
    share, low, high, sentences, articles = shares(recipe("sql", "labels"), tmp_path, monkeypatch)
    # 2 of 4, 0 of 2, 3 of 4; residuals 0, -1, 1: the square root of 3/2 · 2, over 10 sentences
    assert (share, sentences, articles) == (0.5, 10, 3)
    assert (low, high) == (pytest.approx(0.5 - 1.96 * 3**0.5 / 10), pytest.approx(0.5 + 1.96 * 3**0.5 / 10))


def test_every_data_card_has_one_that_runs(version: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (sql,) = re.findall(r"```sql\n(.*?)\n```", (version / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    share, low, high, sentences, articles = shares(sql, version, monkeypatch)
    ((question, stored),) = re.findall(r"(\w+)_majority = '([^']+)' as yes", sql)
    (name,) = re.findall(r"where round = '(\w+)'", sql)
    rows = [row for row in pq.read_table(version / "wide.parquet").to_pylist() if row["round"] == name]
    with_label = [row for row in rows if row[f"{question}_majority"] is not None]
    assert sentences == len(with_label) > 0
    assert share == sum(row[f"{question}_majority"] == stored for row in with_label) / len(with_label)
    assert articles == len({row["article_id"] for row in with_label})
    assert 0 <= low <= share <= high <= 1


def test_a_code_with_a_quote_stays_a_code() -> None:
    assert "= 'it''s' as yes" in share_recipe("main", "kind", "it's")


def test_one_article_tells_nothing_of_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = {"article_id": ["a"] * 4, "round": ["main"] * 4, "source_type_majority": ["EXPERT/think_tank", *["x"] * 3]}
    pq.write_table(pa.table(table), tmp_path / "wide.parquet")
    assert shares(recipe("sql", "labels"), tmp_path, monkeypatch) == (0.25, 0, 1, 4, 1)
