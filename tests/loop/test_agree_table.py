"""Agreement in a table of somebody else's, with published values.

Artstein & Poesio (2008), *Computational Linguistics* 34(4), example 2 (p. 568): 100 utterances, two coders; with the
distances Chck–IReq .5, Chck–STAT .5, IReq–STAT 1 alpha is .8156.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.table import TableScale, agree_table
from toolkit.tables.rows import LongColumns

PAIRS = {
    ("STAT", "STAT"): 46,
    ("IReq", "STAT"): 6,
    ("IReq", "IReq"): 32,
    ("IReq", "Chck"): 6,
    ("Chck", "Chck"): 10,
}
COLUMNS = LongColumns(unit="utterance", annotator="coder", value="act")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    utterances = [pair for pair, times in PAIRS.items() for _ in range(times)]
    lines = [
        f"{number},{coder},{act}"
        for number, pair in enumerate(utterances)
        for coder, act in zip("AB", pair, strict=True)
    ]
    path = tmp_path / "acts.csv"
    path.write_text("\n".join(["utterance,coder,act", *lines]))
    return path


@pytest.mark.parametrize(
    "cells",
    [
        "distance,STAT,IReq,Chck\nIReq,1,0,.5\nSTAT,0,1,.5\nChck,.5,.5,0\n",
        "weight,Chck,IReq,STAT\nChck,1,.5,.5\nIReq,.5,1,0\nSTAT,.5,0,1\n",
    ],
    ids=["distances", "weights"],
)
def test_published_alpha_with_a_table_of_distances(table: Path, tmp_path: Path, cells: str) -> None:
    weights = tmp_path / "weights.csv"
    weights.write_text(cells)
    report = agree_table(table, COLUMNS, TableScale(level="table", distances=weights), AgreementRequest(replicates=0))
    (found,) = (each for each in report.estimates if each.measure == "krippendorff_alpha")
    assert found.level == "table"
    assert found.value == pytest.approx(0.8156, abs=6e-5)


def test_published_alpha_without(table: Path) -> None:
    report = agree_table(table, COLUMNS, TableScale(level="nominal"), AgreementRequest(replicates=0))
    (found,) = (each for each in report.estimates if each.measure == "krippendorff_alpha")
    assert found.value == pytest.approx(0.80, abs=6e-4)


def test_a_question_that_is_explained_says_how_far_it_is(table: Path) -> None:
    """Two annotators to be compared with each other; one pair, and all annotators, to be looked at."""
    steps = list[tuple[str, int, int | None]]()
    request = AgreementRequest(replicates=0, explain=("act",))
    agree_table(table, COLUMNS, TableScale(level="nominal"), request, progress=lambda *step: steps.append(step))
    assert ("who parts from whom: act", 2, 2) in steps
    assert any(what == "looking closer: act" and done == total for what, done, total in steps)
