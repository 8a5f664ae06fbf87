"""``intercoder export``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.options import StudyOption, chosen_study
from toolkit.cli.streams import check_destination, progress_bar, say, show, show_bytes, show_json, tell
from toolkit.errors import UsageError

if TYPE_CHECKING:
    from toolkit.study.folder import Study


class ExportFormat(StrEnum):
    """How an export, or a difference, is printed."""

    table = "table"
    json = "json"
    parquet = "parquet"


def export(
    target: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Which of the exports of study.yaml, where it names several.")
    ] = None,
    *,
    to: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of the versions, or s3://BUCKET/PREFIX; else as study.yaml says."),
    ] = None,
    bootstrap: Annotated[
        int, typer.Option(metavar="N", min=0, help="Bootstrap replicates of the agreement table.")
    ] = 2000,
    seed: Annotated[int, typer.Option(metavar="S", min=0, help="Seed of the bootstrap.")] = 0,
    identities: Annotated[
        bool, typer.Option("--identities", help="Write e-mail addresses beside the pseudonyms.")
    ] = False,
    redact: Annotated[
        bool, typer.Option("--redact", help="Replace addresses, names and telephone numbers in what people wrote.")
    ] = False,
    public: Annotated[
        bool, typer.Option("--public", help="Names of annotations and moments that nobody finds on the server.")
    ] = False,
    attributes: Annotated[
        bool, typer.Option("--attributes", help="Write what is known of annotators beside the pseudonyms.")
    ] = False,
    no_text: Annotated[
        bool, typer.Option("--no-text", help="Leave out every word of articles, and whatever may quote them.")
    ] = False,
    notes: Annotated[bool, typer.Option("--notes", help="Write free-text answers as well.")] = False,
    dawid_skene: Annotated[
        bool, typer.Option("--dawid-skene", help="Also estimate what each sentence is, by Dawid and Skene's model.")
    ] = False,
    zeros: Annotated[
        bool, typer.Option("--zeros", help="Also write soft labels of the categories that nobody chose.")
    ] = False,
    diff: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="OLD NEW", help="Write nothing; say what changed between two versions (v3 v4)."),
    ] = None,
    format: Annotated[
        ExportFormat, typer.Option("--format", help="Print for reading, JSON, or Parquet (of --diff).")
    ] = ExportFormat.table,
    study: StudyOption = None,
) -> None:
    """Write the study as a new version of typed Parquet tables, annotators under pseudonyms, if anything changed."""
    chosen = chosen_study(study)
    if diff is not None:
        if identities or attributes or no_text or notes or redact or public or dawid_skene or zeros:
            raise UsageError(
                "--diff writes nothing, and takes no option that says what an export holds", todo="Leave them out."
            )
        _show_difference(chosen, *diff, target=target, to=to, format=format)
        return
    if format is ExportFormat.parquet:
        raise UsageError(
            "the tables are Parquet already: --format parquet prints what --diff finds", todo="Leave it out."
        )
    from toolkit.export.pages.phrases import resting_on_little
    from toolkit.loop.export import export as write
    from toolkit.terminal.export import export_lines, export_sentence, notes_sentence

    with progress_bar() as progress:
        result = write(
            chosen,
            target=target,
            to=to,
            replicates=bootstrap,
            seed=seed,
            text=not no_text,
            notes=notes,
            redact=redact,
            public=public,
            identities=identities,
            attributes=attributes,
            dawid_skene=dawid_skene,
            zeros=zeros,
            progress=progress,
        )
    if format is ExportFormat.json:
        show_json(result)
    else:
        for line in export_lines(result.paths, result.rows, here=Path.cwd(), address=result.address):
            say(line)
    if result.few_answers:
        tell(resting_on_little(result.few_answers))
    holds = result.options
    if holds["text"] and (held := notes_sentence(result.withheld)):
        tell(held)
    if result.licence_missing:
        tell("No licence is stated: licence in study.yaml says what others may do with the data, as CC-BY-4.0.")
    tell(
        export_sentence(
            result.version,
            changed=result.changed,
            identities=bool(holds["identities"]),
            attributes=bool(holds["attributes"]),
            semantic_version=result.semantic_version,
        )
    )


def _show_difference(
    study: Study, old: str, new: str, *, target: str | None, to: Path | None, format: ExportFormat
) -> None:
    from toolkit.export.writing.parquet import table_bytes
    from toolkit.loop.export import difference
    from toolkit.terminal.export_difference import difference_text

    if format is ExportFormat.parquet:
        check_destination(is_binary=True, file="changes.parquet")
    found = difference(study, old, new, target=target, to=to)
    match format:
        case ExportFormat.parquet:
            show_bytes(table_bytes(found.changes), file="changes.parquet")
        case ExportFormat.json:
            show_json(found)
        case ExportFormat.table:
            show(difference_text(found))
