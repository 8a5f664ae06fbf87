"""A command that reads tables with Arrow alone: pandas takes longer to import than a small table to be read.

PyArrow imports pandas as soon as it meets an object of Python, to see whether it is one of pandas'. None is, here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_PANDAS = "pandas"


@contextmanager
def pandas_left_out() -> Iterator[None]:
    """Say that pandas is not installed, for as long as this lasts; where it is imported already nothing is said."""
    finder = _Nowhere()
    if _PANDAS in sys.modules:
        yield
        return
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Nowhere(MetaPathFinder):
    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - what an import asks
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """Raise what an import does where there is no pandas; of anything else, others may know."""
        if fullname == _PANDAS:
            raise ModuleNotFoundError("pandas is left out of this command", name=_PANDAS)
        return None
