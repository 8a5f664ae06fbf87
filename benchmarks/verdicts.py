"""How often a verdict is wrong, and how often there is one: ``python -m benchmarks.verdicts``, about ten minutes.

Studies are simulated whose true alpha is exactly the target, so that *reached* and *not reached* are both false, and
others whose alpha lies .10 above it; articles differ little in one variance and much in the other.

Beside the rule that decides stands the BCa bootstrap with the confidence at which it is wrong as often: only so does it
show what a rule that says *undecided* more often is worth. Limits are computed for all samples at once; the first of
every cell are computed by the program as well, and must be the same.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import NormalDist

import numpy as np

from benchmarks.coverage import sums_of_counts
from benchmarks.studies import VARIANCES, Design, Samples, alphas
from benchmarks.verdicts_page import ARTICLES, CODERS, LENGTHS, RARER, TARGETS, Cell, OfLengths, page
from toolkit.agreement import binomial
from toolkit.agreement.jackknife import ARTICLES_AGREED, FEWEST_AGREED, NOTHING, jackknife_interval
from toolkit.agreement.student import as_far_out
from toolkit.files.arrays import BoolArray, FloatArray

PAGE = Path(__file__).with_name("VERDICTS.md")
ABOVE = 0.1
SAMPLES = 10_000
REPLICATES = 1_000
CONFIDENCE = 0.95
AT_ONCE = 250
_NORMAL = NormalDist()
CHECKED = 20
"""Samples of each cell whose limits the program computes as well."""


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """Limits of alpha in each sample, NaN where there are none."""

    low: FloatArray
    high: FloatArray

    def reached(self, target: float) -> BoolArray:
        return np.asarray(self.low >= target)

    def not_reached(self, target: float) -> BoolArray:
        return np.asarray(self.high < target)


def limits_of(samples: Samples, coders: int, *, bare: bool = False) -> Limits:
    """The limits of ``toolkit.agreement.jackknife``, of all samples at once; ``bare`` without what is put into them."""
    articles = samples.values.shape[1]
    parts = (samples.disagreement, samples.rarer, samples.values)
    whole = [part.sum(axis=1) for part in parts]
    without = [total[:, None] - part for total, part in zip(whole, parts, strict=True)]
    value, left_out = alphas(*whole), alphas(*without)
    t = as_far_out(_NORMAL.inv_cdf((1 + CONFIDENCE) / 2), articles - 1)
    low, high = _limits(value, left_out, t)
    sentences = whole[2] / coders
    added = np.maximum(FEWEST_AGREED, ARTICLES_AGREED * sentences / articles) * coders
    kinds = 1 + ((whole[1] > 0) & (whole[1] < whole[2]))
    rarer = np.where(kinds == 2, added / 2, np.where(whole[1] > 0, added, 0.0))
    more = alphas(whole[0], whole[1] + rarer, whole[2] + added)
    more_left_out = alphas(without[0], without[1] + rarer[:, None], without[2] + added[:, None])
    high = np.minimum(np.maximum(np.maximum(high, _limits(more, more_left_out, t)[1]), value), 1)
    if bare:
        high = np.minimum(_limits(value, left_out, t)[1], 1)
    alike = (1 - value < NOTHING) | (1 - left_out < NOTHING).any(axis=1)
    low[alike], high[alike] = _unseen(samples, whole, value, coders, bare=bare)[alike], 1.0
    none = np.isnan(value) | np.isnan(left_out).any(axis=1)
    low[none] = high[none] = np.nan
    return Limits(np.maximum(low, -1), high)


def _limits(value: FloatArray, left_out: FloatArray, t: float) -> tuple[FloatArray, FloatArray]:
    n = left_out.shape[1]
    y, each = np.log(np.maximum(1 - value, NOTHING)), np.log(np.maximum(1 - left_out, NOTHING))
    error = np.sqrt((n - 1) * each.var(axis=1))
    with np.errstate(over="ignore"):
        return np.asarray(1 - np.exp(y + t * error)), np.asarray(1 - np.exp(y - t * error))


def _unseen(samples: Samples, whole: Sequence[FloatArray], value: FloatArray, coders: int, *, bare: bool) -> FloatArray:
    """The lower limit where next to nobody disagrees."""
    articles = samples.values.shape[1]
    disputed = (samples.disagreement > 0).sum(axis=1)
    table = np.array([binomial.upper_limit(k, articles, (1 - CONFIDENCE) / 2) for k in range(articles + 1)])
    sentences = whole[2] / coders
    with_it = [
        1 - alphas(whole[0] + 2.0, whole[1] + rarer_ones, whole[2] + coders) for rarer_ones in (1, coders - 1)
    ]  # either one annotator says the rarer and all others the other, or the other way round
    worth = (sentences + 1) * (with_it[0] + with_it[1]) / 2 - sentences * (1 - value)
    ratio = np.maximum(np.maximum(1, worth * articles / sentences), (1 - value) * articles)
    return np.asarray(1 - table[disputed] * (1.0 if bare else ratio))


def bca_levels(samples: Samples, target: float, rng: np.random.Generator) -> FloatArray:
    """The tail at which the lower BCa limit of each sample just reaches the target: the smaller, the surer."""
    n, articles = samples.values.shape
    levels = np.ones(n)
    for first in range(0, n, AT_ONCE):
        part = slice(first, first + AT_ONCE)
        times = rng.multinomial(articles, [1 / articles] * articles, REPLICATES).astype(np.float64)
        disagreement, rarer, values = (
            times @ each[part].T for each in (samples.disagreement, samples.rarer, samples.values)
        )
        replicates = alphas(disagreement, rarer, values)
        levels[part] = _levels(samples, part, replicates, target)
    return levels


def _levels(samples: Samples, part: slice, replicates: FloatArray, target: float) -> FloatArray:
    parts = [each[part] for each in (samples.disagreement, samples.rarer, samples.values)]
    whole = [each.sum(axis=1) for each in parts]
    value = alphas(*whole)
    left_out = alphas(*(total[:, None] - each for total, each in zip(whole, parts, strict=True)))
    given = ~np.isnan(replicates)
    n_given = np.maximum(given.sum(axis=0), 1)
    tied = np.abs(replicates - value) <= NOTHING
    below_value = (((replicates < value) & ~tied).sum(axis=0) + tied.sum(axis=0) / 2) / n_given
    below_target = (replicates < target).sum(axis=0) / n_given
    deviation = left_out.mean(axis=1, keepdims=True) - left_out
    spread = (deviation**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        acceleration = (deviation**3).sum(axis=1) / (6 * spread**1.5)
        bias, z = _quantile(below_value), _quantile(below_target)
        corrected = (z - bias) / (1 + acceleration * (z - bias)) - bias
    exists = np.isfinite(bias) & np.isfinite(acceleration)
    level = np.where(exists & np.isfinite(z), _probability(corrected), below_target)
    enough = given.mean(axis=0) >= 0.95
    return np.where(enough & ~np.isnan(value), level, 1.0)


def _quantile(share: FloatArray) -> FloatArray:
    inner = [_NORMAL.inv_cdf(s) if 0 < s < 1 else (-np.inf if s <= 0 else np.inf) for s in share.tolist()]
    return np.array(inner)


def _probability(z: FloatArray) -> FloatArray:
    return np.array([_NORMAL.cdf(each) if np.isfinite(each) else 1.0 for each in z.tolist()])


def cells(samples: int) -> Iterator[Cell]:
    designs = product(TARGETS, RARER.items(), CODERS, VARIANCES, ARTICLES)
    for place, (target, (name, rarer), coders, variance, articles) in enumerate(designs):
        rng = np.random.default_rng([7, place])
        at_target = Samples.drawn(Design(target, coders, rarer, variance, articles), samples, rng)
        above = Samples.drawn(Design(min(target + ABOVE, 1), coders, rarer, variance, articles), samples, rng)
        found, better = limits_of(at_target, coders), limits_of(above, coders)
        check(at_target, found, coders)
        check(above, better, coders)
        false, defined = found.reached(target), ~np.isnan(found.low)
        held = (found.low <= target) & (target <= found.high)
        tails = np.sort(bca_levels(at_target, target, rng))
        most = int(false.sum())
        cut = _largest_with(tails, most)
        yield Cell(
            target,
            name,
            coders,
            variance.name,
            articles,
            float(false.mean()),
            float(found.not_reached(target).mean()),
            float((tails <= (1 - CONFIDENCE) / 2).mean()),
            float(limits_of(at_target, coders, bare=True).not_reached(target).mean()),
            float(held[defined].mean()),
            float(better.reached(target).mean()),
            float(1 - better.reached(target).mean() - better.not_reached(target).mean()),
            None if cut is None else float((bca_levels(above, target, rng) <= cut).mean()),
        )


def _largest_with(tails: FloatArray, most: int) -> float | None:
    """The largest tail that no more than ``most`` of these (ascending) reach."""
    for cut in np.unique(tails)[::-1].tolist():
        if np.searchsorted(tails, cut, side="right") <= most:
            return float(cut)
    return None


def check(samples: Samples, found: Limits, coders: int) -> None:
    """The program's own limits on the first samples are those computed here."""
    for place in range(min(CHECKED, len(found.low))):
        rarer = samples.counts[place]
        article = np.nonzero(rarer >= 0)[0]
        rarer = rarer[rarer >= 0]
        sums = sums_of_counts(np.stack([coders - rarer, rarer], axis=1), article)
        value = None if sums.figure.undefined_because(sums.totals) else float(sums.figure.values(sums.totals[None])[0])
        one = None if value is None else jackknife_interval(sums, value, cluster="article", confidence=CONFIDENCE)
        theirs = (np.nan, np.nan) if one is None or isinstance(one, str) else (one.low, one.high)
        ours = (found.low[place], found.high[place])
        if not np.allclose(theirs, ours, rtol=0, atol=1e-9, equal_nan=True):
            raise AssertionError(f"limits differ: {theirs} by the program, {ours} here")


def of_lengths(samples: int) -> Iterator[OfLengths]:
    designs = product(TARGETS, RARER.items(), LENGTHS, ARTICLES[2:])
    for place, (target, (name, rarer), (fewest, most), articles) in enumerate(designs):
        rng = np.random.default_rng([8, place])
        drawn = Samples.drawn(Design(target, 2, rarer, VARIANCES[1], articles, fewest, most), samples, rng)
        found = limits_of(drawn, 2)
        check(drawn, found, 2)
        false = found.reached(target)
        yield OfLengths(
            target,
            name,
            (fewest, most),
            articles,
            float(false.mean()),
            float((false & (found.high == 1)).mean()),
            float(found.not_reached(target).mean()),
            float(limits_of(drawn, 2, bare=True).reached(target).mean()),
        )


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser("python -m benchmarks.verdicts", description="False verdicts and power.")
    parser.add_argument("--toy", action="store_true", help="few samples; nothing is written")
    toy = parser.parse_args(arguments).toy
    samples = 40 if toy else SAMPLES
    found = []
    for cell in cells(samples):
        print(cell, file=sys.stderr)
        found.append(cell)
    text = page(found, list(of_lengths(samples)), samples)
    print(text)
    if not toy:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
