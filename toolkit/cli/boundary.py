"""The one error boundary: an error of ours becomes a message and an exit code, a bug keeps its traceback."""

from __future__ import annotations

import errno
import gc
import os
import sys
from typing import TextIO

from toolkit.errors import BadInput, IntercoderError

INTERRUPTED = 130
_LISTED = 40
_OF_THE_DISK = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.EIO,
    errno.ENOTDIR,
    errno.EISDIR,
}


def run() -> None:
    """Run the command in ``sys.argv`` and exit with its code; a reader that went away (``| head``) is no error."""
    from toolkit.cli.app import app
    from toolkit.cli.interruption import ReaderGone, Stopped

    look_for_cycles_seldom()
    try:
        app(prog_name="intercoder")
    except IntercoderError as error:
        report(error)
        sys.exit(error.exit_code)
    except (Stopped, KeyboardInterrupt):
        sys.stderr.write("\nStopped. Nothing is lost: run the same command again to go on.\n")
        sys.exit(INTERRUPTED)
    except ReaderGone:
        sys.exit(0)
    except OSError as fault:
        if fault.errno not in _OF_THE_DISK:
            raise
        place = f"{fault.filename} cannot be written or read" if fault.filename else "a file cannot be written or read"
        todo = "Is there space, and are the file and its folder yours? Then run this again: nothing was lost."
        report(BadInput(f"{place}: {os.strerror(fault.errno)}", todo=todo))
        sys.exit(BadInput.exit_code)
    finally:
        _flush()


def look_for_cycles_seldom() -> None:
    """Have Python look for unreachable cycles seldom: answers are read by the hundred thousand, with hardly a cycle
    among them, and each time it goes through all of them and through every module; a tenth of most commands.
    """
    gc.set_threshold(100_000)


def _flush() -> None:
    """Write out what is left now: at the interpreter's end a closed pipe would make noise."""
    stream: TextIO | None = sys.stdout
    if stream is None:  # it was closed before we began: `>&-`
        return
    try:
        stream.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def report(error: IntercoderError) -> None:
    """Say on stderr what is wrong, every fault with its place, and what to do."""
    from rich.text import Text

    from toolkit.cli.streams import stderr
    from toolkit.terminal.parameters_as_options import in_options

    console = stderr()
    console.print(Text.assemble(("Error: ", "bold red"), _sentence(in_options(error.what))), soft_wrap=True)
    listed = error.faults[:_LISTED] if console.is_terminal else error.faults
    for fault in listed:
        console.print(Text(f"  {in_options(str(fault))}"), soft_wrap=True)
    if more := len(error.faults) - len(listed):
        console.print(Text(f"  … and {more} more; `2> FILE` keeps them all"))
    if error.todo:
        console.print(Text.assemble(("What to do: ", "bold"), in_options(error.todo)), soft_wrap=True)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
