"""Nobody's address is written to the server's log."""

from __future__ import annotations

import io
import logging

from toolkit.labelstudio.gate.log import WithoutAddresses


def test_addresses_are_left_out_of_lines_and_of_tracebacks() -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(WithoutAddresses())
    log = logging.getLogger("of a test about addresses")
    log.propagate = False
    log.addHandler(handler)
    try:
        raise LookupError("There are no tasks for anna@example.org")  # noqa: TRY301 - a traceback is what is asked for
    except LookupError:
        log.exception("User=%s: nothing for (ben.b+x@example.org)", "anna@example.org")
    assert "example.org" not in written.getvalue()
    assert "User=…: nothing for (…)" in written.getvalue()
    assert "LookupError: There are no tasks for …" in written.getvalue()
