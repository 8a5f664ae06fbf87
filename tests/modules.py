"""Modules as at the start of a command: not loaded, though other tests of this process have loaded them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def not_loaded(*packages: str) -> Iterator[None]:
    """Meanwhile no module of these packages is loaded; afterwards those of before are, where they were.

    What is loaded meanwhile is another copy. Were one left behind, in ``sys.modules`` or as an attribute of the package
    it is in, later tests would patch the one copy and call the other.
    """
    kept = {name: sys.modules[name] for name in _loaded(packages)}
    for name in kept:
        del sys.modules[name]
    try:
        yield
    finally:
        for name in _loaded(packages):
            del sys.modules[name]
        sys.modules.update(kept)
        for package in packages:
            around, _, own = package.rpartition(".")
            if around and package in kept:
                setattr(sys.modules[around], own, kept[package])


def _loaded(packages: tuple[str, ...]) -> list[str]:
    return [name for name in sys.modules if any(f"{name}.".startswith(f"{package}.") for package in packages)]
