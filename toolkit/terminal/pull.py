"""What a pull found, as the lead reads it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from toolkit.files.wording import counted
from toolkit.loop.pulling.report import PullReport
from toolkit.terminal.lines import fact_table

_NAMED = 10


def pull_text(report: PullReport) -> Group:
    """Return what was new, what was odd about it, and which answers the codebook does not vouch for."""
    told = _told(report)
    words = moved(report)
    head = Text(f"{report.round}: annotations: {', '.join(words)}." if words else f"{report.round}:")
    if not report.changed:
        head = Text(f"{report.round}: nothing new.")
    facts = [(label, f"{n:,}{f'  {why}' if why else ''}") for label, n, why in odd(report)]
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


def moved(report: PullReport) -> list[str]:
    """Return how many annotations are new, edited, gone and back again, as far as any are."""
    tally = report.tally
    counts = ((tally.new, "new"), (tally.edited, "edited"), (tally.gone, "gone"), (tally.back, "back again"))
    return [f"{n:,} {word}" for n, word in counts if n]


def odd(report: PullReport) -> list[tuple[str, int, str]]:
    """Return what is odd about what was new: a label, how many, and what that means where it does not say so."""
    found = [
        ("skipped", report.skipped, ""),
        ("repeats", report.repeats, "the same annotator again on a sentence: the latest counts"),
        ("edited by others", report.edited_by_other, "excluded from agreement"),
        ("not registered", report.not_registered, "excluded: `intercoder annotators add` says who counts"),
        ("withdrawn", report.withdrawn, "of people who were removed: excluded from agreement"),
        ("unknown sentences", report.unknown_sentences, "not sentences of this study: excluded"),
        ("impossible times", len(report.impossible_seconds), _named(report.impossible_seconds)),
        ("vanished", report.vanished_items, _vanished(report)),
        ("new sentences", report.n_new_sentences, "tasks that were added to the project"),
        (
            "other words",
            report.n_texts_changed,
            "the text was changed there: here it stays as it was coded first",
        ),
        *(("not taken up", n, why) for why, n in report.not_taken.most_common()),
    ]
    return [(label, n, why) for label, n, why in found if n]


def _named(what: Sequence[str]) -> str:
    more = len(what) - _NAMED
    return f"kept without a time: {'; '.join(what[:_NAMED])}{f'; and {more:,} more' if more > 0 else ''}"


def _vanished(report: PullReport) -> str:
    if report.is_adopted:
        return "sentences deleted on the server: what was pulled of them stays here"
    return f"sentences deleted on the server: `{_sent_by(report)}` sends them again"


def _sent_by(report: PullReport) -> str:
    """The command that sends the round."""
    if report.decides_on is not None:
        return f"intercoder adjudicate start --round {report.decides_on}"
    return f"intercoder push --round {report.round}"


def _told(report: PullReport) -> list[RenderableType]:
    told: list[RenderableType] = []
    if report.erased:
        told.append(
            Text(f"{counted(report.erased, 'annotation')} on the server of people erased from the study: left out.")
        )
    if report.codebook_taken_up:
        told.append(Text("Everything is read with codebook.yaml as it is now."))
    if report.codebook_differs:
        told.append(Text("codebook.yaml is not what this round is read with: `intercoder pull --update-codebook`."))
    if report.read_all_because is not None:
        told.append(Text(f"Everything was read, not only what is new: {report.read_all_because}."))
    if report.copies:
        told.append(
            Text(
                f"{counted(report.copies, 'item')} on the server repeat a sentence of the round: "
                f"`{_sent_by(report)} --remove-copies` names them and removes those nobody has annotated.",
                "bold",
            )
        )
    return told
