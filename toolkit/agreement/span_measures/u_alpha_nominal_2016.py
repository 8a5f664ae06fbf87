"""Krippendorff's u-alpha, nominal: do annotators mark the same stretches of a continuum with the same labels?

Krippendorff, Mathet, Bouvry & Widlöcher (2016), *Quality & Quantity* 50(6), 2347–2364. Formula in ``u_alpha``.
"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.agreement.span_measures import SpanCut, SpanMeasure
from toolkit.agreement.spans.codings import SpanCodings, UnitStatistics
from toolkit.agreement.spans.continuum import Continuum
from toolkit.agreement.spans.u_alpha import UAlpha, u_alpha_cuts, u_alpha_statistics

ID = "u_alpha_nominal_2016"
U_ALPHA_NOMINAL = UAlpha(ID)


def u_alpha_nominal_statistics(line: Continuum) -> UnitStatistics:
    """Return for each unit what ``U_ALPHA_NOMINAL`` is computed from; labels must not overlap (see
    ``cannot_lay_out``).
    """
    return u_alpha_statistics(line, "labels")


def _cuts(codings: SpanCodings) -> Iterator[SpanCut]:
    yield from u_alpha_cuts(codings, U_ALPHA_NOMINAL, u_alpha_nominal_statistics)


MEASURE = SpanMeasure(
    id=ID,
    title="Krippendorff's u-alpha of labelled stretches",
    source="Krippendorff, Mathet, Bouvry & Widlöcher (2016), Quality & Quantity 50(6), 2347-2364",
    place=21,
    cuts=_cuts,
)
