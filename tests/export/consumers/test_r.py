"""R with the package arrow, where they are installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.expected import absent
from tests.export.consumers.contract import tables_of
from tests.export.consumers.page import recipe

pytestmark = pytest.mark.slow

RECIPE = recipe("r", "library(arrow)")


@pytest.fixture
def rscript() -> str:
    """The program; the test is skipped where it or one of the packages is not there."""
    program = shutil.which("Rscript")
    if program is None:
        absent("r", "R is not installed here, so its recipe was not run")
    packages = re.findall(r"library\((\w+)\)", RECIPE)
    asked = " && ".join(f"requireNamespace('{name}', quietly = TRUE)" for name in packages)
    found = subprocess.run([program, "-e", f"quit(status = !({asked}))"], capture_output=True, check=False)
    if found.returncode != 0:
        absent("r", f"R has not all of the packages {', '.join(packages)} here, so its recipe was not run")
    return program


@pytest.mark.usefixtures("at_work")
def test_the_recipe(version: Path, rscript: str, tmp_path: Path) -> None:
    script = tmp_path / "recipe.R"
    script.write_text(RECIPE + "\nwrite.csv(counts, stdout(), row.names = FALSE, quote = FALSE)\n", encoding="utf-8")
    said = subprocess.run([rscript, str(script)], capture_output=True, text=True, check=True).stdout
    (answers,) = (table for table in tables_of(version) if table.name == "answers")
    expected = Counter((row["round"], row["question"], row["code"]) for row in answers.rows if row["in_agreement"])
    lines = said.partition("round,question,code,n\n")[2].splitlines()
    assert {tuple(line.split(",")) for line in lines} == {
        (name, question, code or "NA", str(n)) for (name, question, code), n in expected.items()
    }


def test_the_recipe_names_columns_that_there_are(version: Path) -> None:
    (answers,) = (table for table in tables_of(version) if table.name == "answers")
    used = re.findall(r"(?:filter|count)\(([^)]*)\)", RECIPE)
    assert used
    assert {name.strip() for each in used for name in each.split(",")} <= answers.types.keys()
