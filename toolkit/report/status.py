"""How far a study is, and how the lead reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from toolkit.files.wording import counted
from toolkit.report.lines import fact_table

BLINDNESS = (
    "Label Studio Community does not enforce blindness: signed-in annotators can open each other's answers. "
    "Ask them to use the labelling link only."
)


@dataclass(frozen=True, slots=True)
class AnnotatorProgress:
    """One annotator's work in a round; ``seconds`` is the median per sentence, None before the first one."""

    annotator: str
    registered: bool
    done: int
    in_progress: int | None
    skipped: int
    seconds: float | None


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
    """Annotations that do not count, by reason."""
    annotators: tuple[AnnotatorProgress, ...]
    pulled_at: str | None
    newer_on_server: bool | None
    """Whether the server has changes that were not pulled yet; None if it could not be asked."""
    copies: int = 0
    """Items on the server that repeat a sentence, as of the last pull."""
    page_differences: tuple[str, ...] | None = None
    """In what the page differs from the round's codebook: somebody edited it; None if it could not be asked."""


@dataclass(frozen=True, slots=True)
class StudyStatus:
    """The study and its rounds."""

    n_articles: int
    n_sentences: int
    rounds: tuple[RoundProgress, ...]
    server_away: str | None
    """Why the server could not be asked, or None."""
    blindness: str = BLINDNESS


def status_text(status: StudyStatus) -> Group:
    """Every round with its annotators, as aligned tables."""
    head = f"{counted(status.n_articles, 'article')}, {counted(status.n_sentences, 'sentence')}"
    parts: list[RenderableType] = [Text(head)]
    if not status.rounds:
        parts.append(Text("No round yet: send the sentences with `intercoder push`."))
    for progress in status.rounds:
        parts += [Text(), *_round_text(progress)]
    if status.server_away:
        parts += [Text(), Text(f"What is in progress is unknown: {status.server_away.rstrip('.')}.")]
    if status.rounds:
        parts += [Text(), Text(status.blindness, style="dim")]
    return Group(*parts)


def annotator_rows(status: StudyStatus) -> list[dict[str, object]]:
    """One row per round and annotator."""
    return [
        {
            "round": progress.round,
            "annotator": person.annotator,
            "registered": person.registered,
            "done": person.done,
            "in_progress": person.in_progress,
            "skipped": person.skipped,
            "median_seconds": person.seconds,
        }
        for progress in status.rounds
        for person in progress.annotators
    ]


def _round_text(progress: RoundProgress) -> list[RenderableType]:
    left = progress.sentences - progress.done - progress.begun
    facts = [
        ("sentences", f"{progress.sentences:,}"),
        ("done", f"{progress.done:,}  {_share(progress.done, progress.sentences)}"),
        ("begun", f"{progress.begun:,}"),
        ("untouched", f"{left:,}"),
        (
            "in progress",
            "unknown" if progress.in_progress is None else f"{progress.in_progress:,} with unsubmitted answers",
        ),
        ("skipped", f"{progress.skipped:,}"),
        ("planned", _overlap(progress.planned_overlap)),
        ("actual", _overlap(progress.actual_overlap)),
        ("last pull", progress.pulled_at or "never"),
    ]
    if progress.newer_on_server:
        facts.append(("", "the server has newer work: run `intercoder pull`"))
    if progress.copies:
        facts.append(
            ("copies", f"{progress.copies:,} on the server repeat a sentence: `intercoder push --remove-copies`")
        )
    if progress.page_differences:
        facts += [("page", difference) for difference in progress.page_differences]
        facts.append(("", f"mend it: `intercoder push --round {progress.round} --mend-page`"))
    if progress.excluded:
        listed = ", ".join(f"{n} {reason.replace('_', ' ')}" for reason, n in sorted(progress.excluded.items()))
        facts.append(("excluded", listed))
    title = Text.assemble(("Round ", "bold"), (progress.round, "bold"), f"  codebook {progress.codebook}")
    return [title, fact_table(facts), *([_annotators(progress)] if progress.annotators else [])]


def _annotators(progress: RoundProgress) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=True)
    table.add_column("annotator", no_wrap=True)
    for column in ("done", "in progress", "skipped", "median s"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("")
    for person in progress.annotators:
        table.add_row(
            person.annotator,
            f"{person.done:,}",
            "?" if person.in_progress is None else f"{person.in_progress:,}",
            f"{person.skipped:,}",
            "–" if person.seconds is None else f"{person.seconds:.0f}",
            "" if person.registered else "not registered",
        )
    return table


def _share(part: int, whole: int) -> str:
    return f"({part / whole:.0%})" if whole else ""


def _overlap(sentences_by_annotators: Mapping[int, int]) -> str:
    """How many sentences have how many annotators.

    >>> _overlap({1: 80, 3: 20})
    '80 × 1 annotator, 20 × 3 annotators'
    """
    return ", ".join(f"{n:,} × {counted(people, 'annotator')}" for people, n in sentences_by_annotators.items()) or "–"
