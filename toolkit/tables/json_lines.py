"""JSON lines as an Arrow table whose columns have one type each, without anything being taken for a date."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from math import isfinite
from pathlib import Path
from typing import cast

import pyarrow as pa

from toolkit.errors import BadInput, Fault
from toolkit.files.text_lines import BYTE_ORDER_MARK, broken_lines, not_utf8
from toolkit.tables.spelling import text_of

_AT_ONCE = 20_000
_LARGEST_EXACT = 2**53

Single = str | int | float | bool | None
Numbered = tuple[int, bytes]


def read_json_lines(path: Path, *, columns: Sequence[str]) -> pa.Table:
    """Return the named columns of a file of one JSON object a line; one that no line has is left out, others hold
    nothing.

    Columns of text, whole numbers, numbers or truth values have that type; where kinds are mixed everything is text,
    and where there are lists everything is a list of text. Keys that are not there and NaN are null. Blank lines are
    passed over. Raise BadInput listing every line that is not such an object.
    """
    found: dict[str, list[object]] = {name: [] for name in columns}
    seen: dict[str, None] = {}
    lines: list[int] = []
    faults: list[Fault] = []
    with path.open("rb") as file:
        numbered = _numbered(file)
        while some := list(islice(numbered, _AT_ONCE)):
            numbers, records = _records(some, faults)
            lines += numbers
            seen |= dict.fromkeys(chain.from_iterable(records))
            for name, values in found.items():
                values += [record.get(name) for record in records]
    for name, values in found.items():
        faults += _unusable(name, values, lines)
    if faults:
        if _is_one_array(path):
            faults = [Fault("", "this is one JSON array, not one object per line")]
        raise BadInput(f"{path} is not JSON lines.", faults=broken_lines(faults), todo="One object a line is needed.")
    try:
        return pa.table({name: _column(found[name]) if name in found else pa.nulls(len(lines)) for name in seen})
    except UnicodeEncodeError:
        faults = [fault for name, values in found.items() for fault in _no_text(name, values, lines)]
        faults = faults or [Fault("", "the name of a key holds half a surrogate pair, which is no text")]
        todo = "JSON can spell half a character; no table can hold it."
        raise BadInput(f"{path} cannot be read as text.", faults=broken_lines(faults), todo=todo) from None


def object_lines(path: Path) -> array[int]:
    """Return the number of each line that is not blank."""
    with path.open("rb") as file:
        return array("q", (number for number, _ in _numbered(file)))


def _numbered(lines: Iterable[bytes]) -> Iterator[Numbered]:
    """The lines that are not blank, without a byte order mark, and their numbers."""
    for number, whole in enumerate(lines, start=1):
        line = whole.removeprefix(BYTE_ORDER_MARK) if number == 1 else whole
        if line.strip():
            yield number, line


def _is_one_array(path: Path) -> bool:
    content = path.read_bytes().removeprefix(BYTE_ORDER_MARK)
    if not content.lstrip().startswith(b"["):
        return False
    try:
        return isinstance(json.loads(content), list)
    except (ValueError, RecursionError):
        return False


def _records(some: Sequence[Numbered], faults: list[Fault]) -> tuple[list[int], list[dict[str, object]]]:
    """Line numbers and objects of these lines, read together where every line is one and singly where not."""
    stripped = [line.strip() for _, line in some]
    if all(line.startswith(b"{") and line.endswith(b"}") for line in stripped):
        try:
            together = _loaded(b"[" + b",".join(stripped) + b"]")
        except (ValueError, RecursionError):
            together = None
        if isinstance(together, list) and len(together) == len(some):
            return [number for number, _ in some], together
    numbers, records = [], []
    for number, line in some:
        try:
            record = _loaded(line)
        except (ValueError, RecursionError) as problem:
            faults.append(_unreadable(number, problem))
        else:
            if isinstance(record, dict):
                numbers.append(number)
                records.append(record)
            else:
                faults.append(Fault(f"line {number}", "not an object"))
    return numbers, records


def _unreadable(number: int, problem: ValueError | RecursionError) -> Fault:
    if isinstance(problem, UnicodeDecodeError):
        return not_utf8(number, problem)
    if isinstance(problem, json.JSONDecodeError):
        return Fault(f"line {number}", f"{problem.msg} at character {problem.colno}")
    if isinstance(problem, RecursionError):
        return Fault(f"line {number}", "lists or objects within each other, too deep to be read")
    return Fault(f"line {number}", str(problem))  # a key that is there twice, a whole number of thousands of digits


def _loaded(line: bytes) -> object:
    loaded: object = json.loads(
        line.decode(), parse_constant=_constant, parse_float=_float_or_text, object_pairs_hook=_object
    )
    return loaded


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    record = dict(pairs)
    if len(record) < len(pairs):
        names = [name for name, _ in pairs]
        twice = ", ".join(repr(name) for name in record if names.count(name) > 1)
        raise ValueError(f"an object with the key {twice} more than once")
    return record


def _float_or_text(written: str) -> float | str:
    """A number, or as it is written what is too large for one: every fault about it can then show it."""
    number = float(written)
    return number if isfinite(number) else written


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


def _no_text(name: str, values: Sequence[object], lines: Sequence[int]) -> Iterator[Fault]:
    for line, value in zip(lines, values, strict=True):
        texts = value if isinstance(value, list) else [value]
        if any(isinstance(text, str) and not _is_unicode(text) for text in texts):
            yield Fault(f"line {line}", f"{name!r} holds half a surrogate pair, which is no text")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


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
