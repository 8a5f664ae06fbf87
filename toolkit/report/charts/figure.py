"""A picture: what it is called, what it shows in words, and how it is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

_MOST_SENTENCES = 12


def spoken(sentences: Iterable[str]) -> str:
    """Return what a picture says, in so few sentences that somebody listens: the table behind it has all."""
    every = list(sentences)
    more = [f"And {len(every) - _MOST_SENTENCES} more, in the table."] if len(every) > _MOST_SENTENCES else []
    return " ".join([*every[:_MOST_SENTENCES], *more])


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture of a report, which is not drawn yet."""

    name: str
    """What its file is called, without an ending: small letters, digits and hyphens; unique in a report."""
    title: str
    says: str
    """What can be seen in it, for whoever cannot see it."""
    drawing: Mapping[str, Any] = field(repr=False)
    """In the grammar's own words (Vega-Lite), as plain values."""
