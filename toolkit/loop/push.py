"""Push: the round's sentences to its Label Studio project, each exactly once, whatever happens on the way."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from toolkit.codebook.diff import compare, keeps_answers, reworded
from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import parse
from toolkit.errors import ContractViolated, Fault, UsageError
from toolkit.files.wording import counted
from toolkit.labelstudio.page.keys import check_keys
from toolkit.labelstudio.patience import Tell, untold
from toolkit.loop.agreement.known_file import known_file
from toolkit.loop.answers import annotations_of
from toolkit.loop.online.admission import admit
from toolkit.loop.online.connection import is_gated, open_server, server_identity
from toolkit.loop.online.page_drift import drift_met
from toolkit.loop.online.round_project import coding_page, round_project
from toolkit.loop.progress import Progress, silent
from toolkit.loop.pushing.design import Design, PlannedSentence, PushPlan, written
from toolkit.loop.pushing.gold import gold_to_come
from toolkit.loop.pushing.made_anew import coded_before, let_go
from toolkit.loop.pushing.planning import plan_push
from toolkit.loop.pushing.transfer import Transfer
from toolkit.loop.pushing.withdrawn import places_in_vain
from toolkit.study import (
    adjudications,
    adoptions,
    answer_migrations,
    round_endings,
    round_names,
    rounds,
    settings,
)
from toolkit.study.database import Database
from toolkit.study.folder import Study, read_codebook_text
from toolkit.study.rounds import Round

if TYPE_CHECKING:
    from toolkit.labelstudio.session import LabelStudio


_GIVEN = frozenset({"answered", "cannot_be_judged"})


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
    n_coded_before: int = 0
    """Sentences that were not sent, because they were coded before the round was made anew."""
    codebook_updated: bool = False
    removed_copies: tuple[str, ...] = ()
    """Items that repeated a sentence and were removed, each named."""
    page_differences: tuple[str, ...] = ()
    """In what the page differed from the round's codebook: somebody had edited it."""
    page_mended: bool = False
    """Whether those differences were mended now."""
    notes: tuple[str, ...] = field(default=())


def push(
    study: Study,
    *,
    round_name: str = "pilot",
    design: Design | None = None,
    update_codebook: bool = False,
    again: bool = False,
    remove_copies: bool = False,
    mend_page: bool = False,
    dry_run: bool = False,
    progress: Progress = silent,
    show_plan: Callable[[PushPlan], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
    tell: Tell = untold,
) -> PushResult:
    """Send the round's sentences to Label Studio and verify that each is there exactly once; twice changes nothing.

    ``again`` makes a round anew whose project is gone, on this server or another: sentences that were coded as often as
    planned are not sent. ``remove_copies`` removes items that repeat a sentence, where nobody has worked on them.
    ``mend_page`` writes page and instructions again where somebody edited them.

    Raise ``UsageError`` (no articles, a contradicted design), ``ContractViolated`` (codebook), ``ServerUnreachable``,
    ``ServerRefused`` and ``TransferIncomplete`` (a sentence is missing or there twice).
    """
    with study.locked(), study.database() as database:
        text, source = _codebook_text(study, database, round_name)
        codebook = parse(text, source=source)
        found = rounds.find(database, round_name)
        identity = server_identity(study)
        refuse_adopted(database, round_name)
        _refuse_ended(database, found, round_name)
        if not again:
            check_server(found, identity)
        elif found is None:
            raise UsageError(
                f"there is no round {round_name!r} to be made anew", todo="Leave `again=True` out to make it."
            )
        plan, wanted = plan_push(
            database,
            codebook,
            found,
            round_name=round_name,
            design=design or Design(),
            gold_file=known_file(study, "gold"),
            apart=is_gated(study),
        )
        updating = found is not None and found.codebook_hash != codebook.hash
        if found is None or updating:
            check_keys(codebook, text, source=source)
            said = _new_to_the_round(database, found, codebook, asked=update_codebook)
            plan = replace(plan, notes=(*plan.notes, *said))
        show_plan(plan)
        if dry_run:
            return PushResult(plan, dry_run=True, notes=plan.notes)
        with open_server(study, tell=tell) as server:
            server.me()  # it answers and accepts us: only now is anything decided for good
            left = let_go(database, server, found, identity) if again and found is not None else ()
            _record(database, found, plan, wanted, codebook, document=text)
            study_name = settings.read(study.settings_file).name
            project_id, said = round_project(
                database, server, round_name, coding_page(codebook), study_name=study_name, identity=identity
            )
            write_settings(study, database, round_name)
            if updating:
                since = server.newest_change(project_id).server_now
                update_page(server, project_id, codebook)
                rounds.change_codebook(database, round_name, codebook, document=text, since=since)
                write_settings(study, database, round_name)
            drifted = drift_met(server, database, round_name, project_id, mend=mend_page)
            transfer = Transfer(
                database,
                server,
                round_name,
                project_id,
                codebook,
                progress,
                sleep,
                coded_before=coded_before(database, round_name),
                places_in_vain=places_in_vain(database, round_name),
                remove_copies=remove_copies,
            )
            n_sent = transfer.send_missing()
            n_overlaps = transfer.set_overlaps()
            admit(study, database, server)
            return PushResult(
                plan,
                dry_run=False,
                project_id=project_id,
                link=server.labelling_link(project_id),
                n_sent=n_sent,
                n_verified=len(transfer.planned),
                n_overlaps_set=n_overlaps,
                n_coded_before=plan.n_sentences - len(transfer.planned),
                codebook_updated=updating,
                removed_copies=tuple(transfer.removed),
                page_differences=drifted,
                page_mended=mend_page and bool(drifted),
                notes=(*plan.notes, *left, *said, *transfer.notes),
            )


def _record(
    database: Database,
    found: Round | None,
    plan: PushPlan,
    wanted: Sequence[PlannedSentence],
    codebook: Codebook,
    *,
    document: str,
) -> None:
    """Make the round with its sentences at once, or add those it is to have besides."""
    adding = [(want.sentence_id, want.annotators) for want in wanted]
    gold = {want.sentence_id: want.planned for want in wanted if want.gold}
    if found is None:
        rounds.create(database, plan.round, plan.decision, codebook, document=document, wanted=adding, gold=gold)
    elif adding:
        rounds.plan(database, plan.round, adding, gold=gold)
    if more := gold_to_come(database, plan.round):
        rounds.want_more(database, plan.round, more)


def refuse_adopted(database: Database, round_name: str) -> None:
    """Raise ``UsageError`` for a round that was adopted (its project is only read), and for an adjudication."""
    if adjudications.adjudicated_round(database, round_name) is not None:
        raise UsageError(
            f"{round_name!r} is an adjudication, and no round of coding",
            todo="`intercoder adjudicate start` goes on with it.",
        )
    if adoptions.find(database, round_name) is not None:
        raise UsageError(
            f"round {round_name!r} was adopted: its project is only read, and nothing there is changed",
            todo="Push another round with the same sentences: `push(round_name=NAME)`.",
        )


def _refuse_ended(database: Database, found: Round | None, round_name: str) -> None:
    """Raise ``UsageError`` for a round that asks for no more work, and for a name that was another round's."""
    own = round_endings.asks_again(database, round_name) or round_name  # what is ended and opened again
    if found is None:
        round_names.refuse_former(database, round_name)
    elif found.state == "closed":
        raise UsageError(
            f"round {round_name!r} is closed: nothing more is sent to it",
            todo=f"Open it again with `reopen_round({own})`, or push another round with `round_name=NAME`.",
        )
    elif found.state == "discarded":
        raise UsageError(
            f"round {round_name!r} was discarded: nothing more is sent to it",
            todo=f"Take that back with `discard_round({own}, undo=True)`, or push another round with "
            "`round_name=NAME`.",
        )


def _codebook_text(study: Study, database: Database, round_name: str) -> tuple[str, str]:
    """The codebook a round is to run with, and what it is called: its own where it asks one question again."""
    if answer_migrations.split_round(database, round_name) is not None:
        version = rounds.codebook_versions(database, round_name)[-1]
        return version.document, f"{round_name} codebook {version.version}"
    return read_codebook_text(study), study.codebook_file.name


def _new_to_the_round(database: Database, found: Round | None, codebook: Codebook, *, asked: bool) -> tuple[str, ...]:
    """What there is to say of a codebook that a round is to run with from now on. Raise ``ContractViolated`` where it
    cannot: answers would not survive it, nobody asked for it, or its answers are read as those of a later version.
    """
    if found is not None:
        _check_codebook_change(database, found.name, codebook, asked=asked)
    if (name := answer_migrations.left_behind(database, codebook.hash)) is not None:
        raise ContractViolated(
            f"answers under {codebook.name} {codebook.version} were carried over to a later version in round {name!r}",
            todo="Push with that version, or raise the version of this one, so that the two can be told apart.",
        )
    return tuple(_old_wording(database, found.name, codebook)) if found is not None else ()


def check_server(found: Round | None, identity: str) -> None:
    """Raise ``UsageError`` for a round that is on another server than the study uses now."""
    if found is not None and found.server_url not in {None, identity}:
        raise UsageError(
            f"round {found.name!r} is on {found.server_url}, but the study now uses {identity}",
            todo="Connect to that server again, or push another round with `round_name=NAME`.",
        )


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
            todo="Where categories were renamed, merged or split, `intercoder codebook migrate` carries answers over. "
            "Otherwise undo it, or start another round with the new codebook: `push(round_name=NAME)`.",
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
            todo="Bring it to the annotators with `push(update_codebook=True)`.",
        )


def _old_wording(database: Database, round_name: str, codebook: Codebook) -> Iterator[str]:
    """How many answers were given to each question before it was put in other words."""
    current = rounds.codebook_versions(database, round_name)[-1]
    other = reworded(parse(current.document, source=f"codebook {current.version}"), codebook)
    if not other:
        return
    counting = (one for one in annotations_of(database, round_name) if one.excluded_because is None)
    n_answers = Counter(answer.question for one in counting for answer in one.answers if answer.status in _GIVEN)
    for question, codes in other.items():
        if n := n_answers[question]:
            of = f" of {', '.join(codes)}" if codes else ""
            yield f"{question}: {counted(n, 'answer')} pulled so far came under the old wording{of}; they stay valid"


def update_page(server: LabelStudio, project_id: int, codebook: Codebook) -> None:
    """Write a round's page and instructions anew; what somebody submitted is not touched."""
    from toolkit.labelstudio.page.config import instructions_html, labelling_config, says_how_far

    in_round = says_how_far(server.project(project_id).config_xml)
    server.update_project(
        project_id,
        config_xml=labelling_config(codebook, in_round=in_round),
        instructions_html=instructions_html(codebook),
    )


def write_settings(study: Study, database: Database, round_name: str) -> None:
    """Write into ``study.yaml`` what was decided for a round and which codebook it runs with."""
    current = rounds.get(database, round_name)
    version = rounds.codebook_versions(database, round_name)[-1]
    entry = {
        "project": current.project_id,
        "codebook": {"version": version.version, "hash": version.hash[:12]},
        **written(current.decision),
    }
    settings.update(study.settings_file, {"rounds": {round_name: entry}})
