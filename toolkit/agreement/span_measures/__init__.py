"""Agreement on marked spans beside token alpha: each measure one file, all computed from the same codings.

A measure is found because its file offers one. It says for every cut (all spans, one label, one pair of annotators)
which figure to compute from which statistics per unit, whose sums suffice, so that clusters are resampled as for
every other figure; or gives a value of its own where that is not so, and says why in its file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol

from toolkit.agreement.made_up import MadeUp
from toolkit.agreement.spans.codings import SpanCodings, UnitStatistics
from toolkit.files.arrays import BoolArray, FloatArray


class SpanFigure(Protocol):
    """A number computed from sums of statistics per unit; see ``toolkit.agreement.figure``."""

    def values(self, sums: FloatArray) -> FloatArray:
        """Return the figure for each row of summed statistics (R × K → R); NaN where it does not exist."""
        ...

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return why the figure does not exist for one row of summed statistics, or None where it does."""
        ...


@dataclass(frozen=True, slots=True)
class Whole:
    """A value that is not made of sums over units: what it is, or why there is none."""

    value: float | None
    undefined_because: str | None
    not_resampled_because: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SpanCut:
    """One figure, what it is computed from, and what it is called by."""

    level: str
    codings: SpanCodings
    """The codings it looks at: of all annotators, or of a pair; with all labels, or with one."""
    figure: SpanFigure | Whole
    statistics: UnitStatistics | None = None
    """Of each unit; None for a ``Whole`` and where the figure does not exist."""
    n_values: int = 0
    """What is compared: characters × annotators, or spans."""
    n_categories: int = 2
    lowest: float | None = None
    """The worst value there could be of a figure whose best is 1; None for shares of a whole."""
    tells: Callable[[FloatArray], BoolArray] | None = None
    """Which rows of summed statistics can move the figure; None: all."""
    n_compared: int = 0
    """What disagreement is counted in, as characters, where units are made up."""
    made_up: MadeUp | None = None
    category: str | None = None
    annotator: str | None = None
    other_annotator: str | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SpanMeasure:
    """One way to put agreement on spans into a number."""

    id: str
    title: str
    source: str
    """Author, year, journal or book, and pages."""
    place: int
    """Where it stands in the output; those below ten are shown unasked."""
    cuts: Callable[[SpanCodings], Iterable[SpanCut]]

    @property
    def headline(self) -> bool:
        """Whether it is shown without being asked for."""
        return self.place < 10


@cache
def span_measures() -> tuple[SpanMeasure, ...]:
    """Return every measure on spans, in the order they are shown."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    found: list[SpanMeasure] = [module.MEASURE for module in modules if hasattr(module, "MEASURE")]
    return tuple(sorted(found, key=lambda measure: (measure.place, measure.id)))


def each_label(codings: SpanCodings) -> Iterator[tuple[str | None, SpanCodings]]:
    """Yield all labels together (None), then each by itself where there are several."""
    yield None, codings
    if len(codings.labels) > 1:
        for label in codings.labels:
            yield label, codings.only_label(label)


def each_pair(codings: SpanCodings) -> Iterator[tuple[str, str]]:
    """Yield every pair of annotators, by name."""
    for place, one in enumerate(codings.annotators):
        for other in codings.annotators[place + 1 :]:
            yield one, other
