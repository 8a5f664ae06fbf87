"""Memory that nothing holds any more, and that the C library keeps for what may come."""

from __future__ import annotations

import ctypes
import gc


def give_back() -> None:
    """Give it back to the machine, where the C library can be asked to (glibc); elsewhere nothing happens.

    Between two pieces of work that take much in different ways: Python's own objects and Arrow's tables do not come
    from where arrays were. What is held by nothing but itself is looked for first: a command does that seldom.
    """
    gc.collect()
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # another C library
        return
    trim(ctypes.c_size_t(0))
