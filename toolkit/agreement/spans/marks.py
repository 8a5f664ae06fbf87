"""Marked spans as one yes-or-no variable per label and token: was this token inside a span of the label?

Labels may overlap and not everybody codes every unit, so each label is a binary variable of its own, with missing
values. Everybody who coded a unit gave each of its tokens a value: one who marked nothing gave only "no".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.agreement.patterns import Patterns, patterns_of_counts
from toolkit.agreement.ratings import Ratings
from toolkit.agreement.spans.tokens import Tokens, tokens_of
from toolkit.files.arrays import IntArray

SpanMark = tuple[str, int, int]
"""Label, start, end: half-open code-point offsets into the unit."""

_TOKEN = re.compile(r"\w+|[^\w\s]")


def token_bounds(text: str) -> list[tuple[int, int]]:
    """Return start and end of every token: a run of letters, digits and underscores, or one other visible character.

    >>> token_bounds("Oil, he said")
    [(0, 3), (3, 4), (5, 7), (8, 12)]
    """
    return [match.span() for match in _TOKEN.finditer(text)]


def token_patterns(
    units: Sequence[str],
    marks: Sequence[Sequence[SpanMark]],
    *,
    labels: Sequence[str],
    texts: Mapping[str, str],
    cluster_of_unit: Mapping[str, int],
) -> dict[str, Patterns]:
    """Return for each label the patterns of its tokens, values in the order not marked, marked.

    ``units`` and ``marks`` are parallel: one entry per annotator and unit coded, an empty one where nothing was
    marked. A token counts as marked when a span of the label covers any part of it. ``cluster_of_unit`` numbers what is
    resampled together, by unit. Raise ValueError, listing them, on units without text, labels not on the scale
    and spans outside their unit.
    """
    _check(units, marks, labels, texts)
    coded = _coded_tokens(units, texts)
    cluster = coded.cluster(cluster_of_unit)
    annotators = np.bincount(coded.unit, minlength=len(coded.units))[coded.tokens.text]
    patterns: dict[str, Patterns] = {}
    for label in labels:
        _, token = _marked(coded, marks, label)
        marked = np.bincount(token, minlength=len(annotators))
        patterns[label] = patterns_of_counts(np.column_stack([annotators - marked, marked]), cluster)
    return patterns


def token_ratings(
    units: Sequence[str],
    annotators: Sequence[str],
    marks: Sequence[Sequence[SpanMark]],
    *,
    label: str,
    texts: Mapping[str, str],
    cluster_of_unit: Mapping[str, int],
) -> tuple[Ratings, IntArray]:
    """Return for one label the ratings of every token, marked or not by each who coded it, and each token's unit.

    Input as for ``token_patterns``, with who gave each entry in ``annotators``. Units of the ratings are the numbers of
    the tokens, in the order of ``token_patterns``; a token's cluster is its unit's number in ``cluster_of_unit``.
    Units are numbered in the order they first come in ``units``. Raise ValueError, listing them, on units
    without text, spans outside their unit and two codings of one unit by one annotator.
    """
    _check(units, marks, None, texts)
    coded = _coded_tokens(units, texts)
    place = {name: code for code, name in enumerate(dict.fromkeys(annotators))}
    who = np.asarray([place[name] for name in annotators], dtype=np.int64)
    n_tokens = np.bincount(coded.tokens.text, minlength=len(coded.units))
    first_token = np.cumsum(n_tokens) - n_tokens
    n_given = n_tokens[coded.unit]
    first_given = np.cumsum(n_given) - n_given
    # The values of a coding follow each other in the order of its unit's tokens.
    given_before_token = first_given - first_token[coded.unit]
    coding = np.repeat(np.arange(len(units)), n_given)
    value = np.zeros(len(coding), dtype=np.int64)
    marking, token = _marked(coded, marks, label)
    value[token + given_before_token[marking]] = 1
    cluster = coded.cluster(cluster_of_unit)
    ratings = Ratings(
        units=range(len(coded.tokens.start)),
        annotators=tuple(place),
        domain=("not marked", "marked"),
        unit=np.arange(len(coding)) - given_before_token[coding],
        annotator=who[coding],
        value=value,
        clusters=range(int(cluster.max(initial=-1)) + 1),
        cluster_of_unit=cluster,
    )
    return ratings, coded.tokens.text


@dataclass(frozen=True, slots=True, eq=False)
class _CodedTokens:
    """Units in the order they first come, their tokens, and the unit of each coding."""

    units: tuple[str, ...]
    tokens: Tokens
    unit: IntArray

    def cluster(self, cluster_of_unit: Mapping[str, int]) -> IntArray:
        """Return the cluster of each token."""
        return np.asarray([cluster_of_unit[unit] for unit in self.units], dtype=np.int64)[self.tokens.text]


def _coded_tokens(units: Sequence[str], texts: Mapping[str, str]) -> _CodedTokens:
    place = {unit: code for code, unit in enumerate(dict.fromkeys(units))}
    of_coding = np.asarray([place[unit] for unit in units], dtype=np.int64)
    return _CodedTokens(tuple(place), tokens_of([texts[unit] for unit in place]), of_coding)


def _marked(coded: _CodedTokens, marks: Sequence[Sequence[SpanMark]], label: str) -> tuple[IntArray, IntArray]:
    """Coding and token wherever a span of the label covers any part of one: once, however many spans of it do."""
    spans = [(coding, start, end) for coding, mine in enumerate(marks) for which, start, end in mine if which == label]
    coding, start, end = np.asarray(spans, dtype=np.int64).reshape(-1, 3).T
    before = coded.tokens.edges[coded.unit[coding]]
    span, token = coded.tokens.covered(start + before, end + before)
    n_tokens = max(len(coded.tokens.start), 1)
    once, token = np.divmod(np.unique(coding[span] * n_tokens + token), n_tokens)
    return once, token


def _check(
    units: Sequence[str],
    marks: Sequence[Sequence[SpanMark]],
    labels: Sequence[str] | None,
    texts: Mapping[str, str],
) -> None:
    faults = [f"{unit}: no text for this unit" for unit in dict.fromkeys(units) if unit not in texts]
    known = None if labels is None else set(labels)
    for unit, spans in zip(units, marks, strict=True):
        for label, start, end in spans:
            if known is not None and label not in known:
                faults.append(f"{unit}: label {label!r} is not on the scale")
            elif unit in texts and not 0 <= start < end <= len(texts[unit]):
                faults.append(f"{unit}: span {label} {start}–{end} outside a unit of {len(texts[unit])} characters")
    if faults:
        raise ValueError("spans that cannot be counted:\n  " + "\n  ".join(faults))
