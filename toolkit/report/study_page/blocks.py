"""What a section of a report is made of: told once, and written as HTML or as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from toolkit.codebook.answers import Span
from toolkit.report.charts.figure import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """Sentences that a number is of: a link of it leads to them, in the list of sentences."""

    question: str
    values: tuple[str, str] | None = None
    """Two answers that stand against each other in them."""
    value: str | None = None
    """One answer that somebody gave in them."""
    annotator: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One field of a table: what is read there, and what is behind it."""

    text: str
    value: float | None = None
    """The number that ``text`` shows, whole."""
    figure: str | None = None
    """Which figure it is of, and which of its fields: so that a page can be held against ``agree``."""
    jump: Jump | None = None
    shade: float | None = None
    """From 0 to 1: how much of a square of numbers lies here."""
    title: str | None = None


Field = str | Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a head; the first ``n_names`` columns hold words, the others numbers."""

    kind: ClassVar = "table"

    columns: tuple[str, ...]
    rows: tuple[tuple[Field, ...], ...]
    n_names: int = 1
    caption: str
    notes: tuple[str, ...] = ()
    folded: str | None = None
    """Shown only when asked for, under these words."""
    square: bool = False
    """Whether rows and columns are the same things."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of plain words."""

    kind: ClassVar = "paragraph"

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """One sentence each."""

    kind: ClassVar = "items"

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Short facts: what, and how much."""

    kind: ClassVar = "facts"

    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure, and the table that says the same."""

    kind: ClassVar = "picture"

    figure: Figure
    table: Table | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """Text to be taken away as it is: a command, a table for a paper."""

    kind: ClassVar = "copied"

    title: str
    text: str
    language: Literal["shell", "latex", "markdown", "csv", "text"]
    folded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """A sentence with what each annotator marked in it, drawn under each other."""

    kind: ClassVar = "layers"

    text: str
    layers: tuple[tuple[str, tuple[Span, ...]], ...]
    labels: tuple[str, ...]
    """All labels there are, so that each is drawn alike everywhere."""
    place: str


@dataclass(frozen=True, slots=True)
class Explorer:
    """Where the list of sentences stands."""

    kind: ClassVar = "explorer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a section under a heading of its own."""

    kind: ClassVar = "part"

    id: str
    title: str
    blocks: Sequence[Block] = field(default=())
    level: int = 3


Block = Paragraph | Items | Facts | Table | Picture | Copied | Layers | Explorer | Part
