"""The headline's lines, of one study and of several."""

from __future__ import annotations

from dataclasses import replace

from rich.text import Text

from tests.terminal.agreement.made_up import ALPHA
from tests.terminal.printed import printed
from toolkit.terminal.agreement.headline_table import Lines, headline_table
from toolkit.words.kinds import HeadlineRow
from toolkit.words.numbers import Notes


def row(question: str = "voice", level: str = "nominal", **more: object) -> HeadlineRow:
    return HeadlineRow(replace(ALPHA, question=question, level=level, **more), None, None)  # type: ignore[arg-type]


def lines(*groups: Lines, of_what: str = "study") -> list[str]:
    return [line.rstrip() for line in printed(headline_table(groups, Notes(), of_what=of_what)).splitlines()]


def test_what_lines_are_of_stands_before_the_first_of_them() -> None:
    first = Lines([row(), row("tone", "ordinal")], Text("elections"))
    second = Lines([row(value=-0.05)], Text("trade"))
    head, _, *found = lines(first, second)
    assert [head, *found] == [
        "study     question, level alpha  interval       n coders target",
        "elections voice nominal     .81 .70 … .90 240/300  2.5/3 .70 reached",
        "          tone  ordinal     .81 .70 … .90 240/300  2.5/3 .70 reached",
        "trade     voice nominal    -.05 .70 … .90 240/300  2.5/3 .70 reached",
    ]


def test_a_long_name_stands_above_and_columns_stay_in_line() -> None:
    name = "a study of an election whose name is long"
    first = Lines([row(), row("tone", "ordinal")], Text(name))
    second = Lines([row("whether_the_sentence_is_one", n_pairable=7)], Text("trade"))
    found = lines(first, second)
    assert found[2] == name
    assert found[6] == "trade"
    assert found[5] == ""
    numbers = [line for line in found if ".81" in line]
    assert len(numbers) == 3
    assert {line.index(" .81 ") for line in numbers} == {found[0].index("alpha") + 1}
    assert {line.index(".70 reached") for line in numbers} == {found[0].index("target")}


def test_each_group_names_its_questions_anew() -> None:
    """The same question as the last one of the group before is named again: it is another study's."""
    found = lines(Lines([row()], Text("one")), Lines([row(), row(level="ordinal")], Text("two")))
    assert [line.count("voice") for line in found[2:]] == [1, 1, 0]


def test_a_study_without_a_question_is_not_lost() -> None:
    found = lines(Lines([row()], Text("one")), Lines([], Text("two")))
    assert found[3] == "two   –"
    assert lines(Lines([], Text("x" * 70)), Lines([row()], Text("one")))[2:4] == ["x" * 70, "–"]


def test_a_column_nobody_has_a_number_for_is_left_out_for_all() -> None:
    without = replace(ALPHA, target=None, verdict=None)
    found = lines(Lines([HeadlineRow(without, None, None)], Text("one")))
    assert "target" not in found[0]
    found = lines(Lines([HeadlineRow(without, None, None)], Text("one")), Lines([row()], Text("two")))
    assert found[2].endswith("–")
