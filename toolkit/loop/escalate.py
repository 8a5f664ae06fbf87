"""Escalate: one annotator more for sentences where that can still change the label, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from toolkit.errors import Fault, UsageError
from toolkit.files.wording import MEND_THESE, counted
from toolkit.labelstudio.patience import Tell, untold
from toolkit.loop.answers import annotations_of, codebook_of, migration_steps
from toolkit.loop.escalating.application import OnServer, apply
from toolkit.loop.escalating.labels import categorical_questions, labels_of
from toolkit.loop.escalating.outcome import EscalationOutcome, outcomes
from toolkit.loop.escalating.planning import Coding, EscalationPlan, planned
from toolkit.loop.online.connection import open_server, server_identity
from toolkit.loop.online.round_project import check_there
from toolkit.loop.progress import Progress, silent
from toolkit.loop.push import check_server, refuse_adopted
from toolkit.loop.rounds.meant import round_meant
from toolkit.study import adjudications, annotators, escalations, rounds
from toolkit.study.database import Database
from toolkit.study.escalations import EscalationDesign, Rule
from toolkit.study.folder import Study
from toolkit.study.gold_sentences import gold_of
from toolkit.study.records import Annotation
from toolkit.study.rounds import Round

LEAST_GAIN = 0.01
"""An annotation more is not asked for where it is expected to set right fewer labels than this: one in a hundred."""
RULES: tuple[Rule, ...] = ("dawid-skene", "vote")


@dataclass(frozen=True, slots=True)
class EscalateResult:
    """What an escalation did: ``plan`` is None where none was made, because an earlier one comes first.

    ``finished`` is the number of an earlier escalation that had been stopped and was finished now; ``waits_for`` is the
    last one of which annotations are outstanding, so that nothing was planned.
    """

    round: str
    dry_run: bool
    plan: EscalationPlan | None = None
    sequence: int | None = None
    n_opened: int = 0
    """Sentences that Label Studio was told to offer again."""
    finished: int | None = None
    waits_for: EscalationOutcome | None = None


@dataclass(frozen=True, slots=True)
class EscalationReport:
    """What came of every escalation of a round so far, oldest first."""

    round: str
    escalations: tuple[EscalationOutcome, ...]


def escalate(
    study: Study,
    *,
    budget: int,
    round_name: str | None = None,
    questions: Sequence[str] = (),
    rule: Rule = "dawid-skene",
    least_gain: float = LEAST_GAIN,
    seed: int = 0,
    another: bool = False,
    dry_run: bool = False,
    progress: Progress = silent,
    tell: Tell = untold,
) -> EscalateResult:
    """Ask for up to ``budget`` annotations more in a round, each where it is expected to do most for the labels.

    ``questions`` are those whose labels count, all measured ones with one category as their label unless said; one
    annotation answers all of them. An escalation that was stopped is finished, and nothing new planned. While
    annotations of an earlier one are outstanding nothing is planned either, unless ``another``. ``dry_run`` only plans,
    from what was pulled; otherwise sentences that changed on the server since are left out.

    Raise ``UsageError``, ``ServerUnreachable``, ``ServerRefused`` and ``TransferIncomplete`` (run it again).
    """
    design = EscalationDesign(rule, tuple(questions), budget, least_gain, seed)
    _check(design)
    if dry_run:
        with study.database() as database:
            round_ = _open_round(database, round_name)
            return EscalateResult(round_.name, dry_run=True, plan=_plan(database, round_, design))
    with study.locked(), study.database() as database:
        round_ = _open_round(database, round_name)
        check_server(round_, server_identity(study))
        if round_.project_id is None:
            raise UsageError(f"round {round_.name!r} has no project yet", todo="Run `intercoder push` first.")
        past = escalations.of_round(database, round_.name)
        stopped = next((one for one in past if one.applied_at is None), None)
        if stopped is None and not another:
            waiting = [one for one in _outcomes(database, round_.name) if one.outstanding]
            if waiting:
                return EscalateResult(round_.name, dry_run=False, waits_for=waiting[-1])
        with open_server(study, tell=tell) as server:
            check_there(database, server, round_)
            there = OnServer(database, server, round_.name, round_.project_id, progress)
            if stopped is not None:
                n_opened = apply(there, stopped)
                return EscalateResult(round_.name, dry_run=False, n_opened=n_opened, finished=stopped.sequence)
            plan = _plan(database, round_, design, there)
            if not plan.sentences:
                return EscalateResult(round_.name, dry_run=False, plan=plan)
            sequence = escalations.record(database, round_.name, plan.design, plan.sentences)
            (made,) = (one for one in escalations.of_round(database, round_.name) if one.sequence == sequence)
            n_opened = apply(there, made)
            return EscalateResult(round_.name, dry_run=False, plan=plan, sequence=sequence, n_opened=n_opened)


def escalated(study: Study, *, round_name: str | None = None) -> EscalationReport:
    """Return what was expected of every escalation of a round, and what came, from what was pulled.

    Rounds that were ended have escalations to report as well.
    """
    with study.database() as database:
        round_ = _round(database, round_name)
        return EscalationReport(round_.name, _outcomes(database, round_.name))


def _outcomes(database: Database, round_name: str) -> tuple[EscalationOutcome, ...]:
    past = escalations.of_round(database, round_name)
    if not past:
        return ()
    return outcomes(past, _counting(annotations_of(database, round_name)), migration_steps(database, round_name))


def _plan(
    database: Database, current: Round, design: EscalationDesign, there: OnServer | None = None
) -> EscalationPlan:
    chosen = categorical_questions(codebook_of(database, current.name), design.questions)
    annotations = [one for one in annotations_of(database, current.name) if one.excluded_because != "unknown_sentence"]
    coding = Coding()
    for annotation in annotations:
        coding.take(annotation, project=current.project)
    return planned(
        current.name,
        EscalationDesign(design.rule, tuple(one.id for one in chosen), design.budget, design.least_gain, design.seed),
        labels_of(_counting(annotations), chosen, design.rule),
        list(rounds.ledger(database, current.name)),
        coding,
        [person.pseudonym for person in annotators.registered(database, round=current.name)],
        drawn_as=current.first_name,
        changed=frozenset() if there is None else there.changed_since_the_pull(),
        settled=_settled(database, current.name, [one.id for one in chosen]),
    )


def _settled(database: Database, round_name: str, questions: Sequence[str]) -> set[tuple[str, str]]:
    """Sentences and questions that no coder more changes: an adjudicator decides, or they are known in advance."""
    adjudication = adjudications.find(database, round_name)
    asked = adjudications.asked_again(database, adjudication) if adjudication is not None else ()
    known = {(name, question) for name in gold_of(database, round_name).every for question in questions}
    return known.union((one.sentence_id, one.question) for one in asked)


def _counting(annotations: Iterable[Annotation]) -> list[Annotation]:
    return [one for one in annotations if one.excluded_because is None]


def _round(database: Database, name: str | None) -> Round:
    """The round of that name, or the only one that is coded; no adopted one."""
    found = rounds.get(database, round_meant(database, name, discarded=True))
    refuse_adopted(database, found.name)
    return found


def _open_round(database: Database, name: str | None) -> Round:
    """The same, where somebody more can be asked."""
    found = _round(database, name)
    if found.state != "open":
        back = f"reopen_round({found.name})" if found.state == "closed" else f"discard_round({found.name}, undo=True)"
        raise UsageError(
            f"round {found.name!r} is {found.state}: nobody more is asked there",
            todo=f"Take that back first: `{back}`. What came of earlier ones: `escalated(round_name={found.name})`.",
        )
    return found


def _check(design: EscalationDesign) -> None:
    faults = []
    if design.budget < 1:
        faults.append(Fault("`budget=`", f"is a number of annotations, at least 1, not {design.budget}"))
    if not 0 <= design.least_gain < float("inf"):
        faults.append(Fault("`least_gain=`", f"is a number of labels, 0 or more, not {design.least_gain:g}"))
    if design.rule not in RULES:
        faults.append(Fault("`rule=`", f"is {' or '.join(RULES)}, not {design.rule!r}"))
    if faults:
        raise UsageError(f"this cannot be asked for: {counted(len(faults), 'fault')}", faults=faults, todo=MEND_THESE)
