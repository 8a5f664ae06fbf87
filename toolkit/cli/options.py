"""Options several commands share."""

from __future__ import annotations

import os
import re
import sys
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.streams import Format
from toolkit.errors import UsageError

if TYPE_CHECKING:
    from toolkit.study.folder import Study

StudyOption = Annotated[
    Path | None, typer.Option("--study", metavar="DIR", help="The study's folder; by default the one you are in.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="Print a table, JSON or CSV.")]
RawCsvOption = Annotated[
    bool, typer.Option("--raw-csv", help="With --format csv: values as they are, for programs, not for spreadsheets.")
]
CaFileOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Certificates (PEM) to trust there, in place of public authorities; remembered."),
]
RemoveCopiesOption = Annotated[
    bool, typer.Option("--remove-copies", help="Remove items that repeat a sentence and nobody has worked on.")
]
MendPageOption = Annotated[
    bool, typer.Option("--mend-page", help="Write page and instructions again where somebody edited them.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show the plan and change nothing.")]
_DURATION = re.compile(r"([0-9]{1,6})([smh])")
_UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}
RoundOption = Annotated[str | None, typer.Option("--round", metavar="NAME", help="The round.")]


def chosen_study(folder: Path | None) -> Study:
    """Return the study a command works on."""
    from toolkit.study.folder import find

    return find(Path.cwd(), chosen=folder)


def check_raw(raw_csv: bool, format: StrEnum) -> None:
    """Raise ``UsageError`` where values as they are were asked for of what is no CSV."""
    if raw_csv and format.value != "csv":
        raise UsageError("--raw-csv is for CSV, and that is not what is printed", todo="Say --format csv as well.")


def share(text: str | None) -> float | None:
    """Return a share from '15%' or '0.15'."""
    if text is None:
        return None
    try:
        return float(text.removesuffix("%")) / 100 if text.endswith("%") else float(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a share", todo="Write it as 15% or 0.15.") from None


def duration(text: str) -> timedelta:
    """Return a duration from '30s', '10m' or '1h'; a bare number does not say of what it is one."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise UsageError(f"{text!r} is not a duration", todo="Write it as 30s, 10m or 1h.")
    return int(found[1]) * _UNITS[found[2]]


def token_of(file: Path | None) -> str:
    """Return the token in the file, or in the environment, or typed in; it is never shown."""
    from toolkit.loop.online.connection import TOKEN_VARIABLE
    from toolkit.study.folder import read_text

    if file is not None:
        return read_text(file).strip()
    if token := os.environ.get(TOKEN_VARIABLE, "").strip():
        return token
    if not sys.stdin.isatty():
        raise UsageError("no token was given", todo=f"Set {TOKEN_VARIABLE}, or (with connect) use --token-file FILE.")
    return str(typer.prompt("Token (Account & Settings in Label Studio)", hide_input=True, err=True)).strip()
