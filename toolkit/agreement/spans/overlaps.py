"""Which spans of different annotators share a character."""

from __future__ import annotations

import numpy as np

from toolkit.agreement.spans.codings import SpanCodings
from toolkit.files.arrays import IntArray


def overlapping(codings: SpanCodings) -> tuple[IntArray, IntArray]:
    """Return every two spans by different annotators with a character in common, by their places among the spans.

    The first of each two is by the annotator who comes first. Spans are sorted by start and never empty, so those that
    begin after span i does and overlap it are exactly the ones from i + 1 up to the first that starts at its end.
    """
    n = len(codings.start)
    later = np.searchsorted(codings.start, codings.end, side="left") - np.arange(1, n + 1)
    one, step = spread(later)
    other = one + 1 + step
    who = codings.span_annotator
    differ = who[one] != who[other]
    one, other = one[differ], other[differ]
    swap = who[one] > who[other]
    return np.where(swap, other, one), np.where(swap, one, other)


def spread(counts: IntArray) -> tuple[IntArray, IntArray]:
    """Return each place as often as its count says, and beside it 0, 1, 2 … up to that count.

    >>> spread(np.array([2, 0, 3]))
    (array([0, 0, 2, 2, 2]), array([0, 1, 0, 1, 2]))
    """
    place = np.repeat(np.arange(len(counts)), counts)
    return place, np.arange(len(place)) - (np.cumsum(counts) - counts)[place]
