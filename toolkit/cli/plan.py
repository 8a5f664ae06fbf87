"""``intercoder plan``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from toolkit.cli.agreement_options import refuse_empty
from toolkit.cli.streams import progress_bar, show, show_json
from toolkit.errors import UsageError


class PlanFormat(StrEnum):
    """How a plan is printed."""

    table = "table"
    json = "json"


class Differ(StrEnum):
    """How much articles differ."""

    little = "little"
    much = "much"


def plan(
    level: Annotated[str, typer.Option(metavar="L", help="nominal, ordinal or interval.")],
    categories: Annotated[
        str, typer.Option(metavar="N|A,B,C", help="How many, alike often; or their shares, as in .6,.3,.1.")
    ],
    expect: Annotated[float, typer.Option(metavar="X", help="True alpha that is expected.")],
    target: Annotated[float, typer.Option(metavar="X", help="Alpha to reach.")],
    coders: Annotated[int, typer.Option(metavar="N", help="Coders of every sentence; 2, 3 and 5 stand beside.")],
    sentences_per_article: Annotated[int, typer.Option(metavar="N", help="Sentences an article.")],
    differ: Annotated[
        Differ | None, typer.Option(help="How much articles differ; both, unless you say.", show_default=False)
    ] = None,
    power: Annotated[float, typer.Option(metavar="P", help="Share of such studies to be said to reach it.")] = 0.8,
    seed: Annotated[int, typer.Option(metavar="S", min=0, help="Seed of the simulation.")] = 0,
    format: Annotated[PlanFormat, typer.Option(help="Print a table or JSON.")] = PlanFormat.table,
) -> None:
    """Plan a study before there are data: how many articles until alpha is said to have reached its target."""
    from toolkit.loop.plan import plan as planned

    refuse_empty({"--level": level, "--categories": categories})
    with progress_bar() as progress:
        found = planned(
            level=level,
            categories=_categories(categories),
            expect=expect,
            target=target,
            coders=coders,
            sentences_per_article=sentences_per_article,
            differ=None if differ is None else differ.value,
            power=power,
            seed=seed,
            progress=progress,
        )
    if format is PlanFormat.json:
        show_json(found)
    else:
        from toolkit.terminal.agreement.study_plan import study_plan_text

        show(study_plan_text(found))


def _categories(said: str) -> int | list[float]:
    try:
        return int(said) if "," not in said and "." not in said else [float(part) for part in said.split(",")]
    except ValueError:
        raise UsageError(
            f"--categories wants a number such as 5 or shares such as .6,.3,.1, not {said!r}",
            todo="As in --categories 5.",
        ) from None
