"""Status: how far each round is, who did how much, and whether sentences have the annotators they were planned to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median

from toolkit.labelstudio.patience import Tell, untold
from toolkit.loop.adjudication.progress import AdjudicationProgress, adjudication_progress
from toolkit.loop.answers import annotations_of
from toolkit.loop.completion import Coverage, fills_a_place, planned_annotators
from toolkit.loop.gold_scores import GoldProgress, gold_progress
from toolkit.loop.online.live import LiveRound, Refusals, look
from toolkit.study import adoptions, annotators, articles, blind_periods, escalations, rounds, server_items
from toolkit.study.blindness import ASK_THEM, Blindness, Counting
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.pulled_files import PulledFrom
from toolkit.study.records import GOLD, Annotation
from toolkit.study.removals import Answers
from toolkit.study.round_endings import State
from toolkit.study.rounds import Round


@dataclass(frozen=True, slots=True)
class AnnotatorProgress:
    """One annotator's work in a round; ``seconds`` is the median per sentence, None before the first one.

    Sentences that are in the round only because they are gold are work done, and not in that median.
    """

    annotator: str
    registered: bool
    done: int
    in_progress: int | None
    skipped: int
    seconds: float | None
    removed: Answers | None = None
    """Whether they were removed, and what became of what they had done: kept, or withdrawn."""


@dataclass(frozen=True, slots=True)
class RoundProgress:
    """How far a round is, as of the last pull; what is in progress is asked of the server now (None if it is away)."""

    round: str
    project_id: int | None
    codebook: str
    sentences: int
    done: int
    """Sentences with as many counted annotations as planned."""
    begun: int
    """Sentences with at least one counted annotation, but fewer than planned."""
    in_progress: int | None
    """Sentences somebody has open with unsubmitted answers."""
    skipped: int
    """Sentences somebody skipped."""
    planned_overlap: Mapping[int, int]
    """Sentences by how many annotators they are planned to have."""
    actual_overlap: Mapping[int, int]
    """Sentences by how many registered annotators' annotations count."""
    excluded: Mapping[str, int]
    """Annotations that do not count in agreement, by reason."""
    annotators: tuple[AnnotatorProgress, ...]
    pulled_at: str | None
    newer_on_server: bool | None
    """Whether the server has changes that were not pulled yet; None if it could not be asked."""
    is_adopted: bool = False
    """Whether its project is somebody else's, and only read."""
    copies: int = 0
    """Items on the server that repeat a sentence, as of the last pull."""
    page_differences: tuple[str, ...] | None = None
    """In what the page differs from the round's codebook: somebody edited it; None if it could not be asked."""
    gold: GoldProgress | None = None
    """How annotators do on sentences with known answers; None where the round has none."""
    state: State = "open"
    """Whether it is open, closed (no more work is asked for) or discarded (it counts for nothing)."""
    adjudication: AdjudicationProgress | None = None
    """How far what its annotators differ on is decided; None where nothing is."""
    escalated: int = 0
    """Annotations more that escalations asked for."""
    escalated_in: int = 0
    """How many of them are in."""
    read_up_to: str | None = None
    """Up to which moment of the server's clock annotations are known: of a file, its newest one."""
    read_from: PulledFrom | None = None
    blind: Blindness | None = None
    """Of how many annotations that count its server enforced that annotators see their own only; None before any is."""
    blind_since: str | None = None
    """Since when its server enforces that, by the server's clock, as of the last pull; None where it never did."""
    blind_until: str | None = None
    """When it was last seen to."""

    @property
    def all_blind(self) -> bool:
        """Whether that was enforced for all there is to say it of."""
        return self.blind_since is not None if self.blind is None else self.blind.of_all


@dataclass(frozen=True, slots=True)
class StudyStatus:
    """The study and its rounds."""

    n_articles: int
    n_sentences: int
    rounds: tuple[RoundProgress, ...]
    server_away: str | None
    """Why the server could not be asked, or None."""
    blindness: str = ASK_THEM
    """What to know where it is not enforced; empty where it is now, or was in every round that is shown."""
    n_discarded: int = 0
    """Rounds that were discarded and are not shown."""
    refused: tuple[Refusals, ...] = ()
    """What annotators asked the server for that is not theirs, and did not get."""
    kept_out: str | None = None
    """The release of Label Studio that annotators are kept out of until it is checked, or None."""


def status(study: Study, *, discarded: bool = False, tell: Tell = untold) -> StudyStatus:
    """Return the progress of every round, from what was pulled, with a live look at what is in progress.

    Rounds that were ``discarded`` are left out unless asked for.

    A server that does not answer is no failure: what needs it is None and ``server_away`` says why; ``tell`` hears
    of what is waited for and asked again.
    """
    with study.database() as database:
        names = rounds.names(database, discarded=discarded)
        live = look(study, database, names, tell=tell)
        n_articles, n_sentences = articles.count(database)
        progress = tuple(_round(study, database, rounds.get(database, name), live.rounds.get(name)) for name in names)
        n_left_out = len(rounds.names(database, discarded=True)) - len(names)
        return StudyStatus(
            n_articles,
            n_sentences,
            progress,
            live.away,
            blindness="" if live.gated or (progress and all(one.all_blind for one in progress)) else ASK_THEM,
            n_discarded=n_left_out,
            refused=live.refused,
            kept_out=live.kept_out,
        )


def _round(study: Study, database: Database, current: Round, live: LiveRound | None) -> RoundProgress:
    version = rounds.codebook_versions(database, current.name)[-1]
    counted: Counter[str] = Counter()
    excluded: Counter[str] = Counter()
    skipped_sentences: set[str] = set()
    by_annotator: dict[str, _Work] = defaultdict(_Work)
    blind = Counting()
    for annotation in annotations_of(database, current.name, with_answers=False):
        by_annotator[annotation.annotator].take(annotation)
        blind.take(annotation)
        if fills_a_place(annotation):
            counted[annotation.sentence_id] += 1
        if annotation.excluded_because is not None:
            excluded[annotation.excluded_because] += 1
        if annotation.skipped:
            skipped_sentences.add(annotation.sentence_id)
    people = annotators.ever_registered(database, round=current.name)
    registered = [person.pseudonym for person in people if person.removal is None]
    removed = {person.pseudonym: person.removal.answers for person in people if person.removal is not None}
    drafts = Counter(pseudonym for _, pseudonym in live.drafts) if live is not None else None
    coverage = Coverage(planned_annotators(database, current.name), counted)
    asked_more = [one for each in escalations.of_round(database, current.name) for one in each.sentences]
    up_to, read_from = current.up_to
    enforced = blind_periods.periods(database, current.server_url or "")
    return RoundProgress(
        round=current.name,
        project_id=current.project_id,
        codebook=version.version,
        sentences=len(coverage.planned),
        done=coverage.done,
        begun=coverage.begun,
        in_progress=len({remote_id for remote_id, _ in live.drafts}) if live is not None else None,
        skipped=len(skipped_sentences),
        planned_overlap=coverage.planned_overlap,
        actual_overlap=coverage.actual_overlap,
        excluded=dict(excluded),
        annotators=tuple(
            _annotator(name, by_annotator.get(name, _Work()), drafts, registered=name in registered, removed=removed)
            for name in sorted({*registered, *by_annotator}, key=lambda name: (name not in registered, name))
        ),
        pulled_at=current.last_pull,
        read_up_to=up_to.isoformat() if up_to is not None else None,
        read_from=read_from,
        newer_on_server=live.newer if live is not None else None,
        is_adopted=adoptions.find(database, current.name) is not None,
        copies=sum(map(len, server_items.copies(database, current.name).values())),
        page_differences=live.page_differences if live is not None else None,
        gold=gold_progress(study, database, current.name, registered),
        state=current.state,
        adjudication=adjudication_progress(database, current.name),
        escalated=sum(one.more for one in asked_more),
        escalated_in=sum(one.n_in(counted[one.sentence_id]) for one in asked_more),
        blind=blind.found,
        blind_since=enforced[-1].began.isoformat(timespec="seconds") if enforced else None,
        blind_until=enforced[-1].last_seen.isoformat(timespec="seconds") if enforced else None,
    )


@dataclass(slots=True)
class _Work:
    """What one annotator did; of their annotations nothing else is kept, so that memory hardly grows with them."""

    coded: set[str] = field(default_factory=set)
    skipped: set[str] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)

    def take(self, annotation: Annotation) -> None:
        (self.skipped if annotation.skipped else self.coded).add(annotation.sentence_id)
        if not annotation.skipped and annotation.seconds_spent is not None and annotation.excluded_because != GOLD:
            self.seconds.append(annotation.seconds_spent)


def _annotator(
    name: str,
    work: _Work,
    drafts: Counter[str | None] | None,
    *,
    registered: bool,
    removed: Mapping[str, Answers],
) -> AnnotatorProgress:
    return AnnotatorProgress(
        annotator=name,
        registered=registered,
        done=len(work.coded),
        in_progress=drafts[name] if drafts is not None else None,
        skipped=len(work.skipped),
        seconds=median(work.seconds) if work.seconds else None,
        removed=removed.get(name),
    )
