"""What one more answer on a unit is expected to do to its label: under Dawid and Skene's model, or the vote; pure.

Where to ask once more what was answered already: Sheng, Provost & Ipeirotis 2008, "Get another label? Improving data
quality and data mining using multiple, noisy labelers", *KDD '08*, 614–622, who ask where the label is least sure. Here
it is asked where an answer is expected to help most, which is less sure *and* can still be changed: the expected value
of sample information under the loss "the label is wrong" (Raiffa & Schlaifer 1961, *Applied Statistical Decision
Theory*), with the posteriors of Dawid & Skene 1979 (see ``dawid_skene``).

Nobody knows who will answer next, so the error rates of the next answer are pooled over all annotators.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import comb, factorial, prod

import numpy as np

from toolkit.consensus.dawid_skene import DawidSkene, Prior
from toolkit.files.arrays import BoolArray, FloatArray, IntArray

MOST_AT_ONCE = 3
"""Answers planned on one unit before any of them is known: more are planned better once these are in."""
_ALIKE = 1e-9
_DIGITS = 12
"""Gains that differ further behind the point are alike: sums that differ in their last digit."""
_CHUNK = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """What answers to come are expected to do, by unit: ``gain``, the expected rise in the probability that the label
    is right, and ``change``, the probability that it is another one then.
    """

    gain: FloatArray
    change: FloatArray


def pooled_rates(found: DawidSkene, prior: Prior) -> FloatArray:
    """Return how often somebody gives each value where each is true (true × given): all answers, as if of one
    annotator, with the prior's answers added once.
    """
    n_values = len(found.prevalence)
    added = prior.added(n_values)
    totals = found.n_true[:, :, None] + prior.answers
    counted = np.clip(found.error_rates * totals - added, 0, None).sum(axis=0) + added
    sums = counted.sum(axis=1, keepdims=True)
    even: FloatArray = np.full_like(counted, 1 / n_values)
    rates: FloatArray = np.divide(counted, sums, out=even, where=sums > 0)
    return rates


class AnswersToCome:
    """Every way answers to come can come out, given how often somebody gives each value where each is true."""

    def __init__(self, rates: FloatArray) -> None:
        self._rates = rates
        self._ways: dict[int, _Ways] = {}

    def ways(self, n: int) -> _Ways:
        """Return those of ``n`` answers; made when first asked for."""
        if n not in self._ways:
            self._ways[n] = _ways(self._rates, n)
        return self._ways[n]


def model_outlook(posterior: FloatArray, to_come: AnswersToCome, n_more: int, answered: FloatArray) -> Outlook:
    """Return what ``n_more`` annotators more are expected to do to the likeliest value of each unit.

    ``posterior`` is units × values; ``answered`` the probability, by unit, that an annotator more answers at all.
    """

    def of(ways: _Ways, part: FloatArray) -> Outlook:
        joint = part[:, None, :] * ways.likelihood
        now = part.argmax(axis=1)
        best = joint.max(axis=2)
        stays = best <= np.take_along_axis(joint, now[:, None, None], axis=2)[:, :, 0] * (1 + _ALIKE)
        gain = np.clip(best.sum(axis=1) - part.max(axis=1), 0, None)
        return Outlook(gain, np.where(stays, 0, joint.sum(axis=2)).sum(axis=1))

    return _mixed(posterior, to_come, n_more, answered, lambda ways, rows: of(ways, posterior[rows]))


def vote_outlook(
    counts: IntArray, posterior: FloatArray, to_come: AnswersToCome, n_more: int, answered: FloatArray
) -> Outlook:
    """Return what ``n_more`` annotators more are expected to do to the most frequent value of each unit.

    ``counts`` (units × values) are the answers there are; which value is right, and what is answered, is as probable as
    the model has it. A tie is no value, and never right: one that is resolved is a change, and so is a value that
    becomes one of several.
    """

    def of(ways: _Ways, rows: slice) -> Outlook:
        now, part = counts[rows], posterior[rows]
        before, after = _winner(now), _winner(now[:, None, :] + ways.counts)
        joint = part[:, None, :] * ways.likelihood
        right = np.take_along_axis(joint, np.maximum(after, 0)[:, :, None], axis=2)[:, :, 0]
        right_now = np.take_along_axis(part, np.maximum(before, 0)[:, None], axis=1)[:, 0]
        gain = np.where(after >= 0, right, 0).sum(axis=1) - np.where(before >= 0, right_now, 0)
        return Outlook(gain, np.where(after != before[:, None], joint.sum(axis=2), 0).sum(axis=1))

    return _mixed(posterior, to_come, n_more, answered, of)


def _winner(counts: IntArray) -> IntArray:
    """The most frequent value along the last axis; -1 where several are."""
    top = counts.max(axis=-1, keepdims=True)
    return np.where((counts == top).sum(axis=-1) == 1, counts.argmax(axis=-1), -1)


@dataclass(frozen=True, slots=True, eq=False)
class _Ways:
    """Every way ``n`` answers can come out, in whatever order: ``counts`` (ways × values given) and how probable each
    way is where each value is true (ways × true values).
    """

    counts: IntArray
    likelihood: FloatArray


def _ways(rates: FloatArray, n: int) -> _Ways:
    n_values = len(rates)
    counts: IntArray = np.array(
        [np.bincount(each, minlength=n_values) for each in combinations_with_replacement(range(n_values), n)], np.int64
    )
    orders = np.array([factorial(n) / prod(map(factorial, row)) for row in counts.tolist()])
    likelihood = np.prod(rates.T[None, :, :] ** counts[:, :, None], axis=1)
    return _Ways(counts, likelihood * orders[:, None])


def _mixed(
    posterior: FloatArray,
    to_come: AnswersToCome,
    n_more: int,
    answered: FloatArray,
    outlook: Callable[[_Ways, slice], Outlook],
) -> Outlook:
    """The outlooks of 1 to ``n_more`` answers, weighted by how probably so many of the annotators answer."""
    n_units, n_values = posterior.shape
    gain: FloatArray = np.zeros(n_units)
    change: FloatArray = np.zeros(n_units)
    for n in range(1, n_more + 1):
        ways = to_come.ways(n)
        weight = comb(n_more, n) * answered**n * (1 - answered) ** (n_more - n)
        size = max(1, _CHUNK // (len(ways.counts) * n_values))
        for start in range(0, n_units, size):
            rows = slice(start, start + size)
            part = outlook(ways, rows)
            gain[rows] += weight[rows] * part.gain
            change[rows] += weight[rows] * part.change
    return Outlook(gain, change)


@dataclass(frozen=True, slots=True)
class Step:
    """One annotator more on a unit: the ``nth`` planned for it, and the gain expected of it.

    Of several planned in one step, because only together they can change the label, each has an even share.
    """

    unit: int
    nth: int
    gain: float


@dataclass(frozen=True, slots=True)
class Greedy:
    """Steps in the order they were taken, and why there are no more: ``budget``, ``gain`` or ``room``."""

    steps: tuple[Step, ...]
    ended_by: str


def greedy(gains: FloatArray, room: Sequence[int], order: Sequence[int], *, budget: int, least: float) -> Greedy:
    """Return up to ``budget`` annotators more, step by step where the next gains most, given those planned before.

    ``gains`` (units × number) is what 0, 1, 2 … annotators more on a unit gain in all. A step is as many at once as
    gain most each: two answers more may turn a label that one cannot. ``room`` says how many a unit may get at most; of
    units that gain alike the one earlier in ``order`` comes first. Nobody is planned who gains less than ``least``.

    >>> gains = np.array([[0, 0.15, 0.225], [0, 0, 0.2]])
    >>> [(step.unit, step.nth) for step in greedy(gains, [2, 2], [0, 1], budget=3, least=0.01).steps]
    [(0, 1), (1, 1), (1, 2)]
    """
    place = {unit: at for at, unit in enumerate(order)}
    have = dict.fromkeys(order, 0)
    ahead: list[tuple[float, int, int, int]] = []
    steps: list[Step] = []
    little = False

    def look(unit: int, most: int) -> bool:
        """Whether nothing on this unit is worth a step, though there is somebody to ask."""
        now = have[unit]
        each = [(gains[unit, n] - gains[unit, now]) / (n - now) for n in range(now + 1, most + 1)]
        best = round(float(max(each, default=0)), _DIGITS)
        if each and best > 0 and best >= least:
            at_once = next(n for n, gain in enumerate(each, start=1) if round(float(gain), _DIGITS) == best)
            heapq.heappush(ahead, (-best, place[unit], unit, at_once))
            return False
        return bool(each)

    for unit in order:
        little |= look(unit, room[unit])
    while ahead and len(steps) < budget:
        loss, _, unit, at_once = heapq.heappop(ahead)
        left = budget - len(steps)
        if at_once > left:  # fewer may still be worth it
            look(unit, have[unit] + left)
            continue
        steps += [Step(unit, have[unit] + n, -loss) for n in range(1, at_once + 1)]
        have[unit] += at_once
        little |= look(unit, room[unit])
    return Greedy(tuple(steps), "budget" if len(steps) == budget else "gain" if little else "room")


def count_limits(chances: Sequence[float], *, level: float = 0.95) -> tuple[int, int]:
    """Return between which numbers the count of events that happen lies with probability ``level`` at least.

    The events are independent, each with a chance of its own (Poisson's binomial distribution, computed exactly).

    >>> count_limits([0.5] * 10), count_limits([1.0, 0.0]), count_limits([])
    ((2, 8), (1, 1), (0, 0))
    """
    mass: FloatArray = np.ones(1)
    for chance in chances:
        mass = np.append(mass * (1 - chance), 0.0) + np.append(0.0, mass * chance)
    below = np.cumsum(mass)
    tail = (1 - level) / 2
    low: BoolArray = below > tail + 1e-12
    high: BoolArray = below >= 1 - tail - 1e-12
    return int(low.argmax()), int(high.argmax())


def posterior_given(found: DawidSkene, annotator: IntArray, value: IntArray) -> FloatArray:
    """Return the posterior of one unit from these answers to it, by the prevalence and error rates that were found."""
    with np.errstate(divide="ignore"):
        log = np.log(found.prevalence) + np.log(found.error_rates[annotator, :, value]).sum(axis=0)
    joint = np.exp(log - log.max())
    likely: FloatArray = joint / joint.sum()
    return likely
