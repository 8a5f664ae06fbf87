"""Start an adjudication: what a round's coders differ on goes to Label Studio, each sentence exactly once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

from toolkit.codebook.model import Codebook
from toolkit.errors import UsageError
from toolkit.files.wording import counted
from toolkit.labelstudio.patience import Tell, untold
from toolkit.loop.adjudication.carried_over import agreed_now, refuse_migrated
from toolkit.loop.adjudication.coded import coded_sentences
from toolkit.loop.adjudication.design import AdjudicationAsked, design_of
from toolkit.loop.adjudication.queue import Queue, queue_of
from toolkit.loop.adjudication.task import adjudication_page, notes_of, prefilled_parts, reading_more
from toolkit.loop.annotators import Handover, add, check_addresses
from toolkit.loop.answers import codebook_of
from toolkit.loop.online.admission import admit
from toolkit.loop.online.connection import open_server, server_identity
from toolkit.loop.online.page_drift import drift_met, write_page
from toolkit.loop.online.round_project import round_project
from toolkit.loop.progress import Progress, silent
from toolkit.loop.pushing.made_anew import coded_before, let_go
from toolkit.loop.pushing.transfer import Transfer
from toolkit.loop.pushing.withdrawn import places_in_vain
from toolkit.loop.rounds.meant import round_meant
from toolkit.study import adjudications, annotators, rounds, settings
from toolkit.study.adjudications import AdjudicationDesign
from toolkit.study.blindness import ASK_THEM, ENFORCED
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.records import Annotation

if TYPE_CHECKING:
    from toolkit.labelstudio.session import LabelStudio


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjudicationPlan:
    """What a start is about to do, for the lead to read before it happens. Counts are of what is new."""

    round: str
    name: str
    new: bool
    design: AdjudicationDesign
    codebook: str
    n_sentences: int
    """Sentences that are queued when it is done, those of earlier starts included."""
    n_new: int
    by_question: Mapping[str, int]
    """Sentences on which each question is newly asked."""
    n_disputed: int
    """Sentences newly asked about because their coders differ."""
    n_sampled: int
    """Sentences newly asked about although their coders agree: drawn, or everything is decided on."""
    n_agreed: int
    """Answers newly taken over unasked."""
    n_waiting: int
    """Sentences that have not all the annotations they are planned to have."""
    n_left: int
    """Answers on which coders differ and that nobody is asked about."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What a start did: ``n_sent`` were sent now, all ``n_verified`` were then found on the server exactly once."""

    plan: AdjudicationPlan
    dry_run: bool
    project_id: int | None = None
    link: str | None = None
    n_sent: int = 0
    n_verified: int = 0
    adjudicators: tuple[str, ...] = ()
    """Pseudonyms of those whose decisions count."""
    handovers: tuple[Handover, ...] = field(default=(), repr=False)
    """What to send to each adjudicator that was named."""
    reachable_by_others: bool = True
    removed_copies: tuple[str, ...] = ()
    """Items that repeated a sentence and were removed, each named."""
    page_differences: tuple[str, ...] = ()
    """In what the page differed from what is to be decided: somebody had edited it."""
    page_mended: bool = False
    """Whether those differences were mended now."""
    notes: tuple[str, ...] = ()
    blindness: str = ASK_THEM


def start(
    study: Study,
    *,
    round_name: str | None = None,
    asked: AdjudicationAsked | None = None,
    adjudicators: Sequence[str] = (),
    incomplete: bool = False,
    again: bool = False,
    remove_copies: bool = False,
    mend_page: bool = False,
    dry_run: bool = False,
    progress: Progress = silent,
    show_plan: Callable[[AdjudicationPlan], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
    tell: Tell = untold,
) -> Started:
    """Send what a round's coders differ on, and a sample of what they agree on, to a project of its own.

    Again it sends only what came into dispute since; sentences that are queued stay as they are. Where the round's
    codebook was updated since, page and instructions are written anew. Sentences without all the annotations they are
    planned to have wait; with ``incomplete`` only those of them on which coders agree so far do. ``adjudicators`` are
    addresses of those whose decisions count; the account of the token where nobody was ever named. ``again`` makes it
    anew where its project is gone: what is decided is not asked again. ``remove_copies`` removes items that repeat a
    sentence, where nobody has worked on them. ``mend_page`` writes page and instructions again where somebody edited
    them.

    Raise ``UsageError`` (no such round or question, nothing coded, a contradicted design, an adjudicator who was
    removed), ``ServerUnreachable``, ``ServerRefused`` and ``TransferIncomplete``.
    """
    check_addresses(adjudicators)
    with study.locked(), study.database() as database:
        of_round = round_meant(database, round_name)
        codebook = codebook_of(database, of_round)
        name = adjudications.find(database, of_round)
        refuse_migrated(database, of_round, name)
        annotators.refuse_erased(database, adjudicators)
        annotators.refuse_removed(database, adjudicators)
        design = design_of(database, name, of_round, codebook, asked or AdjudicationAsked())
        coded, short = coded_sentences(database, of_round)
        queue = _queue(database, of_round, name, codebook, design, coded, short, incomplete=incomplete)
        notes, coders = notes_of(codebook, _each(coded)), {one.annotator for one in _each(coded)}
        del coded  # the largest part of memory, gone through anew whenever Python looks for what may go
        plan = _plan(database, of_round, name, codebook, design, queue, incomplete=incomplete)
        plan = replace(plan, notes=(*plan.notes, *_too_few(database, name, design, adjudicators)))
        show_plan(plan)
        if dry_run:
            return Started(plan=plan, dry_run=True, notes=plan.notes)
        identity = server_identity(study)
        with open_server(study, tell=tell) as server:
            me = server.me()  # it answers and accepts us: only now is anything decided for good
            deciding = adjudicators or _deciding(database, name, me.email)
            if name is None:
                name = adjudications.create(
                    database, of_round, design, codebook, document=_document(database, of_round)
                )
            left = let_go(database, server, rounds.get(database, name), identity) if again else ()
            _refuse_elsewhere(database, name, identity)
            annotators.register(database, deciding, round=name)
            project_id, said = round_project(
                database,
                server,
                name,
                adjudication_page(codebook, design),
                study_name=settings.read(study.settings_file).name,
                identity=identity,
            )
            _bring_up_to_date(database, server, name, project_id, codebook, _document(database, of_round))
            # Only now: what is queued is shown, and read, under the codebook its answers were given under.
            adjudications.queue(database, name, queue.asked, queue.agreed)
            drifted = drift_met(server, database, name, project_id, mend=mend_page)
            prefilled = prefilled_parts(database, name, codebook)
            transfer = Transfer(
                database,
                server,
                name,
                project_id,
                codebook,
                progress,
                sleep,
                coded_before=coded_before(database, name),
                remove_copies=remove_copies,
                called="start_adjudication",
                of_round=of_round,
                places_in_vain=places_in_vain(database, name),
                more_of=reading_more(database, name, codebook, notes),
                prefilled=prefilled,
            )
            n_sent = transfer.send_missing()
            # Also when nothing was sent: the start before this one may have been stopped right here.
            if prefilled and not server.show_prefilled(project_id):
                transfer.notes.append("nothing is chosen beforehand: somebody deleted the predictions on the server")
            transfer.set_overlaps()
            gated = admit(study, database, server)
            adjudicating = [person.pseudonym for person in annotators.registered(database, round=name)]
            started = Started(
                plan=plan,
                dry_run=False,
                project_id=project_id,
                link=server.labelling_link(project_id),
                n_sent=n_sent,
                n_verified=len(transfer.planned),
                adjudicators=tuple(adjudicating),
                removed_copies=tuple(transfer.removed),
                page_differences=drifted,
                page_mended=mend_page and bool(drifted),
                notes=(*plan.notes, *left, *said, *_own_answers(coders, adjudicating), *transfer.notes),
                blindness=ENFORCED if gated else ASK_THEM,
            )
    if not adjudicators:
        return started
    added = add(study, adjudicators, round_name=name, tell=tell)
    return replace(started, handovers=added.handovers, reachable_by_others=added.reachable_by_others)


def _deciding(database: Database, name: str | None, owner: str) -> Sequence[str]:
    """Who is to decide where nobody is named: who does already, else the owner of the token."""
    if name is not None and annotators.registered(database, round=name):
        return ()
    annotators.refuse_erased(database, [owner])
    annotators.refuse_removed(database, [owner])
    return [owner]


def _queue(
    database: Database,
    of_round: str,
    name: str | None,
    codebook: Codebook,
    design: AdjudicationDesign,
    coded: Mapping[str, Sequence[Annotation]],
    short: frozenset[str],
    *,
    incomplete: bool,
) -> Queue:
    taken_over = agreed_now(database, of_round)
    queued: dict[str, set[str]] = {}
    for one in adjudications.asked_again(database, name) if name is not None else ():
        queued.setdefault(one.sentence_id, set()).add(one.question)
    return queue_of(
        coded,
        codebook,
        design,
        key=bytes.fromhex(database.meta("key")),
        # Another name draws no other sample.
        purpose=f"{rounds.get(database, of_round).first_name}-adjudication:{len(queued)}:{len(taken_over)}",
        waiting=() if incomplete else short,
        short=short,
        queued=queued,
        taken_over=taken_over.keys(),
    )


def _plan(
    database: Database,
    of_round: str,
    name: str | None,
    codebook: Codebook,
    design: AdjudicationDesign,
    queue: Queue,
    *,
    incomplete: bool,
) -> AdjudicationPlan:
    have = sum(1 for _ in rounds.ledger(database, name)) if name is not None else 0
    drawn = {one.sentence_id for one in queue.asked if one.because in {"sampled", "agreed"}}
    disputed = {one.sentence_id for one in queue.asked if one.because not in {"sampled", "agreed"}}
    asked = Counter(one.question for one in queue.asked)
    notes = []
    if _is_behind(database, name, codebook):
        version = f"{codebook.name} {codebook.version}"
        notes.append(f"the round has codebook {version} now: page and instructions are written anew, decisions stay")
    if queue.n_waiting:
        others = "" if incomplete else ", or be asked about their disputes now with `incomplete=True`"
        waiting = counted(queue.n_waiting, "sentence")
        notes.append(f"{waiting} of the round wait for coders: start again when they are done{others}")
    if queue.n_late:
        notes.append(
            f"{counted(queue.n_late, 'question')} came into dispute on sentences that were sent before: what is asked "
            "there stays, and these keep the most frequent answer"
        )
    if name is None and design.where != "all" and design.sample and not queue.n_drawable:
        notes.append("there is no sentence to draw from: nothing is agreed on, or all of it was taken over before")
    if queue.n_left:
        notes.append(f"{counted(queue.n_left, 'answer')} on which coders differ keep the most frequent one")
    return AdjudicationPlan(
        round=of_round,
        name=name or adjudications.name_of(database, of_round),
        new=name is None,
        design=design,
        codebook=f"{codebook.name} {codebook.version}",
        n_sentences=have + len(drawn | disputed),
        n_new=len(drawn | disputed),
        by_question={question: asked[question] for question in design.questions},
        n_disputed=len(disputed),
        n_sampled=len(drawn),
        n_agreed=len(queue.agreed),
        n_waiting=queue.n_waiting,
        n_left=queue.n_left,
        notes=tuple(notes),
    )


def _document(database: Database, of_round: str) -> str:
    return rounds.codebook_versions(database, of_round)[-1].document


def _is_behind(database: Database, name: str | None, codebook: Codebook) -> bool:
    """Whether a codebook was brought to the round's coders since, whose categories nobody could decide for."""
    return name is not None and rounds.get(database, name).codebook_hash != codebook.hash


def _bring_up_to_date(
    database: Database, server: LabelStudio, name: str, project_id: int, codebook: Codebook, document: str
) -> None:
    """Have the adjudication go on with the codebook its round has now; decisions made before stay valid under it."""
    if _is_behind(database, name, codebook):
        since = server.newest_change(project_id).server_now
        write_page(server, adjudication_page(codebook, adjudications.design(database, name)), project_id)
        rounds.change_codebook(database, name, codebook, document=document, since=since)


def _refuse_elsewhere(database: Database, name: str, identity: str) -> None:
    current = rounds.get(database, name)
    if current.server_url not in {None, identity}:
        raise UsageError(
            f"{name} is on {current.server_url}, but the study now uses {identity}",
            todo="Connect to that server again.",
        )


def _too_few(
    database: Database, name: str | None, design: AdjudicationDesign, adjudicators: Sequence[str]
) -> Iterator[str]:
    """That fewer people decide than are to on each sentence, where that is so: nothing would ever be settled."""
    before = annotators.registered(database, round=name) if name is not None else ()
    addresses = {person.email for person in before} | {each.casefold() for each in adjudicators}
    n = len(addresses) or 1  # where nobody is named, the account of the token
    if n < design.per_sentence:
        yield (
            f"{design.per_sentence} people are to decide on each sentence, and {n} can: nothing is settled until you "
            "start again and name who else decides, with `adjudicators=EMAIL`"
        )


def _each(coded: Mapping[str, Sequence[Annotation]]) -> Iterator[Annotation]:
    return chain.from_iterable(coded.values())


def _own_answers(coders: Collection[str], deciding: Sequence[str]) -> list[str]:
    return [
        f"{person} coded this round, and decides on answers of their own" for person in deciding if person in coders
    ]
