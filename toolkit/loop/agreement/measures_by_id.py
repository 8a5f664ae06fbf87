"""Measures by the ids a lead types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from toolkit.agreement.measures import Measure, measures
from toolkit.errors import UsageError
from toolkit.files.wording import closest

if TYPE_CHECKING:
    from toolkit.agreement.span_measures import SpanMeasure

ALL = "all"


def measures_by_id(ids: Sequence[str]) -> tuple[tuple[Measure, ...], tuple[SpanMeasure, ...]]:
    """Return the measures of these ids, for values and for spans; every one for ``all``. Raise UsageError on
    unknown ids.
    """
    if not ids:
        return (), ()
    from toolkit.agreement.span_measures import span_measures

    known = [measure.id for measure in measures()] + [measure.id for measure in span_measures()]
    unknown = [name for name in ids if name not in known and name != ALL]
    if unknown:
        close = closest(unknown[0], known)
        hint = f"Did you mean {close}? " if close else ""
        raise UsageError(f"no measure {', '.join(unknown)}", todo=f"{hint}There is: {', '.join(known)}, {ALL}.")
    every = ALL in ids
    return (
        tuple(measure for measure in measures() if every or measure.id in ids),
        tuple(measure for measure in span_measures() if every or measure.id in ids),
    )
