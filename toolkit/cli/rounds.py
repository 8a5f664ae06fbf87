"""``intercoder rounds list|rename|close|reopen|discard``."""

from __future__ import annotations

from typing import Annotated

import typer

from toolkit.cli.options import FormatOption, RawCsvOption, StudyOption, check_raw, chosen_study
from toolkit.cli.streams import Format, progress_bar, say, show, show_csv, show_json, tell

app = typer.Typer(no_args_is_help=True, help="See which rounds there are; rename, close or discard one.")

RoundArgument = Annotated[str, typer.Argument(metavar="ROUND", help="The round.")]


@app.command(name="list")
def list_(format: FormatOption = Format.table, raw_csv: RawCsvOption = False, study: StudyOption = None) -> None:
    """List every round with its state: open, closed or discarded."""
    from toolkit.loop.rounds.listed import listed
    from toolkit.terminal.rounds import round_rows, rounds_table

    check_raw(raw_csv, format)
    found = listed(chosen_study(study))
    if format is Format.json:
        show_json(found)
    elif format is Format.csv:
        show_csv(round_rows(found), raw=raw_csv)
    else:
        show(rounds_table(found))


@app.command()
def rename(
    round: RoundArgument,
    new: Annotated[str, typer.Argument(metavar="NEW", help="What it is to be called.")],
    study: StudyOption = None,
) -> None:
    """Give a round another name, in everything that is shown and exported from now on."""
    from toolkit.loop.rounds.renamed import rename_round
    from toolkit.terminal.rounds import renamed_sentence

    say(renamed_sentence(rename_round(chosen_study(study), round, new)))


@app.command()
def close(round: RoundArgument, study: StudyOption = None) -> None:
    """Ask for no more work in a round: it stays in agreement and exports."""
    from toolkit.loop.rounds.ended import close_round
    from toolkit.terminal.rounds import ended_lines

    with progress_bar() as progress:
        ended = close_round(chosen_study(study), round, progress=progress, tell=tell)
    for line in ended_lines(ended):
        say(line)


@app.command()
def reopen(round: RoundArgument, study: StudyOption = None) -> None:
    """Open a closed round again; the next push has its sentences offered as they were."""
    from toolkit.loop.rounds.ended import reopen_round
    from toolkit.terminal.rounds import ended_lines

    for line in ended_lines(reopen_round(chosen_study(study), round)):
        say(line)


@app.command()
def discard(
    round: RoundArgument,
    undo: Annotated[bool, typer.Option("--undo", help="Have a discarded round count again.")] = False,
    study: StudyOption = None,
) -> None:
    """Have a round count for nothing: not in agreement, exports, links and status. All of it stays."""
    from toolkit.loop.rounds.ended import discard_round
    from toolkit.terminal.rounds import ended_lines

    with progress_bar() as progress:
        ended = discard_round(chosen_study(study), round, undo=undo, progress=progress, tell=tell)
    for line in ended_lines(ended):
        say(line)
