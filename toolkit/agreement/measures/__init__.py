"""The measures of agreement: each file holds one, says where it comes from, and for which data it exists.

A measure is found because its file is here. It answers ``cannot_handle`` before anything is computed, and consists of
cuts: one figure over all annotators, or one for each pair, each annotator left out, each category.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Literal

from toolkit.agreement.figure import Figure
from toolkit.agreement.levels import MOST_DISTINCT, LevelOfValues
from toolkit.agreement.reason import Reason
from toolkit.agreement.scale import Scale
from toolkit.files.arrays import BoolArray, FloatArray

TOO_MANY_VALUES = Reason("more than {:,} distinct values", MOST_DISTINCT)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Cut:
    """One figure, whose values it is computed from, and what it is called by."""

    figure: Figure
    level: str
    reads: Literal["counts", "values", "codes"] = "counts"
    """Whether annotators are interchangeable (counts of values; the values in any order, where counts would be nearly
    all 0) or it matters who gave which value (codes)."""
    columns: tuple[int, ...] | None = None
    """Annotators whose values count, by their place; None: everybody."""
    counts_single_units: bool = False
    """Whether a unit only one annotator coded tells something (how often a category is used)."""
    lowest: float = -1.0
    """The worst value there could be."""
    tells: Callable[[FloatArray], BoolArray] | None = None
    """Which rows of summed statistics can move the figure; None: all."""
    category: str | None = None
    annotator: str | None = None
    other_annotator: str | None = None
    alpha: LevelOfValues | None = None
    """Set for headline alphas: the level at which the second opinion is asked, and the target holds."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Measure:
    """One way to put agreement into a number."""

    id: str
    title: str
    source: str
    """Author, year, journal or book, and pages."""
    place: int
    """Where it stands in the output; those below ten are shown unasked."""
    cannot_handle: Callable[[Scale], str | None]
    """Why the measure does not exist on such values, or None where it does."""
    cuts: Callable[[Scale, Sequence[str]], Iterable[Cut]]
    """The figures it consists of, given the names of the annotators."""
    names_annotators: bool = False
    """Whether its cuts need to know who gave which value."""

    @property
    def headline(self) -> bool:
        """Whether it is shown without being asked for."""
        return self.place < 10


@cache
def measures() -> tuple[Measure, ...]:
    """Return every measure there is, in the order they are shown."""
    found = [import_module(f"{__name__}.{module.name}").MEASURE for module in iter_modules(__path__)]
    return tuple(sorted(found, key=lambda measure: (measure.place, measure.id)))


def headline_measures() -> tuple[Measure, ...]:
    """Return the measures shown unasked."""
    return tuple(measure for measure in measures() if measure.headline)


def every_level(_scale: Scale) -> str | None:
    """Return the answer of a measure that exists at every level."""
    return None


def distances_fit(scale: Scale) -> str | None:
    """Return why there is no table of distances between all values, or None where there is one or none is needed."""
    return None if scale.alphas else TOO_MANY_VALUES


def pairs_of(annotators: Sequence[str]) -> list[tuple[int, int]]:
    """Return every pair of annotators, by their places, first before second."""
    return [(one, other) for one in range(len(annotators)) for other in range(one + 1, len(annotators))]
