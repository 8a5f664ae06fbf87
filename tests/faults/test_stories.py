"""The stories of ``make faults``: all of them, every time."""

from __future__ import annotations

import pytest

from tests.faults.stage import Stage
from tests.faults.stories import STORIES, Story

pytestmark = [pytest.mark.live, pytest.mark.faults]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.says)
def test_all_is_well_in_the_end(stage: Stage, story: Story) -> None:
    assert story.tell(stage) == []
