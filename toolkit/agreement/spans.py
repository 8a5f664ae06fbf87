"""Marked spans as one yes-or-no variable per label and token: was this token inside a span of the label?

Labels may overlap and not everybody codes every sentence, so each label is a binary variable of its own, with missing
values. Everybody who coded a sentence gave each of its tokens a value: one who marked nothing gave only "no".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from toolkit.agreement.patterns import Patterns, patterns_of_counts
from toolkit.agreement.ratings import IntArray

SpanMark = tuple[str, int, int]
"""Label, start, end: half-open code-point offsets into the sentence."""

_TOKEN = re.compile(r"\w+|[^\w\s]")


def token_bounds(text: str) -> list[tuple[int, int]]:
    """Start and end of every token: a run of letters, digits and underscores, or one other visible character.

    >>> token_bounds("Oil, he said")
    [(0, 3), (3, 4), (5, 7), (8, 12)]
    """
    return [match.span() for match in _TOKEN.finditer(text)]


def token_patterns(
    units: Sequence[str],
    marks: Sequence[Sequence[SpanMark]],
    *,
    labels: Sequence[str],
    sentences: Mapping[str, str],
    cluster_of_unit: Mapping[str, int],
) -> dict[str, Patterns]:
    """For each label the patterns of its tokens, values in the order not marked, marked.

    ``units`` and ``marks`` are parallel: one entry per annotator and sentence coded, an empty one where nothing was
    marked. A token counts as marked when a span of the label covers any part of it. ``cluster_of_unit`` numbers what is
    resampled together, by sentence. Raises ValueError, listing them, on sentences without text, labels not on the scale
    and spans outside their sentence.
    """
    _check(units, marks, labels, sentences)
    bounds = {
        unit: np.asarray(token_bounds(sentences[unit]), dtype=np.int64).reshape(-1, 2) for unit in dict.fromkeys(units)
    }
    first: dict[str, int] = {}
    total = 0
    for unit, tokens in bounds.items():
        first[unit] = total
        total += len(tokens)
    sizes = [len(tokens) for tokens in bounds.values()]
    cluster = np.repeat(np.asarray([cluster_of_unit[unit] for unit in bounds], dtype=np.int64), sizes)
    annotators = np.zeros(total, dtype=np.int64)
    marked = {label: np.zeros(total, dtype=np.int64) for label in labels}
    for unit, spans in zip(units, marks, strict=True):
        here = slice(first[unit], first[unit] + len(bounds[unit]))
        annotators[here] += 1
        for label, covered in _covered(bounds[unit], spans).items():
            marked[label][here] += covered
    return {
        label: patterns_of_counts(np.column_stack([annotators - marked[label], marked[label]]), cluster)
        for label in labels
    }


def _covered(bounds: IntArray, spans: Sequence[SpanMark]) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]:
    covered: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.bool_]]] = {}
    for label, start, end in spans:
        touched = (bounds[:, 0] < end) & (bounds[:, 1] > start)
        covered[label] = touched | covered.get(label, np.zeros(len(bounds), dtype=np.bool_))
    return covered


def _check(
    units: Sequence[str], marks: Sequence[Sequence[SpanMark]], labels: Sequence[str], sentences: Mapping[str, str]
) -> None:
    faults = [f"{unit}: no text for this sentence" for unit in dict.fromkeys(units) if unit not in sentences]
    known = set(labels)
    for unit, spans in zip(units, marks, strict=True):
        for label, start, end in spans:
            if label not in known:
                faults.append(f"{unit}: label {label!r} is not on the scale")
            elif unit in sentences and not 0 <= start < end <= len(sentences[unit]):
                faults.append(
                    f"{unit}: span {label} {start}–{end} outside a sentence of {len(sentences[unit])} characters"
                )
    if faults:
        raise ValueError("spans that cannot be counted:\n  " + "\n  ".join(faults))
