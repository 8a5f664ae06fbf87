"""The sections of a report: each file holds one, found because its file is here. One without blocks is left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from toolkit.report.study_page.blocks import Block
from toolkit.report.study_page.shown import Shown


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Section:
    """One section: where it stands, what it is called, and what is in it."""

    place: int
    id: str
    """What links to it end in."""
    title: str
    blocks: Callable[[Shown], Sequence[Block]]


@cache
def sections() -> tuple[Section, ...]:
    """Return every section there is, in the order of the page."""
    found = [import_module(f"{__name__}.{module.name}").SECTION for module in iter_modules(__path__)]
    return tuple(sorted(found, key=lambda section: (section.place, section.id)))
