"""The tables of ``benchmarks.verdicts``, as a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from benchmarks.studies import VARIANCES

TARGETS = (0.667, 0.8, 0.9)
CODERS = (2, 3, 5)
RARER = {"even": 0.5, "90/10": 0.1}
ARTICLES = (3, 5, 10, 20, 50)
LENGTHS = ((1, 1), (2, 4), (1, 40), (30, 50))


@dataclass(frozen=True, slots=True)
class Cell:
    """What was found for one kind of study; shares."""

    target: float
    rarer: str
    coders: int
    variance: str
    articles: int
    falsely_reached: float
    falsely_not_reached: float
    bca_falsely_reached: float
    """With a 95 % interval of the BCa bootstrap."""
    bare_falsely_not_reached: float
    """Without what is put into the limits."""
    covered: float
    reached: float
    undecided: float
    bca_reached: float | None
    """With the confidence at which BCa says *reached* falsely as often; None where no confidence is enough."""


@dataclass(frozen=True, slots=True)
class OfLengths:
    """False verdicts with articles of other lengths, two coders, and how often the limit was that of unseen
    disagreement.
    """

    target: float
    rarer: str
    lengths: tuple[int, int]
    articles: int
    falsely_reached: float
    of_them_unseen: float
    falsely_not_reached: float
    bare_falsely_reached: float
    """Without what is put into the limits."""


def page(found: Sequence[Cell], lengths: Sequence[OfLengths], samples: int) -> str:
    """The tables, as Markdown."""
    counts = " | ".join(str(n) for n in ARTICLES)
    head = f"| target | categories | coders | {counts} |\n|{'---|' * (3 + len(ARTICLES))}"
    lines = [
        "# Verdicts",
        "",
        f"Written by `python -m benchmarks.verdicts`: {samples:,} samples a cell, 5 to 15 sentences an article.",
        "",
        "## False verdicts",
        "",
        "True alpha is the target. Columns are numbers of articles; a cell holds the per cent of the samples said to",
        "have *reached* it / *not reached* it, and in brackets *reached* it by a 95 % interval of the BCa bootstrap,",
        "each the largest of two variances of articles.",
        "",
        head,
    ]
    for target, name, coders in product(TARGETS, RARER, CODERS):
        row = [_of(found, target, name, coders, articles) for articles in ARTICLES]
        false = [
            f"{max(c.falsely_reached for c in each):.1%} / {max(c.falsely_not_reached for c in each):.1%} "
            f"({max(c.bca_falsely_reached for c in each):.1%})"
            for each in row
        ]
        lines.append(f"| {target:g} | {name} | {coders} | {' | '.join(false).replace('%', '')} |")
    lines += [
        "",
        "## Power",
        "",
        "True alpha is the target + .10 (1 for .90). A cell holds the per cent of the samples said to have *reached*",
        "the target / *undecided* / *reached* by the BCa bootstrap with the confidence at which it says so falsely as",
        "often (– where no confidence is enough for that).",
        "",
        head.replace("| coders |", "| coders | articles differ |").replace("|---|", "|---|---|", 1),
    ]
    for target, name, coders, variance in product(TARGETS, RARER, CODERS, VARIANCES):
        power = [
            f"{c.reached:.0%} / {c.undecided:.0%} / {'–' if c.bca_reached is None else f'{c.bca_reached:.0%}'}"
            for articles in ARTICLES
            for c in _of(found, target, name, coders, articles, variance.name)
        ]
        differ = {"small": "little", "large": "much"}[variance.name]
        lines.append(f"| {target:g} | {name} | {coders} | {differ} | {' | '.join(power).replace('%', '')} |")
    lines += [
        "",
        "## Short and unequal articles",
        "",
        "Two coders, articles that differ much, true alpha is the target. A cell holds the per cent of the samples",
        "said to have *reached* it / of these by the limit for unseen disagreement / *not reached* it.",
        "",
        f"| target | categories | sentences | {' | '.join(str(n) for n in ARTICLES[2:])} |",
        f"|{'---|' * (3 + len(ARTICLES[2:]))}",
    ]
    for target, name, (fewest, most) in product(TARGETS, RARER, LENGTHS):
        of = [c for c in lengths if (c.target, c.rarer, c.lengths) == (target, name, (fewest, most))]
        said = [f"{c.falsely_reached:.1%} / {c.of_them_unseen:.1%} / {c.falsely_not_reached:.1%}" for c in of]
        many = str(fewest) if fewest == most else f"{fewest} to {most}"
        lines.append(f"| {target:g} | {name} | {many} | {' | '.join(said).replace('%', '')} |")
    lines += [
        "",
        "## Without what is put into the limits",
        "",
        "The jackknife with Student's t, and 1 − U where next to nobody disagrees, as they are. First the per cent of",
        "the samples falsely said *not* to have *reached* the target (90/10 categories, the larger of two variances),",
        "then those falsely said to have *reached* it (two coders, articles that differ much).",
        "",
        f"| target | coders | {counts} |",
        f"|{'---|' * (2 + len(ARTICLES))}",
    ]
    for target, coders in product(TARGETS, CODERS):
        bare = [
            f"{100 * max(c.bare_falsely_not_reached for c in _of(found, target, '90/10', coders, articles)):.1f}"
            for articles in ARTICLES
        ]
        lines.append(f"| {target:g} | {coders} | {' | '.join(bare)} |")
    lines += [
        "",
        f"| target | categories | sentences | {' | '.join(str(n) for n in ARTICLES[2:])} |",
        f"|{'---|' * (3 + len(ARTICLES[2:]))}",
    ]
    for target, name, (fewest, most) in product(TARGETS, RARER, LENGTHS):
        of = [c for c in lengths if (c.target, c.rarer, c.lengths) == (target, name, (fewest, most))]
        many = str(fewest) if fewest == most else f"{fewest} to {most}"
        reached = " | ".join(f"{100 * c.bare_falsely_reached:.1f}" for c in of)
        lines.append(f"| {target:g} | {name} | {many} | {reached} |")
    covered = [c.covered for c in found]
    lines += [
        "",
        "## Coverage",
        "",
        f"Of the intervals there are in the first table, {min(covered):.1%} to {max(covered):.1%} hold the true alpha.",
        "",
    ]
    return "\n".join(lines)


def _of(
    found: Sequence[Cell], target: float, name: str, coders: int, articles: int, variance: str | None = None
) -> list[Cell]:
    wanted = (target, name, coders, articles)
    return [c for c in found if (c.target, c.rarer, c.coders, c.articles) == wanted and variance in {None, c.variance}]
