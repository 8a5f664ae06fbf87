"""``intercoder annotators add|import|list|show|remove|replace|erase``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from toolkit.cli.options import FormatOption, RawCsvOption, RoundOption, StudyOption, check_raw, chosen_study
from toolkit.cli.streams import Format, progress_bar, say, show, show_csv, show_json, tell
from toolkit.errors import UsageError

app = typer.Typer(no_args_is_help=True, help="Register who counts as an annotator.")


@app.command()
def add(
    emails: Annotated[list[str], typer.Argument(metavar="EMAIL…", help="Their e-mail addresses.")],
    round: RoundOption = None,
    set: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="What is known of them, as in leaning=left; repeatable."),
    ] = None,
    study: StudyOption = None,
) -> None:
    """Register annotators (for all rounds, or one) and say what to send to each."""
    from toolkit.loop.annotator_attributes import attributes_said
    from toolkit.loop.annotators import add as register
    from toolkit.terminal.annotators import handover_text, reinstated_lines

    known = attributes_said(set or ())
    added = register(chosen_study(study), emails, round_name=round, attributes=known, tell=tell)
    for handover in added.handovers:
        say(handover_text(handover))
    for line in reinstated_lines(added):
        tell(line)
    if not added.reachable_by_others:
        tell(
            "Note: this Label Studio listens on this machine only; nobody else can reach it. "
            "`intercoder server start --host ADDRESS` changes that."
        )
    tell(added.blindness)


@app.command(name="import")
def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.csv", help="A column 'email', and one for each thing known of them.")
    ],
    study: StudyOption = None,
) -> None:
    """Record what is known of registered annotators: leaning, training … whatever agreement is to be divided by."""
    from toolkit.loop.annotator_attributes import import_attributes
    from toolkit.terminal.annotators import imported_sentence

    found = import_attributes(chosen_study(study), file)
    say(imported_sentence(found))


@app.command(name="list")
def list_(
    identities: Annotated[bool, typer.Option("--identities", help="Also print e-mail addresses.")] = False,
    format: FormatOption = Format.table,
    raw_csv: RawCsvOption = False,
    study: StudyOption = None,
) -> None:
    """List the registered annotators by pseudonym."""
    from toolkit.loop.annotators import listed
    from toolkit.terminal.annotators import annotators_table, removal_word

    check_raw(raw_csv, format)
    people = listed(chosen_study(study))
    some_left = any(person.removal is not None for person in people)
    rows = [
        {
            "annotator": person.pseudonym,
            "rounds": "all" if "*" in person.rounds else ", ".join(person.rounds),
            **({"removed": removal_word(person.removal)} if some_left else {}),
            **({"email": person.email} if identities else {}),
        }
        for person in people
    ]
    if format is Format.json:
        show_json([{**row, "attributes": dict(person.attributes)} for row, person in zip(rows, people, strict=True)])
        return
    names = sorted({name for person in people for name in person.attributes})
    rows = [
        {**row, **{name: person.attributes.get(name, "") for name in names}}
        for row, person in zip(rows, people, strict=True)
    ]
    if format is Format.csv:
        show_csv(rows, raw=raw_csv)
    else:
        show(annotators_table(rows))


@app.command(name="show")
def show_(
    annotator: Annotated[
        str | None, typer.Argument(metavar="P", help="A pseudonym or an address; everybody, if left out.")
    ] = None,
    round: RoundOption = None,
    bootstrap: Annotated[
        int,
        typer.Option("--bootstrap", metavar="N", min=0, help="Bootstrap replicates; 0: no intervals of differences."),
    ] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the bootstrap.")] = 0,
    format: FormatOption = Format.table,
    raw_csv: RawCsvOption = False,
    study: StudyOption = None,
) -> None:
    """Show what is known of each annotator's work in a round, with intervals and without ranking."""
    from toolkit.loop.annotator_overview import show_annotators
    from toolkit.terminal.annotator_overview import overview_rows, overview_text, overviews_text

    check_raw(raw_csv, format)
    with progress_bar() as progress:
        found = show_annotators(
            chosen_study(study), annotator, round_name=round, replicates=bootstrap, seed=seed, progress=progress
        )
    if format is Format.json:
        show_json(found)
    elif format is Format.csv:
        show_csv(overview_rows(found), raw=raw_csv)
    elif annotator is None:
        show(overviews_text(found))
    else:
        show(*(overview_text(one, found) for one in found.annotators))


KeepOption = Annotated[
    bool | None,
    typer.Option(
        "--keep-answers/--withdraw-answers",
        help="Whether what they did until now counts, or nothing they did.",
        show_default=False,
    ),
]


@app.command()
def remove(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The address of the person.")],
    keep_answers: KeepOption = None,
    study: StudyOption = None,
) -> None:
    """Ask nothing more of an annotator; say whether what they did until now counts. Adding them again undoes it."""
    from toolkit.loop.annotator_removal import remove_annotator
    from toolkit.terminal.annotators import removed_lines

    removed = remove_annotator(chosen_study(study), email, answers=_answers(keep_answers), tell=tell)
    for line in removed_lines(removed):
        say(line)


@app.command()
def replace(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The address of whoever leaves.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The address of whoever comes.")],
    keep_answers: KeepOption = None,
    study: StudyOption = None,
) -> None:
    """Put somebody in an annotator's place, for the same rounds, and say what to send to them."""
    from toolkit.loop.annotator_removal import replace_annotator
    from toolkit.terminal.annotators import handover_text, removed_lines

    replaced = replace_annotator(chosen_study(study), old, new, answers=_answers(keep_answers), tell=tell)
    for line in removed_lines(replaced.removed):
        say(line)
    say("")
    for handover in replaced.added.handovers:
        say(handover_text(handover))


def _answers(keep: bool | None) -> Literal["kept", "withdrawn"]:
    if keep is None:
        raise UsageError(
            "is what they did until now to count, or nothing they did?",
            todo="Say --keep-answers or --withdraw-answers: that is yours to decide, and methods sections name it.",
        )
    return "kept" if keep else "withdrawn"


@app.command()
def erase(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The address of the person.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    study: StudyOption = None,
) -> None:
    """Erase one person's answers and address for good, and say what is left elsewhere."""
    from toolkit.loop.erase import erase as forget
    from toolkit.loop.erase import found
    from toolkit.terminal.annotators import erasure_lines, erasure_question

    chosen = chosen_study(study)
    traces = found(chosen, email)
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("nobody can be asked here, and nothing was erased", todo="Say --yes to erase for good.")
        if not typer.confirm(erasure_question(traces.n_annotations, traces.n_versions), err=True):
            tell("Nothing was erased.")
            return
    done = forget(chosen, email, tell=tell)
    for line in erasure_lines(done):
        say(line)
