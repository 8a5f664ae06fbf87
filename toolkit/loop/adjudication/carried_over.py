"""Decisions and agreed answers of a round whose categories were renamed, merged or split since: what they say now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from toolkit.codebook.migration.translated import Step
from toolkit.errors import UsageError
from toolkit.loop.migrated_answers import Migrated, migrated
from toolkit.study import adjudications, rounds
from toolkit.study.database import Database
from toolkit.study.decisions import Decision


class WasSplit(Exception):  # noqa: N818 - never leaves this room: it becomes a decision that settles nothing
    """The value names a category that became several: nobody can say which of them was meant."""


def steps_of_decisions(database: Database, name: str) -> Sequence[Step]:
    """Return the steps the round took since its adjudication began: what adjudicators are shown names it as it was."""
    of_round = adjudications.adjudicated_round(database, name)
    if of_round is None:
        return ()
    steps = _steps(database, of_round)
    return steps.steps[_steps_before(steps, _codebook_hash(database, name)) :]


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
    coded = []
    for annotation, value in zip(decision.coded_by, decision.coded, strict=True):
        with suppress(WasSplit):
            coded.append((annotation, carried_value(decision.question, value, steps)))
    if decision.outcome == "both_defensible" and len(coded) < len(decision.coded):  # these are given again
        return replace(decision, outcome="rejected", coded=(), coded_by=())
    decision = replace(
        decision, coded=tuple(value for _, value in coded), coded_by=tuple(annotation for annotation, _ in coded)
    )
    try:
        return replace(decision, value=carried_value(decision.question, decision.value, steps))
    except WasSplit:
        return replace(decision, outcome="rejected", value=None)


def agreed_now(database: Database, of_round: str, *, page_of: str | None = None) -> Mapping[tuple[str, str], Any]:
    """Return the answers taken over from a round as the codebook in force reads them, by sentence and question.

    In force in the round; or in its adjudication ``page_of``, whose page has categories as they were when it began.
    One whose category became several is taken over no more.
    """
    return reading_agreed(database, of_round, page_of=page_of)(None)


def reading_agreed(
    database: Database, of_round: str, *, page_of: str | None = None
) -> Callable[[Sequence[str] | None], Mapping[tuple[str, str], Any]]:
    """Return what reads the same of some sentences only, given their ids; of all where it is given None."""
    steps = _steps(database, of_round)
    until = len(steps.steps) if page_of is None else _steps_before(steps, _codebook_hash(database, page_of))

    def read(sentence_ids: Sequence[str] | None) -> Mapping[tuple[str, str], Any]:
        found: dict[tuple[str, str], Any] = {}
        for one in adjudications.agreed_answers(database, of_round, sentence_ids=sentence_ids):
            place = one.sentence_id, one.question
            try:
                found[place] = carried_value(one.question, one.value, steps.steps[steps.under[one.version - 1] : until])
            except WasSplit:
                found.pop(place, None)
        return found

    return read


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


def _steps(database: Database, of_round: str) -> Migrated:
    """The steps of a round. What was answered when a question was asked again is no matter here."""
    return migrated(database, of_round, again=lambda _round, _question: {})


def _steps_before(steps: Migrated, codebook_hash: str) -> int:
    """How many steps led to this version of the codebook: all of them where the round never ran with it."""
    known = [number for number, version in enumerate(steps.versions) if version.hash == codebook_hash]
    return steps.under[known[-1]] if known else len(steps.steps)


def _codebook_hash(database: Database, name: str) -> str:
    return rounds.codebook_versions(database, name)[-1].hash
