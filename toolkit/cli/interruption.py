"""What stops a command from outside: Ctrl-C, and a reader that went away."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup


class Stopped(Exception):  # noqa: N818  (not an error)
    """Somebody pressed Ctrl-C."""


class ReaderGone(Exception):  # noqa: N818  (not an error)
    """Whoever read our output has seen enough: ``intercoder … | head``."""


class Interruptible(TyperGroup):
    """The command group that lets both reach our own boundary, where typer would exit by itself."""

    def invoke(self, ctx: Any) -> Any:
        """Return whatever the command returns."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Stopped from None
        except BrokenPipeError:
            raise ReaderGone from None
