"""One number of an agreement table, with everything needed to trust it or to know why it does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

from toolkit.agreement.interval import IntervalMethod

Verdict = Literal["reached", "not reached", "undecided"]
About = Literal[
    "whole",
    "category",
    "pair",
    "left_out",
    "group",
    "difference",
    "between",
    "intra",
    "judged",
    "known",
    "prevalence",
]
"""What a figure is about: the question as a whole; one category against the rest; two annotators; all without one; a
part of the units or a group of annotators; two such parts; one group of annotators with another, or with all others;
annotators with themselves; whether a category outside the scale applies; answers against known ones; how common a
category is, as given and corrected by those."""

CUSTOMARY_THRESHOLDS: Mapping[str, float] = {"0.667": 0.667, "0.8": 0.8}
"""Krippendorff (2004, p. 241): rely on values from .80, draw tentative conclusions from .667. Customs, not laws."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One agreement figure of one question, its interval, what it rests on, and the reason where it is undefined.

    ``value`` is None exactly when ``undefined_because`` says why; ``ci_low`` and ``ci_high`` are None exactly when
    ``interval_undefined_because`` does. Nothing in it is ever NaN.
    """

    question: str
    measure: str
    """Id of the measure: ``krippendorff_alpha``, ``percent_agreement``, ``gwet_ac1`` …"""
    level: str
    """Level the measure was computed at: ``ordinal``, ``set:masi``, ``taxonomy``, ``taxonomy:1``, ``span:Source`` …"""
    about: About = "whole"
    """Which cut of the question it is: by it, not by the names of measures and levels, figures are told apart.

    A measure that does not exist on such values is one estimate about the whole; tokens of one label are a level of
    their own, ``span:LABEL``, whose whole is the label."""
    headline: bool = False
    """Whether the question is judged by it: its alpha over all annotators and units, at each of its levels."""
    category: str | None = None
    """The category looked at, where the figure is about one against the rest."""
    annotator: str | None = None
    """The annotator looked at: the one left out, the first of a pair, or whose answers are held against known ones."""
    other_annotator: str | None = None
    """The second annotator of a pair."""
    by: str | None = None
    """What units, or annotators, were divided by, by its name, as in ``round`` or a column of the table."""
    group: str | None = None
    """The part it was computed from, where they were divided."""
    against: str | None = None
    """The part whose figure was subtracted, where it is a difference; the other group of annotators, where it is
    between two (None: all others)."""
    value: float | None
    ci_low: float | None
    ci_high: float | None
    confidence: float
    interval_method: IntervalMethod | None
    interval_undefined_because: str | None
    replicates: int
    """Bootstrap replicates drawn; 0 when none were."""
    undefined_replicates: int
    """Replicates in which the measure does not exist (no variation in what was drawn)."""
    seed: int
    cluster: str | None
    """What was resampled: the name of what was drawn whole (``article``, a column of the table), or ``unit``; None when
    resampling was not asked for."""
    n_clusters: int
    """How many clusters (or units) hold at least one unit with two answers: what an interval rests on."""
    interval_unreliable: bool
    """True when the interval rests on fewer than ten clusters: such intervals are too short."""
    n_units: int
    """Units anybody answered."""
    n_pairable: int
    """Units at least two annotators answered."""
    coverage: float | None
    """Share of the units anybody answered that at least two annotators answered; None where nobody answered any."""
    n_annotators: int
    """Annotators with at least one answer."""
    annotators_per_unit: float | None
    """Annotators of a pairable unit, on average; None where there is none."""
    n_categories: int
    """Categories of the scale; distinct values in use for numbers; 2 (marked or not) for spans."""
    n_values: int
    """Values in pairable units: the n of alpha. For spans, one value per token and annotator."""
    observed_disagreement: float | None = None
    """D_o of an alpha: mean distance of two values within a unit, as a share of the greatest distance."""
    expected_disagreement: float | None = None
    """D_e of an alpha: mean distance of any two values, as a share of the greatest distance."""
    bootstrap_share_below: Mapping[str, float] | None
    """Share of the defined replicates below ``0.667``, ``0.8`` and ``target``; alpha only."""
    undefined_because: str | None
    """``no overlap`` (no unit has two values), ``no variation`` (all pairable values are the same), or why the measure
    cannot handle such values."""
    confirmed_by: str | None
    """Name and version of the package that recomputed the value in this run, or None."""
    target: float | None
    verdict: Verdict | None
    p_value: float | None = None
    """Two-sided p of a permutation test, where one was made: of the association index of a group of annotators."""
    p_undefined_because: str | None = None
    """Why there is no p where there might have been one."""

    def to_json(self) -> dict[str, object]:
        """Return the estimate as a plain dictionary, fields in order, ready for ``json.dumps``."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        if self.bootstrap_share_below is not None:
            plain["bootstrap_share_below"] = dict(self.bootstrap_share_below)
        return plain


def verdict_on(target: float | None, ci_low: float | None, ci_high: float | None) -> Verdict | None:
    """Return what the interval says about the target; None without a target, ``undecided`` without an interval.

    >>> verdict_on(0.7, 0.72, 0.9), verdict_on(0.7, 0.5, 0.69), verdict_on(0.7, 0.5, 0.7), verdict_on(0.7, None, None)
    ('reached', 'not reached', 'undecided', 'undecided')
    """
    if target is None:
        return None
    if ci_low is not None and ci_low >= target:
        return "reached"
    if ci_high is not None and ci_high < target:
        return "not reached"
    return "undecided"
