"""The sentences themselves, with everybody's answers side by side: what a meeting works from."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.report.study_page.blocks import Block, Explorer, Paragraph
from toolkit.report.study_page.sections import Section
from toolkit.report.study_page.shown import Shown


def _blocks(shown: Shown) -> Sequence[Block]:
    if shown.report.answers.sentences:
        return [Explorer()]
    unit = shown.nouns.unit
    sample = shown.report.agreement.sample
    if sample is not None and sample.n_units:
        return [Paragraph(f"The {unit}s are not listed: there are too many, or what was coded is marked words only.")]
    return []


SECTION = Section(place=30, id="sentences", title="Sentence by sentence", blocks=_blocks)
