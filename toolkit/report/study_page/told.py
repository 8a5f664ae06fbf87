"""The sections of one report, told: what the page, the Markdown and the figures are made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from toolkit.report.charts.figure import Figure
from toolkit.report.study_page.blocks import Block, Part, Picture
from toolkit.report.study_page.sections import Section, sections
from toolkit.report.study_page.shown import Shown

Told = Sequence[tuple[Section, Sequence[Block]]]


def told_sections(shown: Shown) -> Told:
    """Return the sections that have anything to say, with what they say.

    No two parts and no two pictures have the same name: those of ``Q 1`` and of ``q-1`` are told apart by a number.
    """
    return list(each_told(shown))


def each_told(shown: Shown) -> Iterator[tuple[Section, Sequence[Block]]]:
    """Yield the same, one after the other."""
    taken = {section.id for section in sections()}
    for section in sections():
        if blocks := section.blocks(shown):
            yield section, [_by_its_name(block, taken) for block in blocks]


def figures_of(blocks: Sequence[Block]) -> Iterator[Figure]:
    """Yield every picture among the blocks of a section, in the order of the page."""
    for block in blocks:
        if isinstance(block, Picture):
            yield block.figure
        elif isinstance(block, Part):
            yield from figures_of(block.blocks)


def _by_its_name(block: Block, taken: set[str]) -> Block:
    match block:
        case Picture():
            return replace(block, figure=replace(block.figure, name=_free(block.figure.name, taken)))
        case Part():
            own = _free(block.id, taken)
            return replace(block, id=own, blocks=[_by_its_name(each, taken) for each in block.blocks])
        case _:
            return block


def _free(name: str, taken: set[str]) -> str:
    """A name that nothing has yet; of letters that no file is named by here, nothing is left."""
    first = name.strip("-") or "part"
    free, number = first, 1
    while free in taken:
        number += 1
        free = f"{first}-{number}"
    taken.add(free)
    return free
