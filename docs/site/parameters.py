"""Parameters by which tests replace clocks and waiting are promised to nobody: the reference leaves them out."""

from __future__ import annotations

from typing import Any

import griffe

FOR_TESTS = frozenset({"clock", "page_size", "show_plan", "sleep", "today"})


class WithoutTestParameters(griffe.Extension):
    """Take those parameters out of every function that is documented."""

    def on_function(self, *, func: griffe.Function, **_: Any) -> None:
        """Called for every function when it was read."""
        func.parameters = griffe.Parameters(*(one for one in func.parameters if one.name not in FOR_TESTS))
