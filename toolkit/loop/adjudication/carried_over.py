"""Decisions on a round whose categories were renamed, merged or split since: what they say now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from toolkit.codebook.migration.translated import Step
from toolkit.errors import UsageError
from toolkit.loop.answers import migration_steps
from toolkit.study import adjudications, answer_migrations, rounds
from toolkit.study.database import Database
from toolkit.study.decisions import Decision


class WasSplit(Exception):  # noqa: N818 - never leaves this room: it becomes a decision that settles nothing
    """The value names a category that became several: nobody can say which of them was meant."""


def steps_since(database: Database, of_round: str, codebook_hash: str) -> Sequence[Step]:
    """Return the steps a round took after this version of its codebook, oldest first."""
    steps = migration_steps(database, of_round)
    known = [number for number, version in enumerate(steps.versions) if version.hash == codebook_hash]
    return steps.steps[steps.under[known[-1]] :] if known else ()


def steps_of_decisions(database: Database, name: str) -> Sequence[Step]:
    """Return the steps the round took since its adjudication began: what adjudicators are shown names it as it was."""
    of_round = adjudications.adjudicated_round(database, name)
    if of_round is None:
        return ()
    return steps_since(database, of_round, rounds.codebook_versions(database, name)[-1].hash)


def refuse_migrated(database: Database, of_round: str, name: str | None) -> None:
    """Raise ``UsageError`` where a round was migrated since its adjudication began: its page names what it was."""
    if name is not None and steps_of_decisions(database, name):
        raise UsageError(
            f"categories of round {of_round!r} were renamed, merged or split since its adjudication began, whose page "
            "has them as they were",
            todo="Decide on what is queued: decisions are carried over as answers are. Nothing more is queued.",
        )


def carried_decision(decision: Decision, steps: Sequence[Step]) -> Decision:
    """Return a decision as it reads now; one that names a category that became several settles nothing any more."""
    try:
        coded = tuple(carried_value(decision.question, value, steps) for value in decision.coded)
    except WasSplit:
        if decision.outcome == "both_defensible":  # of the coders' answers, which are given again
            return replace(decision, outcome="rejected", coded=())
        coded = ()
    try:
        return replace(decision, value=carried_value(decision.question, decision.value, steps), coded=coded)
    except WasSplit:
        return replace(decision, outcome="rejected", value=None, coded=coded)


def agreed_now(database: Database, of_round: str) -> Mapping[tuple[str, str], Any]:
    """Return the answers taken over from a round as they read now, without those whose category became several."""
    steps = migration_steps(database, of_round).steps
    applied = [one.applied_at for one in answer_migrations.of_round(database, of_round)]
    accepted = adjudications.accepted_at(database, of_round) if steps else {}
    found: dict[tuple[str, str], Any] = {}
    for place, value in adjudications.agreed_answers(database, of_round).items():
        since = [step for step, at in zip(steps, applied, strict=True) if accepted[place] <= at]
        try:
            found[place] = carried_value(place[1], value, since)
        except WasSplit:
            continue
    return found


def carried_value(question: str, value: Any, steps: Sequence[Step]) -> Any:
    """Return a value, in the form JSON holds it, as it reads after the steps; raise ``WasSplit`` where none can say."""
    for step in steps:
        value = _after(question, value, step)
    return value


def _after(name: str, value: Any, step: Step) -> Any:
    before, after = step.old.by_id.get(name), step.new.by_id.get(name)
    if before is None or after is None or not before.categories:
        return value

    def became(code: str) -> str:
        into = step.became(name, code)
        if len(into) > 1:
            raise WasSplit
        return into[0]

    if isinstance(value, str):
        code = value.rpartition("/")[2]
        # That it cannot be judged is said by the code alone.
        return after.stored(became(code)) if value == before.stored(code) and code in before.by_code else became(value)
    if not isinstance(value, list):
        return value
    order = list(after.by_code)
    if all(isinstance(each, str) for each in value):
        return sorted({became(each) for each in value}, key=order.index)
    marks = {(became(label), start, end) for label, start, end in value}
    return [list(mark) for mark in sorted(marks, key=lambda mark: (mark[1], mark[2], order.index(mark[0])))]
