"""What the SDK imports and nobody uses does not slow the start of commands, and is there for whoever wants it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from toolkit.labelstudio.stand_in import stand_in_for

_STARTED = """
import sys
import toolkit.labelstudio.session
there = {name for name in ("jsf", "faker", "smart_open", "pandas") if name in sys.modules}
assert not there, there
import jsf
assert callable(jsf.JSF)
import pandas
assert pandas.DataFrame({"a": [1]})["a"].sum() == 1
"""


@pytest.mark.slow
def test_a_command_starts_without_what_invents_example_tasks() -> None:
    done = subprocess.run([sys.executable, "-c", _STARTED], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_it_stands_in_for_a_block_only() -> None:
    with stand_in_for("a_package_nobody_has", "Name"):
        import a_package_nobody_has  # type: ignore[import-not-found]  # that is the point

        assert a_package_nobody_has.Name is None
    with pytest.raises(ModuleNotFoundError):
        __import__("a_package_nobody_has")


def test_what_is_there_already_stays() -> None:
    before = sys.modules["json"] if "json" in sys.modules else __import__("json")
    with stand_in_for("json", "loads"):
        import json

        assert json is before
        assert json.loads("1") == 1
    assert sys.modules["json"] is before
