"""``intercoder add``."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.options import StudyOption, chosen_study
from toolkit.cli.streams import progress_bar, tell

_LISTED = 5
_READERS = Path(__file__).parents[1] / "corpus" / "readers"


def kinds() -> str:
    """Return what can be read, by the names of the readers, none of which has to be loaded for it."""
    names = sorted(path.stem.replace("_", " ") for path in _READERS.glob("[!_]*.py"))
    return f"{', '.join(names[:-1])} or {names[-1]}"


HELP = f"""Take in articles ({kinds()}): each is cut into sentences once and frozen.

Tables may have the columns text, id, title, outlet, url, author, published and language; --column maps others.
"""


class Ids(StrEnum):
    """Where article ids come from."""

    name = "name"
    content = "content"


class Near(StrEnum):
    """What is done with an article that nearly is another one."""

    warn = "warn"
    skip = "skip"


def add(
    paths: Annotated[list[str], typer.Argument(metavar="PATH…", help="Files, folders or globs.")],
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=COLUMN", help="What a table calls a field: text=body. Repeatable."),
    ] = None,
    ids: Annotated[
        Ids, typer.Option(help="Article ids from file names and id columns, or from the text itself.")
    ] = Ids.name,
    name: Annotated[
        str | None,
        typer.Option(metavar="FORM", help="What files' names say: '{outlet}_{published}_*'; * is anything."),
    ] = None,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Take the good ones in even if some have faults.")
    ] = False,
    near_duplicates: Annotated[
        Near | None, typer.Option(help="Look for wire copy: say which articles nearly are another, or leave them out.")
    ] = None,
    study: StudyOption = None,
) -> None:
    """Take in articles: each is cut into sentences once and frozen."""
    from toolkit.files.wording import counted, shortened
    from toolkit.loop.add import add as take_in
    from toolkit.terminal.parameters_as_options import in_options

    with progress_bar() as progress:
        report = take_in(
            chosen_study(study),
            paths,
            columns=column or (),
            ids=ids.value,
            name=name,
            skip_bad=skip_bad,
            near_duplicates=None if near_duplicates is None else near_duplicates.value,
            progress=progress,
        )
    if report.already:
        tell(f"{len(report.already)} already in the study, skipped: {_some(report.already)}")
    if report.passed_over:
        tell(f"{len(report.passed_over)} files of other kinds passed over: {_some(report.passed_over)}")
    for near in report.near_duplicates:
        what = "Left out" if near_duplicates is Near.skip else "Nearly the same"
        names = shortened(near.article_id), shortened(near.like)
        tell(f"{what}: {names[0]} has {near.share:.0%} of its words in runs that {names[1]} has as well")
    for fault in report.faults:
        tell(f"Left out: {in_options(str(fault))}")
    tell(f"Took in {counted(len(report.added), 'article')}, {counted(report.n_sentences, 'sentence')}.")


def _some(names: Sequence[str]) -> str:
    from toolkit.files.wording import shortened

    return ", ".join(map(shortened, names[:_LISTED])) + (" …" if len(names) > _LISTED else "")
