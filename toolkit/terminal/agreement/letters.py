"""Whom the letters of a report stand for."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Group, RenderableType

from toolkit.terminal.agreement.tables import heading
from toolkit.terminal.lines import fact_table


def legend_of(letters: Mapping[str, str], addresses: Mapping[str, str]) -> RenderableType | None:
    """Return whom each letter stands for, with their ``addresses`` where somebody asked for them; None for nobody."""
    if not letters:
        return None
    rows = [(letter, f"{name}  {addresses.get(name, '')}".rstrip()) for letter, name in letters.items()]
    return Group(heading("Annotators"), fact_table(rows))
