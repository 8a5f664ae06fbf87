"""The loop in Python, as docs/python.md has it, against a real server of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.live.server import copy_of_migrated
from toolkit import api as ic
from toolkit import front_door

pytestmark = pytest.mark.live
PAGE = Path(__file__).parents[3] / "docs" / "python.md"


def test_the_loop_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = (
        block
        for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
        if "ic.start_server" in block
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(__import__("sys").modules, "intercoder", front_door)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "one.txt").write_text("The minister resigned. Nobody had expected it.")
    first, rest = block.split("\n", 1)
    told = {"ic": ic}
    exec(first, told)
    copy_of_migrated(tmp_path / "another-study" / "server")
    try:
        exec(rest, told)
    finally:
        ic.stop_server(ic.Study.open("another-study"))
    study = ic.Study.open("another-study")
    assert len(study.sentences()) == 2
    assert len(study.tables()["assignments"]) == 4
    (version,) = (tmp_path / "another-study" / "exports").glob("*/v1")
    assert ic.validate(version).faults == ()
