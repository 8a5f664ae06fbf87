"""Marked spans as one yes-or-no variable per label and token: was this token inside a span of the label?

Labels may overlap and not everybody codes every unit, so each label is a binary variable of its own, with missing
values. Everybody who coded a unit gave each of its tokens a value: one who marked nothing gave only "no".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.agreement.matrix import Matrix, check_size
from toolkit.agreement.patterns import Patterns, patterns_of_counts
from toolkit.agreement.ratings import MISSING
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
    cluster = np.asarray([cluster_of_unit[unit] for unit in coded.units], dtype=np.int64)
    annotators = np.bincount(coded.unit, minlength=len(coded.units))
    patterns: dict[str, Patterns] = {}
    for label in labels:
        found = _stretches(coded, marks, label)
        marked = np.bincount(found.marked_stretch, minlength=len(found.unit))
        counts = np.column_stack([annotators[found.unit] - marked, marked])
        patterns[label] = patterns_of_counts(counts, cluster[found.unit], found.n_tokens)
    return patterns


def token_matrix(
    units: Sequence[str],
    annotators: Sequence[str],
    marks: Sequence[Sequence[SpanMark]],
    *,
    label: str,
    texts: Mapping[str, str],
    cluster_of_unit: Mapping[str, int],
) -> Matrix:
    """Return for one label who marked which token: tokens × annotators, these by name, 0 not marked, 1 marked.

    Input as for ``token_patterns``, with who gave each entry in ``annotators``; tokens are in the order of it. Who
    coded nothing but units without a token has no column. Raise ValueError, listing them, on units without text, spans
    outside their unit and two codings of one unit by one annotator; TableTooLargeError as ``matrix_of`` does.
    """
    _check(units, marks, None, texts)
    coded = _coded_tokens(units, texts)
    found = _stretches(coded, marks, label)
    n_stretches = np.bincount(found.unit, minlength=len(coded.units))
    n_given = n_stretches[coded.unit]
    place = {name: code for code, name in enumerate(dict.fromkeys(annotators))}
    who = np.asarray([place[name] for name in annotators], dtype=np.int64)
    _check_once(units, annotators, coded.unit * max(len(place), 1) + who)
    speaking = set(who[n_given > 0].tolist())
    names = sorted((name for name, code in place.items() if code in speaking), key=str)
    check_size(len(coded.tokens.start), len(names))
    column = np.zeros(len(place), dtype=np.int64)
    column[[place[name] for name in names]] = np.arange(len(names))
    rows = np.full((len(found.unit), len(names)), MISSING, dtype=np.int64)
    first_stretch = np.cumsum(n_stretches) - n_stretches
    coding = np.repeat(np.arange(len(units)), n_given)
    within = np.arange(len(coding)) - (np.cumsum(n_given) - n_given)[coding]
    rows[first_stretch[coded.unit[coding]] + within, column[who[coding]]] = 0
    rows[found.marked_stretch, column[who[found.marked_by]]] = 1
    cluster = np.asarray([cluster_of_unit[unit] for unit in coded.units], dtype=np.int64)
    return Matrix(rows, tuple(names), cluster[found.unit], whole=found.unit, times=found.n_tokens)


@dataclass(frozen=True, slots=True, eq=False)
class _CodedTokens:
    """Units in the order they first come, their tokens, and the unit of each coding."""

    units: tuple[str, ...]
    tokens: Tokens
    unit: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _Stretches:
    """Tokens that follow each other in one unit, and that each who coded it marked all or not at all.

    There are as many as marks begin and end, which is far fewer than tokens. Of each its ``unit`` and ``n_tokens``;
    in parallel which coding (``marked_by``) marked which stretch (``marked_stretch``), once.
    """

    unit: IntArray
    n_tokens: IntArray
    marked_by: IntArray
    marked_stretch: IntArray


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


def _stretches(coded: _CodedTokens, marks: Sequence[Sequence[SpanMark]], label: str) -> _Stretches:
    coding, token = _marked(coded, marks, label)
    ends = np.ones(len(coding), dtype=np.bool_)  # of a run of tokens that one coding marked
    ends[:-1] = (coding[1:] != coding[:-1]) | (token[1:] != token[:-1] + 1)
    begins = np.roll(ends, 1)
    n_tokens = len(coded.tokens.text)
    cut = np.zeros(n_tokens + 1, dtype=np.bool_)
    cut[:-1] = np.diff(coded.tokens.text, prepend=-1) > 0
    cut[token[begins]] = True
    cut[token[ends] + 1] = True
    first = np.flatnonzero(cut[:-1])
    from_, to = np.searchsorted(first, token[begins]), np.searchsorted(first, token[ends] + 1)
    run = np.repeat(np.arange(len(from_)), to - from_)
    within = np.arange(len(run)) - (np.cumsum(to - from_) - (to - from_))[run]
    return _Stretches(
        unit=coded.tokens.text[first],
        n_tokens=np.diff(first, append=n_tokens),
        marked_by=coding[begins][run],
        marked_stretch=from_[run] + within,
    )


def _check_once(units: Sequence[str], annotators: Sequence[str], cell: IntArray) -> None:
    """Raise where an annotator coded a unit twice; ``cell`` is a number for each unit by each annotator."""
    once, first, times = np.unique(cell, return_index=True, return_counts=True)
    if len(once) < len(cell):
        faults = [f"{units[place]} by {annotators[place]}" for place in sorted(first[times > 1].tolist())]
        raise ValueError("units coded twice by one annotator:\n  " + "\n  ".join(faults))


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
