"""How far a study is, as the lead reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from itertools import groupby
from typing import Final

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from toolkit.files.wording import counted
from toolkit.loop.gold_scores import GoldProgress
from toolkit.loop.online.live import Refusals
from toolkit.loop.status import RoundProgress, StudyStatus
from toolkit.terminal.lines import fact_table


def status_text(status: StudyStatus) -> Group:
    """Return every round with its annotators, as aligned tables."""
    head = f"{counted(status.n_articles, 'article')}, {counted(status.n_sentences, 'sentence')}"
    parts: list[RenderableType] = [Text(head)]
    if not status.rounds and not status.n_discarded:
        parts.append(Text("No round yet: send the sentences with `intercoder push`."))
    for progress in status.rounds:
        parts += [Text(), *_round_text(progress)]
    if status.n_discarded:
        hidden = "1 round was" if status.n_discarded == 1 else f"{status.n_discarded:,} rounds were"
        parts += [Text(), Text(f"{hidden} discarded: `intercoder status --discarded` shows them as well.")]
    if status.server_away:
        parts += [Text(), Text(f"What is in progress is unknown: {status.server_away.rstrip('.')}.")]
    if status.kept_out:
        parts += [
            Text(),
            Text(
                f"Annotators are kept out: the gate does not know Label Studio {status.kept_out}. "
                "`intercoder server check` looks at it."
            ),
        ]
    if status.refused:
        parts += [Text(), *(Text(line) for line in _refused(status.refused))]
    if status.rounds and status.blindness:
        parts += [Text(), Text(status.blindness, style="dim")]
    return Group(*parts)


_ASKED: Final = {
    "answers": "for others' answers",
    "round": "for rounds of others",
    "closed": "to code in a closed round",
    "deleting": "to delete answers",
    "lead": "for what is the lead's",
    "form": "for something no page of Label Studio asks for",
}


def _refused(refused: Sequence[Refusals]) -> Iterator[str]:
    """One line an annotator: what they asked for and did not get, how often, and when last."""
    for who, every in groupby(refused, key=lambda one: one.annotator):
        listed = sorted(every, key=lambda one: (-one.n, one.what))
        said = ", ".join(f"{_ASKED.get(one.what, one.what)} {_times(one.n)}" for one in listed)
        last = max(one.last for one in listed).astimezone(UTC)
        yield f"{who} asked {said}: refused, last on {last:%Y-%m-%d at %H:%M} UTC"


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n:,} times"


def annotator_rows(status: StudyStatus) -> list[dict[str, object]]:
    """Return one row per round and annotator."""
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
    title = Text.assemble(("Round ", "bold"), (progress.round, "bold"), f"  codebook {progress.codebook}")
    if progress.state != "open":
        title.append(f"  {progress.state}")
    parts: list[RenderableType] = [title, fact_table([*_counts(progress), *_to_know(progress)])]
    if progress.annotators:
        parts.append(_annotators(progress))
    if progress.gold is not None and progress.gold.scores:
        parts.append(_gold(progress.gold))
    return parts


def _counts(progress: RoundProgress) -> Iterator[tuple[str, str]]:
    in_progress = progress.in_progress
    yield "sentences", f"{progress.sentences:,}"
    yield "done", f"{progress.done:,}  {_share(progress.done, progress.sentences)}"
    yield "begun", f"{progress.begun:,}"
    yield "untouched", f"{progress.sentences - progress.done - progress.begun:,}"
    yield "in progress", "unknown" if in_progress is None else f"{in_progress:,} with unsubmitted answers"
    yield "skipped", f"{progress.skipped:,}"
    yield "planned", _overlap(progress.planned_overlap)
    yield "actual", _overlap(progress.actual_overlap)
    if progress.escalated:
        n_asked = counted(progress.escalated, "annotation")
        yield "escalated", f"{n_asked} more asked for, {progress.escalated_in:,} in"
    if (found := progress.adjudication) is not None:
        yield "adjudicated", f"{found.done:,} of {counted(found.sentences, 'sentence')} sent to be decided on"
    yield "last pull", progress.pulled_at or "never"
    if progress.read_from == "file":
        yield "", f"from a file whose newest annotation is of {progress.read_up_to}: what it lacks is not known"
    yield "blind", _blind(progress)


def _blind(progress: RoundProgress) -> str:
    """Since when annotators saw their own answers only, and of how many annotations that is so."""
    found, now = progress.blind, progress.blind_since
    if found is not None and found.n_blind:
        return f"since {found.since}: {found.n_blind:,} of {counted(found.n_annotations, 'annotation')}"
    if now is None:
        return "not enforced"
    return f"since {now}: no annotation yet" if found is None else f"not enforced before {now}"


def _to_know(progress: RoundProgress) -> Iterator[tuple[str, str]]:
    """What is not as it should be, or is known besides."""
    if progress.newer_on_server:
        yield "", "the server has newer work: run `intercoder pull`"
    if progress.copies:
        yield "copies", f"{progress.copies:,} on the server repeat a sentence: `intercoder push --remove-copies`"
    if progress.page_differences:
        yield from (("page", difference) for difference in progress.page_differences)
        if not progress.is_adopted:
            yield "", f"mend it: `intercoder push --round {progress.round} --mend-page`"
    if progress.excluded:
        listed = ", ".join(f"{n} {reason.replace('_', ' ')}" for reason, n in sorted(progress.excluded.items()))
        yield "excluded", listed
    if progress.gold is not None:
        yield "gold", _gold_in_words(progress.gold)


def _gold_in_words(gold: GoldProgress) -> str:
    many = f"{counted(gold.n_sentences, 'sentence')}, {gold.n_only_gold:,} of them in the round only for that"
    return many if gold.unknown_because is None else f"{many}; not scored: {gold.unknown_because.rstrip('.')}"


def _gold(gold: GoldProgress) -> Table:
    """Right answers to gold: in all of each annotator, then question by question."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=True)
    table.add_column("on gold", no_wrap=True)
    table.add_column("known answers", overflow="fold")
    for column in ("right", "share", "95 %"):
        table.add_column(column, justify="right", no_wrap=True)
    for score in gold.scores:
        first = score.question is None
        table.add_row(
            score.annotator if first else "",
            "all of the sentence" if first else str(score.question),
            f"{score.n_right:,} of {score.n:,}",
            "–" if score.share is None else f"{score.share:.2f}",
            "–" if score.ci_low is None else f"{score.ci_low:.2f} to {score.ci_high:.2f}",
        )
    return table


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
            "" if person.registered else f"removed, {person.removed}" if person.removed else "not registered",
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
