"""Migrate: categories renamed, merged or split, and every answer already given carried over; raw answers stay."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from toolkit.codebook.migration.map_of_codes import read_map, written_map
from toolkit.codebook.migration.translated import Step
from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import parse
from toolkit.errors import IntercoderError, UsageError
from toolkit.files.whole import write_whole
from toolkit.labelstudio.patience import Tell, untold
from toolkit.loop.agreement.request import REPLICATES, AgreementRequest
from toolkit.loop.agreement.rounds import CodedRound
from toolkit.loop.agreement.rounds_source import RoundsSource
from toolkit.loop.answers import annotations_of
from toolkit.loop.init import codebook_text
from toolkit.loop.migrating.asked_again import AskedAgain, make_rounds, never_asked, planned_again
from toolkit.loop.migrating.choice import Chosen, chosen_rounds, earlier_codebook
from toolkit.loop.migrating.effect import AlphaMoved, Touched, alphas, carried_over, touched, waiting
from toolkit.loop.online.connection import open_server, server_identity
from toolkit.loop.progress import Progress, silent
from toolkit.loop.push import check_server, push, update_page, write_settings
from toolkit.study import answer_migrations, articles, rounds
from toolkit.study.database import Database
from toolkit.study.folder import Study, read_codebook_text, read_text


@dataclass(frozen=True, slots=True)
class RoundMigration:
    """What a migration does to one round: ``applied`` says whether it has been done, now or before.

    Where it was done before, nothing is ``touched`` any more, and alpha is not compared again.
    """

    round: str
    applied: bool
    n_annotations: int
    """Annotations that count."""
    touched: tuple[Touched, ...] = ()
    alphas: tuple[AlphaMoved, ...] = ()
    asked_again: tuple[AskedAgain, ...] = ()
    never_asked: Mapping[str, int] = field(default_factory=dict)
    """Answers to each question that name a split category and are by annotators who were removed: nobody is asked for
    them again, and they count for nothing.
    """


@dataclass(frozen=True, slots=True)
class MigrationResult:
    """What became of each category, and what that does to each round."""

    old: str
    new: str
    codes: dict[str, dict[str, tuple[str, ...]]]
    dry_run: bool
    rounds: tuple[RoundMigration, ...]
    codebook_written: bool = False
    """Whether ``codebook.yaml`` was made the new one; it is left alone where the lead made it so already."""
    notes: tuple[str, ...] = ()


def migrate(
    study: Study,
    old: str,
    new: str,
    *,
    map_file: Path,
    round_name: str | None = None,
    dry_run: bool = False,
    replicates: int = REPLICATES,
    seed: int = 0,
    progress: Progress = silent,
    sleep: Callable[[float], None] = time.sleep,
    tell: Tell = untold,
) -> MigrationResult:
    """Carry answers over from a codebook to one whose categories were renamed, merged or split, as ``map_file`` says.

    ``old`` and ``new`` are files or shipped names; ``old`` may be the version that a round ran with. Rounds that run
    with ``old`` run with ``new`` from then on, and their page follows. Where a category became several, a round of its
    own asks that question again. Nothing that was pulled is altered; done twice, it changes nothing, or asks again what
    came in since.

    Raise ``ContractViolated`` with every fault of the codebooks and the map, ``UsageError`` where no round is
    concerned.
    """
    text = codebook_text(new)
    after = parse(text, source=new)
    codes = read_text(map_file)
    with study.locked(), study.database() as database:
        step = read_map(codes, old=earlier_codebook(database, old), new=after, source=map_file.name)
        step = replace(step, codes=_changed(step))
        if not step.codes:
            raise UsageError(
                f"no category of {step.old.name} {step.old.version} becomes another",
                todo="Other changes reach a round with `push(update_codebook=True)`.",
            )
        chosen = chosen_rounds(database, step, round_name)
        source = _source(study, database)
        request = AgreementRequest(replicates=replicates, seed=seed)
        found = [_looked_at(database, one, source, request, progress) for one in chosen]
        result = MigrationResult(
            old=f"{step.old.name} {step.old.version}",
            new=f"{after.name} {after.version}",
            codes={question: dict(of) for question, of in step.codes.items()},
            dry_run=dry_run,
            rounds=tuple(found),
        )
        if dry_run:
            return result
        _apply(study, database, chosen, text, tell)
        found = [_asked(database, one, looked) for one, looked in zip(chosen, found, strict=True)]
        written = _codebook_written(study, database, chosen, after, text)
    sent = tuple(
        replace(
            one, applied=True, asked_again=tuple(_sent(study, each, progress, sleep, tell) for each in one.asked_again)
        )
        for one in found
    )
    return replace(result, rounds=sent, codebook_written=written, notes=_notes(study, after))


def _changed(step: Step) -> dict[str, dict[str, tuple[str, ...]]]:
    """The map without what stayed what it was."""
    codes = {
        question: {code: into for code, into in of.items() if into != (code,)} for question, of in step.codes.items()
    }
    return {question: of for question, of in codes.items() if of}


def _source(study: Study, database: Database) -> RoundsSource:
    return RoundsSource(
        name=study.folder.resolve().name,
        rounds=(),
        read=dict[str, CodedRound]().__getitem__,
        sentences={sentence.sentence_id: sentence for sentence in articles.sentences(database)},
        articles={frozen.article.article_id: frozen.article for frozen in articles.articles(database)},
    )


def _looked_at(
    database: Database, one: Chosen, source: RoundsSource, request: AgreementRequest, progress: Progress
) -> RoundMigration:
    """What the step does to a round, or has left to do where it was taken before."""
    pulled = list(annotations_of(database, one.name))
    n_annotations = sum(each.excluded_because is None for each in pulled)
    if one.sequence is not None:
        waits = waiting(pulled, one.step)
        again = planned_again(database, one.name, one.sequence, waits)
        return RoundMigration(
            one.name,
            applied=True,
            n_annotations=n_annotations,
            asked_again=again,
            never_asked=never_asked(database, one.name, waits),
        )
    after = list(carried_over(pulled, one.step))
    moved = alphas(
        CodedRound(one.step.old, pulled),
        CodedRound(one.step.new, after),
        one.step,
        source,
        replace(request, round_name=one.name),
        progress,
    )
    waits = waiting(after, one.step)
    again = planned_again(database, one.name, None, waits)
    return RoundMigration(
        one.name,
        applied=False,
        n_annotations=n_annotations,
        touched=touched(pulled, one.step),
        alphas=moved,
        asked_again=again,
        never_asked=never_asked(database, one.name, waits),
    )


def _apply(study: Study, database: Database, chosen: Sequence[Chosen], text: str, tell: Tell) -> None:
    """Bring each round to the new codebook: its page first, then the record; stopped in between, it is done again."""
    identity = server_identity(study)
    for one in chosen:
        check_server(rounds.find(database, one.name), identity)
    if all(one.sequence is not None for one in chosen):
        return
    with open_server(study, tell=tell) as server:
        server.me()
        for one in chosen:
            if one.sequence is not None:
                continue
            project_id = rounds.get(database, one.name).project_id
            since = server.clock() if project_id is None else server.newest_change(project_id).server_now
            if project_id is not None:
                update_page(server, project_id, one.step.new)
            answer_migrations.record(
                database, one.name, one.step.new, document=text, codes=written_map(one.step.codes), since=since
            )
            write_settings(study, database, one.name)


def _asked(database: Database, one: Chosen, looked: RoundMigration) -> RoundMigration:
    """The same, with the rounds made that ask again."""
    sequence = one.sequence or answer_migrations.of_round(database, one.name)[-1].sequence
    waits = waiting(annotations_of(database, one.name), one.step)
    planned = planned_again(database, one.name, sequence, waits)
    make_rounds(database, one.name, sequence, one.step.new, waits, planned)
    return replace(looked, asked_again=planned, never_asked=never_asked(database, one.name, waits))


def _sent(study: Study, one: AskedAgain, progress: Progress, sleep: Callable[[float], None], tell: Tell) -> AskedAgain:
    if one.state != "open":
        return one
    pushed = push(study, round_name=one.round, progress=progress, sleep=sleep, tell=tell)
    return replace(one, project_id=pushed.project_id, link=pushed.link, n_sent=pushed.n_sent)


def _codebook_written(study: Study, database: Database, chosen: Sequence[Chosen], after: Codebook, text: str) -> bool:
    """Make the study's codebook the new one, where it is still one that these rounds ran with."""
    known = {version.hash for one in chosen for version in rounds.codebook_versions(database, one.name)} - {after.hash}
    try:
        there = parse(read_codebook_text(study), source=study.codebook_file.name)
    except IntercoderError:
        return False
    if there.hash not in known | {one.step.old.hash for one in chosen}:
        return False
    write_whole(study.codebook_file, text.encode())
    return True


def _notes(study: Study, after: Codebook) -> tuple[str, ...]:
    try:
        there = parse(read_codebook_text(study), source=study.codebook_file.name)
    except IntercoderError:
        return ("codebook.yaml cannot be read: make it the new codebook before the next push",)
    if there.hash == after.hash:
        return ()
    return (f"codebook.yaml is {there.name} {there.version}, and no round runs with it: the next push will say so",)
