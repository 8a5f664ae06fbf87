from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.setting import stage_in
from tests.faults.stage import Stage


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The stage of every case, with a Label Studio of its own: its database is changed behind its back."""
    with stage_in(tmp_path_factory.mktemp("faults")) as made:
        yield made
