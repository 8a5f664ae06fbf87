"""A column of a table that is one of annotators, of units, or of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.terminal.printed import printed, words
from toolkit.loop.agreement.report import AgreementReport
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.table import TableScale, agree_table
from toolkit.tables.rows import LongColumns
from toolkit.terminal.agreement.pages import agreement_pages

COLUMNS = LongColumns(unit="unit", annotator="coder", value="value")
BY = AgreementRequest(by=("leaning",), replicates=50)

# One coder in each group: κ_x is Cohen's kappa. By hand, observed .75, by chance .5 · .25 + .5 · .75 = .5.
TWO = {("s", "x"): "a", ("s", "y"): "a", ("t", "x"): "b", ("t", "y"): "b", ("u", "x"): "a", ("u", "y"): "b",
       ("v", "x"): "b", ("v", "y"): "b"}  # fmt: skip


@pytest.fixture
def agreed(tmp_path: Path) -> Callable[..., AgreementReport]:
    def agree(rows: Sequence[tuple[str, ...]], request: AgreementRequest = BY) -> AgreementReport:
        path = tmp_path / "table.csv"
        path.write_text("\n".join(["unit,coder,value,leaning", *map(",".join, rows)]))
        return agree_table(path, COLUMNS, TableScale(level="nominal"), request)

    return agree


def rows(leaning: Callable[[str, str], str]) -> list[tuple[str, ...]]:
    return [(unit, coder, value, leaning(unit, coder)) for (unit, coder), value in TWO.items()]


def test_a_column_of_annotators(agreed: Callable[..., AgreementReport]) -> None:
    report = agreed(rows(lambda _, coder: {"x": "left", "y": "right"}[coder]))
    assert report.of_annotators == ("leaning",)
    (kappa,) = (each for each in report.estimates if each.measure == "cross_replication_kappa")
    assert (kappa.about, kappa.by, kappa.group, kappa.against) == ("between", "leaning", "left", "right")
    assert kappa.value == pytest.approx(0.5, abs=1e-12)
    (use,) = (each for each in report.group_over_use["value"] if (each.group, each.category) == ("left", "a"))
    assert (use.own_share, use.others_share) == (0.5, 0.25)


def test_it_needs_to_be_said_once_of_each(agreed: Callable[..., AgreementReport]) -> None:
    """Rows that say nothing are of the group that the annotator's other rows name."""
    report = agreed(rows(lambda unit, coder: {"x": "left", "y": "right"}[coder] if unit == "s" else ""))
    (kappa,) = (each for each in report.estimates if each.measure == "cross_replication_kappa")
    assert kappa.n_pairable == 4
    assert kappa.value == pytest.approx(0.5, abs=1e-12)
    assert report.n_ungrouped == {}


@pytest.mark.parametrize(
    "leaning",
    [
        lambda unit, _: "early" if unit < "u" else "late",  # of units
        lambda _, __: "all",  # of both
        lambda unit, coder: "left" if (unit, coder) != ("v", "y") else "right",  # of neither
    ],
)
def test_other_columns_divide_units(agreed: Callable[..., AgreementReport], leaning: Callable[[str, str], str]) -> None:
    report = agreed(rows(leaning))
    assert report.of_annotators == ()
    assert not report.group_over_use
    assert {each.about for each in report.estimates if each.by == "leaning"} <= {"group", "difference"}


def test_groups_that_never_coded_the_same_unit_divide_units(agreed: Callable[..., AgreementReport]) -> None:
    """Every unit and every annotator is of one group: nothing could be said between groups."""
    apart = [("s", "x", "a"), ("s", "y", "a"), ("t", "v", "b"), ("t", "w", "a")]
    report = agreed([(*row, "left" if row[1] in "xy" else "right") for row in apart])
    assert report.of_annotators == ()


def page(report: AgreementReport) -> str:
    pages = agreement_pages(report, BY)
    for each in pages:
        printed(each)
    return " ".join(words(each) for each in pages)


def test_the_page_says_whom_the_column_divides(agreed: Callable[..., AgreementReport]) -> None:
    said = page(agreed(rows(lambda _, coder: {"x": "left", "y": "right"}[coder])))
    assert "leaning divides annotators, not units" in said
    assert "left – right .50" in said
    assert "Which group uses what more or less" in said
    assert "too few annotators" not in said  # the index has no value, and so nothing to test


def test_the_page_says_where_no_test_can_be_made(agreed: Callable[..., AgreementReport]) -> None:
    six = [
        (f"u{unit}", f"{group}{member}", "abc"[(unit + (group == "y" and unit % 2)) % 3], group)
        for unit in range(12)
        for group in "xy"
        for member in range(3)
    ]
    said = page(agreed(six))
    assert "too few annotators for a test: p could not be .05 or less" in said


def test_long_names_of_many_groups_fit(agreed: Callable[..., AgreementReport]) -> None:
    names = [f"a_leaning_somebody_described_at_length_as_number_{n}" for n in range(9)]
    many = [
        (f"u{unit}", f"c{n}", "abc"[(unit * (n + 1)) % 3], name) for unit in range(10) for n, name in enumerate(names)
    ]
    assert "12 more, none lower" in page(agreed(many))


def test_of_two_groups_the_one_that_uses_more_is_shown(agreed: Callable[..., AgreementReport]) -> None:
    """Right says a wherever left says c: left uses c more and right a, and so much is said."""
    given = [
        (f"u{unit:02}", f"{group}{member}", "a" if group == "right" and unit % 4 == 2 else "abcb"[unit % 4], group)
        for unit in range(80)
        for group in ("left", "right")
        for member in range(3)
    ]
    report = agreed(given)
    flagged = {(each.group, each.category, each.flagged) for each in report.group_over_use["value"] if each.flagged}
    assert {("left", "c", "over"), ("right", "c", "under"), ("right", "a", "over"), ("left", "a", "under")} == flagged
    said = page(report)
    assert "left more c" in said
    assert "right more a" in said
    assert " less " not in said.partition("than others")[2].partition("Nothing else")[0]
    assert "Of two groups, what one uses more the other uses as much less." in said
