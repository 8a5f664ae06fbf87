"""What a category means, in the lines an annotator reads: its definition, texts that show it, and its neighbours."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from toolkit.codebook.model import Category, Question

Kind = Literal["definition", "example", "counter_example", "not_this_but"]


@dataclass(frozen=True, slots=True)
class DefinitionLine:
    """One line that explains a category, and what kind of line it is."""

    kind: Kind
    text: str


def definition_lines(
    question: Question, category: Category, *, with_examples: bool = True, among: Collection[str] | None = None
) -> tuple[DefinitionLine, ...]:
    """Return what explains a category: its definition, what belongs in it, what does not, and when another applies.

    ``with_examples=False`` leaves the texts out: the definition and the neighbours, for where there is little room.
    ``among`` names the only neighbours that matter. Other categories are called by their titles.
    """
    return tuple(_lines(question, category, with_examples=with_examples, among=among))


def _lines(
    question: Question, category: Category, *, with_examples: bool, among: Collection[str] | None
) -> Iterator[DefinitionLine]:
    yield DefinitionLine("definition", category.definition)
    if with_examples:
        yield from (DefinitionLine("example", f"For example: {text}") for text in category.examples)
        yield from (DefinitionLine("counter_example", f"But not: {text}") for text in category.counter_examples)
    for neighbour in category.not_this_but:
        if among is None or neighbour.then in among:
            title = question.by_code[neighbour.then].title
            yield DefinitionLine("not_this_but", f"If {neighbour.when}: not this, but {title}.")
