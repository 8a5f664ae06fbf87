"""``intercoder codebook check|show|preview|diff|review|migrate``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.options import RoundOption, StudyOption, chosen_study
from toolkit.cli.streams import (
    json_text,
    printed,
    progress_bar,
    say,
    show,
    show_json,
    tell,
    wait_for_the_end,
)

if TYPE_CHECKING:
    from toolkit.study.folder import Study


class CodebookFormat(StrEnum):
    """How a codebook is printed."""

    table = "table"
    json = "json"


class ReviewFormat(StrEnum):
    """How a review is printed."""

    table = "table"
    md = "md"
    json = "json"


app = typer.Typer(no_args_is_help=True, help="Check, read, compare, review and migrate codebooks.")
Book = Annotated[str, typer.Argument(metavar="CODEBOOK", help="A YAML file, or the name of a shipped codebook.")]


@app.command()
def check(file: Annotated[str, typer.Argument(metavar="FILE", help="The YAML file.")]) -> None:
    """Report every fault of a codebook with line and column."""
    from toolkit.loop.codebook import check as examine

    book = examine(file)
    tell(f"{file}: no faults. {book.name} {book.version}, {len(book.questions)} questions.")


@app.command(name="show")
def show_(
    codebook: Book,
    format: Annotated[
        CodebookFormat, typer.Option("--format", help="Print for reading, or JSON.")
    ] = CodebookFormat.table,
) -> None:
    """Print a codebook for reading."""
    from toolkit.loop.codebook import check as read
    from toolkit.terminal.codebook import codebook_text

    book = read(codebook)
    if format is CodebookFormat.json:
        show_json(book.model_dump(mode="json"))
    else:
        show(codebook_text(book))


@app.command()
def preview(
    codebook: Book,
    open_: Annotated[bool, typer.Option("--open/--no-open", help="Open the link in the browser.")] = True,
    study: StudyOption = None,
) -> None:
    """Show the labelling page in a browser, without making a round; nothing entered there is kept."""
    import webbrowser

    from toolkit.loop.preview import preview as serve

    with serve(codebook, study=_study(study), progress=tell) as link:
        say(link)
        if open_:
            webbrowser.open(link)
        wait_for_the_end("The link works once. Press Enter to end the preview.")
    tell("The preview has ended; nothing that was entered is kept.")


def _study(chosen: Path | None) -> Study | None:
    """The study whose sentences are shown: the one named, or the one this is called in."""
    from toolkit.errors import UsageError

    try:
        return chosen_study(chosen)
    except UsageError:
        if chosen is not None:
            raise
        return None


@app.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The codebook before.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The codebook after.")],
    format: Annotated[
        CodebookFormat, typer.Option("--format", help="Print for reading, or JSON.")
    ] = CodebookFormat.table,
) -> None:
    """Say what changed between two codebooks and whether old answers stay valid."""
    from toolkit.loop.codebook import diff as compare
    from toolkit.terminal.codebook import changes_text

    found = compare(old, new)
    if format is CodebookFormat.json:
        show_json(found)
    else:
        show(changes_text(found.changes))


@app.command()
def review(
    round: RoundOption = None,
    format: Annotated[
        ReviewFormat, typer.Option("--format", help="A table to read, Markdown to print and share, or JSON.")
    ] = ReviewFormat.table,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Write it there and print nothing.")] = None,
    skeleton: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the skeleton of the next version to this new file.")
    ] = None,
    study: StudyOption = None,
) -> None:
    """Say what decisions say of each category: why coders differed, what the codebook should say, what to mend."""
    from toolkit.loop.review.review import codebook_review
    from toolkit.report.review.as_markdown import review_markdown
    from toolkit.report.review.files import write_review, write_skeleton
    from toolkit.terminal.codebook_review import codebook_review_text

    found = codebook_review(chosen_study(study), round_name=round)
    if skeleton is not None:
        write_skeleton(found.skeleton, skeleton)
        tell(f"Skeleton of {found.codebook} {found.skeleton.version}: {skeleton}")
    if to is None and format is ReviewFormat.table:
        show(codebook_review_text(found))
        say(found.skeleton.diff)
    elif to is None and format is ReviewFormat.json:
        show_json(found)
    elif to is None:
        say(review_markdown(found).rstrip())
    else:
        if format is ReviewFormat.table:
            text = f"{printed(codebook_review_text(found))}{found.skeleton.diff}\n"
        else:
            text = json_text(found) if format is ReviewFormat.json else review_markdown(found)
        write_review(text, to)
        tell(f"Review of round {found.round}: {to}")


@app.command()
def migrate(
    old: Annotated[
        str, typer.Argument(metavar="OLD", help="The codebook before: a file, or a version rounds ran with.")
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The codebook after.")],
    map_file: Annotated[
        Path,
        typer.Option("--map", metavar="FILE", help="What became of categories, as YAML: {question: {code: code}}."),
    ],
    round: Annotated[
        str | None,
        typer.Option("--round", metavar="NAME", help="Only this round; otherwise every one that runs with OLD."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what it touches, and change nothing.")] = False,
    format: Annotated[
        CodebookFormat, typer.Option("--format", help="Print for reading, or JSON.")
    ] = CodebookFormat.table,
    study: StudyOption = None,
) -> None:
    """Rename, merge or split categories of answers already given; raw answers stay as they are."""
    from toolkit.loop.migrate import migrate as carry_over
    from toolkit.terminal.migration import migration_text
    from toolkit.terminal.parameters_as_options import in_options

    with progress_bar() as progress:
        result = carry_over(
            chosen_study(study),
            old,
            new,
            map_file=map_file,
            round_name=round,
            dry_run=dry_run,
            progress=progress,
            tell=tell,
        )
    if format is CodebookFormat.json:
        show_json(result)
    else:
        show(migration_text(result))
    for note in result.notes:
        tell(f"Note: {in_options(note)}.")
    if result.codebook_written:
        tell(f"codebook.yaml is {result.new} now.")
    if dry_run:
        tell("Nothing was changed (--dry-run).")
