"""``intercoder adjudicate start|status|accept-agreed``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from toolkit.cli.options import (
    DryRunOption,
    MendPageOption,
    RemoveCopiesOption,
    RoundOption,
    StudyOption,
    chosen_study,
    share,
)
from toolkit.cli.streams import progress_bar, say, show, show_json, stderr, tell

app = typer.Typer(no_args_is_help=True, help="Decide in Label Studio on what coders differ on.")


class Where(StrEnum):
    """Which sentences are decided on."""

    SPLIT = "split"
    TIE = "tie"
    ALL = "all"


class Prefill(StrEnum):
    """What the page offers beforehand."""

    MAJORITY = "majority"


class Format(StrEnum):
    """How a status is printed."""

    TABLE = "table"
    JSON = "json"


@app.command()
def start(
    round: RoundOption = None,
    question: Annotated[
        list[str] | None, typer.Option(metavar="Q", help="Decide on this question only; repeatable. All measured ones.")
    ] = None,
    where: Annotated[
        Where | None,
        typer.Option(help="Where answers differ (split), where none was given most often (tie), or everywhere (all)."),
    ] = None,
    sample: Annotated[
        str | None,
        typer.Option(metavar="SHARE", help="Share of the agreed sentences to decide on all the same; 10% if not said."),
    ] = None,
    adjudicator: Annotated[
        list[str] | None, typer.Option(metavar="EMAIL", help="Whose decisions count; repeatable. Yourself if not said.")
    ] = None,
    per_sentence: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=2, help="How many decide on each sentence: 1 or 2.")
    ] = None,
    prefill: Annotated[
        Prefill | None, typer.Option(help="Choose the most frequent answer beforehand; recorded as anchored.")
    ] = None,
    seed: Annotated[int | None, typer.Option(metavar="S", help="Seed of the sample; 0 if not said.")] = None,
    *,
    incomplete: Annotated[
        bool, typer.Option("--incomplete", help="Also disputes on sentences that still wait for a coder.")
    ] = False,
    again: Annotated[
        bool,
        typer.Option("--again", help="Make it anew where its project is gone; what is decided stays."),
    ] = False,
    remove_copies: RemoveCopiesOption = False,
    mend_page: MendPageOption = False,
    dry_run: DryRunOption = False,
    study: StudyOption = None,
) -> None:
    """Send what a round's coders differ on to a project of its own. Again it sends only what is new."""
    from toolkit.loop.adjudication.design import AdjudicationAsked
    from toolkit.loop.adjudication.start import AdjudicationPlan
    from toolkit.loop.adjudication.start import start as begin
    from toolkit.terminal.adjudication import adjudication_plan_text, started_lines
    from toolkit.terminal.annotators import handover_text

    def show_plan(plan: AdjudicationPlan) -> None:
        stderr().print(adjudication_plan_text(plan))

    asked = AdjudicationAsked(
        questions=tuple(question or ()),
        where=where.value if where is not None else None,
        sample=share(sample),
        per_sentence=per_sentence,
        prefill="majority" if prefill is not None else None,
        seed=seed,
    )
    with progress_bar() as progress:
        started = begin(
            chosen_study(study),
            round_name=round,
            asked=asked,
            adjudicators=adjudicator or (),
            incomplete=incomplete,
            again=again,
            remove_copies=remove_copies,
            mend_page=mend_page,
            dry_run=dry_run,
            progress=progress,
            show_plan=show_plan,
            tell=tell,
        )
    for handover in started.handovers:
        say(handover_text(handover))
    for line in started_lines(started):
        tell(line)


@app.command(name="status")
def status_(
    round: RoundOption = None,
    format: Annotated[Format, typer.Option("--format", help="Print a table or JSON.")] = Format.TABLE,
    study: StudyOption = None,
) -> None:
    """Say how far the adjudication of a round is, what was decided and why coders differed."""
    from toolkit.loop.adjudication.status import status
    from toolkit.terminal.adjudication import adjudication_status_text

    found = status(chosen_study(study), round_name=round)
    if format is Format.JSON:
        show_json(found)
    else:
        show(adjudication_status_text(found))


@app.command(name="accept-agreed")
def accept_agreed_(
    round: RoundOption = None,
    question: Annotated[
        list[str] | None, typer.Option(metavar="Q", help="Only answers to this question; repeatable.")
    ] = None,
    study: StudyOption = None,
) -> None:
    """Take over the answers that all coders of a sentence gave, without asking anybody."""
    from toolkit.loop.adjudication.agreed import accept_agreed
    from toolkit.terminal.adjudication import accepted_lines

    for line in accepted_lines(accept_agreed(chosen_study(study), round_name=round, questions=question or ())):
        say(line)
