"""Krippendorff's u-alpha, binary: do annotators mark the same stretches of a continuum, whatever the label?

Krippendorff, Mathet, Bouvry & Widlöcher (2016), *Quality & Quantity* 50(6), 2347–2364. Formula in ``u_alpha``, with two
values, marked or not; units keep the bounds they have, so two that touch stay two.
"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.agreement.span_measures import SpanCut, SpanMeasure
from toolkit.agreement.spans.codings import SpanCodings, UnitStatistics
from toolkit.agreement.spans.continuum import Continuum
from toolkit.agreement.spans.u_alpha import UAlpha, u_alpha_cuts, u_alpha_statistics

ID = "u_alpha_binary_2016"
U_ALPHA_BINARY = UAlpha(ID)


def u_alpha_binary_statistics(line: Continuum) -> UnitStatistics:
    """Return for each unit what ``U_ALPHA_BINARY`` is computed from; labels must not overlap (see
    ``cannot_lay_out``).
    """
    return u_alpha_statistics(line, "marked or not")


def _cuts(codings: SpanCodings) -> Iterator[SpanCut]:
    yield from u_alpha_cuts(codings, U_ALPHA_BINARY, u_alpha_binary_statistics)


MEASURE = SpanMeasure(
    id=ID,
    title="Krippendorff's u-alpha, marked or not",
    source="Krippendorff, Mathet, Bouvry & Widlöcher (2016), Quality & Quantity 50(6), 2347-2364",
    place=22,
    cuts=_cuts,
)
