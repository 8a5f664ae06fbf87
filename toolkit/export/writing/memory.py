"""Where Arrow's memory comes from while tables of every size come and go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa


@contextmanager
def given_back() -> Iterator[None]:
    """Take it from an allocator that lets go of what is free, where there is one (jemalloc), for as long as this lasts.

    The usual one (mimalloc) held on to a third more of three million answers that were written and gone.
    """
    usual = pa.default_memory_pool()
    try:
        pool = pa.jemalloc_memory_pool()
    except NotImplementedError:
        yield
        return
    pa.set_memory_pool(pool)
    try:
        yield
    finally:
        pa.set_memory_pool(usual)
