"""What escalation is worth, and whether it expects what comes: ``python -m benchmarks.escalation``, one minute.

Annotators err as in ``benchmarks.dawid_skene``; categories and how common they are stand beside. Every sentence is
coded by so many of ten annotators; then as many annotations more as a fifth of the sentences are asked for: where the
gain is largest, by the model or by the vote, or at random; of somebody who has not coded the sentence. Compared are the
labels with the truth: how many more are right then, in a thousand sentences; and what was expected with what came.
Then what becomes of alpha: before, after, and of all ten annotators on every sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.dawid_skene import CATEGORIES
from toolkit.consensus.dawid_skene import WEAK, DawidSkene, dawid_skene
from toolkit.consensus.escalation import (
    MOST_AT_ONCE,
    AnswersToCome,
    Greedy,
    Outlook,
    greedy,
    model_outlook,
    pooled_rates,
    vote_outlook,
)
from toolkit.files.arrays import IntArray

SAMPLES, ANNOTATORS, UNITS, SHARE = 40, 10, 1000, 0.2
PER_UNIT = (1, 2, 3)


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """The true value of each unit, and the answer everybody would give to it (units × annotators)."""

    true: IntArray
    says: IntArray
    order: IntArray
    """By unit, the annotators in the order in which they come."""

    def answers(self, n: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Unit, annotator and value of the first ``n`` (by unit) answers."""
        unit = np.repeat(np.arange(len(n)), n)
        place = np.arange(len(unit)) - np.repeat(np.cumsum(n) - n, n)
        who = self.order[unit, place]
        return unit, who, self.says[unit, who]


def world(rng: np.random.Generator, shares: Sequence[float], n_units: int, n_annotators: int) -> World:
    """Annotators right in 65 to 95 % of their answers, a little different from one true value to the next."""
    n = len(shares)
    true = rng.choice(n, n_units, p=shares)
    rates = np.zeros((n_annotators, n, n))
    for of_one in rates:
        right = np.clip(rng.uniform(0.65, 0.95) + rng.normal(0, 0.05, n), 0.4, 0.99)
        for value in range(n):
            of_one[value] = np.insert(rng.dirichlet(np.full(n - 1, 2.0)) * (1 - right[value]), value, right[value])
    upto = rates[:, true].cumsum(axis=2)
    says = (rng.random((n_annotators, n_units))[:, :, None] > upto / upto[:, :, -1:]).sum(axis=2).T
    order = np.argsort(rng.random((n_units, n_annotators)), axis=1)
    return World(true, says, order)


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """Labels by one rule: -1 for a tie; ``counts`` are answers by unit and value."""

    label: IntArray
    found: DawidSkene
    counts: IntArray


def labelled(of: World, n: IntArray, n_values: int, rule: str) -> Labelled:
    unit, who, value = of.answers(n)
    found = dawid_skene(unit, who, value, shape=(len(n), of.says.shape[1], n_values))
    counts = np.bincount(unit * n_values + value, minlength=len(n) * n_values).reshape(len(n), n_values)
    label = found.posterior.argmax(axis=1)
    if rule == "vote":
        top = counts.max(axis=1)
        label = np.where((counts == top[:, None]).sum(axis=1) == 1, counts.argmax(axis=1), -1)
    return Labelled(label, found, counts)


def outlook(before: Labelled, rule: str, n_more: int, rows: IntArray, to_come: AnswersToCome) -> Outlook:
    posterior, sure = before.found.posterior[rows], np.ones(len(rows))
    if rule == "vote":
        return vote_outlook(before.counts[rows], posterior, to_come, n_more, sure)
    return model_outlook(posterior, to_come, n_more, sure)


def chosen(before: Labelled, rule: str, budget: int) -> tuple[Greedy, float, float]:
    """The steps, and how many labels are expected to change and to be set right."""
    n_units = len(before.label)
    to_come = AnswersToCome(pooled_rates(before.found, WEAK))
    every = np.arange(n_units)
    gains = [outlook(before, rule, n, every, to_come).gain for n in range(1, MOST_AT_ONCE + 1)]
    total = np.column_stack([np.zeros(n_units), *gains])
    found = greedy(total, [MOST_AT_ONCE] * n_units, range(n_units), budget=budget, least=0.01)
    more = np.bincount([step.unit for step in found.steps], minlength=n_units)
    expected = [outlook(before, rule, n, np.flatnonzero(more == n), to_come) for n in range(1, MOST_AT_ONCE + 1)]
    return found, sum(float(e.change.sum()) for e in expected), sum(float(e.gain.sum()) for e in expected)


def right(of: World, labels: Labelled) -> float:
    """How many labels are right; a tie is not."""
    return float((labels.label == of.true).sum())


def one(
    rng: np.random.Generator, shares: Sequence[float], per_unit: int, rule: str, n_units: int
) -> Mapping[str, float]:
    """Right labels before, after escalation and after as many at random; expected and observed changes and gain."""
    of, k = world(rng, shares, n_units, ANNOTATORS), len(shares)
    base = np.full(n_units, per_unit)
    budget = round(n_units * SHARE)
    before = labelled(of, base, k, rule)
    found, changes, gain = chosen(before, rule, budget)
    more = np.bincount([step.unit for step in found.steps], minlength=n_units)
    after = labelled(of, base + more, k, rule)
    at_random = np.zeros(n_units, np.int64)
    at_random[rng.permutation(n_units)[: len(found.steps)]] = 1
    random = labelled(of, base + at_random, k, rule)
    here = more > 0
    return {
        "asked": len(found.steps),
        "before": right(of, before),
        "escalated": right(of, after) - right(of, before),
        "random": right(of, random) - right(of, before),
        "changes expected": changes,
        "changed": float((after.label != before.label)[here].sum()),
        "gain expected": gain,
        "gain": float((after.label == of.true)[here].sum() - (before.label == of.true)[here].sum()),
    }


def alpha(of: World, n: IntArray, n_values: int) -> float:
    """Krippendorff's alpha, nominal, of the first ``n`` (by unit) answers; NaN where no unit has two."""
    counts = labelled(of, n, n_values, "vote").counts
    counts = counts[counts.sum(axis=1) > 1]
    given = counts.sum(axis=1)
    total = given.sum()
    if not total:
        return float("nan")
    observed = ((given**2 - (counts**2).sum(axis=1)) / (given - 1)).sum() / total
    expected = (total**2 - (counts.sum(axis=0) ** 2).sum()) / (total * (total - 1))
    return float(1 - observed / expected)


def agreement(rng: np.random.Generator, shares: Sequence[float], per_unit: int, n_units: int) -> tuple[float, ...]:
    """Alpha before, after escalation by the model, and of everybody's answers."""
    of, k, base = world(rng, shares, n_units, ANNOTATORS), len(shares), np.full(n_units, per_unit)
    found, _, _ = chosen(labelled(of, base, k, "dawid-skene"), "dawid-skene", round(n_units * SHARE))
    more = np.bincount([step.unit for step in found.steps], minlength=n_units)
    return tuple(alpha(of, n, k) for n in (base, base + more, np.full(n_units, ANNOTATORS)))


def main() -> None:
    head = ("categories", "a sentence", "labels by", "asked for", "right before", "more right: escalated", "at random",
            "changes expected", "changed", "gain expected", "gain")  # fmt: skip
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for name, shares in CATEGORIES.items():
        for per_unit in PER_UNIT:
            for rule in ("dawid-skene", "vote"):
                rng = np.random.default_rng(1)
                found = [one(rng, shares, per_unit, rule, UNITS) for _ in range(SAMPLES)]
                mean = {key: float(np.mean([each[key] for each in found])) for key in found[0]}
                said = " | ".join(f"{value:.1f}" for value in mean.values())
                print(f"| {name} | {per_unit} | {rule} | {said} |", flush=True)
    print("\n| categories | a sentence | alpha before | after | of all |\n|---|---|---|---|---|")
    for name, shares in CATEGORIES.items():
        for per_unit in PER_UNIT:
            rng = np.random.default_rng(1)
            alphas = np.mean([agreement(rng, shares, per_unit, UNITS) for _ in range(SAMPLES)], axis=0)
            print(f"| {name} | {per_unit} | {' | '.join(f'{each:.2f}' for each in alphas)} |", flush=True)


if __name__ == "__main__":
    main()
