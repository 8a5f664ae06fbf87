"""Push: the round's sentences to its Label Studio project, each exactly once, whatever happens on the way."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.codebook.diff import compare, keeps_answers
from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import parse
from toolkit.errors import ContractViolated, Fault, UsageError
from toolkit.loop.connection import open_server, server_identity
from toolkit.loop.plan import Design, Wanted, choose, decide, written
from toolkit.loop.progress import Progress, silent
from toolkit.loop.transfer import Transfer
from toolkit.report.plan import PushPlan
from toolkit.study import annotators, articles, rounds, settings
from toolkit.study.database import Database
from toolkit.study.folder import Study, read_codebook_text
from toolkit.study.rounds import Round

if TYPE_CHECKING:
    from toolkit.labelstudio.session import LabelStudio

_TITLE_LENGTH = 50  # Label Studio refuses longer titles


@dataclass(frozen=True, slots=True)
class PushResult:
    """What a push did: ``n_sent`` were sent now, all ``n_verified`` were then found on the server exactly once."""

    plan: PushPlan
    dry_run: bool
    project_id: int | None = None
    link: str | None = None
    n_sent: int = 0
    n_verified: int = 0
    n_overlaps_set: int = 0
    codebook_updated: bool = False
    notes: tuple[str, ...] = field(default=())


def push(
    study: Study,
    *,
    round_name: str = "pilot",
    design: Design | None = None,
    update_codebook: bool = False,
    dry_run: bool = False,
    progress: Progress = silent,
    show_plan: Callable[[PushPlan], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
) -> PushResult:
    """Send the round's sentences to Label Studio and verify that each is there exactly once; again changes nothing.

    Raises ``UsageError`` (no articles, a contradicted design), ``ContractViolated`` (codebook), ``ServerUnreachable``,
    ``ServerRefused`` and ``TransferIncomplete`` (a sentence is missing or there twice).
    """
    text = read_codebook_text(study)
    codebook = parse(text, source=str(study.codebook_file.name))
    with study.locked(), study.open() as database:
        found = rounds.find(database, round_name)
        _check_server(found, server_identity(study))
        plan, wanted = _plan(database, codebook, found, round_name=round_name, design=design or Design())
        updating = found is not None and found.codebook_hash != codebook.hash
        if updating:
            _check_codebook_change(database, round_name, codebook, asked=update_codebook)
        show_plan(plan)
        if dry_run:
            return PushResult(plan, dry_run=True, notes=plan.notes)
        with open_server(study) as server:
            server.me()  # it answers and accepts us: only now is anything decided for good
            if found is None:
                rounds.create(database, round_name, plan.decision, codebook, document=text)
            if wanted:
                rounds.plan(database, round_name, [(want.sentence_id, want.annotators) for want in wanted])
            project_id = _project(study, database, server, round_name, codebook)
            _write_settings(study, database, round_name)
            if updating:
                since = server.newest_change(project_id).server_now
                _update_page(server, project_id, codebook)
                rounds.change_codebook(database, round_name, codebook, document=text, since=since)
                _write_settings(study, database, round_name)
            transfer = Transfer(database, server, round_name, project_id, codebook.hash, progress, sleep)
            n_sent = transfer.send_missing()
            n_overlaps = transfer.set_overlaps()
            return PushResult(
                plan,
                dry_run=False,
                project_id=project_id,
                link=server.labelling_link(project_id),
                n_sent=n_sent,
                n_verified=plan.n_sentences,
                n_overlaps_set=n_overlaps,
                codebook_updated=updating,
                notes=(*plan.notes, *transfer.notes),
            )


def _check_server(found: Round | None, identity: str) -> None:
    if found is not None and found.server_url not in {None, identity}:
        raise UsageError(
            f"round {found.name!r} is on {found.server_url}, but the study now uses {identity}",
            todo="Connect to that server again, or push another round with --round NAME.",
        )


def _plan(
    database: Database, codebook: Codebook, found: Round | None, *, round_name: str, design: Design
) -> tuple[PushPlan, tuple[Wanted, ...]]:
    registered = annotators.registered(database, round=round_name)
    decision = decide(design, found=found, n_registered=len(registered), round_name=round_name)
    by_article: dict[str, list[str]] = {}
    for sentence in articles.sentences(database):
        by_article.setdefault(sentence.article_id, []).append(sentence.sentence_id)
    if not by_article:
        raise UsageError("the study has no articles yet", todo="Take some in with `intercoder add PATH…`.")
    ledger = list(rounds.ledger(database, round_name)) if found is not None else []
    planned = {entry.sentence_id: entry.annotators_wanted for entry in ledger}
    wanted = choose(decision, by_article, frozenset(planned), round_name=round_name)
    everything = planned | {want.sentence_id: want.annotators for want in wanted}
    notes = []
    if decision.sample_size is not None:
        have = len(by_article) if decision.sample == "articles" else sum(map(len, by_article.values()))
        if decision.sample_size > have:
            notes.append(f"the study has only {have} {decision.sample}: all of them are taken")
    if decision.sample != "all" and found is not None and set(by_article) - {entry.article_id for entry in ledger}:
        notes.append("a sample once drawn stays as it is: articles outside it are not pushed")
    most = max(decision.annotators_per_sentence, decision.reliability_annotators or 0)
    if len(registered) < most:
        notes.append(f"{len(registered)} annotators are registered for this round; some sentences want {most}")
    plan = PushPlan(
        round=round_name,
        new_round=found is None,
        decision=decision,
        codebook=f"{codebook.name} {codebook.version}",
        codebook_hash=codebook.hash,
        n_articles=sum(1 for ids in by_article.values() if not set(ids).isdisjoint(everything)),
        n_sentences=len(everything),
        n_reliability_sentences=sum(
            1 for n in everything.values() if decision.reliability_annotators and n == decision.reliability_annotators
        ),
        n_new=len(everything) - sum(1 for entry in ledger if entry.remote_id is not None),
        notes=tuple(notes),
    )
    return plan, wanted


def _check_codebook_change(database: Database, round_name: str, codebook: Codebook, *, asked: bool) -> None:
    current = rounds.codebook_versions(database, round_name)[-1]
    changes = compare(parse(current.document, source=f"codebook {current.version}"), codebook)
    faults = [
        Fault(change.place, change.what + ("" if change.keeps_answers else "  (old answers would not stay valid)"))
        for change in changes
    ]
    if not keeps_answers(changes):
        raise ContractViolated(
            f"codebook.yaml changed in a way that answers already given in round {round_name!r} would not survive",
            faults=faults,
            todo="Undo it, or start another round with the new codebook: `intercoder push --round NAME`.",
        )
    if current.version == codebook.version:
        raise ContractViolated(
            f"codebook.yaml is not what round {round_name!r} runs with, but says version {codebook.version} as well",
            faults=faults,
            todo="Raise its version, so that the two can be told apart in the data.",
        )
    if not asked:
        raise ContractViolated(
            f"codebook.yaml is not the one round {round_name!r} runs with; answers already given would stay valid",
            faults=faults,
            todo="Bring it to the annotators with `intercoder push --update-codebook`.",
        )


def _project(study: Study, database: Database, server: LabelStudio, round_name: str, codebook: Codebook) -> int:
    """The round's project: the recorded one, the one a killed push left behind, or a new one."""
    from toolkit.labelstudio.page import instructions_html, labelling_config

    current = rounds.get(database, round_name)
    if current.project_id is not None:
        return current.project_id
    name = settings.read(study.settings_file).name
    marker = f"intercoder:{database.meta('study_id')}:{round_name}"
    marked = server.projects_with(marker)
    project_id = marked[0].project_id if marked else None
    if project_id is None:
        project_id = server.create_project(
            title=f"{name[: _TITLE_LENGTH - len(round_name) - 3]} · {round_name}",
            description=f"Sentences sent by intercoder; please leave this line in place: {marker}",
            config_xml=labelling_config(codebook),
            instructions_html=instructions_html(codebook),
            annotators_per_sentence=current.decision.annotators_per_sentence,
        )
    rounds.set_project(database, round_name, server_url=server_identity(study), project_id=project_id)
    return project_id


def _update_page(server: LabelStudio, project_id: int, codebook: Codebook) -> None:
    from toolkit.labelstudio.page import instructions_html, labelling_config

    server.update_project(
        project_id, config_xml=labelling_config(codebook), instructions_html=instructions_html(codebook)
    )


def _write_settings(study: Study, database: Database, round_name: str) -> None:
    current = rounds.get(database, round_name)
    version = rounds.codebook_versions(database, round_name)[-1]
    entry = {
        "project": current.project_id,
        "codebook": {"version": version.version, "hash": version.hash[:12]},
        **written(current.decision),
    }
    settings.update(study.settings_file, {"rounds": {round_name: entry}})
