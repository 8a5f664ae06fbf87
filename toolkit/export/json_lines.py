"""JSON lines as an Arrow table whose columns have one type each, without anything being taken for a date."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import cast

import pyarrow as pa

from toolkit.agreement.long_table.values import text_of
from toolkit.errors import BadInput, Fault
from toolkit.export.text_lines import broken_lines, not_utf8

_BOM = b"\xef\xbb\xbf"
_AT_ONCE = 20_000
_LARGEST_EXACT = 2**53

Single = str | int | float | bool | None
Numbered = tuple[int, bytes]


def read_json_lines(path: Path, *, columns: Sequence[str]) -> pa.Table:
    """The named columns of a file of one JSON object a line; one that no line has is left out, others hold nothing.

    Columns of text, whole numbers, numbers or truth values have that type; where kinds are mixed everything is text,
    and where there are lists everything is a list of text. Keys that are not there and NaN are null. Blank lines are
    passed over. Raises BadInput listing every line that is not such an object.
    """
    found: dict[str, list[object]] = {name: [] for name in columns}
    seen: dict[str, None] = {}
    lines: list[int] = []
    faults: list[Fault] = []
    with path.open("rb") as file:
        numbered = ((number, line) for number, line in enumerate(_without_mark(file), start=1) if line.strip())
        while some := list(islice(numbered, _AT_ONCE)):
            numbers, records = _records(some, faults)
            lines += numbers
            seen |= dict.fromkeys(chain.from_iterable(records))
            for name, values in found.items():
                values += [record.get(name) for record in records]
    for name, values in found.items():
        faults += _unusable(name, values, lines)
    if faults:
        raise BadInput(f"{path} is not JSON lines.", faults=broken_lines(faults), todo="One object a line is needed.")
    return pa.table({name: _column(found[name]) if name in found else pa.nulls(len(lines)) for name in seen})


def _without_mark(lines: Iterable[bytes]) -> Iterable[bytes]:
    for place, line in enumerate(lines):
        yield line if place else line.removeprefix(_BOM)


def _records(some: Sequence[Numbered], faults: list[Fault]) -> tuple[list[int], list[dict[str, object]]]:
    """Line numbers and objects of these lines, read together where every line is one and singly where not."""
    stripped = [line.strip() for _, line in some]
    if all(line.startswith(b"{") and line.endswith(b"}") for line in stripped):
        try:
            together = _loaded(b"[" + b",".join(stripped) + b"]")
        except ValueError:
            together = None
        if isinstance(together, list) and len(together) == len(some):
            return [number for number, _ in some], together
    numbers, records = [], []
    for number, line in some:
        try:
            record = _loaded(line)
        except UnicodeDecodeError as problem:
            faults.append(not_utf8(number, problem))
        except json.JSONDecodeError as problem:
            faults.append(Fault(f"line {number}", f"{problem.msg} at character {problem.colno}"))
        else:
            if isinstance(record, dict):
                numbers.append(number)
                records.append(record)
            else:
                faults.append(Fault(f"line {number}", "not an object"))
    return numbers, records


def _loaded(line: bytes) -> object:
    loaded: object = json.loads(line.decode(), parse_constant=_constant)
    return loaded


def _constant(name: str) -> float | None:
    return None if name == "NaN" else float(name)


def _unusable(name: str, values: Sequence[object], lines: Sequence[int]) -> list[Fault]:
    if not {dict, list} & set(map(type, values)):
        return []
    return [
        Fault(
            f"line {line}", f"{name!r} holds {'an object' if isinstance(value, dict) else 'a list of more than values'}"
        )
        for line, value in zip(lines, values, strict=True)
        if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, list | dict) for one in value))
    ]


def _column(values: Sequence[object]) -> pa.Array:
    kinds = set(map(type, values)) - {type(None)}
    if list in kinds:
        return pa.array([_as_list(value) for value in values], type=pa.list_(pa.string()))
    singles = cast("Sequence[Single]", values)
    if kinds == {bool}:
        return pa.array(singles, type=pa.bool_())
    if kinds == {int} and all(value is None or -(2**63) <= int(value) < 2**63 for value in singles):
        return pa.array(singles, type=pa.int64())
    if kinds in ({float}, {int, float}) and all(not isinstance(v, int) or abs(v) <= _LARGEST_EXACT for v in singles):
        return pa.array(singles, type=pa.float64())
    return pa.array([_as_text(value) for value in singles], type=pa.string())


def _as_text(value: Single) -> str | None:
    return None if value is None else text_of(value)


def _as_list(value: object) -> list[str | None] | None:
    if value is None:
        return None
    return [_as_text(one) for one in value] if isinstance(value, list) else [_as_text(cast("Single", value))]
