"""What a test needs and this machine may not have: skipped with a word, and failed where it was promised."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

EXPECTED = "INTERCODER_EXPECTS"
"""Names of what must be there, as in ``chromium java``; ``.ci/run`` sets it, so that nothing is skipped unseen."""


def absent(name: str, reason: str) -> NoReturn:
    """Skip the test for this reason, or fail it where ``name`` is expected to be there."""
    if name in os.environ.get(EXPECTED, "").split():
        pytest.fail(f"{reason} ({EXPECTED} promises {name})")
    pytest.skip(reason)
