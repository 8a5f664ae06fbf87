"""Numbers of which there are too many to count each are added up: every figure is what it is in memory."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tables.frames.engines import COLUMNS, IN_ARTICLES, long_table, on
from toolkit.agreement.analysis import Asked, question_numbers
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.levels import MOST_DISTINCT
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.summed_numbers import SummedNumbers
from toolkit.errors import BadInput, TransferIncomplete, UsageError
from toolkit.tables.frames import summed
from toolkit.tables.frames.questions import counted_questions
from toolkit.tables.questions import coded_questions
from toolkit.tables.rows import LongColumns
from toolkit.tables.values import ValueRules

RULES = ValueRules(level="interval")
BOTH = pytest.mark.parametrize("engine", ["polars", "duckdb"])
CLUSTERED = pytest.mark.parametrize("columns", [COLUMNS, IN_ARTICLES], ids=["units", "articles"])
DRAWN = {"bootstrap_share_below"}
"""What rests on draws, which meet single units in another order; clusters in the same."""


def scores(n_units: int = 900, *, seed: int = 1, skipped: float = 0.2, apart: float = 0.5, places: int = 9) -> pa.Table:
    """Four annotators' numbers about units that differ, each number another one."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=n_units)[:, None] * 10
    given = (truth + apart * rng.normal(size=(n_units, 4))).round(places)
    there = rng.random(given.shape) >= skipped
    design = [[float(x) if is_there else None for x, is_there in zip(*row, strict=True)]
              for row in zip(given, there, strict=True)]  # fmt: skip
    return long_table(design, shuffled=seed)


def asked(columns: LongColumns) -> Asked:
    return Asked(resampling=Resampling(columns.cluster or "unit", 60))


def estimates(engine: str | None, table: pa.Table, columns: LongColumns, *, is_summed: bool = True) -> list[Estimate]:
    if engine is None:
        (whole,) = coded_questions(table, columns, RULES)
        return [*question_numbers(whole, asked(columns)).estimates]
    (question,) = counted_questions(on(engine, table), columns, RULES)
    assert isinstance(question.units, SummedNumbers) == is_summed
    return [*question_numbers(question, asked(columns)).estimates]


def same(found: list[Estimate], expected: list[Estimate], *, but: AbstractSet[str] = frozenset()) -> None:
    assert len(found) == len(expected) > 0
    for one, other in zip(found, expected, strict=True):
        for name in {*Estimate.__dataclass_fields__} - but - {"confirmed_by"}:
            left, right = getattr(one, name), getattr(other, name)
            is_number = isinstance(left, float | dict)
            assert left == (pytest.approx(right, abs=1e-12) if is_number else right), (name, one, other)


@BOTH
@CLUSTERED
@pytest.mark.parametrize(
    "table",
    [
        pytest.param(scores(), id="numbers"),
        pytest.param(scores(skipped=0.0), id="of everybody"),
        pytest.param(scores(apart=0.0, n_units=3000), id="all alike"),
        pytest.param(scores(apart=1e-5, n_units=3000), id="hardly apart"),
        pytest.param(scores(places=2, n_units=2500), id="some alike"),
        pytest.param(scores(n_units=4000, skipped=0.8), id="many alone"),
    ],
)
def test_every_figure_is_that_of_memory(engine: str, columns: LongColumns, table: pa.Table) -> None:
    assert len(set(table["label"].to_pylist())) > MOST_DISTINCT
    but = set() if columns.cluster else DRAWN
    same(estimates(engine, table, columns), estimates(None, table, columns), but=but)


@BOTH
@pytest.mark.parametrize("factor", [1e-200, 1e200, 1e-3, 1e12])
@pytest.mark.parametrize("away", [0.0, 1e3])
def test_numbers_of_any_size(engine: str, factor: float, away: float) -> None:
    table = scores()
    far = pa.array([None if one is None else (one + away) * factor for one in table["label"].to_pylist()])
    table = table.set_column(table.column_names.index("label"), "label", far)
    same(estimates(engine, table, IN_ARTICLES), estimates(None, table, IN_ARTICLES))


@BOTH
@pytest.mark.parametrize("kind", [pa.int32(), pa.int64(), pa.uint64(), pa.float32()])
def test_numbers_of_any_kind(engine: str, kind: pa.DataType) -> None:
    table = scores()
    numbers = [
        None if one is None else one if pa.types.is_floating(kind) else round(one * 1e4) + 10**6
        for one in table["label"].to_pylist()
    ]
    table = table.set_column(table.column_names.index("label"), "label", pa.array(numbers, kind))
    found, expected = estimates(engine, table, IN_ARTICLES), estimates(None, table, IN_ARTICLES)
    if kind == pa.float32():  # DuckDB writes one in twenty thousand of them with a digit more than it takes
        assert [one.value for one in found] == pytest.approx([one.value for one in expected], abs=1e-9)
    else:
        same(found, expected)


@pytest.mark.slow
@settings(max_examples=20)
@given(
    n_units=st.integers(700, 1500),
    seed=st.integers(0, 9999),
    skipped=st.sampled_from([0.0, 0.1, 0.3]),
    apart=st.floats(0.01, 30),
    places=st.integers(2, 12),
    columns=st.sampled_from([COLUMNS, IN_ARTICLES]),
)
def test_any_design(n_units: int, seed: int, skipped: float, apart: float, places: int, columns: LongColumns) -> None:
    table = scores(n_units, seed=seed, skipped=skipped, apart=apart, places=places)
    if len(set(table["label"].to_pylist()) - {None}) <= MOST_DISTINCT:
        return
    expected = estimates(None, table, columns)
    for engine in ("polars", "duckdb"):
        same(estimates(engine, table, columns), expected, but=set() if columns.cluster else DRAWN)


@BOTH
@CLUSTERED
def test_questions_of_many_and_of_few_numbers_by_name(engine: str, columns: LongColumns) -> None:
    many, few = scores(), scores(30, seed=2, places=0)
    both = pa.concat_tables(
        [many.append_column("q", pa.array(["10"] * len(many))), few.append_column("q", pa.array(["9"] * len(few)))]
    )
    columns = replace(columns, question="q")
    expected = coded_questions(both, columns, RULES)
    found = counted_questions(on(engine, both), columns, RULES)
    assert [one.question for one in found] == ["9", "10"]
    assert [isinstance(one.units, SummedNumbers) for one in found] == [False, True]
    for one in found:
        (other,) = (each for each in expected if each.question == one.question)
        ours, theirs = ([*question_numbers(each, asked(columns)).estimates] for each in (one, other))
        same(ours, theirs, but=set() if columns.cluster else DRAWN)


def _with(label: list[Any]) -> pa.Table:
    table = scores()
    numbers = table["label"].to_pylist()
    return table.set_column(table.column_names.index("label"), "label", pa.array([*label, *numbers[len(label) :]]))


@BOTH
def test_infinite_numbers_are_faults(engine: str) -> None:
    with pytest.raises(BadInput) as caught:
        counted_questions(on(engine, _with([float("inf"), float("-inf"), float("nan")])), COLUMNS, RULES)
    assert sorted(fault.message for fault in caught.value.faults) == ["-inf is not finite", "inf is not finite"]


@BOTH
def test_whole_numbers_that_are_not_told_apart_are_faults(engine: str) -> None:
    table = scores()
    numbers = [None if one is None else round(one * 1e4) for one in table["label"].to_pylist()]
    numbers[0] = 2**53 + 1
    table = table.set_column(table.column_names.index("label"), "label", pa.array(numbers, pa.int64()))
    with pytest.raises(BadInput, match=r"9007199254740993 is beyond 2\^53, where whole numbers cannot be told apart"):
        counted_questions(on(engine, table), COLUMNS, RULES)


@BOTH
def test_a_unit_in_two_clusters_is_a_fault(engine: str) -> None:
    table = scores()
    moved = pa.array(["elsewhere", *table["article"].to_pylist()[1:]])
    table = table.set_column(table.column_names.index("article"), "article", moved)
    with pytest.raises(BadInput, match="is in cluster"):
        counted_questions(on(engine, table), IN_ARTICLES, RULES)


@BOTH
def test_so_is_one_of_whose_rows_one_without_a_number_is_elsewhere(engine: str) -> None:
    table = scores()
    empty = table["label"].to_pylist().index(None)
    articles = table["article"].to_pylist()
    moved = pa.array([*articles[:empty], "elsewhere", *articles[empty + 1 :]])
    table = table.set_column(table.column_names.index("article"), "article", moved)
    for read in (lambda: coded_questions(table, IN_ARTICLES, RULES),
                 lambda: counted_questions(on(engine, table), IN_ARTICLES, RULES)):  # fmt: skip
        with pytest.raises(BadInput, match="is in cluster"):
            read()


@BOTH
def test_rows_that_change_meanwhile_are_noticed(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    about: Callable[..., Any] = summed._about

    def earlier(*given: Any) -> Any:
        n, *rest = about(*given)
        return (n - 1, *rest)

    monkeypatch.setattr(summed, "_about", earlier)
    with pytest.raises(TransferIncomplete, match="the rows changed while they were counted"):
        counted_questions(on(engine, scores()), IN_ARTICLES, RULES)


@BOTH
def test_too_many_units_to_be_drawn_one_by_one(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summed, "MOST_DRAWN", 800)
    with pytest.raises(UsageError, match="too many to draw them one by one"):
        counted_questions(on(engine, scores()), COLUMNS, RULES)
    (question,) = counted_questions(on(engine, scores()), IN_ARTICLES, RULES)
    assert isinstance(question.units, SummedNumbers)


@BOTH
@pytest.mark.parametrize("more", [{"missing": [1]}, {"by_annotator": True}, {"by": ("article",)}])
def test_where_single_numbers_matter_they_are_refused_before_anything_is_counted(
    engine: str, more: dict[str, Any]
) -> None:
    columns = replace(COLUMNS, by=more.get("by", ()))
    rules, by_annotator = ValueRules(level="interval", missing=more.get("missing", ())), more.get("by_annotator", False)
    with pytest.raises(UsageError, match="question 'label' has more than 2,000 different values"):
        counted_questions(on(engine, scores()), columns, rules, by_annotator=by_annotator)


@BOTH
@pytest.mark.parametrize("level", ["ratio", "nominal"])
def test_at_other_levels_they_are_refused(engine: str, level: str) -> None:
    table = scores()
    numbers = pa.array([None if one is None else abs(one) for one in table["label"].to_pylist()])
    with pytest.raises(UsageError, match="more than 2,000 different values"):
        counted_questions(
            on(engine, table.set_column(table.column_names.index("label"), "label", numbers)),
            COLUMNS,
            ValueRules(level=level),
        )
