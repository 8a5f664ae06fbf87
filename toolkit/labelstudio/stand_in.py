"""A stand-in for a package that another one imports and that is never used here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def stand_in_for(package: str, *names: str) -> Iterator[None]:
    """Whoever imports ``package`` within the block gets ``names`` that are None; afterwards it is as it was."""
    if package in sys.modules:
        yield
        return
    standing_in = ModuleType(package)
    vars(standing_in).update(dict.fromkeys(names))
    sys.modules[package] = standing_in
    try:
        yield
    finally:
        del sys.modules[package]
