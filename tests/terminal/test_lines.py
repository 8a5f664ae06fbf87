from __future__ import annotations

from tests.terminal.printed import printed
from toolkit.files.wording import counted
from toolkit.terminal.lines import fact_table


def test_values_stand_under_each_other() -> None:
    lines = printed(fact_table([("a", "one"), ("longer", "two")])).splitlines()
    assert [line.index(value) for line, value in zip(lines, ("one", "two"), strict=True)] == [10, 10]


def test_a_long_value_is_broken_and_never_cut() -> None:
    value = "https://labels.example.org/projects/1/data?labeling=1&" + "x" * 150
    text = printed(fact_table([("link", value)]))
    assert "".join(text.split()) == f"link{value}"


def test_brackets_are_not_markup() -> None:
    assert "[bold]x[/bold]" in printed(fact_table([("a", "[bold]x[/bold]")]))


def test_one_and_many() -> None:
    assert [counted(n, "article") for n in (0, 1, 2, 1234)] == [
        "0 articles",
        "1 article",
        "2 articles",
        "1,234 articles",
    ]
