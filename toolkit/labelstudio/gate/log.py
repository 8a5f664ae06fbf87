"""Nobody's address in the server's log, where Label Studio writes some."""

from __future__ import annotations

import logging
import re
from typing import Final

_ADDRESS: Final = re.compile(r"[^\s<>\"'(\[{=:,;]+@[^\s<>\"')\]},;:]+")


class WithoutAddresses(logging.Filter):
    """Writes ``…`` in place of every address, also in the traceback that comes with a line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return True: the line is written, without addresses."""
        record.msg, record.args = _ADDRESS.sub("…", record.getMessage()), ()
        if record.exc_info:
            record.exc_text = _ADDRESS.sub("…", logging.Formatter().formatException(record.exc_info))
        return True
