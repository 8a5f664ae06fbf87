"""``intercoder adopt``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.options import CaFileOption, token_of
from toolkit.cli.streams import progress_bar, show, tell

if TYPE_CHECKING:
    from toolkit.loop.adopt import AdoptionPlan


def adopt(
    project: Annotated[
        str,
        typer.Argument(metavar="URL#PROJECT", help="Address and number of a project, as in http://127.0.0.1:8080#7."),
    ],
    name: Annotated[Path, typer.Argument(metavar="NAME", help="Name of the study: the folder that is made.")],
    round: Annotated[str, typer.Option(metavar="NAME", help="What the round is called.")] = "adopted",
    text_field: Annotated[
        str | None,
        typer.Option(metavar="FIELD", help="Field of a task that holds the sentence; by default what is asked about."),
    ] = None,
    article_field: Annotated[
        str | None,
        typer.Option(metavar="FIELD", help="Field that says which article it stands in; by default one by itself."),
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="File with the token; else LABEL_STUDIO_API_KEY, else asked for."),
    ] = None,
    ca_file: CaFileOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be taken up.")] = False,
) -> None:
    """Make a study of a Label Studio project that already holds work. Nothing is changed there.

    Each task is a sentence; the codebook is written from the labelling configuration, at guessed levels; annotations
    are pulled. What cannot be taken up is listed first.
    """
    from toolkit.loop.adopt import adopt as take_up
    from toolkit.terminal.adopt import adoption_text
    from toolkit.terminal.pull import pull_text

    def show_plan(plan: AdoptionPlan) -> None:
        show(adoption_text(plan))

    with progress_bar() as progress:
        done = take_up(
            name.absolute(),
            project,
            token_of(token_file),
            round_name=round,
            text_field=text_field,
            article_field=article_field,
            ca_file=ca_file,
            dry_run=dry_run,
            progress=progress,
            show_plan=show_plan,
            tell=tell,
        )
    if done.study is None:
        tell("Nothing was written (--dry-run).")
        return
    show(*(pull_text(report) for report in done.pulled))
    if done.plan is not None:
        tell(
            f"Made the study {done.study.folder.name}. Levels are guesses: look at codebook.yaml, mend what is wrong, "
            "and have it taken up with `intercoder pull --update-codebook`.\n"
            f"Next: cd {name}, then `intercoder agree`."
        )
