"""``intercoder pull``."""

from __future__ import annotations

import os
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.options import RoundOption, StudyOption, chosen_study, duration
from toolkit.cli.report import check_can_be_drawn, check_place, write_study_report
from toolkit.cli.streams import progress_bar, say, show, tell
from toolkit.errors import BadInput, UsageError

if TYPE_CHECKING:
    from toolkit.study.folder import Study


def pull(
    round: RoundOption = None,
    every: Annotated[
        str | None,
        typer.Option(
            "--every",
            metavar="DURATION",
            help="Pull again and again, so long after each pull (30s, 10m, 1h), until the round is done.",
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="With --every: write the report on the round anew after each pull."),
    ] = None,
    exec_: Annotated[
        str | None,
        typer.Option("--exec", metavar="CMD", help="With --every: run this in the shell once the round is done."),
    ] = None,
    from_: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Read a Label Studio JSON export instead of the server."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Read everything, not only what changed.")] = False,
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Go on although most of a round is gone from the server.")
    ] = False,
    revive: Annotated[
        bool, typer.Option("--revive", help="With --from: bring back annotations that were marked as gone.")
    ] = False,
    update_codebook: Annotated[
        bool, typer.Option("--update-codebook", help="Read an adopted round with codebook.yaml as it is now.")
    ] = False,
    study: StudyOption = None,
) -> None:
    """Fetch what annotators did since the last pull, check it against the codebook, and keep every version."""
    from toolkit.loop.pull import pull as fetch
    from toolkit.terminal.pull import pull_text

    if every is not None:
        _refuse_beside_every(
            {
                "--from": from_ is not None,
                "--full": full,
                "--accept-loss": accept_loss,
                "--revive": revive,
                "--update-codebook": update_codebook,
            }
        )
    _check_command(exec_, watched=every is not None)
    _check_report(report, watched=every is not None)
    if every is not None:
        _watch(chosen_study(study), round, duration(every), report)
        if exec_ is not None:
            _run(exec_)
        return
    with progress_bar() as progress:
        reports = fetch(
            chosen_study(study),
            round_name=round,
            from_file=from_,
            full=full,
            accept_loss=accept_loss,
            revive=revive,
            update_codebook=update_codebook,
            progress=progress,
            tell=tell,
        )
    show(*(pull_text(report) for report in reports))


def _refuse_beside_every(given: dict[str, bool]) -> None:
    """Raise ``UsageError`` for what is meant for one pull, and is looked at by somebody."""
    if named := [option for option, is_given in given.items() if is_given]:
        raise UsageError(
            f"--every does not go with {', '.join(named)}: that is for one pull",
            todo="Pull once with it, then watch without.",
        )


def _check_command(command: str | None, *, watched: bool) -> None:
    if command is None:
        return
    if not watched:
        raise UsageError(
            "--exec is run when a round that is watched is done", todo="Say how often to pull as well: --every 10m."
        )
    if not command.strip():
        raise UsageError("--exec is empty", todo="Give it a command of the shell, or leave it out.")


def _check_report(report: Path | None, *, watched: bool) -> None:
    """Raise ``UsageError`` before anything is pulled where no report could be written."""
    if report is None:
        return
    if not watched:
        raise UsageError("--report is written after each pull of a watch", todo="Pull, then run `intercoder report`.")
    check_place(report)
    check_can_be_drawn()


def _watch(study: Study, round_name: str | None, every: timedelta, report: Path | None) -> None:
    """Print a line for each pull until the round is done; a pull that is tried again goes to stderr."""
    from toolkit.loop.watch import watch
    from toolkit.terminal.watch import watched_line

    def shown(what: str, done: int, total: int | None) -> None:
        progress(what, done, total)  # the bar of this pull: between two there is none

    # What is asked again meanwhile is not told: the line of a pull that failed says enough.
    def after(_: object) -> None:
        if report is not None:
            write_study_report(study, round_name, report)

    pulls = watch(study, every=every, round_name=round_name, progress=shown, after=after)
    while True:
        with progress_bar() as progress:
            seen = next(pulls, None)
        if seen is None:
            return
        (say if seen.not_pulled_because is None else tell)(watched_line(seen))


def _run(command: str) -> None:
    """Run a command in the shell, without the token; raise ``BadInput`` where it fails. It is not repeated: what is
    told to a person may hold an address that is a secret.
    """
    from toolkit.loop.online.connection import TOKEN_VARIABLE

    environment = {name: value for name, value in os.environ.items() if name != TOKEN_VARIABLE}
    ended = subprocess.run(command, shell=True, env=environment, check=False)  # noqa: S602  (that is what was asked for)
    if ended.returncode:
        how = f"exit code {ended.returncode}" if ended.returncode > 0 else f"signal {-ended.returncode}"
        raise BadInput(
            f"the round is done and pulled, but the command of --exec ended with {how}",
            todo="Run that command by itself: nothing has to be pulled again.",
        )
