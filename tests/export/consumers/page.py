"""What docs/data-contract.md tells readers: the recipes, and what each reader calls the types."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

_PAGE = (Path(__file__).parents[3] / "docs" / "data-contract.md").read_text(encoding="utf-8")


def recipe(language: str, containing: str) -> str:
    """The one block of code in this language that contains these words."""
    (block,) = (each for each in re.findall(rf"```{language}\n(.*?)```", _PAGE, re.DOTALL) if containing in each)
    assert isinstance(block, str)
    return block


def type_names(reader: str) -> Callable[[str, str], str]:
    """What the page says the reader calls a column's type, given the column and its Arrow type."""
    (found,) = re.findall(r"^\| type here .*?(?=\n\n)", _PAGE, re.DOTALL | re.MULTILINE)
    head, _, *rows = found.split("\n")
    place = _cells(head).index(reader)
    names = {_cells(row)[0]: _cells(row)[place] for row in rows}
    return lambda _, arrow_type: names[arrow_type]


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip("|").split("|")]
