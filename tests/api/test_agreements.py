"""Agreement of a frame: published values whatever library the frame is of, and every way to ask wrongly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from tests.cli.test_agree_table import long_rows
from tests.published.tables import KRIPPENDORFF_2011
from toolkit import api as ic
from toolkit.api import frames

ROWS = [row for row in long_rows(KRIPPENDORFF_2011) if row["value"] is not None]
FRAME = pd.DataFrame(ROWS)


def of_duckdb(frame: pd.DataFrame) -> Any:
    assert frame is not None  # the query takes it by its name
    return duckdb.sql("SELECT * FROM frame")


KINDS: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "pandas, Arrow types": lambda frame: frame.convert_dtypes(dtype_backend="pyarrow"),
    "pandas, categories": lambda frame: frame.astype({"coder": "category"}),
    "pandas, another index": lambda frame: frame.set_index(frame.index * 7 + 3),
    "Polars": pl.from_pandas,
    "Polars, categories": lambda frame: pl.from_pandas(frame).with_columns(pl.col("coder").cast(pl.Categorical)),
    "Polars, an enum": lambda frame: pl.from_pandas(frame).with_columns(
        pl.col("coder").cast(pl.Enum(sorted(set(frame["coder"]))))
    ),
    "PyArrow": lambda frame: pa.Table.from_pandas(frame, preserve_index=False),
    "PyArrow, batches": lambda frame: pa.RecordBatchReader.from_batches(
        (table := pa.Table.from_pandas(frame, preserve_index=False)).schema, table.to_batches(max_chunksize=5)
    ),
    "DuckDB": of_duckdb,
    "Polars, lazy": lambda frame: pl.from_pandas(frame).lazy(),
    "narwhals, lazy": lambda frame: nw.from_native(pl.from_pandas(frame).lazy()),
}


def agreement(frame: Any, level: Any = "nominal", **more: Any) -> ic.Agreement:
    return ic.agreement(frame, unit="unit", annotator="coder", value="value", level=level, **{"replicates": 0, **more})


@pytest.mark.parametrize("kind", KINDS)
def test_the_published_alpha_from_a_frame_of_any_library(kind: str) -> None:
    """Krippendorff (2011), section C: four observers, twelve units, missing data."""
    found = agreement(KINDS[kind](FRAME))
    alpha = next(one for one in found.estimates if one.measure == "krippendorff_alpha")
    assert alpha.value == pytest.approx(0.743, abs=0.0005)
    assert found.estimates == agreement(FRAME).estimates


@pytest.mark.parametrize(("level", "published"), [("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)])
def test_the_published_alphas_of_other_levels(level: str, published: float) -> None:
    order = ["1", "2", "3", "4", "5"] if level == "ordinal" else []
    alpha, *_ = agreement(FRAME, level, order=order).estimates
    assert alpha.value == pytest.approx(published, abs=0.0006)


def test_sets_come_as_lists() -> None:
    frame = pl.DataFrame({"unit": [1, 1, 2, 2], "coder": ["a", "b"] * 2, "value": [["x"], ["x", "y"], [], ["y"]]})
    written = pl.DataFrame({**frame.to_dict(as_series=False), "value": ["x", "x|y", None, "y"]})
    from_lists = agreement(frame, "set").estimates
    assert from_lists == agreement(frame.to_pandas(), "set").estimates
    assert from_lists != agreement(written, "set", set_separator="|").estimates  # no answer is not an empty set


def test_the_frame_is_the_exported_table_with_its_types() -> None:
    found = agreement(FRAME, replicates=50)
    frame = found.to_frame()
    assert len(frame) == len(found.estimates)
    assert {name: str(frame[name].dtype) for name in ("value", "n_units", "interval_unreliable", "round", "seed")} == {
        "value": "double[pyarrow]", "n_units": "int32[pyarrow]", "interval_unreliable": "bool[pyarrow]",
        "round": "string[pyarrow]", "seed": "int64[pyarrow]",
    }  # fmt: skip
    assert frame["round"].isna().all()
    assert list(frame.columns) == found.to_arrow().column_names == list(pl.from_arrow(found.to_arrow()).columns)  # type: ignore[union-attr]  # a table gives a frame
    assert [value for value in frame["value"] if value is not pd.NA] == [
        one.value for one in found.estimates if one.value is not None
    ]


def test_it_shows_itself_in_a_terminal_and_in_a_notebook() -> None:
    frame = FRAME.rename(columns={"value": "<b>"})
    found = ic.agreement(frame, unit="unit", annotator="coder", value="<b>", level="nominal", replicates=50)
    text = str(found)
    assert text == repr(found)
    assert "Krippendorff's alpha" in text
    assert max(map(len, text.splitlines())) <= 80
    assert "\x1b" not in text
    html = found._repr_html_()
    assert html.startswith("<table>")
    assert ">.74</td>" in html
    assert ">&lt;b&gt;</td>" in html
    assert "<b>" not in html


def test_a_question_is_explained() -> None:
    found = agreement(FRAME.assign(question="rank"), question="question", replicates=50)
    explained = found.explain("rank")
    assert str(explained).startswith("rank")
    assert set(explained.to_frame()["question"]) == {"rank"}
    with pytest.raises(ic.UsageError, match="no question size") as raised:
        found.explain("size")
    assert raised.value.todo == "There is: rank."


def test_every_column_that_is_not_there_is_named_with_what_asked_for_it() -> None:
    with pytest.raises(ic.BadInput) as raised:
        ic.agreement(
            FRAME, unit="unit", annotator="coders", value="label", level="nominal", cluster="article", by=["outlet"]
        )
    assert {fault.place for fault in raised.value.faults} == {
        "`annotator=coders`", "`value=label`", "`cluster=article`", "`by=outlet`",
    }  # fmt: skip
    assert "Did you mean 'coder'?" in str(raised.value)


@pytest.mark.parametrize(
    ("frame", "kind", "says"),
    [
        (ROWS, TypeError, "list is no table"),
        (
            pd.DataFrame({**FRAME.to_dict("list"), "value": [object()] * len(FRAME)}),
            ic.BadInput,
            "column 'value' holds values of several",
        ),
        (
            FRAME.set_axis(["unit", "coder", "coder"], axis=1).assign(value=1),
            ic.BadInput,
            "several columns of this",
        ),
        (pd.concat([FRAME, FRAME]), ic.BadInput, "has 2 values"),
        (FRAME.rename(columns={"unit": 0}), ic.BadInput, "there is no such column, only coder, value"),
    ],
)
def test_what_is_no_table_of_answers_is_refused(frame: Any, kind: type[Exception], says: str) -> None:
    with pytest.raises(kind, match=says):
        agreement(frame)


def test_of_no_answers_there_is_no_number_and_a_reason() -> None:
    alpha, *_ = agreement(FRAME.iloc[:0]).estimates
    assert (alpha.value, alpha.undefined_because) == (None, "no overlap")


def test_a_level_that_is_none() -> None:
    with pytest.raises(ic.UsageError, match="no level 'nominall'"):
        agreement(FRAME, "nominall")


@pytest.mark.parametrize("asked", [{"on_repeat": "latest"}, {"against": "known.csv"}])
def test_what_an_engine_does_not_answer_is_said_before_it_starts(asked: dict[str, Any]) -> None:
    frame = pl.scan_parquet("nowhere.parquet")  # whoever looked would find nothing
    (name,) = asked
    with pytest.raises(ic.UsageError, match=f"`{name}=` cannot be answered by an engine") as raised:
        agreement(frame, **asked)
    assert "collect it" in raised.value.todo


def test_a_relation_is_taken_into_memory_for_what_its_engine_does_not_answer() -> None:
    found = agreement(of_duckdb(FRAME))
    assert str(found.explain("value")) == str(agreement(FRAME).explain("value"))


def test_a_relation_is_divided_by_its_engine() -> None:
    assert agreement(of_duckdb(FRAME), by=["coder"]).estimates == agreement(FRAME, by=["coder"]).estimates


def test_a_lazy_frame_where_the_extra_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "find_spec", lambda _: None)
    with pytest.raises(TypeError, match=r"LazyFrame .*: collect it first, or install intercoder\[engines\]"):
        agreement(pl.from_pandas(FRAME).lazy())
