"""``intercoder escalate``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from toolkit.cli.options import (
    DryRunOption,
    FormatOption,
    RawCsvOption,
    RoundOption,
    StudyOption,
    check_raw,
    chosen_study,
)
from toolkit.cli.streams import Format, progress_bar, show, show_csv, show_json, tell
from toolkit.errors import UsageError


class RuleOfLabels(StrEnum):
    """By what a label is decided."""

    dawid_skene = "dawid-skene"
    vote = "vote"


def escalate(
    budget: Annotated[
        int | None, typer.Option(metavar="N", help="How many annotations more there may be, at most.")
    ] = None,
    round: RoundOption = None,
    question: Annotated[
        list[str] | None, typer.Option(metavar="Q", help="A question whose labels count; by default all categorical.")
    ] = None,
    rule: Annotated[
        RuleOfLabels, typer.Option(help="Labels are the likeliest category, or the most frequent answer.")
    ] = RuleOfLabels.dawid_skene,
    least_gain: Annotated[
        float, typer.Option(metavar="X", help="Ask for no annotation expected to gain fewer labels than this.")
    ] = 0.01,
    seed: Annotated[int, typer.Option(metavar="S", help="Seed of the order among sentences that gain alike.")] = 0,
    *,
    another: Annotated[
        bool, typer.Option("--another", help="Plan one although annotations of an earlier one are outstanding.")
    ] = False,
    dry_run: DryRunOption = False,
    report: Annotated[bool, typer.Option("--report", help="Show what came of the escalations there were.")] = False,
    format: FormatOption = Format.table,
    raw_csv: RawCsvOption = False,
    study: StudyOption = None,
) -> None:
    """Ask for one annotator more on sentences where that can still change the label, and see what it did."""
    from toolkit.loop.escalate import escalate as ask
    from toolkit.loop.escalate import escalated
    from toolkit.terminal.escalate import plan_rows, plan_text, report_rows, report_text, result_lines

    check_raw(raw_csv, format)
    if report:
        if budget is not None or dry_run or another:
            raise UsageError(
                "--report changes nothing: it goes with --round and --format only",
                todo="Leave out the others, or --report.",
            )
        found = escalated(chosen_study(study), round_name=round)
        if format is Format.json:
            show_json(found)
        elif format is Format.csv:
            show_csv(report_rows(found), raw=raw_csv)
        else:
            show(report_text(found))
        return
    if budget is None:
        raise UsageError("how many annotations more may there be?", todo="Say --budget N; --report shows earlier ones.")
    with progress_bar() as progress:
        result = ask(
            chosen_study(study),
            budget=budget,
            round_name=round,
            questions=question or (),
            rule=rule.value,
            least_gain=least_gain,
            seed=seed,
            another=another,
            dry_run=dry_run,
            progress=progress,
            tell=tell,
        )
    if format is Format.json:
        show_json(result)
    elif format is Format.csv:
        show_csv(plan_rows(result.plan), raw=raw_csv)
    elif result.plan is not None:
        show(plan_text(result.plan))
    for line in result_lines(result):
        tell(line)
