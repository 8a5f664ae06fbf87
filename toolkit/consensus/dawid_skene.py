"""Consensus by EM: how likely each value is the true one, given how reliable each annotator turns out to be; pure.

Dawid & Skene 1979, "Maximum likelihood estimation of observer error-rates using the EM algorithm", Applied Statistics
28(1), 20–28. Units answered alike by the same annotators are one pattern with a weight; a million units are a few
hundred patterns.

Where annotators answered little, maximum likelihood takes chance for certainty: an annotator with three answers never
errs. So each row of an annotator's error rates and the prevalences have a Dirichlet prior, which to EM is answers and
units added to those there are (the mode of the posterior: Dempster, Laird & Rubin 1977, *JRSS B* 39, 1–38).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.files.arrays import FloatArray, IntArray

TOLERANCE = 1e-9
"""EM has ended when no posterior moved by more than this."""
ITERATIONS = 1000
FEW_ANSWERS = 50
"""Answers of an annotator below which error rates are little more than their prior."""
_LARGEST = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What is added to the counts: per annotator and true value so many ``answers``, of which the share ``right`` is
    that value and the rest is spread evenly over the others; per value so many ``units`` of which it is true.
    """

    answers: float
    right: float
    units: float

    def added(self, n_values: int) -> FloatArray:
        """Return the answers added to those of each annotator (true value × value given)."""
        wrong = self.answers * (1 - self.right) / max(n_values - 1, 1)
        added: FloatArray = np.full((n_values, n_values), wrong)
        np.fill_diagonal(added, self.answers * self.right)
        return added


WEAK = Prior(answers=8, right=0.6, units=3)
"""The prior of Pullin, Gurrin & Vukcevic 2023, *The R Journal* 15(4) (package ``rater``), as counts that are added."""
MAXIMUM_LIKELIHOOD = Prior(answers=0, right=1, units=0)
"""No prior: the estimates of the paper of 1979."""


@dataclass(frozen=True, slots=True, eq=False)
class DawidSkene:
    """Prevalence of each value, error rates (annotators × true value × value given) and posteriors (units × values).

    ``n_true`` (annotators × true value) is how many of an annotator's answers are expected to be on units of that
    value: what a row of error rates rests on beside the prior. Without a prior error rates of a value that is nowhere
    true, or of an annotator without answers, are 0. ``iterations`` is how many EM took; ``converged`` says whether it
    had ended by then.
    """

    prevalence: FloatArray
    error_rates: FloatArray
    n_true: FloatArray
    posterior: FloatArray
    log_likelihood: float
    iterations: int
    converged: bool


def dawid_skene(
    unit: IntArray,
    annotator: IntArray,
    value: IntArray,
    *,
    shape: tuple[int, int, int],
    prior: Prior = WEAK,
    iterations: int = ITERATIONS,
) -> DawidSkene:
    """Return the estimates at the mode of their posterior, by EM from the shares of the values in each unit.

    One entry per answer, in any order; one annotator may have answered a unit several times. ``shape`` is how many
    units, annotators and values there are; each unit has at least one answer.
    """
    n_units, n_annotators, n_values = shape
    answers, pattern = _patterns(unit, annotator * n_values + value, n_units, n_annotators * n_values)
    weight = np.bincount(pattern, minlength=len(answers)).astype(np.float64)
    n_answers = n_annotators * n_values
    given = answers < n_answers  # the filler of short patterns is one answer more, which says nothing
    posterior: FloatArray = np.zeros((len(answers), n_values))
    for column, there in zip(answers.T, given.T, strict=True):
        posterior[np.flatnonzero(there), column[there] % n_values] += 1
    posterior /= posterior.sum(axis=1, keepdims=True)
    step, moved, likelihood = 0, np.inf, -np.inf
    added = prior.added(n_values)
    prevalence, rates, n_true = _maximised(answers, weight, posterior, n_answers, added, prior.units)
    while step < iterations and moved > TOLERANCE:
        expected, likelihood = _expected(answers, weight, prevalence, rates)
        moved = float(np.abs(expected - posterior).max(initial=0))
        posterior = expected
        prevalence, rates, n_true = _maximised(answers, weight, posterior, n_answers, added, prior.units)
        step += 1
    return DawidSkene(
        prevalence=prevalence,
        error_rates=rates[:n_answers].reshape(n_annotators, n_values, n_values).transpose(0, 2, 1),
        n_true=n_true,
        posterior=posterior[pattern],
        log_likelihood=likelihood,
        iterations=step,
        converged=moved <= TOLERANCE,
    )


def _maximised(
    answers: IntArray, weight: FloatArray, posterior: FloatArray, n_answers: int, added: FloatArray, units: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Prevalence, the rate of each answer (annotator and value given) per true value, and the answers per true value.

    The filler's rate is 1.
    """
    weighted = posterior * weight[:, None]
    prevalence = weighted.sum(axis=0) + units
    prevalence /= prevalence.sum()
    n_values = posterior.shape[1]
    sums = np.zeros((n_answers + 1, n_values))
    for column in answers.T:
        for true in range(n_values):
            sums[:, true] += np.bincount(column, weights=weighted[:, true], minlength=n_answers + 1)
    counted = sums[:n_answers].reshape(-1, n_values, n_values)
    by_annotator = counted + added.T
    totals = by_annotator.sum(axis=1, keepdims=True)
    rates = np.ones_like(sums)
    rates[:n_answers] = np.divide(by_annotator, totals, out=np.zeros_like(by_annotator), where=totals > 0).reshape(
        -1, n_values
    )
    return prevalence, rates, counted.sum(axis=1)


def _expected(
    answers: IntArray, weight: FloatArray, prevalence: FloatArray, rates: FloatArray
) -> tuple[FloatArray, float]:
    """Posteriors of each pattern, and the log-likelihood of all units."""
    with np.errstate(divide="ignore"):  # what never happened has log-likelihood minus infinity
        log_rates = np.log(rates)
        joint = np.repeat(np.log(prevalence)[None, :], len(answers), axis=0)
    for column in answers.T:
        joint += log_rates[column]
    largest = joint.max(axis=1, keepdims=True)
    posterior = np.exp(joint - largest)
    total = posterior.sum(axis=1, keepdims=True)
    return posterior / total, float(weight @ (largest + np.log(total))[:, 0])


def _patterns(unit: IntArray, answer: IntArray, n_units: int, n_answers: int) -> tuple[IntArray, IntArray]:
    """Distinct sets of answers (patterns × answers, filled up with ``n_answers``), and the pattern of each unit."""
    order = np.argsort(unit * n_answers + answer, kind="stable")
    unit, answer = unit[order], answer[order]
    size = np.bincount(unit, minlength=n_units)
    place = np.arange(len(unit)) - np.repeat(np.cumsum(size) - size, size)
    table: IntArray = np.full((n_units, int(size.max(initial=1))), n_answers, np.int64)
    table[unit, place] = answer
    key: IntArray = np.zeros(n_units, np.int64)
    size_of_key = 1
    for column in table.T:
        if size_of_key * (n_answers + 1) > _LARGEST:
            distinct, key = np.unique(key, return_inverse=True)
            size_of_key = len(distinct)
        key = key * (n_answers + 1) + column
        size_of_key *= n_answers + 1
    _, first, pattern = np.unique(key, return_index=True, return_inverse=True)
    return table[first], pattern
