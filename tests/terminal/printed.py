"""What a person sees in a terminal of eighty columns."""

from __future__ import annotations

import io

from rich.console import Console, RenderableType

WIDTH = 80


def printed(renderable: RenderableType) -> str:
    """The text as printed, checked to fit."""
    file = io.StringIO()
    Console(file=file, width=WIDTH, highlight=False).print(renderable)
    text = file.getvalue()
    assert max(map(len, text.splitlines()), default=0) <= WIDTH, text
    return text


def words(renderable: RenderableType) -> str:
    """The same in one line, wherever it was broken."""
    return " ".join(printed(renderable).split())
