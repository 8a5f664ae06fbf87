"""Work done beside other work: by a copy of this process, where one can be had for nothing."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TypeVar

Result = TypeVar("Result")


def beside(work: Callable[[], Result]) -> Callable[[], Result]:
    """Begin some work beside this process, and return what waits for its result.

    The copy has all that was read so far, and sends back the result alone; ``work`` decides and touches nothing (no
    file, no database, no network). Where there is no second core, or a copy would not be safe, or whatever
    becomes of the copy, the work is done here, when its result is asked for: so its errors are raised there, too.
    """
    if not _can_be_copied():
        return work
    context = get_context("fork")
    receives, sends = context.Pipe(duplex=False)
    process = context.Process(target=_do, args=(work, sends), daemon=True)
    with warnings.catch_warnings():
        # Python warns of any other thread there is. Those of numpy's library for matrices know what to do at a fork.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    sends.close()

    def wait() -> Result:
        try:
            result: Result = pickle.loads(receives.recv_bytes())  # noqa: S301 - from a copy of this very process
        except (EOFError, OSError):
            return work()
        finally:
            receives.close()
            process.join()
        return result

    return wait


def _can_be_copied() -> bool:
    """On Linux, with a second core, and while no other thread of ours may hold a lock that nobody would let go of."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1 and threading.active_count() == 1


def _do(work: Callable[[], object], sends: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever stops the command stops the process that waits
    sys.stderr = sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - what is said is said there
    sends.send_bytes(pickle.dumps(work(), pickle.HIGHEST_PROTOCOL))
    sends.close()
