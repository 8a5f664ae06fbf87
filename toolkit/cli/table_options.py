"""Options that say what is in a long table: one row an answer, or a marked span."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.agreement_sources import Engine, OnRepeat

_PANEL = "Any long table"

TargetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--target", metavar="[QUESTION=]X", help="Alpha to reach, where there is no codebook.", rich_help_panel=_PANEL
    ),
]
UnitOption = Annotated[
    str | None, typer.Option("--unit", metavar="COL", help="What was coded.", rich_help_panel=_PANEL)
]
AnnotatorOption = Annotated[
    str | None, typer.Option("--annotator", metavar="COL", help="Who coded it.", rich_help_panel=_PANEL)
]
ValueOption = Annotated[
    str | None, typer.Option("--value", metavar="COL", help="The value, or a span's label.", rich_help_panel=_PANEL)
]
QuestionOption = Annotated[
    str | None, typer.Option("--question", metavar="COL", help="Which question it answers.", rich_help_panel=_PANEL)
]
LevelOption = Annotated[
    str | None,
    typer.Option("--level", metavar="L", help="nominal, ordinal, interval, ratio, set, span …", rich_help_panel=_PANEL),
]
OrderOption = Annotated[
    str | None, typer.Option("--order", metavar="A,B,C", help="Categories from low to high.", rich_help_panel=_PANEL)
]
CategoriesOption = Annotated[
    str | None, typer.Option("--categories", metavar="A,B,C", help="All there could be.", rich_help_panel=_PANEL)
]
MissingOption = Annotated[
    list[str] | None, typer.Option("--missing", metavar="CODE", help="A value that is none.", rich_help_panel=_PANEL)
]
SetSeparatorOption = Annotated[
    str | None,
    typer.Option("--set-separator", metavar="TEXT", help="Between a set's categories.", rich_help_panel=_PANEL),
]
OnRepeatOption = Annotated[
    OnRepeat, typer.Option("--on-repeat", help="An annotator's second value for a unit.", rich_help_panel=_PANEL)
]
WeightTableOption = Annotated[
    Path | None,
    typer.Option("--weight-table", metavar="FILE", help="Distances between categories.", rich_help_panel=_PANEL),
]
EngineOption = Annotated[
    Engine | None,
    typer.Option("--engine", help="Count Parquet on it, rows unread: DuckDB where unsaid.", rich_help_panel=_PANEL),
]
StartOption = Annotated[
    str | None, typer.Option("--start", metavar="COL", help="Where a span starts.", rich_help_panel=_PANEL)
]
EndOption = Annotated[str | None, typer.Option("--end", metavar="COL", help="Where it ends.", rich_help_panel=_PANEL)]
LengthOption = Annotated[
    str | None, typer.Option("--length", metavar="COL", help="Characters of the unit.", rich_help_panel=_PANEL)
]
SpanIdOption = Annotated[
    str | None, typer.Option("--span-id", metavar="COL", help="What rows of one span share.", rich_help_panel=_PANEL)
]


def described(**given: object) -> dict[str, object]:
    """Return what was given of these, by the names of the options."""
    return {f"--{name.replace('_', '-')}": value for name, value in given.items()}
