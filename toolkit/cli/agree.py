"""``intercoder agree``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from toolkit.cli.options import FormatOption, RoundOption, StudyOption, chosen_study
from toolkit.cli.terminal import Format, progress_bar, show, show_csv, show_json
from toolkit.errors import UsageError


class Resample(StrEnum):
    """What the bootstrap resamples."""

    article = "article"
    none = "none"


def agree(
    round: RoundOption = None,
    bootstrap: Annotated[int, typer.Option(metavar="N", min=0, help="Bootstrap replicates; 0: no intervals.")] = 2000,
    seed: Annotated[int, typer.Option(metavar="S", min=0, help="Seed of the bootstrap.")] = 0,
    cluster: Annotated[
        Resample, typer.Option(help="Resample whole articles, or ('none') sentences as if they were independent.")
    ] = Resample.article,
    fail_under: Annotated[
        str | None,
        typer.Option(metavar="X|target", help="Exit with 8 if an alpha is under X, or under its own target."),
    ] = None,
    format: FormatOption = Format.table,
    study: StudyOption = None,
) -> None:
    """Compute agreement per question, with intervals, from what was pulled."""
    from toolkit.loop.agree import agree as compute
    from toolkit.loop.agree import check_threshold
    from toolkit.report.agreement import agreement_text

    threshold = _threshold(fail_under)
    with progress_bar() as progress:
        report = compute(
            chosen_study(study),
            round_name=round,
            cluster=cluster.value,
            replicates=bootstrap,
            seed=seed,
            progress=progress,
        )
    if format is Format.json:
        show_json(report)
    elif format is Format.csv:
        show_csv([{"round": report.round, **estimate.to_json()} for estimate in report.estimates])
    else:
        show(agreement_text(report))
    if fail_under is not None:
        check_threshold(report, threshold)


def _threshold(fail_under: str | None) -> float | None:
    try:
        return None if fail_under in {None, "target"} else float(str(fail_under))
    except ValueError:
        raise UsageError(f"--fail-under wants a number or 'target', not {fail_under!r}") from None
