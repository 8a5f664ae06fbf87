"""What becomes of a long table: which values are one category, what is missing, and every fault at once."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from toolkit.agreement.alpha import TableAlpha
from toolkit.agreement.coded_question import CodedQuestion
from toolkit.agreement.distances import nominal_distances
from toolkit.agreement.matrix import matrix_of
from toolkit.agreement.patterns import patterns_of
from toolkit.agreement.ratings import MISSING
from toolkit.errors import BadInput, UsageError
from toolkit.tables.questions import coded_questions
from toolkit.tables.rows import THE_TABLE, LongColumns, Origin
from toolkit.tables.values import ValueRules

COLUMNS = LongColumns(unit="unit", annotator="annotator", value="value")

Entry = tuple[str, str, object]


def long(values: Sequence[object] | pa.Array, *, units: Sequence[object] | None = None) -> pa.Table:
    """Two annotators, ann and bo, who code the units by turns."""
    n = len(values)
    return pa.table(
        {
            "unit": list(units) if units is not None else [f"s{row // 2}" for row in range(n)],
            "annotator": [("ann", "bo")[row % 2] for row in range(n)],
            "value": values,
        }
    )


def entries(question: CodedQuestion) -> list[Entry]:
    """Unit, annotator and value by name, in an order of their own."""
    ratings = question.ratings
    codes = zip(ratings.unit.tolist(), ratings.annotator.tolist(), ratings.value.tolist(), strict=True)
    named = [
        (str(ratings.units[u]), str(ratings.annotators[a]), None if v == MISSING else ratings.domain[v])
        for u, a, v in codes
    ]
    return sorted(named, key=lambda entry: (entry[0], entry[1], str(entry[2])))


def values_of(question: CodedQuestion) -> list[object]:
    return [value for _, _, value in entries(question)]


def one(
    table: pa.Table, level: str = "nominal", *, on_repeat: Any = "error", origin: Origin = THE_TABLE, **how: Any
) -> CodedQuestion:
    (question,) = coded_questions(table, COLUMNS, ValueRules(level=level, **how), on_repeat=on_repeat, origin=origin)
    return question


def faults_of(table: pa.Table, columns: LongColumns = COLUMNS, level: str = "nominal", **how: Any) -> list[str]:
    with pytest.raises(BadInput) as refused:
        coded_questions(table, columns, ValueRules(level=level, **how))
    return [str(fault) for fault in refused.value.faults]


def test_a_table_in_which_no_row_says_both_unit_and_annotator() -> None:
    table = pa.table({"unit": ["s", None, ""], "annotator": [None, "ann", ""], "value": ["a", "b", "a"]})
    for level, order in (("nominal", []), ("ordinal", ["a", "b"])):
        assert faults_of(table, level=level, order=order) == [
            "row 2: no unit in column 'unit'",
            "row 3: no unit in column 'unit'",
            "row 1: no annotator in column 'annotator'",
            "row 3: no annotator in column 'annotator'",
        ]


def test_rows_become_ratings() -> None:
    found = one(long(["yes", "no", "yes", None]))
    assert found.question == "value"
    assert found.scale == found.ratings.domain == ("no", "yes")
    assert entries(found) == [("s0", "ann", "yes"), ("s0", "bo", "no"), ("s1", "ann", "yes"), ("s1", "bo", None)]
    assert found.ratings.cluster_of_unit is None


def test_categories_named_nan_and_none_are_categories() -> None:
    assert values_of(one(long(["nan", "None", "NA", "null"]))) == ["nan", "None", "NA", "null"]


def test_null_empty_text_nan_and_missing_codes_are_missing() -> None:
    assert values_of(one(long(["a", "", None, "-9"]), missing=[-9])) == ["a", None, None, None]
    assert values_of(one(long(pa.array([1.0, float("nan"), None, -9.0])), missing=["-9"])) == ["1", None, None, None]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([1, 2, 10, 1]),
        pa.array([1.0, 2.0, 10.0, 1.0]),
        pa.array(["1", "2", "10", "1"]),
        pa.array(["1.0", "2", "10", "1"]),
        pa.array(["1", "2", "10", "1"]).dictionary_encode(),
        pa.array(["1", "2", "10", "1"], type=pa.large_string()),
        pa.array([1, 2, 10, 1], type=pa.uint8()),
        pa.array([1, 2, 10, 1], type=pa.float32()),
        pa.array(["1", "2", "10", "1"], type=pa.string_view()),
        pa.array([Decimal("1.00"), Decimal("2.00"), Decimal("10.00"), Decimal("1.00")]),
    ],
    ids=[
        "integers",
        "floats",
        "text",
        "spelt twice",
        "dictionary",
        "large text",
        "bytes",
        "32 bits",
        "views",
        "decimals",
    ],
)
def test_numbers_are_categories_by_their_text_and_sorted_by_size(values: pa.Array) -> None:
    found = one(long(values))
    assert found.ratings.domain == ("1", "2", "10")
    assert values_of(found) == ["1", "2", "10", "1"]
    ordered = one(long(values), "ordinal", order=[10, 2.0, "1", "0"])
    assert ordered.ratings.domain == ordered.scale == ("10", "2", "1", "0")
    assert values_of(ordered) == ["1", "2", "10", "1"]


def test_leading_zeros_are_another_category() -> None:
    assert one(long(["007", "7", "7.5", "b"])).ratings.domain == ("007", "7", "7.5", "b")


def test_truth_values_are_true_and_false() -> None:
    assert one(long(pa.array([True, False, None]))).ratings.domain == ("false", "true")


@pytest.mark.parametrize("level", ["nominal", "table"])
def test_listed_categories_are_the_scale_even_where_unused(level: str) -> None:
    found = one(long(["a", "b"]), level, categories=["c", "b", "a"])
    assert found.ratings.domain == found.scale == ("c", "b", "a")


def test_what_means_missing_is_no_category_though_it_is_listed() -> None:
    assert one(long(["a", "unclear"]), categories=["a", "unclear"], missing=["unclear"]).scale == ("a",)


def test_paths_in_use_are_the_domain_of_a_taxonomy() -> None:
    found = one(long(["A/x", "B"]), "taxonomy", categories=["B", "A", "A/x"])
    assert found.ratings.domain == ("B", "A/x")
    assert found.scale == ("B", "A", "A/x")


def test_values_off_the_list_are_all_listed_with_their_rows() -> None:
    faults = faults_of(long(["a", "x", "b", "y"]), categories=["a", "b"])
    assert faults == [
        "row 2: unit 's0', annotator 'bo': 'x' is not listed",
        "row 4: unit 's1', annotator 'bo': 'y' is not listed",
    ]


def test_twenty_faults_of_a_kind_are_listed_and_the_rest_counted() -> None:
    faults = faults_of(long(["x"] * 1050), categories=["a"])
    assert len(faults) == 21
    assert faults[-1] == "and 1,030 more"


def test_ordinal_without_an_order_says_what_to_order() -> None:
    with pytest.raises(UsageError, match="2, 10, high") as refused:
        one(long(["10", "2", "high"]), "ordinal")
    assert "`order=" in refused.value.todo


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"level": "ordnal"}, "ordnal"),
        ({"level": "span"}, "not single values"),
        ({"level": "nominal", "order": ["a"], "categories": ["a"]}, "already"),
        ({"level": "nominal", "categories": ["1", "b", 1.0]}, "listed twice: '1'\n"),
        ({"level": "nominal", "categories": ["x", "", "y"]}, "without a name"),
        ({"level": "ordinal", "order": ["1", "b", ""]}, "without a name"),
        ({"level": "set", "set_separator": ""}, "separator of sets is empty"),
        ({"level": "set"}, "text where sets"),
        ({"level": "nominal", "set_separator": "|"}, "no sets to separate"),
        ({"level": "table"}, "table of distances"),
        ({"level": "interval", "categories": ["1", "b"]}, "'b'"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(how: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        one(long(["1", "b"]), **how)  # type: ignore[arg-type]  # options by name


def test_columns_of_spans_are_refused_where_values_are_single() -> None:
    with pytest.raises(UsageError, match="columns of spans"):
        coded_questions(long(["a"]), replace(COLUMNS, start="unit"), ValueRules(level="nominal"))


@pytest.mark.parametrize("values", [pa.array([2, 10, 2]), pa.array(["2", "10.0", "2.0"]), pa.array([2.0, 10, 2])])
@pytest.mark.parametrize("level", ["interval", "ratio"])
def test_numbers_are_ascending(values: pa.Array, level: str) -> None:
    found = one(long(values), level)
    assert found.ratings.domain == (2.0, 10.0)
    assert found.scale == ()
    assert values_of(found) == [2.0, 10.0, 2.0]


def test_numbers_of_32_bits_are_what_was_written() -> None:
    assert one(long(pa.array([0.1, 0.25], type=pa.float32())), "interval").ratings.domain == (0.1, 0.25)


@pytest.mark.parametrize("level", ["interval", "ratio"])
@pytest.mark.parametrize(
    "values",
    [
        pa.array([2**53, 2**53 + 1, -(2**53), -(2**63)]),
        pa.array([str(2**53), str(2**53 + 1), str(-(2**53)), str(-(2**63))]),
        pa.array([f"{2**53}.0", f"{2**53 + 1}.0", f"-{2**53}.", f"-{2**63}"]),
    ],
)
def test_whole_numbers_that_floats_do_not_tell_apart_are_refused(values: pa.Array, level: str) -> None:
    faults = [fault for fault in faults_of(long(values), level=level) if "below 0" not in fault]
    assert [fault.partition(":")[0] for fault in faults] == ["row 2", "row 4"]
    assert str(2**53 + 1) in faults[0]
    assert "cannot be told apart" in faults[0]
    assert one(long(values), "nominal").ratings.value.max() == 3


def test_a_missing_code_may_be_as_long_as_it_likes() -> None:
    code = 2**62 + 1
    for values in (pa.array([1, code]), pa.array(["1", str(code)])):
        assert values_of(one(long(values), "interval", missing=[code])) == [1.0, None]


def test_a_number_too_large_is_shown_as_it_is_written() -> None:
    (fault,) = faults_of(long(["1", "1e400"]), level="interval")
    assert "'1e400' is too large" in fault


def test_zero_has_no_sign() -> None:
    assert one(long(pa.array([0.0, -0.0])), "interval").ratings.domain == (0.0,)
    assert one(long(pa.array(["0", "-0", "0.0"])), "ratio").ratings.domain == (0.0,)


def test_missing_codes_among_numbers() -> None:
    assert values_of(one(long(pa.array([1.5, -9, 3])), "ratio", missing=["-9"])) == [1.5, None, 3.0]
    assert values_of(one(long(["1.5", "-9", "k.A."]), "ratio", missing=["k.A.", -9])) == [1.5, None, None]


def test_what_is_no_number_is_listed() -> None:
    faults = faults_of(long(["1", "nan", "1_000", "inf", "-1", "x"]), level="ratio")
    assert [fault.rpartition(": ")[2] for fault in faults] == [
        "'nan' is not a number",
        "'1_000' is not a number",
        "'inf' is not a number",
        "-1 is below 0, where a ratio scale begins",
        "'x' is not a number",
    ]
    (fault,) = faults_of(long(pa.array([1.0, float("inf")])), level="interval")
    assert "not finite" in fault
    assert "'true' is not a number" in faults_of(long(pa.array([True])), level="interval")[0]
    assert "7 is not listed" in faults_of(long([1, 7]), level="interval", categories=[1, 2])[0]


SETS = [["b", "a"], [], None, ["a", "b", "b"], ["c"], ["a"]]
AS_TEXT = ["b|a", "|", "", "a|b|b", "c", "a"]


@pytest.mark.parametrize(
    ("values", "separator"),
    [
        (pa.array(SETS), None),
        (pa.array(SETS, type=pa.large_list(pa.string())), None),
        (pa.array(SETS), "|"),
        (pa.array(AS_TEXT), "|"),
    ],
)
def test_sets_from_lists_and_from_text_are_the_same(values: pa.Array, separator: str | None) -> None:
    found = one(long(values), "set", set_separator=separator)
    both, only_a, only_c = frozenset("ab"), frozenset("a"), frozenset("c")
    assert found.ratings.domain == (frozenset(), only_a, both, only_c)
    assert found.scale == ("a", "b", "c")
    assert values_of(found) == [both, frozenset(), None, both, only_c, only_a]


def test_sets_of_more_categories_than_an_integer_has_bits() -> None:
    rng = random.Random(5)
    sets = [frozenset(rng.sample(range(200), rng.randint(0, 9))) for _ in range(300)]
    found = one(long(pa.array([sorted(members) for members in sets]), units=[row // 2 for row in range(300)]), "set")
    at = {(int(unit), annotator): value for unit, annotator, value in entries(found)}
    for row, members in enumerate(sets):
        assert at[row // 2, ("ann", "bo")[row % 2]] == frozenset(map(str, members))


def test_missing_codes_are_taken_out_of_sets() -> None:
    found = one(long(pa.array([["a", "?"], ["?"], [], ["a"]])), "set", missing=["?"])
    assert values_of(found) == [frozenset("a"), None, frozenset(), frozenset("a")]


def test_faults_of_sets() -> None:
    faults = faults_of(long(pa.array([["a", "y", "x"], ["a", None], ["a"]])), level="set", categories=["a"])
    assert [fault.rpartition(": ")[2] for fault in faults] == [
        "'x', 'y' are not listed",
        "a category of the set is empty",
    ]
    assert "empty" in faults_of(long(["a|"]), level="set", set_separator="|")[0]


def test_lists_at_another_level_and_records_are_refused() -> None:
    assert "level set" in faults_of(long(pa.array([["a"]])))[0]
    assert "records" in faults_of(long(pa.array([{"a": 1}])))[0]
    assert "binary" in faults_of(long(pa.array([b"a"])))[0]


def test_columns_that_are_not_there_are_all_named_with_the_closest() -> None:
    faults = faults_of(long(["a"]), LongColumns(unit="unti", annotator="annotator", value="label", cluster="zz"))
    assert [fault.partition(":")[0] for fault in faults] == ["`unit=unti`", "`value=label`", "`cluster=zz`"]
    assert "Did you mean 'unit'?" in faults[0]
    assert "unit, annotator, value" in faults[1]


def test_names_a_terminal_would_obey_are_shown_escaped() -> None:
    table = long(["a\x1b[31m"]).append_column("b\x1b[1m", pa.array(["c"]))
    (fault,) = faults_of(table, replace(COLUMNS, cluster="zz"))
    assert r"only unit, annotator, value, 'b\x1b[1m'" in fault
    with pytest.raises(UsageError, match="order") as refused:
        one(table, "ordinal")
    assert r"'a\x1b[31m'" in refused.value.what


@pytest.mark.parametrize(("one", "other"), [("unit", "annotator"), ("value", "question"), ("annotator", "question")])
def test_one_column_cannot_be_two_things(one: str, other: str) -> None:
    names = {"unit": "u", "annotator": "a", "value": "v", "question": "q"}
    with pytest.raises(UsageError, match=f"column '{names[one]}' cannot be both {one} and {other}"):
        LongColumns(**{**names, other: names[one]})  # type: ignore[arg-type]  # all are names


def test_faults_name_the_table_and_its_lines_where_these_are_known() -> None:
    origin = Origin(name="some.csv", line_of=lambda row: 10 * row + 2)
    with pytest.raises(BadInput, match=r"some\.csv cannot be read as answers") as refused:
        one(REPEATS, origin=origin)
    assert [fault.place for fault in refused.value.faults] == ["lines 2, 32", "lines 12, 52"]
    with pytest.raises(BadInput) as refused:
        one(long(["a", "x"]), categories=["a"], origin=origin)
    assert [fault.place for fault in refused.value.faults] == ["line 12"]


REPEATS = pa.table(
    {
        "unit": ["s1", "s2", "s1", "s1", "s2", "s2", "s3", "s3", "s3"],
        "annotator": ["ann", "ann", "bo", "ann", "ann", "ann", "bo", "bo", "ann"],
        "value": ["a", "b", "b", "b", None, "b", None, None, "a"],
    }
)


def test_repeats_are_an_error_that_lists_them() -> None:
    assert faults_of(REPEATS) == [
        "rows 1, 4: unit 's1', annotator 'ann' has 2 values: 'a', 'b'",
        "rows 2, 6: unit 's2', annotator 'ann' has 2 values: 'b', 'b'",
    ]
    with pytest.raises(BadInput, match="`on_repeat=latest`"):
        one(REPEATS)


@pytest.mark.parametrize(("on_repeat", "kept"), [("latest", "b"), ("first", "a")])
def test_the_latest_or_first_of_repeats_counts(on_repeat: str, kept: str) -> None:
    found = one(REPEATS, on_repeat=on_repeat)
    assert found.n_repeats == 2
    assert entries(found) == [
        ("s1", "ann", kept),
        ("s1", "bo", "b"),
        ("s2", "ann", "b"),
        ("s3", "ann", "a"),
        ("s3", "bo", None),
    ]


@pytest.mark.parametrize("on_repeat", ["error", "latest", "first"])
def test_a_row_without_value_is_not_a_repeat(on_repeat: str) -> None:
    table = pa.table({"unit": ["s", "s", "s"], "annotator": ["x", "x", "x"], "value": [None, "a", None]})
    found = one(table, on_repeat=on_repeat)
    assert entries(found) == [("s", "x", "a")]
    assert found.n_repeats == 0


def test_a_missing_code_is_an_answer_that_can_be_repeated() -> None:
    table = pa.table({"unit": ["s", "s"], "annotator": ["x", "x"], "value": ["a", "?"]})
    assert "'a', '?'" in faults_of(table, missing=["?"])[0]
    assert values_of(one(table, missing=["?"], on_repeat="latest")) == [None]
    assert values_of(one(table, missing=["?"], on_repeat="first")) == ["a"]


def test_repeats_among_so_many_annotators_that_cells_are_not_counted() -> None:
    n = 3000
    numbers: list[object] = list(range(n))
    rows: dict[str, list[object]] = {"unit": numbers, "annotator": numbers, "value": ["a"] * n}
    table = pa.table({name: [*column, column[7]] for name, column in rows.items()})
    assert len(faults_of(table)) == 1
    assert one(table, on_repeat="first").n_repeats == 1
    assert len(one(table.slice(0, n)).ratings.unit) == n


def test_fields_without_unit_annotator_question_or_cluster_are_listed_together() -> None:
    table = pa.table(
        {
            "unit": ["s", None, "s", "s", "s"],
            "annotator": ["x", "x", "", "y", "z"],
            "value": ["a", "a", "a", "a", "zz"],
            "question": ["q", "q", "q", None, "q"],
            "article": ["A", "A", "A", "A", None],
        }
    )
    columns = LongColumns(unit="unit", annotator="annotator", value="value", question="question", cluster="article")
    assert faults_of(table, columns, categories=["a"]) == [
        "row 2: no unit in column 'unit'",
        "row 3: no annotator in column 'annotator'",
        "row 4: no question in column 'question'",
        "row 5: no cluster in column 'article'",
        "row 5: unit 's', annotator 'z', question 'q': 'zz' is not listed",
    ]


def test_a_unit_in_two_clusters_is_named_once() -> None:
    table = long(list("aabbcc")).append_column("article", pa.array(["A", "B", "A", "A", "B", "B"]))
    columns = LongColumns(unit="unit", annotator="annotator", value="value", cluster="article")
    (fault,) = faults_of(table, columns)
    assert "unit 's0'" in fault
    assert "'A'" in fault
    assert "'B'" in fault


QUESTIONS = pa.table(
    {
        "unit": ["s9", "s9", "s1", "s1", "s1", "s2"],
        "annotator": ["zoe", "ann", "zoe", "ann", "bo", "bo"],
        "value": ["hi", "lo", "x", "y", "x", "x"],
        "question": ["tone", "tone", "kind", "kind", "kind", "kind"],
        "article": ["B", "B", "A", "A", "A", "C"],
        "round": [10, 10, 2, 2, None, 10],
    }
)
ALL_COLUMNS = LongColumns(
    unit="unit", annotator="annotator", value="value", question="question", cluster="article", by=("round", "article")
)


def test_each_question_has_its_own_units_annotators_categories_and_clusters() -> None:
    tone, kind = coded_questions(QUESTIONS, ALL_COLUMNS, ValueRules(level="nominal"))
    assert (tone.question, kind.question) == ("tone", "kind")
    assert (tone.scale, kind.scale) == (("hi", "lo"), ("x", "y"))
    assert list(tone.ratings.units) == ["s9"]
    assert list(tone.ratings.annotators) == ["ann", "zoe"]
    assert list(tone.ratings.clusters) == ["B"]
    assert list(kind.ratings.annotators) == ["ann", "bo", "zoe"]
    assert list(kind.ratings.clusters) == ["A", "C"]
    cluster_of_unit = kind.ratings.cluster_of_unit
    assert cluster_of_unit is not None
    clusters = dict(zip(kind.ratings.units, (kind.ratings.clusters[code] for code in cluster_of_unit), strict=True))
    assert clusters == {"s1": "A", "s2": "C"}


def test_groups_run_beside_the_entries() -> None:
    tone, kind = coded_questions(QUESTIONS, ALL_COLUMNS, ValueRules(level="nominal"))
    assert tone.by["round"].groups == ("10",)
    rounds, ratings = kind.by["round"], kind.ratings
    assert rounds.groups == ("2", "10")
    found = {
        (ratings.units[unit], ratings.annotators[annotator]): None if group == MISSING else rounds.groups[group]
        for unit, annotator, group in zip(ratings.unit, ratings.annotator, rounds.group, strict=True)
    }
    assert found == {("s1", "zoe"): "2", ("s1", "ann"): "2", ("s1", "bo"): None, ("s2", "bo"): "10"}
    assert kind.by["article"].groups == ("A", "C")


def test_repeats_are_counted_for_the_question_they_are_in() -> None:
    again = pa.concat_tables([QUESTIONS, QUESTIONS.slice(2, 1)])
    tone, kind = coded_questions(again, ALL_COLUMNS, ValueRules(level="nominal"), on_repeat="latest")
    assert (tone.n_repeats, kind.n_repeats) == (0, 1)
    assert "question 'kind'" in faults_of(again, ALL_COLUMNS)[0]


@pytest.mark.parametrize("width", [2, 8, 9])
@pytest.mark.parametrize("in_runs", [True, False])
@pytest.mark.parametrize("pieces", [1, 3])
def test_long_columns_of_names_are_coded_as_short_ones(width: int, in_runs: bool, pieces: int) -> None:
    """Names of one width, of several, in runs and in chunks take other ways to the same codes."""
    rng = random.Random(width)
    names_of_units = {
        2: [chr(33 + unit) + "x" for unit in range(90)],
        8: [f"é{unit:06d}" for unit in range(1500)],
        9: [f"é{unit:06d}" + "longer" * (unit % 2) for unit in range(1500)],
    }
    rows = [(unit, f"ann{annotator}", rng.choice("abc")) for unit in names_of_units[width] for annotator in range(20)]
    if not in_runs:
        rng.shuffle(rows)
    names = ("unit", "annotator", "value")
    extra = ("x" * 8, "nobody", "z")
    whole = pa.table({name: [row[place] for row in [extra, *rows]] for place, name in enumerate(names)}).slice(1)
    step = -(-len(rows) // pieces)
    table = pa.concat_tables([whole.slice(first, step) for first in range(0, len(rows), step)])
    assert table["unit"].num_chunks == pieces
    assert entries(one(table)) == sorted(rows)


@pytest.mark.parametrize("n", [8, 3000])
def test_annotators_are_in_the_order_of_their_names_be_they_few_or_many(n: int) -> None:
    names = [f"{'zaÄ😀é_Z'[place % 7]}{place % 13}-{place}" for place in range(n)]
    table = pa.table({"unit": ["u"] * n, "annotator": names, "value": ["x"] * n})
    (question,) = coded_questions(
        table, LongColumns(unit="unit", annotator="annotator", value="value"), ValueRules(level="nominal")
    )
    assert question.ratings.annotators == sorted(names, key=str.encode)
    assert [question.ratings.annotators[code] for code in question.ratings.annotator.tolist()] == names


def test_figures_do_not_depend_on_the_order_of_rows() -> None:
    rng = random.Random(3)
    rows = [(unit, annotator, rng.choice("abc")) for unit in range(60) for annotator in rng.sample("vwxyz", 3)]

    def coded(some: list[tuple[int, str, str]]) -> CodedQuestion:
        columns = LongColumns(unit="unit", annotator="annotator", value="value", cluster="article")
        units = [f"s{unit}" for unit, _, _ in some]
        articles = [f"A{unit % 7}" for unit, _, _ in some]
        annotators, values = [row[1] for row in some], [row[2] for row in some]
        table = pa.table({"unit": units, "annotator": annotators, "value": values, "article": articles})
        return coded_questions(table, columns, ValueRules(level="nominal"))[0]

    first = coded(rows)
    rng.shuffle(rows)
    second = coded(rows)
    alpha = TableAlpha(nominal_distances(3))
    sums = [
        patterns.grouped(alpha.statistics(patterns.rows))[0]
        for patterns in (patterns_of(first.ratings).pairable(), patterns_of(second.ratings).pairable())
    ]
    assert np.allclose(sums[0], sums[1], rtol=0, atol=1e-12)
    assert list(first.ratings.clusters) == list(second.ratings.clusters) == [f"A{place}" for place in range(7)]
    assert matrix_of(first.ratings).annotators == matrix_of(second.ratings).annotators
    assert entries(first) == entries(second)


@pytest.mark.parametrize("level", ["nominal", "interval", "set", "taxonomy"])
def test_a_table_without_rows_has_no_ratings(level: str) -> None:
    kind = pa.list_(pa.string()) if level == "set" else pa.string()
    table = pa.table({name: pa.array([], type=pa.string()) for name in ("unit", "annotator", "question", "article")})
    table = table.append_column("value", pa.array([], type=kind))
    assert len(one(table, level).ratings.unit) == 0
    columns = LongColumns(unit="unit", annotator="annotator", value="value", question="question", cluster="article")
    assert coded_questions(table, columns, ValueRules(level=level)) == ()


@pytest.mark.parametrize("kind", [pa.null(), pa.string(), pa.float64(), pa.int64(), pa.bool_()])
@pytest.mark.parametrize("level", ["nominal", "interval"])
def test_a_column_without_values_is_all_missing(kind: pa.DataType, level: str) -> None:
    assert values_of(one(long(pa.array([None, None, None], type=kind)), level)) == [None, None, None]


def judged_by_name(question: CodedQuestion) -> list[Entry]:
    """Unit, annotator and, by name, "judged" or the value that means missing."""
    assert question.with_missing is not None
    return entries(replace(question, ratings=question.with_missing))


def test_which_missing_code_was_given_is_kept_beside_the_answers() -> None:
    found = one(long(["a", "?", "b", None, "n/a", "a"]), missing=["n/a", "?", "never"])
    assert found.missing == ("n/a", "?", "never")
    assert found.with_missing is not None
    assert found.with_missing.domain == ("judged", "n/a", "?", "never")
    assert values_of(found) == ["a", None, "b", None, None, "a"]
    assert [value for _, _, value in judged_by_name(found)] == ["judged", "?", "judged", None, "n/a", "judged"]


@pytest.mark.parametrize("missing", [[], [""]])
def test_nothing_is_kept_where_no_value_means_missing(missing: list[str]) -> None:
    found = one(long(["a", None, ""]), missing=missing)
    assert found.with_missing is None
    assert found.missing == ()


@pytest.mark.parametrize("values", [pa.array([1.5, -9, 3, -8]), pa.array(["1.5", "-9", "3", "-8.0"])])
@pytest.mark.parametrize("level", ["nominal", "interval"])
def test_missing_codes_among_numbers_are_told_apart(values: pa.Array, level: str) -> None:
    found = one(long(values), level, missing=["-8", -9.0, "-8.0"])
    assert found.missing == ("-8", "-9")
    assert [value for _, _, value in judged_by_name(found)] == ["judged", "-9", "judged", "-8"]


def test_a_set_of_missing_codes_only_counts_as_the_first_as_given() -> None:
    sets = pa.array([["a", "?"], ["?"], [], ["?", "n/a"]])
    found = one(long(sets), "set", missing=["n/a", "?"])
    assert [value for _, _, value in judged_by_name(found)] == ["judged", "?", "judged", "n/a"]


def test_a_missing_code_named_judged_is_not_any_answer() -> None:
    found = one(long(["a", "judged"]), missing=["judged"])
    assert found.with_missing is not None
    first, second = found.with_missing.domain
    assert second == "judged" != first
    assert [value for _, _, value in judged_by_name(found)] == [first, "judged"]


@pytest.mark.parametrize(("on_repeat", "kept"), [("latest", "?"), ("first", "judged")])
def test_of_repeats_the_same_row_counts_for_judged_or_not(on_repeat: str, kept: str) -> None:
    table = pa.table({"unit": ["s", "s", "t"], "annotator": ["x", "x", "x"], "value": ["a", "?", None]})
    found = one(table, missing=["?"], on_repeat=on_repeat)
    assert judged_by_name(found) == [("s", "x", kept), ("t", "x", None)]


def test_every_question_has_its_own_judged_or_not() -> None:
    tone, kind = coded_questions(QUESTIONS, ALL_COLUMNS, ValueRules(level="nominal", missing=["lo", "y"]))
    assert judged_by_name(tone) == [("s9", "ann", "lo"), ("s9", "zoe", "judged")]
    assert [value for _, _, value in judged_by_name(kind)] == ["y", "judged", "judged", "judged"]
    assert tone.missing == kind.missing == ("lo", "y")


def test_an_order_says_that_categories_go_from_low_to_high() -> None:
    assert one(long(["a", "b"]), order=["b", "a"]).ordered
    assert not one(long(["a", "b"]), categories=["b", "a"]).ordered


def test_lists_of_lists_are_no_sets() -> None:
    nested = pa.table({"u": ["1"], "a": ["x"], "v": pa.array([[["p"]]], pa.list_(pa.list_(pa.string())))})
    for table in (nested, nested.slice(0, 0)):
        with pytest.raises(BadInput, match="lists of lists or records"):
            coded_questions(table, LongColumns(unit="u", annotator="a", value="v"), ValueRules(level="set"))
