"""`agree TABLE`: the same numbers from every kind of file, each as printed by its source, and every fault said once.

Four observers, twelve units: Krippendorff (2011), *Computing Krippendorff's Alpha-Reliability*. The four raters of
Gwet (2014) are that table with the last unit's value given by another rater; values as the package irrCAC prints them.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.cli.conftest import Command, Ended
from tests.cli.test_boundary import ENTRY, ENVIRONMENT
from tests.published.tables import GWET_2014, KRIPPENDORFF_2011
from toolkit.cli.streams import show_json
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.table import TableScale, agree_table
from toolkit.tables.rows import LongColumns

ANSWERS = ("--unit", "unit", "--annotator", "coder", "--value", "value")
COLUMNS = LongColumns(unit="unit", annotator="coder", value="value")
SPANS = (
    *("--unit", "s", "--annotator", "coder", "--value", "label", "--level", "span"),
    *("--start", "from", "--end", "to", "--length", "n"),
)
KINDS = ("parquet", "csv", "jsonl")
FIRST_ROW = {"parquet": ("row", 1), "csv": ("line", 2), "jsonl": ("line", 1)}
"""What rows are called in faults, and the number of the first."""

Row = Mapping[str, object]


def long_rows(matrix: str) -> list[Row]:
    """One row per unit and coder, whole numbers as values, None where there is a dot."""
    table = [line.split() for line in matrix.split("\n") if line]
    return [
        {"unit": number, "coder": "ABCD"[place], "value": None if text == "." else int(text)}
        for number, line in enumerate(table, start=1)
        for place, text in enumerate(line)
    ]


def answers(*given: tuple[object, ...], more: Sequence[str] = ()) -> list[Row]:
    """Rows of unit, coder, value and further columns."""
    return [dict(zip(("unit", "coder", "value", *more), fields, strict=True)) for fields in given]


def written(folder: Path, kind: str, rows: Sequence[Row], *, separator: str = "|") -> Path:
    path = folder / f"table.{kind}"
    if kind == "parquet":
        pa.parquet.write_table(pa.Table.from_pylist([dict(row) for row in rows]), path)
    elif kind == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            for row in rows:
                fields = {name: _set_text(field, separator) for name, field in row.items()}
                writer.writerow({name: "" if field is None else field for name, field in fields.items()})
    return path


def _set_text(field: object, separator: str) -> object:
    return field if not isinstance(field, list) else separator.join(field) or separator


def estimates(ended: Ended) -> list[dict[str, Any]]:
    assert ended.code == 0, ended.err
    found: list[dict[str, Any]] = json.loads(ended.out)["estimates"]
    return found


def value_of(ended: Ended, measure: str = "krippendorff_alpha", **cut: object) -> float | None:
    """The value of the one estimate of this measure and cut, which is the whole where nothing is said."""
    wanted = {"measure": measure, "category": None, "annotator": None, "group": None} | cut
    (found,) = (each for each in estimates(ended) if wanted.items() <= each.items())
    value: float | None = found["value"]
    return value


def placed(said: str, kind: str) -> str:
    """What is said about rows counted from 1, as it is said about this kind of file."""
    noun, first = FIRST_ROW[kind]

    def renamed(found: re.Match[str]) -> str:
        numbers = ", ".join(str(int(number) + first - 1) for number in found["rows"].split(", "))
        return f"{noun}{found['s']} {numbers}"

    return re.sub(r"\brow(?P<s>s?) (?P<rows>\d+(, \d+)*)", renamed, said)


def as_json(value: object) -> Any:
    return json.loads(json.dumps(value))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("level", "printed"),
    [
        (("--level", "nominal"), 0.743),
        (("--level", "ordinal", "--order", "1,2,3,4,5"), 0.815),
        (("--level", "ordinal", "--order", "5, 4.0, 3, 2, 1"), 0.815),
        (("--level", "interval"), 0.849),
        (("--level", "ratio"), 0.797),
    ],
)
def test_published_alpha_at_four_levels(
    tmp_path: Path, intercoder: Command, kind: str, level: tuple[str, ...], printed: float
) -> None:
    path = written(tmp_path, kind, long_rows(KRIPPENDORFF_2011))
    ended = intercoder("agree", path, *ANSWERS, *level, "--bootstrap", "0", "--format", "json")
    assert value_of(ended, level=level[1]) == pytest.approx(printed, abs=5e-4)


def test_json_is_the_same_from_every_kind_of_file(tmp_path: Path, intercoder: Command) -> None:
    found = []
    for kind in KINDS:
        path = written(tmp_path, kind, long_rows(KRIPPENDORFF_2011))
        ended = intercoder("agree", path, *ANSWERS, "--level", "nominal", "--bootstrap", "200", "--format", "json")
        assert ended.err == ""
        found.append(json.loads(ended.out) | {"source": "table"})
    assert found[0] == found[1] == found[2]
    assert found[0]["estimates"][0]["n_pairable"] == 11


def test_what_was_resampled_is_named_as_the_table_names_it(tmp_path: Path, intercoder: Command) -> None:
    rows = [{**row, "speaker": f"s{row['unit']}"[:2]} for row in long_rows(KRIPPENDORFF_2011)]
    path = written(tmp_path, "jsonl", rows)
    whole = (*ANSWERS, "--level", "nominal", "--cluster", "speaker", "--bootstrap", "50")
    ended = intercoder("agree", path, *whole, "--format", "json")
    assert {estimate["cluster"] for estimate in json.loads(ended.out)["estimates"]} == {"speaker"}
    printed = intercoder("agree", path, *whole).out
    assert "article" not in printed
    assert "sentence" not in printed


def test_json_is_what_the_function_returns(tmp_path: Path, intercoder: Command) -> None:
    path = written(tmp_path, "parquet", long_rows(KRIPPENDORFF_2011))
    options = ("--level", "nominal", "--missing", "4", "--bootstrap", "100", "--seed", "3", "--format", "json")
    ended = intercoder("agree", path, *ANSWERS, *options)
    report = agree_table(
        path, COLUMNS, TableScale(level="nominal", missing=("4",)), AgreementRequest(replicates=100, seed=3)
    )
    assert report.missing
    assert json.loads(ended.out) == as_json(asdict(report))


@pytest.mark.parametrize(
    ("measure", "printed", "tolerance"),
    [
        ("percent_agreement", 0.8182, 5e-5),
        ("gwet_ac1", 0.77544, 6e-6),
        ("fleiss_kappa", 0.76117, 6e-6),
        ("bennett_s_brennan_prediger", 0.77273, 6e-6),
    ],
)
def test_published_values_of_other_measures(
    tmp_path: Path, intercoder: Command, measure: str, printed: float, tolerance: float
) -> None:
    path = written(tmp_path, "csv", long_rows(GWET_2014))
    ended = intercoder(
        "agree", path, *ANSWERS, "--level", "nominal", "--bootstrap", "0", "--measure", "all", "--format", "json"
    )
    assert value_of(ended, measure) == pytest.approx(printed, abs=tolerance)


def test_no_replicates_are_no_interval(tmp_path: Path, intercoder: Command) -> None:
    path = written(tmp_path, "csv", long_rows(KRIPPENDORFF_2011))
    found = estimates(intercoder("agree", path, *ANSWERS, "--level", "nominal", "--bootstrap", "0", "--format", "json"))
    assert {(each["ci_low"], each["ci_high"], each["replicates"]) for each in found} == {(None, None, 0)}
    assert {each["interval_undefined_because"] for each in found} == {"no replicates asked for"}


@pytest.mark.parametrize("kind", KINDS)
def test_categories_named_nan_none_and_na(tmp_path: Path, intercoder: Command, kind: str) -> None:
    # By hand: 3 units, 2 disagreements of 6 pairs; 2, 1, 1, 2 values: D_e = 1 − (2 + 2) / 30.
    rows = answers(("s", "x", "nan"), ("s", "y", "nan"), ("t", "x", "None"), ("t", "y", "NA"))
    rows += answers(("u", "x", "null"), ("u", "y", "null"))
    ended = intercoder(
        "agree", written(tmp_path, kind, rows), *ANSWERS, "--level", "nominal", "--bootstrap", "0", "--format", "json"
    )
    assert value_of(ended) == pytest.approx(1 - (2 / 6) / (1 - 4 / 30), abs=1e-12)
    assert estimates(ended)[0]["n_categories"] == 4


SETS: list[Row] = answers(
    ("s", "x", ["a", "b"]),
    ("s", "y", ["a"]),
    ("t", "x", ["c"]),
    ("t", "y", ["c"]),
    ("u", "x", []),
    ("u", "y", None),
)


@pytest.mark.parametrize(("kind", "separator"), [("parquet", None), ("jsonl", None), ("csv", "|"), ("csv", "; ")])
def test_sets(tmp_path: Path, intercoder: Command, kind: str, separator: str | None) -> None:
    # By hand, pairable {a,b} {a} | {c} {c}. Jaccard {a,b}–{a} 1/2, else 1: D_o = 2·½/4, D_e = 2(½ + 2 + 2)/12.
    path = written(tmp_path, kind, SETS, separator=separator or "|")
    how = () if separator is None else ("--set-separator", separator)
    ended = intercoder("agree", path, *ANSWERS, "--level", "set", *how, "--bootstrap", "0", "--format", "json")
    assert value_of(ended, level="set:jaccard") == pytest.approx(1 - (1 / 4) / (9 / 12), abs=1e-12)
    # MASI {a,b}–{a} is 1 − ½·⅔ = 2/3.
    assert value_of(ended, level="set:masi") == pytest.approx(1 - (1 / 3) / (2 * (2 / 3 + 4) / 12), abs=1e-12)


MARKED: list[Row] = [
    {"s": "s1", "coder": "x", "label": "claim", "from": 0, "to": 5, "n": 10, "round": "r1"},
    {"s": "s1", "coder": "y", "label": "claim", "from": 0, "to": 4, "n": 10, "round": "r1"},
    {"s": "s2", "coder": "x", "label": None, "from": None, "to": None, "n": 6, "round": "r1"},
    {"s": "s2", "coder": "y", "label": None, "from": None, "to": None, "n": 6, "round": "r1"},
    {"s": "s3", "coder": "x", "label": "claim", "from": 2, "to": 4, "n": 4, "round": "r2"},
    {"s": "s3", "coder": "y", "label": "claim", "from": 2, "to": 4, "n": 4, "round": "r2"},
]


@pytest.mark.parametrize("kind", KINDS)
def test_spans_and_their_groups(tmp_path: Path, intercoder: Command, kind: str) -> None:
    path = written(tmp_path, kind, MARKED)
    ended = intercoder("agree", path, *SPANS, "--by", "round", "--bootstrap", "0", "--format", "json")
    # By hand, characters: 20 of two values each, 1 differs; 13 of 40 values are marked.
    assert value_of(ended, "char_level_alpha") == pytest.approx(1 - (2 / 40) / (2 * 13 * 27 / (40 * 39)), abs=1e-12)
    # In the first round 16 characters, 9 of 32 values marked; in the second all agree.
    assert value_of(ended, "char_level_alpha", by="round", group="r1") == pytest.approx(
        1 - (2 / 32) / (2 * 9 * 23 / (32 * 31)), abs=1e-12
    )
    assert value_of(ended, "char_level_alpha", by="round", group="r2") == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_missing_codes_are_left_out_and_agreed_on(tmp_path: Path, intercoder: Command, kind: str) -> None:
    rows = answers(("s", "x", 1), ("s", "y", -9), ("t", "x", -9), ("t", "y", -9), ("u", "x", 2), ("u", "y", 2))
    rows += answers(("v", "x", 1), ("v", "y", -8), ("w", "x", 1), ("w", "y", 1))
    path = written(tmp_path, kind, rows)
    how = ("--level", "nominal", "--missing", "-9", "--missing", "-8", "--missing", "-7", "--bootstrap", "0")
    ended = intercoder("agree", path, *ANSWERS, *how, "--format", "json")
    assert value_of(ended, level="nominal") == pytest.approx(1, abs=1e-12)
    # By hand, -9 or not: 5 units, 1 differs, 3 of 10 values are -9.
    judged = value_of(ended, level="nominal:judged", category="-9")
    assert judged == pytest.approx(1 - (2 / 10) / (2 * 3 * 7 / 90), abs=1e-12)
    never = value_of(ended, level="nominal:judged", category="-7")
    assert never is None
    (shares,) = json.loads(ended.out)["missing"].values()
    assert [(each["category"], each["count"], each["n_answers"]) for each in shares] == [
        ("-9", 3, 10),
        ("-8", 1, 10),
        ("-7", 0, 10),
    ]


REPEATED = answers(("s", "x", "a"), ("s", "y", "b"), ("t", "x", "b"), ("t", "y", "b"), ("s", "x", "b"))
NOMINAL = (*ANSWERS, "--level", "nominal", "--bootstrap", "0", "--format", "json")


@pytest.mark.parametrize("kind", KINDS)
def test_on_repeat(tmp_path: Path, intercoder: Command, kind: str) -> None:
    path = written(tmp_path, kind, REPEATED)
    refused = intercoder("agree", path, *NOMINAL)
    assert (refused.code, refused.out) == (3, "")
    assert placed("rows 1, 5: unit 's', annotator 'x' has 2 values: 'a', 'b'", kind) in refused.err
    assert f"{path} cannot be read as answers." in refused.err
    assert "--on-repeat" in refused.err
    assert intercoder("agree", path, *NOMINAL, "--on-repeat", "error") == refused
    first = intercoder("agree", path, *NOMINAL, "--on-repeat", "first")
    assert value_of(first) == pytest.approx(0, abs=1e-12)  # one a in four values, beside a b
    latest = intercoder("agree", path, *NOMINAL, "--on-repeat", "latest")
    assert estimates(latest)[0]["undefined_because"] == "no variation"
    assert json.loads(latest.out)["n_repeats"] == {"value": 1}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("spelt", ["1,2,10", "1.0,2,10", " 1 , 2 , 10 "])
def test_an_order_matches_numbers_and_text(tmp_path: Path, intercoder: Command, kind: str, spelt: str) -> None:
    numbers = answers(("s", "x", 1), ("s", "y", 2), ("t", "x", 10), ("t", "y", 10), ("u", "x", 1), ("u", "y", 1))
    values = []
    for rows in (numbers, [row | {"value": str(row["value"])} for row in numbers]):  # type: ignore[operator]  # rows are dicts
        path = written(tmp_path, kind, rows)
        ended = intercoder(
            "agree", path, *ANSWERS, "--level", "ordinal", "--order", spelt, "--bootstrap", "0", "--format", "json"
        )
        values.append(value_of(ended))
    # By hand, counts 3, 1, 2: ranks apart 1–2: (3 + 1)/2, 2–10: (1 + 2)/2, 1–10: 3/2 + 1 + 2/2; each squared.
    expected = 1 - (2 * 4 / 6) / (2 * (3 * 1 * 4 + 1 * 2 * 2.25 + 3 * 2 * 12.25) / 30)
    assert values == pytest.approx([expected, expected], abs=1e-12)


FAULTY = answers(
    ("s", "x", "a", "A"), ("s", "y", "z", "B"), ("t", None, "a", "A"), (None, "y", "a", "A"), ("t", "x", "q", None),
    more=("article",),
)  # fmt: skip
FEW = answers(("s", "x", "1"), ("s", "y", "2"), ("t", "x", "high"), ("t", "y", "low"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("rows", "options", "code", "said"),
    [
        (FEW, ("--unit", "unti", "--annotator", "who", "--value", "value", "--level", "nominal"), 3,
         ["--unit unti: there is no such column", "Did you mean 'unit'?", "--annotator who: there is no such column"]),
        (FEW, (*ANSWERS, "--level", "nominal", "--question", "q", "--by", "r", "--cluster", "c"), 3,
         ["--question q: there is", "--by r: there is", "--cluster c: there is"]),
        (FEW, (*ANSWERS, "--level", "ordinal", "--order", "low,high"), 3,
         ["row 1: unit 's', annotator 'x': '1' is not listed", "row 2: unit 's', annotator 'y': '2' is not listed"]),
        (FEW, (*ANSWERS, "--level", "interval"), 3, ["row 3", "'high' is not a number", "row 4", "'low' is not a"]),
        (FEW, (*ANSWERS, "--level", "ordinal"), 2, ["order of its values, from low to high: 1, 2, high, low"]),
        (FEW, (*ANSWERS, "--level", "ordnal"), 2, ["'ordnal'", "ordinal"]),
        (FEW, (*ANSWERS, "--level", "nominal", "--order", "1,2", "--categories", "1,2"), 2, ["already"]),
        (FEW, (*ANSWERS, "--level", "nominal", "--categories", "1,2,1.0,low,high"), 2, ["listed twice", "'1'"]),
        (FEW, (*ANSWERS, "--level", "set"), 2, ["text where sets", "--set-separator"]),
        (FEW, (*ANSWERS, "--level", "span"), 2, ["--start", "--end", "--length"]),
        (FEW, ANSWERS, 2, ["--level"]),
        (FEW, ("--level", "nominal", "--value", "value"), 2, ["--unit", "--annotator"]),
        (FEW, (*ANSWERS, "--level", "nominal", "--measure", "kripendorff"), 2, ["kripendorff", "krippendorff_alpha"]),
        (FEW, (*ANSWERS, "--level", "nominal", "--explain", "tone"), 2, ["no question tone", "value"]),
        (FEW, (*ANSWERS, "--level", "nominal", "--fail-under", "high"), 2, ["'high'"]),
        (FEW, (*ANSWERS, "--level", "nominal", "--fail-under", "nan"), 2, ["'nan'"]),
        (FEW, (*ANSWERS, "--level", "nominal", "--fail-under", "1.1"), 2, ["from -1 to 1", "'1.1'"]),
        (FEW, (*ANSWERS, "--level", "nominal", "--fail-under", "-2"), 2, ["from -1 to 1", "'-2'"]),
        (FEW, (*ANSWERS, "--level", "ordinal", "--order", "1,,2,high,low"), 2, ["without a name"]),
        (FEW, (*ANSWERS, "--level", "nominal", "--categories", "1,2,high,low,"), 2, ["without a name"]),
        (FEW, (*ANSWERS, "--level", "nominal", "--question", "unit"), 2, ["'unit' cannot be both unit and question"]),
        (FEW, (*ANSWERS, "--level", "nominal", "--study", "."), 2, ["--study"]),
        (FEW, (*ANSWERS, "--level", "nominal", "--order", ""), 2, ["--order is empty"]),
        *((FEW, (*ANSWERS, "--level", "nominal", option, ""), 2, [f"{option} is empty"])
          for option in ("--unit", "--question", "--cluster", "--by", "--missing", "--measure", "--explain")),
        (FEW, (*ANSWERS, "--level", "table"), 2, ["--weight-table"]),
        (FEW, (*ANSWERS, "--level", "table", "--categories", "1,2,high,low"), 2, ["--weight-table"]),
        (FEW, (*ANSWERS, "--level", "nominal", "--set-separator", "|"), 2, ["--level set"]),
        (FEW, (*ANSWERS, "--level", "nominal", "--start", "value"), 2, ["--level span"]),
        (FEW, (*ANSWERS, "--level", "nominal", "--round", "main"), 2, ["--round"]),
        (FAULTY, (*ANSWERS, "--level", "nominal", "--categories", "a,b", "--cluster", "article"), 3,
         ["row 2: unit 's', annotator 'y': 'z' is not listed", "row 3: no annotator", "row 4: no unit",
          "row 5: no cluster", "row 5: unit 't', annotator 'x': 'q' is not listed",
          "unit 's' is in cluster 'A', and in 'B'"]),
    ],
)  # fmt: skip
def test_every_fault_is_said_at_once(
    tmp_path: Path,
    intercoder: Command,
    kind: str,
    rows: Sequence[Row],
    options: Sequence[str],
    code: int,
    said: Sequence[str],
) -> None:
    ended = intercoder("agree", written(tmp_path, kind, rows), *options, "--bootstrap", "0")
    assert (ended.code, ended.out) == (code, "")
    assert ended.err.count("Error") == 1
    assert [phrase for phrase in said if placed(phrase, kind) not in ended.err] == []


@pytest.mark.parametrize("kind", KINDS)
def test_faults_of_spans(tmp_path: Path, intercoder: Command, kind: str) -> None:
    changed: list[Row] = [
        {**MARKED[0], "to": 11},
        {**MARKED[1], "from": 4},
        {**MARKED[2], "n": None},
        {**MARKED[3], "coder": None},
        {**MARKED[4], "from": None},
        {**MARKED[5], "label": None},
        {**MARKED[5], "from": 0, "to": 1, "round": "r1"},
    ]
    ended = intercoder("agree", written(tmp_path, kind, changed), *SPANS, "--by", "round")
    assert (ended.code, ended.out) == (3, "")
    expected = {
        "row 1: unit 's1', annotator 'x': span 0–11 must",
        "row 2: unit 's1', annotator 'y': span 4–4 must",
        "row 3: unit 's2', annotator 'x': no length",
        "row 4: no annotator",
        "row 5: unit 's3', annotator 'x': start and end must both be given",
        "row 6: unit 's3', annotator 'y': a span without a label",
        "row 7: unit 's3', annotator 'y': 'r1' in column 'round', and 'r2' in row 6",
    }
    assert {phrase for phrase in expected if placed(phrase, kind) not in ended.err} == set()


def test_a_quote_that_is_never_closed_takes_no_rows_away(tmp_path: Path, intercoder: Command) -> None:
    rows = [f"s{place // 3},{'xyz'[place % 3]},{'ab'[place % 2]}" for place in range(90)]
    rows[19] = rows[19][:-1] + '"a'
    path = tmp_path / "table.csv"
    path.write_text("\n".join(["unit,coder,value", *rows]) + "\n")
    ended = intercoder("agree", path, *NOMINAL)
    assert (ended.code, ended.out) == (3, "")
    assert "line 21: a quoted field that never ends" in ended.err


def test_missing_codes_nobody_gave_are_noted(tmp_path: Path, intercoder: Command) -> None:
    rows = answers(("s", "x", "1"), ("s", "y", "-9"), ("t", "x", "2"), ("t", "y", "2"))
    path = written(tmp_path, "csv", rows)
    ended = intercoder("agree", path, *NOMINAL, "--missing", "-9.0", "--missing", "nope")
    assert ended.code == 0
    assert ended.err == "Note: nobody gave 'nope' (--missing).\n"


def test_a_level_beside_a_table_of_distances_is_noted(tmp_path: Path, intercoder: Command) -> None:
    (tmp_path / "weights.csv").write_text(WEIGHT_TABLE)
    path = written(tmp_path, "csv", answers(("s", "x", "near"), ("s", "y", "mid")))
    how = (*ANSWERS, "--weight-table", tmp_path / "weights.csv", "--bootstrap", "0")
    ended = intercoder("agree", path, *how, "--level", "ordinal")
    assert (ended.code, ended.err) == (0, f"Note: distances come from {tmp_path / 'weights.csv'}; level is 'table'.\n")
    assert intercoder("agree", path, *how).err == ""
    assert intercoder("agree", path, *how, "--level", "table").err == ""


def test_measures_may_be_all_in_capitals(tmp_path: Path, intercoder: Command) -> None:
    path = written(tmp_path, "csv", long_rows(KRIPPENDORFF_2011))
    assert intercoder("agree", path, *NOMINAL, "--measure", "ALL") == intercoder(
        "agree", path, *NOMINAL, "--measure", "all"
    )


def test_parquet_is_refused_by_a_terminal_before_anything_is_read(
    tmp_path: Path, intercoder: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    ended = intercoder("agree", tmp_path / "absent.csv", *ANSWERS, "--level", "nominal", "--format", "parquet")
    assert ended.code == 2
    assert "Parquet cannot be read on a screen" in ended.err


@pytest.mark.parametrize("format", ["table", "json", "csv", "parquet", "latex", "markdown"])
def test_a_closed_stdout_is_said_once(tmp_path: Path, format: str) -> None:
    path = written(tmp_path, "csv", long_rows(KRIPPENDORFF_2011))
    arguments = ["agree", path, *ANSWERS, "--level", "nominal", "--bootstrap", "0", "--format", format]
    command = ["sh", "-c", 'exec "$@" >&-', "sh", sys.executable, "-c", ENTRY, *map(str, arguments)]
    ended = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 2
    assert "standard output is closed" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_numbers_that_are_none_never_reach_json() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        show_json({"value": float("nan")})


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_header_alone_has_no_overlap(tmp_path: Path, intercoder: Command, end: str) -> None:
    (tmp_path / "table.csv").write_text("unit,coder,value" + end)
    found = estimates(intercoder("agree", tmp_path / "table.csv", *NOMINAL))
    assert {each["undefined_because"] for each in found if each["measure"] == "krippendorff_alpha"} == {"no overlap"}


def test_a_study_beside_an_export_is_refused(tmp_path: Path, intercoder: Command) -> None:
    ended = intercoder("agree", tmp_path, "--study", tmp_path)
    assert ended.code == 2
    assert "--study" in ended.err


def test_files_that_are_no_tables(tmp_path: Path, intercoder: Command) -> None:
    (tmp_path / "table.csv").write_bytes(b"unit,coder,value\ns,x\nt,\xff,a\n")
    (tmp_path / "table.jsonl").write_text('{"unit": 1\n[]\n')
    (tmp_path / "table.parquet").write_text("unit,coder,value\n")
    (tmp_path / "table.xlsx").write_text("")
    for name, said in (
        ("table.csv", ["line 2: 2 fields", "line 3: not UTF-8"]),
        ("table.jsonl", ["line 1", "line 2: not an object"]),
        ("table.parquet", ["not a Parquet file"]),
        ("table.xlsx", [".parquet, .csv, .jsonl"]),
        ("absent.csv", ["absent.csv", "No such file"]),
    ):
        ended = intercoder("agree", tmp_path / name, *ANSWERS, "--level", "nominal")
        assert (ended.code, ended.out) == (3, "")
        assert [phrase for phrase in said if phrase not in ended.err] == []


def test_fail_under(tmp_path: Path, intercoder: Command) -> None:
    path = written(tmp_path, "csv", long_rows(KRIPPENDORFF_2011))
    under = intercoder("agree", path, *NOMINAL, "--fail-under", "0.75")
    assert under.code == 8
    assert json.loads(under.out)["estimates"]
    assert "0.743" in under.err or ".74" in under.err
    passed = intercoder("agree", path, *NOMINAL, "--fail-under", "0.74")
    assert passed.code == 0
    assert "--fail-under looks at the point only: of value the interval reaches below it" in passed.err
    same = written(tmp_path, "csv", answers(("s", "x", "a"), ("s", "y", "a")))
    undefined = intercoder("agree", same, *NOMINAL, "--fail-under", "0.1")
    assert undefined.code == 8
    assert "no variation" in undefined.err


@pytest.mark.parametrize("level", ["nominal", "interval", "ratio", "taxonomy", "set"])
@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_a_question_nobody_answered_has_no_value(tmp_path: Path, intercoder: Command, kind: str, level: str) -> None:
    path = written(tmp_path, kind, answers(("s", "x", None), ("s", "y", None)))
    how = () if level != "set" else ("--set-separator", "|")
    ended = intercoder("agree", path, *ANSWERS, "--level", level, *how, "--bootstrap", "0", "--format", "json")
    found = [each for each in estimates(ended) if each["measure"] == "krippendorff_alpha"]
    assert {(each["value"], each["undefined_because"]) for each in found} == {(None, "no overlap")}


@pytest.mark.parametrize("cluster", [(), ("--cluster", "article")])
@pytest.mark.parametrize("kind", KINDS)
def test_two_groups_are_compared(tmp_path: Path, intercoder: Command, kind: str, cluster: tuple[str, ...]) -> None:
    more = ("article", "wave")
    rows = answers(("s", "x", "a", "A", 1), ("s", "y", "a", "A", 1), ("t", "x", "b", "B", 1), ("t", "y", "b", "B", 1),
                   ("u", "x", "a", "A", 2), ("u", "y", "b", "A", 2), more=more)  # fmt: skip
    rows += answers(("v", "x", "b", "B", 2), ("v", "y", "b", "B", 2), ("w", "x", "b", "B", None), more=more)
    how = ("--level", "nominal", *cluster, "--by", "wave", "--bootstrap", "50", "--format", "json")
    ended = intercoder("agree", written(tmp_path, kind, rows), *ANSWERS, *how)
    # By hand: one a in four values, beside a b, is alpha 0.
    assert value_of(ended, by="wave", group="1") == pytest.approx(1, abs=1e-12)
    assert value_of(ended, by="wave", group="2") == pytest.approx(0, abs=1e-12)
    found = value_of(ended, "krippendorff_alpha_difference", by="wave", group="2", against="1")
    assert found == pytest.approx(-1, abs=1e-12)


def test_csv_has_a_row_for_every_estimate(tmp_path: Path, intercoder: Command) -> None:
    path = written(tmp_path, "csv", long_rows(KRIPPENDORFF_2011))
    found = estimates(intercoder("agree", path, *NOMINAL))
    printed = intercoder("agree", path, *ANSWERS, "--level", "nominal", "--bootstrap", "0", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(printed.out)))
    assert [(row["measure"], float(row["value"])) for row in rows] == [
        (each["measure"], each["value"]) for each in found
    ]
    assert {row["ci_low"] for row in rows} == {""}


HOSTILE = ['=HYPERLINK("x")', "+1+1", "-2+3", "@SUM(A1)", "\tx", "\rx", "＝1"]
HARMLESS = ["-1", "+1.5", "-2e-3", "a=b", "'=x", "ordinary"]


def test_no_cell_is_a_formula_unless_raw_values_are_asked_for(tmp_path: Path, intercoder: Command) -> None:
    """OWASP, CSV Injection: these first characters, and an apostrophe before them."""
    categories = [*HOSTILE, *HARMLESS]
    rows = answers(*((unit, coder, category) for unit, category in enumerate(categories) for coder in "xy"))
    path = written(tmp_path, "parquet", rows)
    how = (*ANSWERS, "--level", "nominal", "--bootstrap", "0", "--measure", "krippendorff_alpha_category")

    def printed(*more: str) -> list[str]:
        out = intercoder("agree", path, *how, "--format", "csv", *more).out
        return [row["category"] for row in csv.DictReader(io.StringIO(out, newline="")) if row["category"]]

    assert sorted(printed("--raw-csv")) == sorted(categories)
    assert sorted(printed()) == sorted([*(f"'{text}" for text in HOSTILE), *HARMLESS])


def test_negative_numbers_stay_numbers(tmp_path: Path, intercoder: Command) -> None:
    rows = answers((1, "x", "a"), (1, "y", "b"), (2, "x", "b"), (2, "y", "a"))
    ended = intercoder("agree", written(tmp_path, "csv", rows), *ANSWERS, "--level", "nominal", "--format", "csv")
    (found,) = (row for row in csv.DictReader(io.StringIO(ended.out)) if row["measure"] == "krippendorff_alpha")
    assert float(found["value"]) == pytest.approx(-0.5, abs=1e-12)  # D_o 1, D_e 2 · 2 · 2 / (4 · 3)


@pytest.mark.parametrize("format", ["table", "json", "parquet", "latex", "markdown"])
def test_raw_values_are_for_csv(tmp_path: Path, intercoder: Command, format: str) -> None:
    ended = intercoder("agree", tmp_path / "no.csv", *ANSWERS, "--level", "nominal", "--format", format, "--raw-csv")
    assert ended.code == 2
    assert "--raw-csv is for CSV" in ended.err


def test_parquet_sent_to_a_file_can_be_read(tmp_path: Path, intercoder: Command) -> None:
    path = written(tmp_path, "csv", long_rows(KRIPPENDORFF_2011))
    found = estimates(intercoder("agree", path, *NOMINAL))
    arguments = ("agree", path, *ANSWERS, "--level", "nominal", "--bootstrap", "0", "--format", "parquet")
    with (tmp_path / "estimates.parquet").open("wb") as file:
        command = [sys.executable, "-c", ENTRY, *map(str, arguments)]
        ended = subprocess.run(
            command, cwd=tmp_path, env=ENVIRONMENT, stdout=file, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (ended.returncode, ended.stderr) == (0, "")
    rows = pa.parquet.read_table(tmp_path / "estimates.parquet").to_pylist()
    assert [(row["measure"], row["value"]) for row in rows] == [(each["measure"], each["value"]) for each in found]


@pytest.mark.parametrize(
    ("format", "row"), [("latex", r"value & nominal & .74 &"), ("markdown", "| value | nominal | .74 |")]
)
def test_the_headline_for_a_paper(tmp_path: Path, intercoder: Command, format: str, row: str) -> None:
    path = written(tmp_path, "csv", long_rows(KRIPPENDORFF_2011))
    arguments = ("agree", path, *ANSWERS, "--level", "nominal", "--format", format)
    ended = intercoder(*arguments)
    assert ended.code == 0
    assert sum(line.startswith(row) for line in ended.out.splitlines()) == 1
    for option, of in (("--explain", "value"), ("--measure", "all"), ("--by", "coder"), ("--plan", "0.1")):
        refused = intercoder(*arguments, option, of)
        assert refused.code == 2
        assert f"{option} is not in the table for a paper (--format {format})" in refused.err


def test_the_methods_paragraph(tmp_path: Path, intercoder: Command) -> None:
    """Four observers, twelve units; the twelfth has one value (Krippendorff 2011)."""
    path = written(tmp_path, "csv", long_rows(KRIPPENDORFF_2011))
    ended = intercoder("agree", path, *ANSWERS, "--level", "nominal", "--paragraph")
    assert ended.out.startswith("12 units [what a unit is] from [number of clusters]")
    assert "were coded by 4 annotators" in ended.out
    assert "from 11 units coded by at least two of them (92 % of those coded)" in ended.out
    assert ended.out.count("\n") == 1
    for options in (["--explain", "value"], ["--measure", "all"], ["--plan", "0.1"], ["--format", "json"]):
        refused = intercoder("agree", path, *ANSWERS, "--level", "nominal", "--paragraph", *options)
        assert refused.code == 2


WEIGHT_TABLE = ",near,mid,far\nnear,0,1,3\nmid,1,0,1\nfar,3,1,0\n"


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_of_distances(tmp_path: Path, intercoder: Command, kind: str) -> None:
    rows = answers(("s", "x", "near"), ("s", "y", "mid"), ("t", "x", "far"), ("t", "y", "far"))
    (tmp_path / "weights.csv").write_text(WEIGHT_TABLE)
    ended = intercoder(
        "agree", written(tmp_path, kind, rows), *ANSWERS, "--weight-table", tmp_path / "weights.csv",
        "--bootstrap", "0", "--format", "json",
    )  # fmt: skip
    # By hand: D_o = 2·1/4, D_e = 2(1·1·1 + 1·2·3 + 1·2·1)/12.
    assert value_of(ended) == pytest.approx(1 - (2 / 4) / (18 / 12), abs=1e-12)


def test_a_category_of_the_table_of_distances_may_mean_missing(tmp_path: Path, intercoder: Command) -> None:
    rows = answers(("s", "x", "near"), ("s", "y", "mid"), ("t", "x", "mid"), ("t", "y", "far"))
    rows += answers(("u", "x", "near"), ("u", "y", "near"))
    (tmp_path / "weights.csv").write_text(WEIGHT_TABLE)
    ended = intercoder(
        "agree", written(tmp_path, "csv", rows), *ANSWERS, "--weight-table", tmp_path / "weights.csv",
        "--missing", "far", "--bootstrap", "0", "--format", "json",
    )  # fmt: skip
    assert value_of(ended, level="table") == pytest.approx(1 - (2 / 4) / (2 * 3 * 1 / 12), abs=1e-12)


def test_faults_of_a_table_of_distances(tmp_path: Path, intercoder: Command) -> None:
    rows = answers(("s", "x", "near"), ("s", "y", "mid"))
    (tmp_path / "weights.csv").write_text(",near,mid\nnear,0,2\nmid,1,x\n")
    ended = intercoder("agree", written(tmp_path, "csv", rows), *ANSWERS, "--weight-table", tmp_path / "weights.csv")
    assert (ended.code, ended.out) == (3, "")
    assert "row 'near', column 'mid': 2, but 1 in row 'mid', column 'near'" in ended.err
    assert "row 'mid', column 'mid': 'x' is not a number" in ended.err


ONE_ARTICLE_EACH = (*ANSWERS, "--level", "nominal", "--cluster", "article")


def studied(*alike: int, unlike: int = 0) -> list[Row]:
    """So many sentences alike in each article, half of them a and half b; and as many more each on which two part."""
    rows: list[Row] = []
    for article, n in enumerate(alike):
        values = [("a", "a"), ("b", "b")] * (n // 2) + [("a", "b"), ("b", "a")] * (unlike // 2)
        for place, (one, other) in enumerate(values):
            for coder, value in (("ann", one), ("bo", other)):
                rows.append({"unit": f"{article}-{place}", "coder": coder, "value": value, "article": f"a{article}"})
    return rows


@pytest.mark.parametrize(
    ("rows", "target", "code", "said"),
    [
        (studied(*[10] * 17), "0.8", 0, ()),
        (studied(*[10] * 16), "0.8", 9, ("1 of 1 target", "undecided", "[0.794, 1.000] against 0.8", "about 1 more")),
        (studied(*[2] * 30, unlike=10), "value=0.8", 8, ("1 of 1 target", "not reached", "value (nominal)")),
        (studied(10), "0.8", 9, ("without an interval (one article)", "how many more would decide cannot be told")),
        (studied(*[10] * 16), "0.9", 9, ("about 20 more articles would decide",)),
    ],
    ids=["reached", "one article short", "not reached", "one article", "twenty short"],
)
def test_a_verdict_can_be_required(
    tmp_path: Path, intercoder: Command, rows: list[Row], target: str, code: int, said: tuple[str, ...]
) -> None:
    """17 articles in perfect agreement show .80, and 36 show .90: see docs/agreement.md."""
    path = written(tmp_path, "csv", rows)
    ended = intercoder("agree", path, *ONE_ARTICLE_EACH, "--target", target, "--require", "reached")
    assert ended.code == code, ended.err
    for text in said:
        assert text in " ".join(ended.err.split())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("high",), ["'high'", "no number from -1 to 1"]),
        (("1.5", "voice=0.8", "value=x"), ["'1.5'", "no question 'voice'", "'value=x'"]),
        (("0.8", "0.7"), ["another target for all"]),
        (("value=0.8", "value=0.8"), ["another target for 'value'"]),
    ],
)
def test_every_target_that_is_none_is_said_at_once(
    tmp_path: Path, intercoder: Command, given: tuple[str, ...], said: Sequence[str]
) -> None:
    path = written(tmp_path, "csv", FEW)
    ended = intercoder("agree", path, *NOMINAL, *(text for one in given for text in ("--target", one)))
    assert ended.code == 2
    for text in said:
        assert text in ended.err


def test_nothing_is_required_of_what_has_no_target(tmp_path: Path, intercoder: Command) -> None:
    path = written(tmp_path, "csv", FEW)
    ended = intercoder("agree", path, *NOMINAL, "--require", "reached")
    assert ended.code == 2
    assert "a table has no targets" in ended.err
    assert "--target" in ended.err


def test_the_target_of_a_question_goes_before_that_of_all(tmp_path: Path, intercoder: Command) -> None:
    rows = [{**row, "question": name} for row in studied(*[10] * 12) for name in ("one", "other")]
    path = written(tmp_path, "csv", rows)
    asked = (
        *ONE_ARTICLE_EACH,
        "--question",
        "question",
        "--format",
        "json",
        "--target",
        "0.5",
        "--target",
        "other=0.9",
    )
    report = json.loads(intercoder("agree", path, *asked).out)
    headline = {each["question"]: each for each in report["estimates"] if each["headline"]}
    assert {name: (each["target"], each["verdict"]) for name, each in headline.items()} == {
        "one": (0.5, "reached"),
        "other": (0.9, "undecided"),
    }
    assert [(one["question"], one["plan"]["n_needed"]) for one in report["deciding"]] == [("other", 36)]


def test_a_low_target_is_never_just_reached(tmp_path: Path, intercoder: Command) -> None:
    path = written(tmp_path, "csv", studied(*[10] * 12))
    ended = intercoder("agree", path, *ONE_ARTICLE_EACH, "--target", "0.4")
    assert ".40 reached (own)" in ended.out
    assert "value: reached its own .40; below .667, no conclusions by custom." in " ".join(ended.out.split())
    higher = intercoder("agree", path, *ONE_ARTICLE_EACH, "--target", "0.667")
    assert ".667 reached" in higher.out
    assert "its own" not in higher.out


def test_what_would_decide_stands_under_the_headline(tmp_path: Path, intercoder: Command) -> None:
    path = written(tmp_path, "csv", studied(*[10] * 12))
    ended = intercoder("agree", path, *ONE_ARTICLE_EACH, "--target", "0.8")
    assert "Undecided. About so many more clusters like these would decide: value 5." in " ".join(ended.out.split())
    planned = intercoder("agree", path, *ONE_ARTICLE_EACH, "--target", "0.8", "--plan", "target")
    assert ".80 reached" in planned.out
    assert "no disagreement yet" in planned.out


def test_characters_of_spans_have_targets(tmp_path: Path, intercoder: Command) -> None:
    rows = [
        {"s": f"{article}-1", "coder": coder, "label": "Cue", "from": 2, "to": 6, "n": 20, "article": article}
        for article in range(12)
        for coder in "ab"
    ]
    path = written(tmp_path, "csv", rows)
    ended = intercoder("agree", path, *SPANS, "--cluster", "article", "--target", "label=0.9", "--require", "reached")
    assert ended.code == 9
    assert "about 24 more articles would decide" in " ".join(ended.err.split())


def test_against_known_answers(tmp_path: Path, intercoder: Command) -> None:
    """What the page says, that JSON has the figures, and that a word in place of a file says what is accepted."""
    path = written(tmp_path, "csv", answers((1, "ann", "a"), (1, "bo", "b"), (2, "ann", "b"), (2, "bo", "b")))
    known = tmp_path / "known.csv"
    known.write_text("unit,value\n1,a\n2,b\n", encoding="utf-8")
    ask = ("agree", path, *ANSWERS, "--level", "nominal", "--against")
    page = intercoder(*ask, known)
    assert page.code == 0, page.err
    assert "2 of 2 units with a known answer were coded" in page.out
    found = intercoder(*ask, known, "--format", "json")
    assert value_of(found, "sensitivity", category="a") == 0.5
    assert value_of(found, "accuracy", annotator="ann") == 1
    word = intercoder(*ask, "gold")
    assert word.code == 2
    assert "Parquet, CSV or JSON-lines file" in word.err


def test_a_span_of_several_rows_is_one_to_f1(tmp_path: Path, intercoder: Command) -> None:
    stretches = [(0, 3), (8, 12)]
    rows: list[Row] = [
        {"s": "s1", "coder": who, "label": "P", "from": start, "to": end, "n": 20, "span": 1}
        for who in ("ann", "bo")
        for start, end in stretches[: 2 if who == "ann" else 1]
    ]
    path = written(tmp_path, "csv", rows)
    ask = ("agree", path, *SPANS, "--measure", "span_f1", "--format", "json", "--bootstrap", "0")
    apart, together = intercoder(*ask), intercoder(*ask, "--span-id", "span")
    assert value_of(apart, "span_f1", level="exact") == pytest.approx(2 / 3)
    assert value_of(together, "span_f1", level="exact") == 0
    assert value_of(together, "span_f1", level="overlap-same-label") == 1


def test_a_table_does_not_say_when_it_was_coded(tmp_path: Path, intercoder: Command) -> None:
    path = written(tmp_path, "csv", long_rows(KRIPPENDORFF_2011))
    ended = intercoder("agree", path, "--over-time")
    assert ended.code == 2
    assert "--over-time is for studies and exports, not for a table" in ended.err


def test_more_than_two_groups_are_all_compared_and_their_differences_hold_together(
    tmp_path: Path, intercoder: Command
) -> None:
    """Three differences at .95^(1/3) each (Šidák 1967): wider than one alone."""
    rows = [
        {**row, "unit": f"{outlet}{row['unit']}", "article": f"{outlet}{row['article']}", "outlet": outlet}
        for outlet, unlike in (("A", 0), ("B", 2), ("C", 6))
        for row in studied(*[10] * 11, unlike=unlike)
    ]
    path = written(tmp_path, "csv", rows)
    report = json.loads(intercoder("agree", path, *ONE_ARTICLE_EACH, "--by", "outlet", "--format", "json").out)
    found = {
        (one["group"], one["against"]): one
        for one in report["estimates"]
        if one["measure"] == "krippendorff_alpha_difference"
    }
    assert set(found) == {("B", "A"), ("C", "A"), ("C", "B")}
    assert [one["confidence"] for one in found.values()] == pytest.approx([0.95 ** (1 / 3)] * 3)
    assert {one["confidence"] for one in report["estimates"] if one["about"] == "whole"} == {0.95}
    printed = intercoder("agree", path, *ONE_ARTICLE_EACH, "--by", "outlet")
    assert "98.3 % (so that 3 hold together in 95 %)" in " ".join(printed.out.split())


def test_intervals_of_all_questions_hold_together_where_that_is_asked_for(tmp_path: Path, intercoder: Command) -> None:
    rows = [{**row, "question": name} for row in studied(*[10] * 12, unlike=2) for name in ("one", "other")]
    path = written(tmp_path, "csv", rows)
    ask = (*ONE_ARTICLE_EACH, "--question", "question", "--target", "0.5", "--format", "json")
    alone, together = (
        [one for one in json.loads(intercoder("agree", path, *ask, *more).out)["estimates"] if one["headline"]]
        for more in ((), ("--simultaneous",))
    )
    assert [one["confidence"] for one in together] == [pytest.approx(0.95**0.5)] * 2
    assert [one["target"] for one in together] == [0.5, 0.5]
    for one, wider in zip(alone, together, strict=True):
        assert wider["value"] == one["value"]
        assert wider["ci_low"] <= one["ci_low"] <= one["ci_high"] <= wider["ci_high"]
