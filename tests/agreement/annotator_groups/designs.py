"""Answers of annotators in groups, and what is computed from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from toolkit.agreement.analysis import Asked, Numbers, question_numbers
from toolkit.agreement.answer_rows import AnswerRow, Value, coded_answers
from toolkit.agreement.coded_question import CodedQuestion
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.groups import grouping_of
from toolkit.agreement.resampling import Resampling

CATEGORIES = ("a", "b", "c")

Answers = Mapping[str, Mapping[str, Value]]
"""By unit, what each annotator gave it."""


def numbers(
    answers: Answers,
    group_of: Mapping[str, str],
    *,
    level: str = "nominal",
    scale: Sequence[str] = CATEGORIES,
    clusters: Mapping[str, str] | None = None,
    replicates: int = 0,
    seed: int = 0,
) -> Numbers:
    rows = [
        AnswerRow(unit, (clusters or {}).get(unit, unit), annotator, value)
        for unit, given in answers.items()
        for annotator, value in given.items()
    ]
    coded = CodedQuestion(
        question="q",
        level=level,
        ratings=coded_answers(level, rows, scale, clustered=clusters is not None),
        scale=tuple(scale),
        by={"leaning": grouping_of([group_of.get(row.annotator) for row in rows], ordered=sorted)},
        of_annotators=frozenset({"leaning"}),
    )
    cluster = "article" if clusters is not None else "unit"
    return question_numbers(coded, Asked(resampling=Resampling(cluster, replicates, seed)))


def the(found: Numbers, measure: str, group: str, against: str | None = None) -> Estimate:
    (one,) = [
        each
        for each in found.estimates
        if (each.measure, each.group, each.against) == (measure, group, against) and each.by == "leaning"
    ]
    return one


def drawn(
    n_units: int, groups: Sequence[int], seed: int, *, values: Sequence[Value] = CATEGORIES, given: float = 0.8
) -> tuple[Answers, Mapping[str, str]]:
    """Units whose answers are drawn; groups of so many annotators, each with a mind of its own in half of the units."""
    random = Random(seed)
    names = {f"{place}{member}": f"g{place}" for place, size in enumerate(groups) for member in range(size)}
    answers: dict[str, dict[str, Value]] = {}
    for unit in range(n_units):
        shared = random.choice(values)
        own = [random.choice([shared, random.choice(values)]) for _ in groups]
        answers[f"u{unit:03}"] = {
            name: own[int(group[1:])] if random.random() < 0.7 else random.choice(values)
            for name, group in names.items()
            if random.random() < given
        }
    return answers, names
