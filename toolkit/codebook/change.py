"""One difference between two codebooks, and the fields whose change says all there is to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Change:
    """What changed and where; whether answers given before it stay valid, and why."""

    place: str
    what: str
    keeps_answers: bool
    because: str


@dataclass(frozen=True, slots=True)
class Rule:
    """The decision for every change of one field."""

    keeps_answers: bool
    because: str


def fields_changed(place: str, old: BaseModel, new: BaseModel, rules: Mapping[str, Rule]) -> Iterator[Change]:
    """Yield a change for each field named in ``rules`` whose value differs."""
    for field, rule in rules.items():
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            what = f"{field}: {shown(before)} → {shown(after)}"
            yield Change(place, what, keeps_answers=rule.keeps_answers, because=rule.because)


def reordered(old: Sequence[str], new: Sequence[str]) -> bool:
    """Return whether what both have stands in another order."""
    return [name for name in old if name in new] != [name for name in new if name in old]


def shown(value: Any) -> str:
    """Return a field's value as a reader of the diff sees it."""
    if value is None or value in ("", [], {}):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"“{value}”"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return "; ".join(f"{key}: {shown(item)}" for key, item in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)
