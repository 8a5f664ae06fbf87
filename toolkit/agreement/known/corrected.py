"""How common each category truly is, where annotators take one for another at known rates.

With P(g | t) the rate at which category g is given where t is true, shares p of the categories given are p = Pᵀπ, so
the true shares are π = (Pᵀ)⁻¹p. Of two categories this is (p + sp − 1)/(se + sp − 1), with se the sensitivity and sp
the specificity (Rogan & Gladen 1978, *American Journal of Epidemiology* 107(1), 71–76); for coded texts Bachl &
Scharkow 2017, *Communication Methods and Measures* 11(2), 87–104. The rates are those of all annotators pooled, and
taken to be the same in every part of the units. Where units came to be known with different probabilities, each answer
weighs the inverse of that of its unit in the rates; shares given are of all answers, and need no weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from toolkit.agreement.estimate import Estimate
from toolkit.agreement.estimation import estimate_from
from toolkit.agreement.groups import Grouping
from toolkit.agreement.known.cases import Cases
from toolkit.agreement.known.disputed_and_drawn import NEVER, NOT_DRAWN
from toolkit.agreement.known.share import share_sums
from toolkit.agreement.reading import Coverage
from toolkit.agreement.reason import Reason
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.sums import Sums
from toolkit.files.arrays import BoolArray, FloatArray, IntArray

PREVALENCE, CORRECTED = "prevalence", "corrected_prevalence"

WORST_CONDITION = 10.0
"""Condition number (2-norm) of the rates beyond which nothing is corrected: what is wrong with a share by little, or
with a rate, would be wrong with the result by ten times as much. Of two categories with se = sp it is 1/(2se − 1), so
nothing below .55 is corrected."""

MOST_CATEGORIES = 25
"""Categories in use beyond which nothing is corrected: there are as many rates as their square, with few cases each."""

NOTHING_GIVEN = "nothing answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideShare:
    """A corrected share that came out below 0 or above 1, and was set to that limit."""

    question: str
    by: str | None
    group: str | None
    category: str
    value: float
    """What it came out as."""


@dataclass(frozen=True, slots=True, eq=False)
class CorrectedShare:
    """The true share of one category, from how often each was given, and where each is true: columns K, then K × K."""

    place: int
    categories: tuple[str, ...]

    def statistics(self, rows: IntArray) -> FloatArray:
        """Raise ``TypeError``: what is counted is no matter of the values of a unit alone."""
        raise TypeError(f"a corrected share is not computed from {len(rows)} rows of values")

    def values(self, sums: FloatArray) -> FloatArray:
        """Return the share for each row of sums, also below 0 or above 1; NaN where it does not exist."""
        n = len(self.categories)
        given, known = sums[:, :n], sums[:, n:].reshape(-1, n, n)
        found = np.full(len(sums), np.nan)
        there = (given.sum(axis=1) > 0) & (known.sum(axis=2) > 0).all(axis=1)
        if there.any():
            shares = given[there] / given[there].sum(axis=1, keepdims=True)
            rates = known[there] / known[there].sum(axis=2, keepdims=True)
            there[there] = fine = np.linalg.cond(rates) <= WORST_CONDITION
            true = np.linalg.solve(rates[fine].transpose(0, 2, 1), shares[fine][:, :, None])
            found[there] = true[:, self.place, 0]
        return found

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return that nothing was answered, which category has no known case, or that the rates tell nothing apart."""
        n = len(self.categories)
        given, known = sums[:n], sums[n:].reshape(n, n)
        if not given.sum():
            return NOTHING_GIVEN
        without = np.flatnonzero(known.sum(axis=1) == 0)
        if len(without):
            return Reason("no known case of {}", self.categories[int(without[0])])
        if np.linalg.cond(known / known.sum(axis=1, keepdims=True)) > WORST_CONDITION:
            return Reason("condition number above {:g}", WORST_CONDITION)
        return None


def prevalence_estimates(
    question: str,
    level: str,
    cases: Cases,
    resampling: Resampling,
    divisions: Sequence[tuple[str, Grouping]],
    *,
    counted: BoolArray | None = None,
) -> tuple[list[Estimate], list[OutsideShare]]:
    """Return how often each category in use is given, and the same corrected, over all answers and in every part.

    ``divisions`` name what units are divided by, with the group of each entry of the ratings. ``counted`` are the
    answers whose categories are counted, all where None: the rates of errors are those of all. A corrected share below
    0 or above 1 is set to that limit, and listed.
    """
    used = np.union1d(cases.given, cases.true[cases.known])
    every = cases.current if counted is None else counted & cases.current
    estimates: list[Estimate] = []
    outside: list[OutsideShare] = []
    for by, group, part in [(None, None, every), *_parts(cases, divisions)]:
        part = part & every  # noqa: PLW2901
        for place, code in enumerate(used.tolist()):
            category = cases.categories[code]
            of_given = share_sums(
                part & (cases.given == code), part, cases.drawn, cases.unit, cases.annotator, NOTHING_GIVEN
            )
            raw = replace(of_given, in_odds=True)
            found = estimate_from(question, PREVALENCE, level, raw, None, resampling, n_categories=len(used))
            true, came_out_as = _corrected(question, level, cases, used, place, part, resampling)
            estimates += [
                replace(each, about="prevalence", category=category, by=by, group=group) for each in (found, true)
            ]
            if came_out_as is not None:
                outside.append(
                    OutsideShare(question=question, by=by, group=group, category=category, value=came_out_as)
                )
    return estimates, outside


def _parts(cases: Cases, divisions: Sequence[tuple[str, Grouping]]) -> Iterator[tuple[str, str, BoolArray]]:
    for by, grouping in divisions:
        group = grouping.group[cases.entry]
        for place, name in enumerate(grouping.groups):
            yield by, name, group == place


def _corrected(
    question: str,
    level: str,
    cases: Cases,
    used: IntArray,
    place: int,
    part: BoolArray,
    resampling: Resampling,
) -> tuple[Estimate, float | None]:
    """The share within 0 and 1, and what it came out as where that is not there."""
    sums = _sums(cases, used, place, part)
    found = estimate_from(question, CORRECTED, level, sums, None, resampling, n_categories=len(used))
    if found.value is None or 0 <= found.value <= 1:
        return found, None
    return replace(found, value=min(max(found.value, 0.0), 1.0)), found.value


def _sums(cases: Cases, used: IntArray, place: int, part: BoolArray) -> Sums:
    """Of each cluster, how often each category was given in the part, and anywhere where each is known to be true.

    A cluster that has both is left out of both at once.
    """
    names, n = tuple(cases.categories[code] for code in used.tolist()), len(used)
    nothing = np.empty(0, dtype=np.int64)
    n_units = len(np.unique(cases.unit[part]))
    coverage = Coverage(n_units, n_units, len(np.unique(cases.annotator[part])))
    because: str | None = Reason("more than {:,} categories in use", MOST_CATEGORIES) if n > MOST_CATEGORIES else None
    because = because or _of_disputed_only(cases, used)
    if because is not None:
        none = np.zeros(len(part), dtype=np.bool_)
        return share_sums(none, none, cases.drawn, cases.unit, cases.annotator, because)
    counts = part | cases.known
    drawn_from, drawn = np.unique(cases.drawn[counts], return_inverse=True)
    given, true = np.searchsorted(used, cases.given[counts]), np.searchsorted(used, cases.true[counts])
    in_part, known = part[counts], cases.known[counts]
    width = n + n * n
    rows = np.bincount(drawn[in_part] * width + given[in_part], minlength=len(drawn_from) * width).astype(np.float64)
    cell = (drawn * width + n + true * n + given)[known]
    rows += np.bincount(cell, cases.weight[counts][known], len(drawn_from) * width)
    different, sizes = np.unique(rows.reshape(-1, width), axis=0, return_counts=True)
    fewest = min(len(np.unique(cases.drawn[those])) for those in (part, cases.known))
    return Sums(
        figure=CorrectedShare(place, names),
        rows=different.astype(np.float64),
        sizes=sizes,
        clusters=nothing,
        n_clusters=fewest,
        n_values=int(part.sum()),
        coverage=coverage,
        lowest=0.0,
        in_odds=True,
    )


def _of_disputed_only(cases: Cases, used: IntArray) -> str | None:
    """That the rates, or those of one category, are of some of the units annotators differ on, or of these alone: not
    those of all their answers.
    """
    if cases.never:
        return NEVER
    if cases.of_disputed_only:
        return NOT_DRAWN
    known, sampled = (np.isin(used, cases.true[those]) for those in (cases.known, cases.sampled))
    alone = used[known & ~sampled]
    if not (cases.sampled.any() and len(alone)):
        return None
    return Reason("no agreed unit of {} drawn", cases.categories[int(alone[0])])
