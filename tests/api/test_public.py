"""What is public is one list, and the notebook and the page's examples run. (The reference: tests/test_site.py.)"""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.frozen.test_frozen import FROZEN
from toolkit import api, front_door

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "python.md"
NOTEBOOK = ROOT / "docs" / "notebook.ipynb"


def test_what_is_public_is_one_list_with_docstrings() -> None:
    public = {name for name in api.__all__ if not name.startswith("_")}
    assert sorted(api.__all__) == sorted(set(api.__all__))
    assert vars(front_door)["__all__"] == api.__all__
    assert all(getattr(front_door, name) is getattr(api, name) for name in api.__all__)
    assert all(getattr(api, name).__doc__ for name in public)


def test_it_works_without_what_draws_a_report() -> None:
    code = "import sys; from toolkit.api import *; assert not {'altair', 'vl_convert', 'jinja2'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


@pytest.fixture
def at_the_front_door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a study and its export, in which ``import intercoder`` is the front door of this checkout."""
    shutil.copytree(FROZEN[0] / "study", tmp_path / "my-study")
    shutil.copytree(FROZEN[0] / "study" / "exports" / "frozen", tmp_path / "exports" / "my-study")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(__import__("sys").modules, "intercoder", front_door)
    return tmp_path


@pytest.mark.usefixtures("at_the_front_door")
def test_the_examples_of_the_page_run(capsys: pytest.CaptureFixture[str]) -> None:
    before, _, _ = PAGE.read_text(encoding="utf-8").partition("## Reference")
    blocks = re.findall(r"```python\n(.*?)```", before, re.DOTALL)
    told: dict[str, Any] = {}
    for block in blocks:
        if "ic.start_server" not in block:  # that one is run against a real server: tests/live/loop/test_python.py
            exec(block, told)
    assert len(blocks) == 5
    said = capsys.readouterr().out
    assert "Krippendorff's alpha" in said
    assert "ci_low" in said


@pytest.mark.usefixtures("at_the_front_door")
def test_the_notebook_runs_and_shows_what_it_found() -> None:
    document = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in document["cells"] if cell["cell_type"] == "code"]
    assert sum(len(cell.splitlines()) for cell in cells) <= 12
    told: dict[str, Any] = {}
    shown = []
    for cell in cells:
        *statements, last = ast.parse(cell).body
        exec(compile(ast.Module(statements, []), "cell", "exec"), told)
        if isinstance(last, ast.Expr):
            shown.append(eval(compile(ast.Expression(last.value), "cell", "eval"), told))
        else:
            exec(compile(ast.Module([last], []), "cell", "exec"), told)
    agreement, frame, explained = shown
    assert agreement._repr_html_().startswith("<table>")
    assert len(frame) == len(agreement.estimates)
    assert repr(explained).startswith("label")
