"""What one control of somebody's project turned out to be: its level of measurement as guessed, and its categories.

The level is a guess from the kind of answer, and says why; whoever made the study may know better.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from toolkit.labelstudio.stock.config import Control
from toolkit.labelstudio.stock.parts import VALUES, Said

_LEFT_OUT = {
    "textarea": "free text: no two of it are the same or different by themselves",
    "datetime": "a date: neither a category nor a number by itself",
}
_ELSEWHERE = "not a question of categories, ratings, numbers or marked words"
_OF_REGIONS = "asked of marked regions: annotators who mark others answer other questions"
_LEVELS = {"taxonomy": "taxonomy", "rating": "ordinal", "number": "interval", "labels": "span"}


@dataclass(slots=True)
class Use:
    """How a control was used: what its answers are like, counted; the answers themselves are not kept."""

    kinds: set[str] = field(default_factory=set)
    in_use: set[str] = field(default_factory=set)
    """Categories that were chosen, labels that were given."""
    of_regions: bool = False
    n_said: int = 0
    n_read: int = 0
    """Answers that could be read."""
    n_several: int = 0
    """Those of them that hold several categories."""

    def take(self, said: Said) -> None:
        """Count what one submission says of the control."""
        self.n_said += 1
        self.kinds |= said.kinds
        self.of_regions |= said.of_regions
        if said.unreadable:
            return
        self.n_read += 1
        for codes, _ in said.values:
            self.in_use.update(codes)
            self.n_several += len(codes) > 1
        self.in_use.update(mark.label for mark in said.marks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """How a control is read: its level and why, and its categories, from low to high where it is a rating."""

    level: str
    because: str
    categories: tuple[str, ...]
    whose: str = ""
    """Whose word the categories are."""
    silence_is_none: bool = False
    """Whether a submission that says nothing of it chose nothing: an empty set."""


def used(every: Iterable[Said]) -> Use:
    """Return how a control was used in these submissions."""
    found = Use()
    for said in every:
        found.take(said)
    return found


def guessed(control: Control | None, use: Use) -> Guess | str:
    """Return how the control is read, or why it is not measured. Where nobody answered it its configuration says."""
    kinds = sorted(use.kinds) or ([control.kind] if control is not None else [])
    if (control is not None and control.of_regions) or use.of_regions:
        return _OF_REGIONS
    if len(kinds) != 1:
        return f"answered as {' and as '.join(kinds)}: the project was changed on the way"
    (kind,) = kinds
    if kind == "labels":
        return Guess(level="span", because="marked words", categories=_labels(control, use))
    if kind not in VALUES:
        return _LEFT_OUT.get(kind, _ELSEWHERE)
    several = bool(use.n_several) or (control is not None and control.several and kind == "choices")
    level = "set" if several else _LEVELS.get(kind, "nominal")
    because = {
        "set": f"several categories in {use.n_several:,} of {use.n_read:,} answers",
        "taxonomy": "one path in a tree an answer",
        "nominal": "one category an answer",
        "interval": "numbers",
        "ordinal": "a rating",
    }[level]
    categories, whose = _categories(kind, control, use)
    insisted = control is not None and (control.required or control.conditional)
    return Guess(
        level=level,
        because=because,
        categories=categories,
        whose=whose,
        silence_is_none=level == "set" and not insisted,
    )


def _labels(control: Control | None, use: Use) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(control.categories if control is not None else ()), *sorted(use.in_use))))


def _categories(kind: str, control: Control | None, use: Use) -> tuple[tuple[str, ...], str]:
    """The categories there could be, and whose word that is."""
    in_use = sorted(use.in_use, key=_by_size)
    if kind == "number":
        return (), ""
    if kind == "rating":
        best = control.highest if control is not None and control.highest else 0
        top = max([best, *map(int, in_use)])
        return tuple(map(str, range(1, top + 1))), f"from 1 to {top}{'' if best == top else ', the highest in use'}"
    configured = control.categories if control is not None else ()
    more = [code for code in in_use if code not in configured]
    if not configured:
        return tuple(in_use), "categories: those in use"
    return (*configured, *more), "as configured" + (f", and {len(more)} that are not" if more else "")


def _by_size(code: str) -> tuple[int, str]:
    return (int(code), "") if code.isdecimal() and len(code) < 20 else (1 << 70, code)
