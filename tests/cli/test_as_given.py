from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from toolkit.cli.app import app
from toolkit.cli.as_given import take_as_given

GIVEN = (
    *(None, "", "sentence", "ä", "\udcff", "json", "table", "both", "JSON", "true"),
    *("7", "-1", "0", "1", "1000", "007", "٧", "1_000", "+7", " 7", "7\n", "9" * 15, "9" * 16, "9" * 400, "-", "0x7"),
    *(".8", "0.8", "-0.0", "-0", "1.", "1.0", "1.5", "0.05", "1e3", "nan", "inf", "0.1234567890123456", "1000000000.1"),
)


def parameters(command: Any) -> Iterator[Any]:
    yield from command.params
    for below in getattr(command, "commands", {}).values():
        yield from parameters(below)


def processed(process: Any, context: Any, value: Any) -> object:
    """What comes of a value: the same thing, or what is said against it."""
    try:
        return process(context, value)
    except Exception as problem:  # noqa: BLE001 - every one has to be the same
        return type(problem), str(problem)


@pytest.mark.slow
def test_what_typer_makes_of_a_value_is_what_is_taken_as_given() -> None:
    root: Any = get_command(app)
    context = root.make_context("intercoder", ["plan"])
    n_compared = 0
    for parameter in parameters(root):
        if parameter.callback is not None:
            continue  # what it does is done, and not compared
        take_as_given([parameter])
        usual = type(parameter).process_value.__get__(parameter)
        kind = parameter.type_descriptor.annotation
        members = [one.value for one in kind] if isinstance(kind, type) and issubclass(kind, Enum) else []
        for value in (*GIVEN, parameter.default, *members):
            many = parameter.multiple or parameter.nargs == -1
            for given in [[value], (value, "b"), []] if many and value is not None else [value]:
                found, wanted = processed(parameter.process_value, context, given), processed(usual, context, given)
                assert (type(found), repr(found)) == (type(wanted), repr(wanted)), (parameter.name, given)
                n_compared += 1
    assert n_compared > 1000


def test_a_parameter_is_prepared_once() -> None:
    root: Any = get_command(app)
    context = root.make_context("intercoder", ["agree"])
    (unit,) = (one for one in root.resolve_command(context, ["agree"])[1].params if one.name == "unit")
    prepared = unit.process_value
    take_as_given([unit])
    assert unit.process_value is prepared


@pytest.mark.slow
def test_a_plain_table_is_agreed_on_without_pydantic(tmp_path: Path) -> None:
    rows = [f"u{unit},{who},{'xy'[unit * who % 2]}" for unit in range(8) for who in range(3)]
    (tmp_path / "t.csv").write_text("unit,annotator,value\n" + "\n".join(rows) + "\n")
    code = "import sys\nfrom toolkit.cli import main\ntry: main()\nexcept SystemExit: pass\nprint(*sys.modules)"
    columns = ("--unit", "unit", "--annotator", "annotator", "--value", "value")
    options = (*columns, "--level", "nominal", "--bootstrap", "200", "--seed", "7", "--format", "json")
    ran = subprocess.run(
        [sys.executable, "-c", code, "agree", str(tmp_path / "t.csv"), *options],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    *printed, last = ran.stdout.splitlines()
    loaded = set(last.split())
    assert '"measure": "krippendorff_alpha",' in "".join(printed)
    left_out = {"pydantic", "pandas", "pyarrow.parquet", "toolkit.codebook.model", "toolkit.loop.agreement.details"}
    assert not left_out & loaded
    assert "toolkit.cli.agree" in loaded
