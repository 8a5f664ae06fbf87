"""What the prior of Dawid and Skene's model is worth: ``python -m benchmarks.dawid_skene``, three minutes.

Annotators are right with a probability of their own between .65 and .95, a little different from one true category to
the next; what they say otherwise is drawn from rates of their own, too. Of the sentences they disagree on, it is
counted how often the likeliest category has a posterior above .99, how often it then is the true one, what its mean
posterior is and how often it is right, with and without the prior. A posterior that means what it says is right as
often as it is high.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toolkit.consensus.dawid_skene import MAXIMUM_LIKELIHOOD, WEAK, dawid_skene
from toolkit.files.arrays import FloatArray, IntArray

SAMPLES = 100
DESIGNS = ((3, 3, 60), (3, 3, 200), (5, 2, 300), (10, 2, 1000))
"""Annotators, annotators per sentence, sentences."""
CATEGORIES = {"even: .50, .50": (0.5, 0.5), "skewed: .90, .10": (0.9, 0.1), ".40, .30, .20, .10": (0.4, 0.3, 0.2, 0.1)}
PRIORS = {"none": MAXIMUM_LIKELIHOOD, "weak": WEAK}
NEARLY_CERTAIN = 0.99


def main() -> None:
    head = (
        "categories",
        "annotators",
        "per sentence",
        "sentences",
        "prior",
        "above .99",
        "right there",
        "mean",
        "right",
    )
    print("| " + " | ".join((*head, "log loss")) + " |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    rng = np.random.default_rng(1)
    for name, shares in CATEGORIES.items():
        for design in DESIGNS:
            said: dict[str, list[FloatArray]] = {prior: [] for prior in PRIORS}
            for _ in range(SAMPLES):
                true, unit, annotator, value = simulated(rng, shares, *design)
                shape = (design[2], design[0], len(shares))
                split = np.array([len({*value[unit == each]}) > 1 for each in range(design[2])])
                for prior, added in PRIORS.items():
                    found = dawid_skene(unit, annotator, value, shape=shape, prior=added)
                    said[prior].append(judged(found.posterior[split], true[split]))
            for prior, parts in said.items():
                top, right, loss = np.concatenate(parts, axis=1)
                sure = top > NEARLY_CERTAIN
                there = f"{right[sure].mean():.2f}" if sure.mean() >= 0.005 else "–"
                print(
                    f"| {name} | {design[0]} | {design[1]} | {design[2]} | {prior} | {sure.mean():.0%} | {there} | "
                    f"{top.mean():.2f} | {right.mean():.2f} | {loss.mean():.2f} |"
                )


def simulated(
    rng: np.random.Generator, shares: Sequence[float], n_annotators: int, per_unit: int, n_units: int
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """True values by unit; then unit, annotator and value of each answer."""
    n = len(shares)
    true = rng.choice(n, n_units, p=shares)
    rates = np.zeros((n_annotators, n, n))
    for of_one in rates:
        right = np.clip(rng.uniform(0.65, 0.95) + rng.normal(0, 0.05, n), 0.4, 0.99)
        for value in range(n):
            of_one[value] = np.insert(rng.dirichlet(np.full(n - 1, 2.0)) * (1 - right[value]), value, right[value])
    unit = np.repeat(np.arange(n_units), per_unit)
    annotator = np.concatenate([rng.permutation(n_annotators)[:per_unit] for _ in range(n_units)])
    upto = rates[annotator, true[unit]].cumsum(axis=1)
    value = (rng.random(len(unit))[:, None] > upto / upto[:, -1:]).sum(axis=1)
    return true, unit, annotator, value


def judged(posterior: FloatArray, true: IntArray) -> FloatArray:
    """Of each unit: the highest posterior, whether it is that of the true value, and the log loss."""
    of_true = np.maximum(posterior[np.arange(len(true)), true], 1e-9)
    return np.array([posterior.max(axis=1), posterior.argmax(axis=1) == true, -np.log(of_true)])


if __name__ == "__main__":
    main()
