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
    told = [(section, section.blocks(shown)) for section in sections()]
    return [(section, blocks) for section, blocks in told if blocks]


def figures_in(told: Told) -> list[Figure]:
    """Return every picture, in the order of the page."""
    return [figure for _, blocks in told for figure in _figures(blocks)]


def _figures(blocks: Sequence[Block]) -> Iterator[Figure]:
    for block in blocks:
        if isinstance(block, Picture):
            yield block.figure
        elif isinstance(block, Part):
            yield from _figures(block.blocks)
