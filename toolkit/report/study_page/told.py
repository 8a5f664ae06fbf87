"""The sections of one report, told: what the page, the Markdown and the figures are made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.report.charts.figure import Figure
from toolkit.report.study_page.blocks import Block, Part, Picture
from toolkit.report.study_page.sections import Section, sections
from toolkit.report.study_page.shown import Shown

Told = Sequence[tuple[Section, Sequence[Block]]]


def told_sections(shown: Shown) -> Told:
    """Return the sections that have anything to say, with what they say."""
    return list(each_told(shown))


def each_told(shown: Shown) -> Iterator[tuple[Section, Sequence[Block]]]:
    """Yield the same, one after the other."""
    for section in sections():
        if blocks := section.blocks(shown):
            yield section, blocks


def figures_of(blocks: Sequence[Block]) -> Iterator[Figure]:
    """Yield every picture among the blocks of a section, in the order of the page."""
    for block in blocks:
        if isinstance(block, Picture):
            yield block.figure
        elif isinstance(block, Part):
            yield from figures_of(block.blocks)
