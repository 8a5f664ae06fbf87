"""What one submission of a stock export says, control by control: a value, marked words, or that it cannot be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.codebook.answers import Mark
from toolkit.labelstudio.decode import finite_number, mark_of, texts_of
from toolkit.labelstudio.stock.config import HIGHEST, MARKING, path_of, printable

_PLACED = frozenset({"start", "end", "startOffset", "x", "y", "points", "ranges", "sequence", "channel"})
"""What stands in the value of something that is said about a part of the whole."""

Value = tuple[tuple[str, ...], float | None]
"""Categories, and the number they are, if they are one."""


@dataclass(slots=True)
class Said:
    """What one submission says of one control."""

    kinds: set[str] = field(default_factory=set)
    values: list[Value] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    unreadable: bool = False
    of_regions: bool = False


def said_by(result: Sequence[object]) -> tuple[dict[str, Said], int]:
    """Return what a submission says of each control, and how many parts name none."""
    said: dict[str, Said] = defaultdict(Said)
    nameless = 0
    parts = [part for part in result if isinstance(part, Mapping)]
    shared = _shared(parts)
    for part in parts:
        if part.get("type") == "relation":
            continue
        name = part.get("from_name")
        if not isinstance(name, str) or not name:
            nameless += 1
            continue
        value = part.get("value")
        _take(
            said[printable(name)],
            str(part.get("type")),
            value if isinstance(value, Mapping) else {},
            of_regions=part.get("id") in shared if isinstance(part.get("id"), str) else False,
        )
    return dict(said), nameless + len(result) - len(parts)


def _take(one: Said, kind: str, value: Mapping[str, object], *, of_regions: bool) -> None:
    """Take in one part; several of them mark several words, and several values are none."""
    one.kinds.add("labels" if kind in MARKING else kind)
    if kind in MARKING:
        marks, n_labels = list(_marks(value)), len(texts_of(_labels(value)) or ())
        one.marks += marks
        one.unreadable |= len(marks) != max(n_labels, 1)
    elif of_regions or not _PLACED.isdisjoint(value):
        one.of_regions = True
    elif kind in VALUES:
        read = VALUES[kind](value)
        one.unreadable |= read is None or bool(one.values)
        one.values += [] if read is None else [read]


def _shared(parts: Sequence[Mapping[str, object]]) -> set[str]:
    """Ids under which more than one control speaks: of one and the same region."""
    of: dict[str, set[object]] = defaultdict(set)
    for part in parts:
        number, name = part.get("id"), part.get("from_name")
        if isinstance(number, str) and isinstance(name, str):
            of[number].add(name)
    return {number for number, names in of.items() if len(names) > 1}


def _labels(value: Mapping[str, object]) -> object:
    return next((value[kind] for kind in MARKING if kind in value), None)


def _marks(value: Mapping[str, object]) -> Iterator[Mark]:
    for label in texts_of(_labels(value)) or ():
        mark = mark_of({**value, "labels": [printable(label)]})
        if mark is not None:
            yield mark


def _choices(value: Mapping[str, object]) -> Value | None:
    codes = texts_of(value.get("choices"))
    return (tuple(map(printable, codes)), None) if codes and all(codes) else None


def _taxonomy(value: Mapping[str, object]) -> Value | None:
    listed = value.get("taxonomy")
    paths = [texts_of(path) for path in listed] if isinstance(listed, list) else []
    if not paths or not all(path and all(path) for path in paths):
        return None
    return tuple(path_of(tuple(map(printable, path))) for path in paths if path), None


def _rating(value: Mapping[str, object]) -> Value | None:
    rating = finite_number(value.get("rating"))
    whole = rating is not None and rating.is_integer() and 1 <= rating <= HIGHEST
    return ((str(int(rating)),), rating) if whole and rating is not None else None


def _number(value: Mapping[str, object]) -> Value | None:
    number = finite_number(value.get("number"))
    return None if number is None else ((), number)


def _pairwise(value: Mapping[str, object]) -> Value | None:
    selected = value.get("selected")
    return ((printable(selected),), None) if isinstance(selected, str) and selected else None


VALUES: Mapping[str, Callable[[Mapping[str, object]], Value | None]] = {
    "choices": _choices,
    "taxonomy": _taxonomy,
    "rating": _rating,
    "number": _number,
    "pairwise": _pairwise,
}
"""How a value of each kind is read."""
