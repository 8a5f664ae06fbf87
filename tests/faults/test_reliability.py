from __future__ import annotations

import pytest

from tests.faults.commands import COMMANDS
from tests.faults.reliability import PAGE, Cell, cells, page, read, read_cell, read_each, read_told
from tests.faults.stories import STORIES
from tests.faults.table import FAULTS


def test_the_page_is_what_the_generator_writes_for_its_own_numbers() -> None:
    text = PAGE.read_text(encoding="utf-8")
    written_for = text.split("on a real Label Studio ", 1)[1].split(",", 1)[0]
    assert page(read(text), read_told(text), each=read_each(text), label_studio=written_for) == text


def test_every_command_fault_and_story_is_on_the_page() -> None:
    table = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    rows = [[part.strip() for part in line.strip("|").split("|")] for line in table]
    heads = [row[1:] for row in rows if row[0] == "fault" and row[1:] != ["what happens"]]
    assert [name for head in heads for name in head] == [command.name for command in COMMANDS]
    first = {row[0] for row in rows}
    assert first >= {fault.name for fault in FAULTS} | {story.says for story in STORIES}


def test_what_the_run_did_not_come_to_says_so() -> None:
    text = page(cells([("404", "doctor", 6, False)]), {}, each=None, label_studio="1")
    rows = [line for line in text.splitlines() if line.startswith("| 404 |") and line.count("|") > 3]
    assert sum(row.count("?") for row in rows) == len(COMMANDS) - 1
    assert sum(row.count("6×1") for row in rows) == 1
    assert read(text) == {("404", "doctor"): Cell({6: 1})}


def test_outcomes_are_counted_by_exit_code() -> None:
    tried = [
        ("404", "push", 6, False),
        ("404", "push", 0, True),
        ("404", "push", 6, False),
        ("kill -9", "push", -9, False),
    ]
    assert {key: str(cell) for key, cell in cells(tried).items()} == {
        ("404", "push"): "0×1 6×2 **1 amiss**",
        ("kill -9", "push"): "killed×1",
    }


@pytest.mark.parametrize("text", ["–", "0×4", "0×4 5×2", "0×1 killed×12", "5×3 **2 amiss**"])
def test_a_cell_is_read_as_it_was_written(text: str) -> None:
    assert str(read_cell(text)) == text


@pytest.mark.parametrize("text", ["", "0", "4 cases", "0×4 5", "**2 amiss**", "0×4 **amiss**"])
def test_what_is_no_cell_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no cell"):
        read_cell(text)


def test_a_command_without_cases_shows_as_such() -> None:
    assert str(Cell({})) == "–"
