"""Memory that nothing holds any more, and that the C library keeps for what may come."""

from __future__ import annotations

import ctypes
import gc


def give_back() -> None:
    """Give it back to the machine, and before it what is held by nothing but itself: a command looks for that seldom.

    Between two pieces of work that take much in different ways: Python's own objects and Arrow's tables do not come
    from where arrays were.
    """
    gc.collect()
    trim()


def trim() -> None:
    """Give it back where the C library can be asked to (glibc); elsewhere nothing happens."""
    try:
        of_libc = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # another C library
        return
    of_libc(ctypes.c_size_t(0))
