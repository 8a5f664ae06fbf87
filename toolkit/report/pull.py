"""What a pull found, and how the lead reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Group, RenderableType
from rich.text import Text

from toolkit.files.wording import counted
from toolkit.report.lines import fact_table
from toolkit.study.pulled import Tally

_NAMED = 10


@dataclass(slots=True)
class PullReport:
    """What a pull of one round found. Counts other than ``tally`` are of the annotations new or edited in this pull."""

    round: str
    tally: Tally = field(default_factory=Tally)
    n_items: int = 0
    skipped: int = 0
    repeats: int = 0
    edited_by_other: int = 0
    not_registered: int = 0
    unknown_sentences: int = 0
    vanished_items: int = 0
    erased: int = 0
    """Annotations that were read and not taken in, because the person was erased from the study."""
    copies: int = 0
    """Items of the server that repeat a sentence of the round, as of now."""
    read_all_because: str | None = None
    """Why everything was read, not only what changed since the last pull."""
    impossible_seconds: list[str] = field(default_factory=list)
    """Annotations whose time on the page cannot be one, with what was sent: kept without a time."""
    rejected: Counter[str] = field(default_factory=Counter)
    """Answers the codebook does not vouch for, by ``question: reason``."""
    rejected_examples: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether anything was stored that was not there before."""
        return bool(self.tally.new or self.tally.edited or self.tally.gone or self.tally.back or self.vanished_items)


def pull_text(report: PullReport) -> Group:
    """What was new, what was odd about it, and which answers the codebook does not vouch for."""
    tally = report.tally
    told = _told(report)
    if not report.changed:
        return Group(Text(f"{report.round}: nothing new."), *told)
    moved = [
        f"{n:,} {word}"
        for n, word in ((tally.new, "new"), (tally.edited, "edited"), (tally.gone, "gone"), (tally.back, "back again"))
        if n
    ]
    head = Text(f"{report.round}: annotations: {', '.join(moved)}." if moved else f"{report.round}:")
    odd = [
        ("skipped", report.skipped, ""),
        ("repeats", report.repeats, "the same annotator again on a sentence: the latest counts"),
        ("edited by others", report.edited_by_other, "excluded from agreement"),
        ("not registered", report.not_registered, "excluded: `intercoder annotators add` says who counts"),
        ("unknown sentences", report.unknown_sentences, "not sentences of this study: excluded"),
        ("impossible times", len(report.impossible_seconds), _named(report.impossible_seconds)),
        ("vanished", report.vanished_items, "sentences deleted on the server: `intercoder push` sends them again"),
    ]
    facts = [(label, f"{n:,}{f'  {why}' if why else ''}") for label, n, why in odd if n]
    parts: list[RenderableType] = [head]
    if facts:
        parts.append(fact_table(facts))
    parts += told
    if report.rejected:
        total = sum(report.rejected.values())
        parts.append(
            Text(f"{counted(total, 'answer')} not valid under the codebook: kept, but excluded from agreement", "bold")
        )
        parts.append(fact_table([(f"{n:,} ×", because) for because, n in report.rejected.most_common()]))
        parts.append(Text("  For example:"))
        parts += [Text(f"    {example}") for example in report.rejected_examples[:3]]
    return Group(*parts)


def _named(what: Sequence[str]) -> str:
    more = len(what) - _NAMED
    return f"kept without a time: {'; '.join(what[:_NAMED])}{f'; and {more:,} more' if more > 0 else ''}"


def _told(report: PullReport) -> list[RenderableType]:
    told: list[RenderableType] = []
    if report.erased:
        told.append(
            Text(f"{counted(report.erased, 'annotation')} on the server of people erased from the study: left out.")
        )
    if report.read_all_because is not None:
        told.append(Text(f"Everything was read, not only what is new: {report.read_all_because}."))
    if report.copies:
        told.append(
            Text(
                f"{counted(report.copies, 'item')} on the server repeat a sentence of the round: "
                "`intercoder push --remove-copies` names them and removes those nobody has annotated.",
                "bold",
            )
        )
    return told
