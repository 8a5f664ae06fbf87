"""What of a question was decided on by adjudicators: what figures against decisions rest on, and what is left out."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from toolkit.files.wording import counted
from toolkit.loop.agreement.report import AgreementReport, DecidedQuestion, KnownQuestion


def decided_on(decided: DecidedQuestion, known: KnownQuestion) -> Iterator[Text]:
    """Yield on how many sentences it was decided, what the figures hold for, and what is left out."""
    agreed = f"{decided.n_agreed:,} on which all agree"
    yield Text(f"Decided on: {counted(decided.n_disputed, 'sentence')} in dispute, {agreed}.")
    if known.only_ties:
        yield Text(
            "Of the sentences in dispute only ties were to be decided on. Those on which one answer was given most "
            "often are in no count, and no share holds for all answers."
        )
    elif known.of_disputed_only:
        yield Text("These figures are of the disputed sentences only: none of the others was decided on.")
    else:
        yield Text("Each answer weighs the inverse of the chance with which its sentence came to be decided on.")
    yield from _left_out(decided)


def not_held(report: AgreementReport) -> Iterator[Text]:
    """Yield what else was decided on, and why no answers are held against it."""
    held = {each.question for each in report.known}
    for decided in report.decided:
        if decided.question in held:
            continue
        yield Text()
        n = counted(decided.n_disputed + decided.n_agreed, "sentence")
        if not decided.can_be_held:
            yield Text(
                f"{decided.question} ({decided.level}) was decided on in {n}. Answers are not held against that, for "
                "they are not one category each."
            )
        else:
            yield Text(f"{decided.question}: no decision is one category.")
        yield from _left_out(decided)


def _left_out(decided: DecidedQuestion) -> Iterator[Text]:
    out = {
        "both defensible": decided.n_both_defensible,
        "not shown": decided.n_not_shown,
        "cannot be judged, or no category any more": decided.n_off_scale,
    }
    if any(out.values()):
        yield Text("Left out: " + ", ".join(f"{n:,} {what}" for what, n in out.items() if n) + ".", style="dim")
    if n := decided.n_undecided:
        n_sentences = counted(n, "sentence")
        yield Text(f"In dispute and not settled by a decision: {n_sentences}; no figure is of them.", style="dim")
