"""JSON Lines: an object per line is an article."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from toolkit.corpus.columns import ColumnMapping
from toolkit.corpus.drafts import Draft, from_row
from toolkit.corpus.readers._decoding import physical_lines
from toolkit.corpus.readers._paths import printable
from toolkit.errors import Fault

SUFFIXES = (".jsonl",)


def read(path: Path, *, columns: ColumnMapping, on_bytes: Callable[[int], None]) -> Iterator[Draft | Fault]:
    """Yield the articles of a JSON Lines file; blank lines are nothing."""
    file = printable(path)
    never_seen = dict(columns.asked_for())
    never_seen.pop("text", None)
    objects = 0
    at_fault = False
    for line in physical_lines(path):
        on_bytes(line.offset)
        place = f"{file}:{line.number}"
        if line.fault is not None:
            at_fault = True
            yield line.fault
        elif line.text.strip():
            row = _object(line.text, place)
            if isinstance(row, Fault):
                at_fault = True
                yield row
                continue
            objects += 1
            never_seen = {field: name for field, name in never_seen.items() if name not in row}
            text_missing = next((f for f in ColumnMapping(text=columns.text).missing(list(row), place)), None)
            yield text_missing if text_missing is not None else from_row(place, row, columns)
    if not objects and not at_fault:
        yield Fault(file, "empty: there are no rows")
    if objects:
        for field, name in never_seen.items():
            yield Fault(file, f"no row has a column '{name}' for the {field}")


def _object(line: str, place: str) -> dict[str, object] | Fault:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as broken:
        return Fault(place, f"not JSON: {broken.msg} at character {broken.pos}")
    except RecursionError:
        return Fault(place, "not an article: JSON nested too deeply")
    except ValueError:
        return Fault(place, "not JSON that can be read: a number in it has thousands of digits")
    if not isinstance(row, dict):
        return Fault(place, f"the row is not an object: {line.strip()[:60]!r}")
    return row
