"""What ``agree`` finds out: every estimate, and what the lead needs beside them to read them rightly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.agreement.consensus_reliability import ConsensusReliability
    from toolkit.agreement.diagnosis.diagonal import Diagonal
    from toolkit.agreement.diagnosis.explanation import Explanation
    from toolkit.agreement.diagnosis.group_over_use import GroupOverUse
    from toolkit.agreement.diagnosis.judged import MissingShare
    from toolkit.agreement.diagnosis.pair_range import PairRange
    from toolkit.agreement.diagnosis.prevalence import Prevalence
    from toolkit.agreement.estimate import Estimate
    from toolkit.agreement.known.accuracy import Confusions
    from toolkit.agreement.known.corrected import OutsideShare
    from toolkit.agreement.more_coders import OneCoderMore
    from toolkit.agreement.planning import ClustersPlan
    from toolkit.loop.agreement.holding_back import HoldingBack
    from toolkit.loop.agreement.over_time import Pace, QuestionOverTime
    from toolkit.study.blindness import Blindness


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementReport:
    """The estimates of one round or table, in codebook order, and what was excluded before computing them."""

    source: str
    """Name of the study or of the file."""
    round: str | None
    """None for a table."""
    estimates: tuple[Estimate, ...]
    prevalences: Mapping[str, tuple[Prevalence, ...]] = field(default_factory=dict)
    """How often each category was given, by question."""
    skew: Mapping[str, str] = field(default_factory=dict)
    """One sentence per question whose alpha is low because one category dominates."""
    pairs: Mapping[str, PairRange] = field(default_factory=dict)
    """Between which values alpha of two annotators lies, by question."""
    missing: Mapping[str, tuple[MissingShare, ...]] = field(default_factory=dict)
    """How often each category outside the scale was given, by question."""
    annotators: tuple[str, ...] = ()
    """Pseudonyms of everybody whose work counts in the round, in order: A, B, C … where they have letters."""
    holding_back: HoldingBack | None = None
    """The question furthest below what it should reach, and what is behind it; None where none is below."""
    target_because: Mapping[str, str] = field(default_factory=dict)
    """Why the target of a question is what it is, where its codebook says so."""
    unvouched: tuple[str, ...] = ()
    """Files of an export that are not as its manifest has them: these figures are of what they hold now."""
    diagonals: tuple[OnDiagonal, ...] = ()
    explained: tuple[Explained, ...] = ()
    plans: tuple[PlannedQuestion, ...] = ()
    consensus: Mapping[str, tuple[ConsensusReliability, ...]] = field(default_factory=dict)
    """By question what the consensus of so many annotators is worth: first of one, then of as many as a unit has."""
    deciding: tuple[PlannedQuestion, ...] = ()
    """How many more articles would decide on each target that is undecided."""
    known: tuple[KnownQuestion, ...] = ()
    """What was known in advance, where answers were held against it, by question."""
    decided: tuple[DecidedQuestion, ...] = ()
    """What of each question was decided on, where that is what answers were held against."""
    outside: tuple[OutsideShare, ...] = ()
    """Corrected shares that came out below 0 or above 1 and were set to that limit."""
    over_time: tuple[QuestionOverTime, ...] = ()
    pace: tuple[Pace, ...] = ()
    """How long annotators took, beside ``over_time``, where that is stored."""
    n_repeats: Mapping[str, int] = field(default_factory=dict)
    """Values of a table left out because the annotator gave the unit another one, by question."""
    n_ungrouped: Mapping[str, int] = field(default_factory=dict)
    """Units in no group, because they have no such article, outlet …, by what they were divided by; annotators, where
    these were divided."""
    of_annotators: tuple[str, ...] = ()
    """Those of the divisions asked for that divide annotators, not units."""
    group_over_use: Mapping[str, tuple[GroupOverUse, ...]] = field(default_factory=dict)
    """Which group of annotators uses what more or less than the others, by question."""
    n_merged_spans: Mapping[str, int] = field(default_factory=dict)
    """Overlapping spans of one label by one annotator that unitizing measures took as one, by question."""
    read_as: tuple[ReadAs, ...] = ()
    """How each question was read, where that was guessed."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """What was asked and is not measured, and why."""
    beside: Mapping[str, int] = field(default_factory=dict)
    """What else was found in a file: drafts, predictions, annotations begun from one."""
    n_annotations: int | None = None
    sample: Sample | None = None
    """What was coded in all; only where the paragraph for a paper was asked for."""
    codebook: str | None = None
    """The name of the codebook; None where there is none."""
    codebooks: Mapping[str, int] = field(default_factory=dict)
    """Annotations that count, by the version of the codebook they were made under, oldest first."""
    excluded: Mapping[str, int] = field(default_factory=dict)
    """Annotations left out, by reason."""
    rejected: Mapping[str, int] = field(default_factory=dict)
    """Answers left out because the codebook does not vouch for them, by question."""
    not_judged: Mapping[str, int] = field(default_factory=dict)
    """Answers outside the scale ('cannot be judged', 'unclear'), by question."""
    not_shown: Mapping[str, int] = field(default_factory=dict)
    """Times a measured question was hidden by an earlier answer, by question."""
    n_escalated: int = 0
    """Annotations among these that an escalation asked for, where coders differed."""
    blindness: Blindness | None = None
    """Of how many annotations the server enforced that annotators see their own only; None where that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What was coded in all: with an answer on the scale of any question."""

    n_units: int
    n_pairable: int
    """Units of which at least two annotators answered the same question."""
    n_clusters: int | None
    """None where single units are resampled: what they lie in is not looked at."""
    n_annotators: int


@dataclass(frozen=True, slots=True)
class ReadAs:
    """How a question was read where no codebook says so: its level, why it was taken for that, and of how many."""

    question: str
    level: str
    because: str
    n_categories: int
    n_unanswered: int = 0
    """Annotations that count and say nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDiagonal:
    """Two ordinal questions of equally many ranks, and how often both got the same rank (Admiralty A1, B2 …)."""

    question: str
    other_question: str
    found: Diagonal


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A sentence on which annotators chose both of two categories."""

    value: str
    other_value: str
    unit: str
    text: str | None
    """None where the table holds no texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """All about one question (or one label of spans): how its alpha came about, and who parts where."""

    question: str
    level: str
    explanation: Explanation
    estimates: tuple[Estimate, ...]
    """Alpha itself; by category; with each annotator left out; of each pair."""
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownQuestion:
    """A question with known answers: how many there are, and how often each category was given where each is true."""

    question: str
    level: str
    n_known: int
    """Units whose true category is known."""
    n_answered: int
    """Those of them that anybody answered."""
    categories: tuple[str, ...]
    """The scale: rows and columns of the counts."""
    confusions: tuple[Confusions, ...]
    """Of all annotators together first, then of each."""
    of_disputed_only: bool = False
    """Whether all that is known are units annotators differ on: then no figure holds for all their answers."""
    only_ties: bool = False
    """Whether units on which most annotators gave one answer were never to be decided on: then no share does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedQuestion:
    """A question that adjudicators decided on: on how many sentences, and what is not held against answers."""

    question: str
    level: str
    can_be_held: bool
    """Whether answers are one category each, which is right or not; otherwise nothing is held against them."""
    n_disputed: int
    """Sentences decided on because annotators differ there, on this question or on one it follows from."""
    n_agreed: int
    """Sentences decided on although all agree: because they were drawn, or because everything is decided on."""
    n_both_defensible: int
    """Left out: no single answer is right."""
    n_not_shown: int
    """Left out: another decision makes the question superfluous."""
    n_off_scale: int
    """Left out: decided that it cannot be judged, or for a category that is no longer there."""
    n_undecided: int
    """Sentences in dispute of which nothing is settled by a decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedQuestion:
    """How many more doubly coded articles a question needs."""

    question: str
    level: str
    plan: ClustersPlan
    one_coder_more: OneCoderMore | None = None
    """Instead of more articles, one coder more on every sentence; None where nobody asked, and of spans."""
