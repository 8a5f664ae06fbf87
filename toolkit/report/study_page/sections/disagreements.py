"""The sentences themselves, with everybody's answers side by side: what a meeting works from."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.report.study_page.blocks import Block, Explorer
from toolkit.report.study_page.sections import Section
from toolkit.report.study_page.shown import Shown


def _blocks(shown: Shown) -> Sequence[Block]:
    return [Explorer()] if shown.report.answers.sentences else []


SECTION = Section(place=30, id="sentences", title="Sentence by sentence", blocks=_blocks)
